"""A draft in a file: what goes to a signer without access to the ledger, and comes back with their signature.

::

    {"checkpoint":"<note>","consistency":{"14":["<hex>",…]},"disclosures":["…"],"event":{…},"format":"countersign.draft/1",
     "founding":"<hex>","founding_proof":["<hex>",…],"ledger":"example.org/log","missing":["…"],"signatures":[{…}],
     "signers":[{"key":"k-…","person":"p-7","roles":["RSO"]}],"vkey":"example.org/log+…","wants":[],"withheld":false}

1. What it says about the ledger must be checked before anything is signed on it: the checkpoint's signature, entry 0
   in its tree, and that it extends the state which this machine saw last.
2. It must be replaced whole or not at all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from api.cli.client import no
from api.cli.forms import load_yaml
from api.cli.heads import Heads, Known
from api.cli.trouble import CannotRun
from api.cli.words import human
from keys import check
from ledger.docket import Pending
from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.act import signature_json
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.event import event_of
from ledger.record.merkle import (
    consistency_proof,
    inclusion_proof,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from ledger.record.note import Vkey
from ledger.store.port import Store

FORMAT: Final = "countersign.draft/1"
_MEMBERS: Final = (
    "checkpoint consistency disclosures event format founding founding_proof ledger missing signatures signers vkey "
    "wants withheld".split()
)


def enclose(
    pending: Pending, store: Store, vkey: str, signers: list[dict[str, Any]], since: Iterable[int]
) -> dict[str, Any]:
    """The file of a draft. `since` are the sizes that its signers may have seen last."""
    note = store.checkpoint()
    size = SignedCheckpoint.parse(note).checkpoint.size
    leaves = store.leaf_hashes(0, size)

    def read(level: int, index: int) -> bytes:
        return root_of(leaves[index << level : (index + 1) << level])

    return {
        "format": FORMAT,
        "ledger": store.origin,
        "vkey": vkey,
        "founding": leaves[0].hex(),
        "founding_proof": [h.hex() for h in inclusion_proof(0, size, read)],
        "checkpoint": note,
        "consistency": {
            str(old): [h.hex() for h in consistency_proof(old, size, read)]
            for old in sorted(set(since))
            if 0 < old <= size
        },
        "event": pending.event,
        "disclosures": list(pending.disclosures),
        "withheld": pending.withheld,
        "wants": list(pending.wants),
        "missing": [f"{r.rule}: {r.reason}" for r in pending.missing],
        "signatures": [signature_json(s) for s in pending.signatures],
        "signers": signers,
    }


def read_envelope(path: Path) -> dict[str, Any]:
    """The draft in a file; Malformed when it is none."""
    value = load_yaml(str(path))
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise Malformed(f"{path} is no draft", "", "`countersign docket export ID FILE` writes one")
    with named(path):
        f.members(value, "", _MEMBERS)
        event_of(value["event"], "/event")
        for name in ("disclosures", "wants", "signatures", "signers", "founding_proof", "missing"):
            f.array(value[name], f"/{name}")
    return value


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Say in which file something is not as it should be."""
    try:
        yield
    except Malformed as e:
        raise Malformed(e.what, f"{path.name}, {e.where}" if e.where else path.name, e.cure) from None


def write_envelope(path: Path, value: dict[str, Any]) -> None:
    """Write the file, whole."""
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("w", encoding="utf-8") as file:
            json.dump(value, file, ensure_ascii=False, indent=1, sort_keys=True)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as e:
        raise CannotRun(
            f"{path} cannot be written: {e.strerror}", "choose a place that you may write to"
        ) from None


def checked(value: dict[str, Any], heads: Heads, now: str) -> tuple[Known, bool]:
    """The state that the file shows, and whether this machine sees the ledger for the first time."""
    signed = SignedCheckpoint.parse(f.text(value["checkpoint"], "/checkpoint"))
    vkey, head = Vkey.parse(f.text(value["vkey"], "/vkey")), signed.checkpoint
    founding = f.hex64(value["founding"], "/founding")
    if not signed.holds(vkey, check.ed25519) or vkey.name != value["ledger"]:
        raise no("C-HEAD", "the state in this file is not signed by the ledger's log key", _ASK)
    if not verify_inclusion(
        0, head.size, bytes.fromhex(founding), _hashes(value["founding_proof"]), head.root
    ):
        raise no("C-HEAD", "the founding entry that this file names is not in its state", _ASK)
    last = heads.get(vkey.name)
    known = Known(str(vkey), founding, head.size, head.root.hex(), str(signed.note), now)
    if last is not None:
        _compare(value, last, known)
    return known, last is None


def _compare(value: dict[str, Any], last: Known, now: Known) -> None:
    if (last.vkey, last.founding) != (now.vkey, now.founding):
        raise no(
            "C-ANCHOR", "this file is from another ledger than the one this machine knows by that name", _ASK
        )
    if last.size > now.size:
        raise no(
            "C-ROLLBACK",
            f"the file shows {now.size} entries; this machine saw {last.size} on {human(last.seen_at)}",
            "ask for a file made now; if there is none, tell a trustee",
        )
    consistency = value["consistency"]
    proof = consistency.get(str(last.size)) if isinstance(consistency, dict) else None
    if proof is None and last.size != now.size:
        raise CannotRun(
            f"the file does not show that the ledger only grew since the {last.size} entries that this machine saw",
            f"ask for one made with: countersign docket export ID FILE --since {last.size}",
        )
    roots = bytes.fromhex(last.root), bytes.fromhex(now.root)
    if not verify_consistency(last.size, now.size, *roots, _hashes(proof or [])):
        raise no(
            "C-FORK",
            f"the file's ledger does not extend the {last.size} entries that this machine saw",
            "sign nothing; there are two histories. Tell a trustee, and keep the file",
        )


def _hashes(value: Any) -> list[bytes]:
    return [bytes.fromhex(f.hex64(h, "/proof")) for h in f.array(value, "/proof")]


_ASK: Final = "sign nothing; ask who sent it, by another way than it came"
