"""``countersign verify``: hands a record to the offline verifier, and adds what only the whole program can judge.

::

    countersign verify                                   the ledger of this folder
    countersign verify bundle.zip --vkey sheet.txt --founding 9f8b…

1. It must report what the verifier reports, word for word; it adds claim 12 (the rules) by ``ledger.replay``.
2. The state that this machine saw last of a ledger is one more earlier checkpoint, unless --no-memory; a copy that
   is merely behind it is no ROLLBACK.
"""

from __future__ import annotations

import argparse
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import click

from api.cli.call import Call, common
from api.cli.trouble import CannotRun
from api.settings import FILE
from ledger.backup import DATABASE
from ledger.verify.asked import Asked
from ledger.verify.report import OK, OK_WITH_WITHHELD, Report, not_run
from ledger.verify.source import Source

_STALE: Final = "the state that this machine saw last"


class _Reached:
    """How far the verifier is: hashing first, then reading, which takes most of the time."""

    percent = 0

    def __call__(self, what: str, done: int, total: int) -> None:
        share = done * 100 // max(total, 1)
        self.percent = share // 5 if what == "hashing" else 20 + share * 4 // 5


@click.command()
@common
@click.argument("place", required=False, metavar="[PATH_OR_URL]")
@click.option("--vkey", metavar="FILE|TEXT", help="The log's key, from the fingerprint sheet.")
@click.option("--founding", metavar="HEX", help="The founding entry's hash, from the fingerprint sheet.")
@click.option(
    "--earlier", multiple=True, metavar="FILE", help="A checkpoint kept from before; may be repeated."
)
@click.option("--policy", metavar="FILE", help="Which witnesses must have confirmed it (tlog-policy).")
@click.option("--max-age", metavar="DUR", help="The oldest that it may be: 90m, 36h, 7d.")
@click.option("--disclosures", metavar="FILE", help="What opens withheld values (disclosures.jsonl).")
@click.option("--resume", metavar="FILE", help="A state file: read only what is new since it was written.")
@click.option(
    "--jobs", type=click.IntRange(0), default=0, metavar="N", help="Processes (0: one a processor)."
)
@click.option(
    "--rules/--no-rules", default=True, show_default=True, help="Judge every act again by the rules."
)
@click.option(
    "--memory/--no-memory", default=True, show_default=True, help="Compare with what this machine saw last."
)
@click.pass_obj
def verify(call: Call, /, place: str | None, *, rules: bool, memory: bool, **given: Any) -> None:
    """Check a record: signatures, order, rules, nothing cut or changed.

    PATH_OR_URL is a bundle, a published folder or address, a ledger's folder or database; without it, that of --dir.
    Exit code 0: all that was checked holds. 1: something does not. 2: it could not run.
    """
    if place and _is_ledger(place):
        call.dir, place = place, None
    with nullcontext(place) if place else own_place(call) as where:
        report = check(call, where, given, own=not place, rules=rules, memory=memory)
    tell(call, report)
    click.get_current_context().exit(report.exit_code)


def _is_ledger(place: str) -> bool:
    """True for the folder of a ledger. (A backup has settings too, and its database under a name of its own.)"""
    try:
        return (Path(place) / FILE).is_file() and not (Path(place) / DATABASE).exists()
    except (OSError, ValueError):
        return False


@contextmanager
def own_place(call: Call) -> Iterator[str]:
    """Where the ledger of --dir can be read: its database file, or a copy of its database made for this."""
    settings = call.settings()
    if not settings.is_postgres:
        yield str(settings.path(settings.database))
        return
    from api.cli.door import open_door

    with TemporaryDirectory(prefix="countersign-") as folder, open_door(call) as door:
        copy = Path(folder) / "record.db"
        with call.screen.watch("Copying out of PostgreSQL"):
            door.house.store.backup(copy)
        yield str(copy)


def check(
    call: Call,
    place: str,
    given: dict[str, Any],
    *,
    own: bool = True,
    rules: bool = True,
    memory: bool = True,
) -> Report:
    """The verifier's report on a place, `own` if it is the ledger itself. `given` are its options by name."""
    from ledger.verify.__main__ import read_asked
    from ledger.verify.place import open_source
    from ledger.verify.source import CannotRun as NotRun
    from ledger.verify.verify import verify as verified

    options = {"vkey": None, "founding": None, "earlier": (), "policy": None, "max_age": None, "jobs": 0}
    options |= {"disclosures": None, "resume": None, **given}
    reached = _Reached()
    try:
        asked = replace(
            read_asked(argparse.Namespace(**options)),
            progress=reached,
            now=datetime.fromisoformat(call.clock()),
        )
        if rules:
            from keys import check as keys_check
            from ledger.replay import Replay

            asked = replace(asked, rules=Replay(keys_check))
        behind = ""
        with (
            closing(open_source(place)) as source,
            call.screen.watch("Verifying", 100, lambda: reached.percent),
        ):
            if memory:
                asked, behind = _remembered(call, asked, source, own=own)
            report = verified(source, asked)
        return replace(report, notes=(*report.notes, behind)) if behind else report
    except NotRun as e:
        return not_run(e.why, e.cure, place)


def _remembered(call: Call, asked: Asked, source: Source, *, own: bool) -> tuple[Asked, str]:
    """Asked, with the state that this machine saw last as one more earlier checkpoint; and what to note about it.

    A copy (a site, a bundle, a backup) may be behind what is recorded: that alone speaks against nobody.
    """
    from api.cli.heads import Heads
    from ledger.errors import Malformed
    from ledger.record.checkpoint import SignedCheckpoint

    try:
        head = SignedCheckpoint.parse(source.checkpoint() or b"").checkpoint
        last = Heads(call.environment).get(head.origin)
    except (Malformed, CannotRun, sqlite3.Error, OSError):  # the verifier finds out what is wrong with it
        return asked, ""
    if last is None:
        return asked, ""
    if last.size > head.size and not own:
        behind = f"This copy has {head.size} entries; this machine has seen {last.size}. Ask for a newer one."
        return asked, behind
    return replace(asked, earlier=(*asked.earlier, (_STALE, last.note.encode()))), ""


def tell(call: Call, report: Report) -> None:
    """The report, as text or JSON."""
    from ledger.verify.render import render

    head, _, rest = render(report).rstrip("\n").partition("\n")
    call.screen.say(head, "ok" if report.verdict in (OK, OK_WITH_WITHHELD) else "bad")
    call.screen.say(rest)
    call.screen.answer(report.json(), report.words)
