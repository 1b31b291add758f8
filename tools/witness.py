"""A witness by files, for a machine without a network: four steps, two on each side.

::

    python tools/witness.py vkey trust.example/t1 t1.key                       its line for policy.tlog
    python tools/witness.py ask ledger/site 41 > request                       at the log: 41 were confirmed last
    python tools/witness.py confirm memory trust.example/t1 t1.key LOG-VKEY < request > answer
    python tools/witness.py add ledger/site ledger/policy.tlog < answer        at the log again

`memory` is the witness's folder: which state of which log it confirmed last. Without it the witness is worth nothing.
It stands here until ``countersign witness`` exists; all that it knows is in ``ledger.witness`` and ``ledger.publish``.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from keys.check import ed25519
from keys.files import open_signer
from keys.passphrase import source
from ledger.errors import CountersignError
from ledger.publish.cosignatures import add_cosignature, ask, site_keys
from ledger.record.note import COSIGNER_KEY, Vkey
from ledger.record.quorum import parse_quorum
from ledger.witness import OK, Witness


class Cosigner:
    """A key file of ours, used for confirming and for nothing else."""

    def __init__(self, name: str, file: Path) -> None:
        self._signer = open_signer(file, source(f"Passphrase of {file.name}: ", environment=os.environ))
        self.vkey = Vkey(name, COSIGNER_KEY, self._signer.raw)

    def sign(self, message: bytes) -> bytes:
        return self._signer.sign_bytes(message)


def confirm(memory: Path, name: str, key: Path, log: str) -> str:
    """The answer to the request on standard input."""
    memory.mkdir(exist_ok=True, mode=0o700)
    witness = Witness(
        memory, Cosigner(name, key), [Vkey.parse(log)], check=ed25519, clock=lambda: int(time.time())
    )
    answer = witness.add_checkpoint(sys.stdin.buffer.read())
    if answer.status != OK:
        sys.exit(f"Not confirmed ({answer.status}): {answer.body.strip()}")
    return answer.body


def add(site: Path, policy: Path) -> str:
    """Take the answer on standard input to the log."""
    quorum = parse_quorum(policy.read_text(encoding="utf-8"))
    standing = add_cosignature(site, sys.stdin.read(), logs=site_keys(site), check=ed25519, quorum=quorum)
    waits = f"; {standing.waiting.size} wait: {standing.waiting.missing}" if standing.waiting else ""
    return f"{standing.public} entries are public{waits}.\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(required=True, dest="verb")
    members = {
        "vkey": (("name", str), ("key", Path)),
        "ask": (("site", Path), ("old", int)),
        "confirm": (("memory", Path), ("name", str), ("key", Path), ("log", str)),
        "add": (("site", Path), ("policy", Path)),
    }
    for verb, wanted in members.items():
        command = verbs.add_parser(verb)
        for name, kind in wanted:
            command.add_argument(name, type=kind)
    given = vars(parser.parse_args())
    does: dict[str, Callable[..., str]] = {
        "vkey": lambda name, key: f"{Cosigner(name, key).vkey}\n",
        "ask": lambda site, old: str(ask(site, old, logs=site_keys(site), check=ed25519)),
        "confirm": confirm,
        "add": add,
    }
    try:
        sys.stdout.write(does[given.pop("verb")](**given))
    except CountersignError as e:
        sys.exit(str(e))


if __name__ == "__main__":
    main()
