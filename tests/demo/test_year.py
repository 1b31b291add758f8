"""The whole demonstration year: the same from the same seed, allowed act by act, and the same answers at every day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.demo.stage import CAST, ORIGIN, Clock, Dice
from api.demo.year import ROWS, demonstrate
from api.settings import Settings
from keys import check
from ledger.docket import Docket
from ledger.engine.cases import cases
from ledger.engine.clocks import clocks
from ledger.engine.findings import findings
from ledger.engine.gate import evaluate
from ledger.engine.in_force import in_force
from ledger.engine.states import states
from ledger.engine.verdict import Question
from ledger.office import Office
from ledger.policy.words import Action
from ledger.record.act import read_act
from ledger.record.entry import read_entry
from ledger.register import Register, View
from ledger.store import sqlite
from ledger.store.record import Record
from ledger.subjects.registry import DECISIONS
from tests.demo.conftest import Year
from tests.office.desk import replayed

MODELS = ("heron-3", "heron-3.5", "heron-4", "heron-5", "heron-4.1")
EARLY = "2025-02-18"


@pytest.fixture(scope="module")
def store(year: Year) -> Iterator[Record]:
    settings = Settings(year.folder, ORIGIN)
    opened = sqlite.open_record(settings.path(settings.database))
    yield opened
    opened.close()


def answers(view: View) -> dict[str, Any]:
    """What the record answers to the questions of a reader."""
    questions = [Question(Action.DEPLOY, m, "general") for m in MODELS]
    questions += [Question(a, m) for a in (Action.STORE, Action.TRAIN) for m in MODELS]
    return {
        "in force": in_force(view),
        "states": {m: states(view, m) for m in MODELS},
        "gates": [evaluate(view, q) for q in questions],
        "clocks": clocks(view),
        "cases": cases(view),
        "findings": findings(view),
    }


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(tmp_path: Path) -> None:
    made = []
    for name, seed in (("a", b"7"), ("b", b"7"), ("c", b"8")):
        settings = Settings(tmp_path / name, ORIGIN)
        demonstrate(settings, seed, EARLY)
        with sqlite.open_record(settings.path(settings.database)) as opened:
            made.append(([raw for _, raw in opened.entries()], opened.checkpoint()))
    assert made[0] == made[1]
    assert set(made[0][0]).isdisjoint(made[2][0])


def test_the_whole_year_was_allowed(year: Year, store: Record) -> None:
    replay, found = replayed(store)
    assert not any(found)
    assert (replay.judged, replay.unjudged) == (year.register.size, 0)
    replay, found = replayed(store, opened=False)
    assert not any(found)
    assert replay.unjudged > 0


def test_every_row_is_told_and_rows_follow_their_days() -> None:
    days = [row.day for row in ROWS]
    assert days == sorted(days)
    assert {row.number for row in ROWS} <= set(range(37))


def test_one_draft_waits_for_a_visitor(year: Year, store: Record) -> None:
    docket = Docket(Office(store, check, clock=Clock("2025-12-31T09:00:00.000000Z"), entropy=Dice(b"")))
    [waiting] = docket.all()
    assert [s.person for s in waiting.signatures] == ["p-sec"]
    assert [x.rule for x in waiting.missing] == ["A-KEY"]


def test_everybody_of_the_cast_can_sign(year: Year) -> None:
    for person, _ in CAST:
        assert (year.folder / "keys" / f"{person}.key").is_file()


@pytest.mark.parametrize("part", range(6))
def test_at_every_bound_the_answers_are_those_of_a_record_that_stops_there(
    year: Year, store: Record, part: int
) -> None:
    size = year.register.size
    for bound in range(2 + part * 3, size, 18):
        stops = Register(DECISIONS, check)
        for index, raw in store.entries(0, bound):
            entry, kept = read_entry(raw), store.act(index)
            act = entry.act or read_act(kept or b"")
            fact = year.register.facts[index]
            assert fact is not None
            withheld = entry.withheld.digest if entry.withheld else None
            stops.fold(act, index, entry.recorded_at, fact.version, withheld=withheld)
        now = year.register.times[bound - 1]
        assert answers(View(year.register, bound, now, now)) == answers(View(stops, bound, now, now)), bound


def test_it_says_of_itself_that_it_is_fictional(year: Year) -> None:
    founded = year.register.facts[0]
    assert founded is not None
    assert founded.data["demo"] is True
    for said in (founded.data["organisation"]["name"], founded.data["policy"]["data"]["title"]):
        assert said.endswith("(fictional)")
