"""Processes that start at once, each with an office of its own, on one ledger: one record, and one answer each."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ledger.record.act import signature_json
from ledger.record.canonical import encode
from tests.kit import CEO, GC, RSO, SECRETARY, Person
from tests.office.desk import Desk, appointing, ending, registering, replayed

ROOT = Path(__file__).parents[2]


@pytest.fixture
def desk(anywhere: Desk) -> Desk:
    """Each race on every database."""
    return anywhere


def drill(mode: str, desk: Desk, *rest: object) -> Any:
    command = [sys.executable, "-W", "error", "-m", "tests.office.drill", mode, desk.where, *map(str, rest)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=170, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    return json.loads(run.stdout)


def test_eight_processes_found_one_ledger(place: Path | str) -> None:
    desk = Desk.empty(place)
    answers = drill("found", desk, 8)
    assert sorted(answers, key=str) == [0, *[["A-FOUND"]] * 7]
    assert desk.store.head().size == 1
    desk.close()


def test_eight_processes_record_at_once(desk: Desk) -> None:
    """None lost, none doubled, none out of order, and every one judged where it stands."""
    answers = drill("record", desk, 8, 6)
    assert [mine for mine in answers if mine != sorted(mine)] == []
    assert sorted(i for mine in answers for i in mine) == list(range(1, 49))
    facts = list(desk.office.catch_up().at())
    for number, mine in enumerate(answers):
        said = [facts[index].data["text"] for index in mine]
        assert said == [f"process {number}, note {n}" for n in range(6)]
    replay, found = replayed(desk.store)
    assert (replay.judged, replay.unjudged) == (49, 0)
    assert not any(found)


def test_eight_processes_record_the_same_act(desk: Desk) -> None:
    """Same key, same bytes, same id: Ed25519 signs alike. All get the first receipt."""
    assert drill("same", desk, 8) == [1] * 8
    assert desk.store.head().size == 2


def test_the_last_signatures_come_at_once(desk: Desk) -> None:
    key = registering(Person("p-rso", "RSO", "a second key"))
    draft = desk.docket.open(desk.draft("register-key", SECRETARY, key), wants=["p-ceo", "p-gc"])
    desk.docket.sign(draft.id, desk.sign(draft.event, SECRETARY))
    answers = drill("sign", desk, draft.id, CEO.id, GC.id)
    assert 1 in answers
    assert set(answers) <= {1, "waits"}
    assert desk.store.head().size == 2
    [_, fact] = desk.office.catch_up().at()
    assert {s.person for s in fact.signers} == {"p-sec", "p-ceo", "p-gc"}
    assert desk.docket.all() == []


@pytest.mark.parametrize("times", [2, 6])
def test_one_draft_completed_at_once_is_one_entry(desk: Desk, times: int) -> None:
    draft = ready(desk, RSO)
    assert drill("complete", desk, *[draft] * times) == [1] * times
    assert desk.store.head().size == 2
    assert desk.docket.all() == []


def test_two_drafts_of_one_decision_are_one_entry_and_one_refusal(desk: Desk) -> None:
    desk.record("end-appointment", [SECRETARY], ending(CEO))
    rivals = [ready(desk, Person(f"p-{n}", "CEO")) for n in range(2)]
    answers = drill("complete", desk, *rivals)
    assert 2 in answers
    assert set(map(str, answers)) <= {"2", "waits", "['G-APP-2']"}
    assert len(set(map(str, answers))) == 2
    register = desk.office.catch_up()
    assert register.size == 3
    assert len(register.roll.holders("CEO", register.at().place(desk.clock.now))) == 1
    [left] = desk.docket.all()
    assert [x.rule for x in left.missing] == ["G-APP-2"]


def ready(desk: Desk, person: Person) -> str:
    """A draft of an appointment with every signature that it needs, not yet completed."""
    person = Person("p-aud", "AUDITOR") if person is RSO else person
    made = desk.draft("appoint", SECRETARY, appointing(person))
    desk.docket.open(made)
    signature = desk.sign(made.event, SECRETARY)
    text = encode(signature_json(signature)).decode()
    with desk.store.transaction() as c:  # as `sign` would have left it, had its process died then
        c.execute("INSERT INTO docket_signatures VALUES (?, ?, ?)", (made.event["id"], SECRETARY.id, text))
    return str(made.event["id"])
