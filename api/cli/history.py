"""``countersign history import``: transcribes public history into a ledger of its own, under the importer's key.

1. It must refuse a demonstration and a ledger on which somebody decides: what was transcribed and what was decided or
   invented never stand side by side.
2. Importing twice must add nothing; what is left out, and why, must be said.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from api.cli.call import Call, common
from api.cli.client import Client, seen
from api.cli.door import Door, open_door
from api.cli.forms import load_yaml
from api.cli.keyring import Passphrases
from api.cli.options import key_options
from api.cli.pens import Pen, hold
from api.cli.words import counted
from ledger.errors import Refusal, Refused
from ledger.record import people
from ledger.record.act import make_act
from ledger.register import Register
from ledger.transcribe import Transcription, transcribe

FILE: Final = Path(__file__).parents[2] / "ledger" / "data" / "rsp-history.yaml"
IMPORTER: Final = "IMPORTER"
BESIDE: Final = frozenset(
    (
        people.FOUNDED,
        people.APPOINTED,
        people.ENDED,
        people.REGISTERED,
        people.REVOKED,
        "entry.corrected",
        "disclosure.published",
        "disclosure.erased",
    )
)
"""Types that may stand on a ledger of history beside the transcripts: who transcribes, and corrections of it."""


@click.group()
@common
def history() -> None:
    """Transcribe public history into a ledger of its own."""


@history.command("import")
@common
@click.argument("file", required=False, type=click.Path(path_type=Path))
@key_options
@click.option(
    "--dry-run", is_flag=True, help="Say what would be imported and what is left out; record nothing."
)
@click.pass_obj
def import_(
    call: Call, file: Path | None, key_files: Sequence[Path], passphrase_fd: int | None, *, dry_run: bool
) -> None:
    """Import FILE, a file of public history.

    Without FILE: the public history of a Responsible Scaling Policy, which comes with the program.

    Only what the sources state with high confidence is taken. Everything is signed by the importer alone and marked as
    transcribed, never as decided by the people it names.
    """
    if len(key_files) != 1 and not dry_run:
        raise click.UsageError("Give the importer's key: --key FILE")
    passphrases = Passphrases(call, passphrase_fd)
    content = load_yaml(str(file or FILE))
    with open_door(call, write=not dry_run, passphrases=passphrases) as door:
        signer = Client(door)
        signer.head()
        register = door.register()
        check_unmixed(register)
        if dry_run:
            return _tell(call, transcribe(content, "importer"), [], dry_run=True)
        (pen,) = hold(
            call,
            register.at(),
            door.office.now(),
            key_files=key_files,
            roles=[IMPORTER],
            passphrases=passphrases,
        )
        found = transcribe(content, pen.person)
        added = add(door, signer, pen, found)
        signer.head()
    return _tell(call, found, added, dry_run=False)


def check_unmixed(register: Register) -> None:
    """Refused on a demonstration, and where anything else than transcripts is recorded."""
    founded = register.roll.founding
    if founded is not None and founded.demo:
        raise _no(
            "H-DEMO", "this is a demonstration ledger, and the history is real", "found a ledger for it"
        )
    if founded is not None and founded.policy is not None:
        raise _no("H-LIVE", "this ledger was founded with a policy in force: people decide on it", _OWN)
    for type_, facts in register.by_type.items():
        live = [x for x in facts if x.imported is None and x.actor.role != IMPORTER]
        if type_ not in BESIDE and live:
            why = f"people record on this ledger (entry {live[0].index}, {type_})"
            raise _no("H-LIVE", why, _OWN)


def add(door: Door, signer: Client, pen: Pen, found: Transcription) -> list[int]:
    """Record what is not there yet; the indexes of the new entries."""
    added: list[int] = []
    store, opened = door.house.store, pen.open()
    pen = Pen(pen.person, pen.role, lambda: opened)
    total = len(found.events)
    with door.call.screen.watch("Importing", total, lambda: len(added)):
        head = seen(signer.head())
        for event in found.events:
            if store.index_of(event["id"]) is not None:
                continue
            signature = pen.sign(
                event,
                seen=head,
                statement="attest",
                capacity=event["actor"]["capacity"],
                now=door.call.clock(),
                ledger=door.origin,
            )
            added.append(door.record(make_act(event, [signature])).index)
    return added


def _tell(call: Call, found: Transcription, added: list[int], *, dry_run: bool) -> None:
    screen, total = call.screen, len(found.events)
    if dry_run:
        screen.say(f"{counted(total, 'entry')} would be imported, unless they are there already.")
    elif added:
        screen.say(f"Imported {counted(len(added), 'entry')}, {added[0]} to {added[-1]}.", "ok")
        if total > len(added):
            screen.say(f"  {total - len(added)} were on the record already.")
    else:
        screen.say(f"Nothing new: all {total} entries are on the record already.", "ok")
    if found.left:
        screen.say(f"  Left out {len(found.left)}, of which the sources are not sure enough:")
        for confidence in dict.fromkeys(c for _, c in found.left):
            ids = ", ".join(i for i, c in found.left if c == confidence)
            screen.say(f"    {confidence} confidence: {ids}")
    screen.answer(
        {
            "imported": added,
            "known_already": total - len(added) if not dry_run else None,
            "left_out": [{"id": i, "confidence": c} for i, c in found.left],
        },
        str(len(added)),
    )


_OWN: Final = "give the history a ledger of its own: `countersign init` with an IMPORTER and without a policy"


def _no(rule: str, reason: str, cure: str) -> Refused:
    return Refused([Refusal(rule, reason, cure)])
