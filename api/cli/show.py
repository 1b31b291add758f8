"""``countersign show``: one entry in full, its bytes, or the proof that it stands in the log.

1. What is shown must come from the entry's own bytes; a correction is shown beside what was recorded, never instead.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from api.cli.call import Call, common
from api.cli.door import Door, open_door
from api.cli.trouble import CannotRun
from api.cli.words import STATEMENTS, counted, human, opened, paper, short
from ledger.errors import NotFound
from ledger.publish.hashes import StoreTiles, proof_file
from ledger.record.act import Act, read_act, signature_json
from ledger.record.entry import Entry, read_entry
from ledger.record.merkle import leaf_hash
from ledger.store.port import Store


@click.command()
@common
@click.argument("entry", metavar="INDEX|EVENT-ID")
@click.option("--raw", is_flag=True, help="The entry's bytes, exactly as they are hashed.")
@click.option(
    "--proof",
    "proof_to",
    metavar="FILE",
    help="Write the proof that it stands in the log (.tlog-proof; - for standard output).",
)
@click.pass_obj
def show(call: Call, entry: str, *, raw: bool, proof_to: str | None) -> None:
    """One entry in full, or the proof that it stands there."""
    with open_door(call) as door:
        store = door.house.store
        index = _index(store, entry)
        if raw:
            sys.stdout.flush()
            sys.stdout.buffer.write(store.entry(index))
            return None
        if proof_to is not None:
            return _write_proof(call, store, index, proof_to)
        door.register()
        _show(call, door, index)
    return None


def _index(store: Store, name: str) -> int:
    if name.isascii() and name.isdigit():
        if len(name) > 15 or int(name) >= store.head().size:
            last = store.head().size - 1
            raise NotFound(
                f"There is no entry {name[:20]}", f"the last is {last}: `countersign log` lists them"
            )
        return int(name)
    at = store.index_of(name.upper())
    if at is None:
        raise NotFound(f"No entry has the event id {name[:40]!r}", "`countersign log` lists what there is")
    return at


def _show(call: Call, door: Door, index: int) -> None:
    store = door.house.store
    bytes_ = store.entry(index)
    entry = read_entry(bytes_)
    act = entry.act
    if act is None and (kept := store.act(index)) is not None:
        act = read_act(kept)
    disclosures = store.disclosures(index)
    document = _document(door, entry, act, leaf_hash(bytes_).hex(), disclosures)
    call.screen.answer(document, document.get("id") or str(index))
    for line in _text(document, entry, act, disclosures):
        call.screen.say(line)


def _document(door: Door, entry: Entry, act: Act | None, leaf: str, disclosures: list[str]) -> dict[str, Any]:
    document: dict[str, Any] = {
        "index": entry.index,
        "recorded_at": entry.recorded_at,
        "leaf_hash": leaf,
        "prev": entry.prev,
        "withheld": {"class": entry.withheld.class_, "digest": entry.withheld.digest}
        if entry.withheld
        else None,
    }
    if act is None:
        return document
    view = door.office.register.at()
    return document | {
        "id": act.event.id,
        "event": act.event_json,
        "event_digest": act.event_digest(),
        "signatures": [signature_json(s) for s in act.signatures],
        "opened": {n: d.value for n, d in opened(disclosures, act.event.sealed).items()},
        "corrected_by": [
            {"index": a.index, "path": a.path, "is": a.is_} for a in view.amendments(act.event.id)
        ],
    }


def _text(document: dict[str, Any], entry: Entry, act: Act | None, disclosures: list[str]) -> Iterator[str]:
    yield f"Entry {entry.index}, recorded {human(entry.recorded_at)}"
    if entry.withheld:
        yield f"Withheld from the public (class {entry.withheld.class_})"
    if act is None:
        yield "This folder cannot open it: its text was erased, or is kept elsewhere."
        yield f"Leaf hash {document['leaf_hash']}"
        return
    if act.event.imported:
        i = act.event.imported
        yield f"Transcribed by {i.transcribed_by} from {i.source}; confidence {i.confidence}"
    for amended in document["corrected_by"]:
        yield f"Corrected by entry {amended['index']}: {amended['path']} reads now {amended['is']!r}"
    yield ""
    yield paper(act.event_json, disclosures, withheld=entry.withheld is not None, exact=False)
    yield ""
    yield "Signatures"
    for s in act.signatures:
        yield f"  {s.person} as {s.role} ({s.capacity}): {STATEMENTS[s.statement].split(' ')[0]}"
        seen = counted(s.seen.size, "entry")
        yield f"    on {human(s.signed_at)}, with {s.kind} key {short(s.key)}, having seen {seen}"
    yield ""
    if entry.withheld:
        yield f"Commitment of the whole act: {entry.withheld.digest}"
    for name, committed in act.event.sealed.items():
        yield f"Commitment of {name}: {committed}"
    yield f"Event digest {document['event_digest']}"
    yield f"Leaf hash {document['leaf_hash']}"
    yield f"The exact bytes: countersign show {entry.index} --raw"


def _write_proof(call: Call, store: Store, index: int, name: str) -> None:
    with call.screen.watch("Making the proof"):
        proof = proof_file(StoreTiles(store), index, store.checkpoint())
    text, size = str(proof), proof.checkpoint.checkpoint.size
    if name == "-":
        return click.echo(text, nl=False)
    try:
        Path(name).write_text(text, encoding="utf-8")
    except OSError as e:
        raise CannotRun(f"{name} cannot be written: {e.strerror}", "choose another place") from None
    call.screen.say(f"Wrote {name}: entry {index} stands in the log of {counted(size, 'entry')}.", "ok")
    call.screen.answer({"index": index, "size": size, "file": name}, name)
    return None
