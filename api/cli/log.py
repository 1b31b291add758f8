"""``countersign log``: what is on the record, one line an entry.

::

       4  2025-03-14  note.recorded       p-assessor (ASSESSOR)  Heron 4, autonomy tasks: share passed 0.46, …

1. Entries must come in their order, read page by page, so that a long record needs no memory.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import islice
from typing import Any, Final

import click

from api.cli.call import Call, common
from api.cli.door import open_door
from api.cli.words import summary
from ledger.record.act import Act, read_act
from ledger.record.entry import Entry, read_entry
from ledger.store.port import Store

_DAY: Final = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9:.]*Z?)?)?)?")


@click.command()
@common
@click.option("--type", "type_", metavar="TYPE", help="Only this type; * stands for anything: 'key.*'.")
@click.option("--stream", metavar="STREAM", help="Only this stream; * stands for anything: 'person/*'.")
@click.option(
    "--since", metavar="DATE", help="Only what was recorded from this day on: 2025-03 or 2025-03-14."
)
@click.option("--until", metavar="DATE", help="Only what was recorded before this day.")
@click.option("--person", metavar="PERSON", help="Only what this person signed or what concerns them.")
@click.option("--after", type=click.IntRange(-1), metavar="INDEX", default=-1, help="Begin after this entry.")
@click.option("--limit", "-n", type=click.IntRange(1), metavar="N", help="At most so many entries.")
@click.pass_obj
def log(call: Call, /, *, after: int, limit: int | None, **wanted: str | None) -> None:
    """What is on the record, one line an entry.

    Withheld acts are shown as far as this folder can open them. On a terminal a long log goes through your pager.
    """
    for name in ("since", "until"):
        if (day := wanted[name]) and not _DAY.fullmatch(day):
            raise click.BadParameter(
                f"{day!r} is no date: write 2025, 2025-03 or 2025-03-14.", param_hint=f"--{name}"
            )
    with open_door(call) as door:
        rows = islice(_rows(door.house.store, after, wanted), limit)
        if call.json:
            return call.screen.answer(list(rows))
        width = max(shutil.get_terminal_size().columns, 80) if call.screen.interactive else None
        lines = [_line(row, width) for row in rows]
        call.screen.page(lines)
        if not lines:
            call.screen.aside("No entry is like that." if any(wanted.values()) or after >= 0 else "Empty.")
    return None


def _rows(store: Store, after: int, wanted: dict[str, str | None]) -> Iterator[dict[str, Any]]:
    for index, raw in store.entries(after + 1):
        entry = read_entry(raw)
        act = entry.act
        if act is None and (kept := store.act(index)) is not None:
            act = read_act(kept)
        if _is_wanted(entry, act, wanted):
            yield _row(entry, act)


def _is_wanted(entry: Entry, act: Act | None, wanted: dict[str, str | None]) -> bool:
    if wanted["since"] and entry.recorded_at < wanted["since"]:
        return False
    if wanted["until"] and entry.recorded_at >= wanted["until"]:
        return False
    if act is None:
        return not (wanted["type_"] or wanted["stream"] or wanted["person"])
    event = act.event
    if wanted["type_"] and not fnmatchcase(event.type, wanted["type_"]):
        return False
    if wanted["stream"] and not fnmatchcase(event.stream, wanted["stream"]):
        return False
    people = {
        *(s.person for s in act.signatures),
        event.data.get("person"),
        event.stream.removeprefix("person/"),
    }
    return not wanted["person"] or wanted["person"] in people


def _row(entry: Entry, act: Act | None) -> dict[str, Any]:
    row: dict[str, Any] = {"index": entry.index, "recorded_at": entry.recorded_at}
    if entry.withheld:
        row["withheld"] = entry.withheld.class_
    if act is not None:
        e = act.event
        row |= {
            "id": e.id,
            "type": e.type,
            "stream": e.stream,
            "effective_at": e.effective_at,
            "actor": {"person": e.actor.person, "role": e.actor.role},
            "signed_by": [
                {"person": s.person, "role": s.role, "statement": s.statement} for s in act.signatures
            ],
            "summary": summary(e.type, e.data),
        }
        if e.imported:
            row["transcribed_from"] = e.imported.source
        if e.corrects:
            row["corrects"] = e.corrects
    return row


def _line(row: dict[str, Any], width: int | None) -> str:
    """One entry; cut to `width` for a screen, whole for a program."""
    if "type" not in row:
        return f"{row['index']:>5}  {row['recorded_at'][:10]}  withheld ({row['withheld']})"
    imported = "transcribed_from" in row
    day = row["effective_at"][:10] if imported else row["recorded_at"][:10]
    withheld = f"[withheld, {row['withheld']}] " if "withheld" in row else ""
    others = f" +{len(row['signed_by']) - 1}" if len(row["signed_by"]) > 1 else ""
    who = f"{row['actor']['person']} ({row['actor']['role']}){others}"
    line = f"{row['index']:>5}  {day}  {row['type']:<20}  {who:<28}  {withheld}{row['summary']}"
    return line if width is None or len(line) <= width else line[: width - 1] + "…"
