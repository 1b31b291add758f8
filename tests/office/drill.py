"""Several processes at one ledger, each with an office of its own; what came of it is printed as JSON.

::

    python -m tests.office.drill found WHERE 8       each founds; one may
    python -m tests.office.drill record WHERE 8 6    each records six notes of its own
    python -m tests.office.drill same WHERE 8        each records the same act
    python -m tests.office.drill sign WHERE ID …     each signs the draft ID as one of the persons named
    python -m tests.office.drill complete WHERE ID … each completes one of the drafts, which lack nothing

One interpreter starts, opens nothing, and forks: the children share no connection, and start at one word.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from ledger.errors import CountersignError, IdReused, Refused
from ledger.record.act import Seen
from ledger.record.checkpoint import SignedCheckpoint
from ledger.store.port import Receipt
from tests.kit import CAST, RSO
from tests.office.desk import Clock, Desk, Dice

Work = Callable[[Desk], Any]


def together(where: str, works: Sequence[Work]) -> list[Any]:
    """What each of `works` gives, done at once by a process each."""
    hold, go = os.pipe()
    children = []
    for number, work in enumerate(works):
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(go)
            _live(where, number, work, hold, writing)
        os.close(writing)
        children.append((pid, reading))
    os.close(go)
    out = []
    for pid, reading in children:
        with os.fdopen(reading) as pipe:
            out.append(json.loads(pipe.read() or '"died"'))
        os.waitpid(pid, 0)
    return out


def _live(where: str, number: int, work: Work, hold: int, writing: int) -> None:
    try:
        os.read(hold, 1)
        desk = Desk.open(where, Clock(), Dice(f"process {number}"))
        said = json.dumps(work(desk))
        desk.store.close()
        os.write(writing, said.encode())
        os._exit(0)
    except BaseException:  # noqa: BLE001  (the child's last words, whatever they are)
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


def outcome(act: Callable[[], Any]) -> Any:
    """An entry's index, the rules that refused, or the name of another error of ours."""
    try:
        done = act()
    except Refused as e:
        return sorted(x.rule for x in e.refusals)
    except IdReused as e:
        return f"IdReused {e.index}"
    except CountersignError as e:
        return type(e).__name__
    return done.index if isinstance(done, Receipt) else "waits"


def found(desk: Desk) -> Any:
    return outcome(lambda: desk.put(desk.founding(policy=None)))


def record(notes: int, desk: Desk) -> list[Any]:
    by = CAST[os.getpid() % 5]
    return [desk.note(by, f"{desk.dice.name}, note {n}").index for n in range(notes)]


def same(desk: Desk) -> Any:
    desk.dice = Dice("the same")
    first = SignedCheckpoint.parse(desk.store.checkpoint(1)).checkpoint
    seen = Seen(first.size, first.root.hex())
    made = desk.make("note", [RSO], {"data": {"text": "Once."}}, seen=seen)
    return outcome(lambda: desk.put(made))


def sign(event_id: str, person_id: str, desk: Desk) -> Any:
    person = next(p for p in CAST if p.id == person_id)
    signature = desk.sign(desk.docket.get(event_id).event, person)
    return outcome(lambda: desk.docket.sign(event_id, signature))


def complete(event_id: str, desk: Desk) -> Any:
    return outcome(lambda: desk.docket.complete(event_id))


def main(mode: str, where: str, rest: Sequence[str]) -> None:
    works: list[Work]
    match mode, rest:
        case "found", [count]:
            works = [found] * int(count)
        case "record", [count, notes]:
            works = [partial(record, int(notes))] * int(count)
        case "same", [count]:
            works = [same] * int(count)
        case "sign", [event_id, *people]:
            works = [partial(sign, event_id, person) for person in people]
        case "complete", ids:
            works = [partial(complete, event_id) for event_id in ids]
        case _:
            raise SystemExit(__doc__)
    print(json.dumps(together(where, works)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
