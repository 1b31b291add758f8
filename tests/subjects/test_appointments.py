"""Appointments: dates, roles that people can hold, one CEO and one RSO (DOMAIN §4.16). Founding appoints likewise."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger.docket import Pending
from ledger.record.people import Appointment
from ledger.store.port import Receipt
from ledger.subjects.appointments import clashes
from tests.kit import CAST, CEO, GC, RSO, SECRETARY, T1, Person
from tests.office.desk import Desk, appointing, ending

CISO = Person("p-ciso", "CISO")
EARLY, START, MIDDLE, LATE = (f"{year}-01-06T09:00:00.000000Z" for year in (2024, 2025, 2026, 2027))


def appointed(desk: Desk, person: Person, **data: Any) -> None:
    desk.record("appoint", [SECRETARY], appointing(person, **data))


def refused(desk: Desk, person: Person, **data: Any) -> list[str]:
    return desk.refused(desk.make("appoint", [SECRETARY], appointing(person, **data)))


# ---- G-APP-1


@pytest.mark.parametrize("to", [START, EARLY])
def test_g_app_1_refuses_an_end_before_the_beginning(desk: Desk, to: str) -> None:
    assert refused(desk, CISO, to=to) == ["G-APP-1"]


@pytest.mark.parametrize("role", ["BOARD", "LTBT", "SERVICE"])
def test_g_app_1_refuses_roles_that_nobody_holds(desk: Desk, role: str) -> None:
    assert refused(desk, replace(CISO, role=role)) == ["G-APP-1"]


def test_g_app_1_refuses_to_appoint_a_service(desk: Desk) -> None:
    assert refused(desk, Person("svc-office", "CISO")) == ["G-APP-1"]


def test_g_app_1_allows_a_term_and_an_open_end(desk: Desk) -> None:
    appointed(desk, CISO, to="2025-01-06T09:00:00.000001Z")
    appointed(desk, replace(CISO, role="AUDITOR"))
    appointed(desk, replace(CISO, id="p-ciso2"), **{"from": LATE})


# ---- G-APP-2


@pytest.mark.parametrize("role", ["CEO", "RSO"])
def test_g_app_2_refuses_a_second_holder_at_one_time(desk: Desk, role: str) -> None:
    assert refused(desk, Person("p-new", role)) == ["G-APP-2"]
    assert refused(desk, Person("p-new", role), to=MIDDLE) == ["G-APP-2"]
    assert refused(desk, Person("p-new", role), **{"from": LATE}) == ["G-APP-2"]
    assert refused(desk, Person("p-new", role), **{"from": EARLY, "to": LATE}) == ["G-APP-2"]


def test_g_app_2_refuses_one_person_as_both(desk: Desk) -> None:
    assert refused(desk, replace(CEO, role="RSO")) == ["G-APP-2"]
    desk.record("end-appointment", [SECRETARY], ending(RSO))
    assert refused(desk, replace(CEO, role="RSO")) == ["G-APP-2"]
    assert refused(desk, replace(CEO, role="RSO"), to=MIDDLE) == ["G-APP-2"]


def test_g_app_4_refuses_the_very_same_appointment_twice(desk: Desk) -> None:
    person = Person("p-a", "CISO")
    appointed(desk, person, to=MIDDLE)
    assert refused(desk, person, to=MIDDLE) == ["G-APP-4"]


def test_g_app_4_refuses_the_second_of_two_drafts_that_waited_together(desk: Desk) -> None:
    form = appointing(Person("p-a", "CISO"))
    drafts = [desk.docket.open(desk.draft("appoint", SECRETARY, form)) for _ in range(2)]
    first, second = (desk.docket.sign(d.id, desk.sign(d.event, SECRETARY)) for d in drafts)
    assert isinstance(first, Receipt)
    assert isinstance(second, Pending)
    assert [r.rule for r in second.missing] == ["G-APP-4"]


def test_g_app_4_allows_another_term_and_the_same_again_once_it_ended(desk: Desk) -> None:
    person = Person("p-a", "CISO")
    appointed(desk, person, to=MIDDLE)
    appointed(desk, person, to=LATE)
    desk.record("end-appointment", [SECRETARY], ending(person))
    appointed(desk, person, to=MIDDLE)


def test_g_app_2_refuses_a_successor_while_the_term_runs(desk: Desk) -> None:
    desk.record("end-appointment", [SECRETARY], ending(CEO))
    appointed(desk, Person("p-a", "CEO"), to=MIDDLE)
    assert refused(desk, Person("p-b", "CEO"), **{"from": "2026-01-06T08:59:59.999999Z"}) == ["G-APP-2"]


def test_g_app_2_allows_a_successor_from_the_terms_end_on(desk: Desk) -> None:
    desk.record("end-appointment", [SECRETARY], ending(CEO))
    appointed(desk, Person("p-a", "CEO"), to=MIDDLE)
    appointed(desk, Person("p-b", "CEO"), **{"from": MIDDLE})
    appointed(desk, Person("p-c", "CEO"), **{"from": EARLY, "to": START})


def test_g_app_2_allows_the_same_persons_next_term_to_overlap(desk: Desk) -> None:
    """Renewed before the old term ends, so that the office is never vacant."""
    appointed(desk, RSO, **{"from": MIDDLE, "to": LATE})
    desk.note(RSO)


def test_g_app_2_allows_several_of_every_other_role(desk: Desk) -> None:
    for n in range(2):
        appointed(desk, Person(f"p-{n}", "CISO"))
        appointed(desk, Person(f"p-{n}", "GENERAL_COUNSEL"))
    appointed(desk, replace(CEO, role="DIRECTOR"))
    appointed(desk, replace(RSO, role="CISO"))
    appointed(desk, Person("p-acting", "ACTING_RSO"))


def test_g_app_2_allows_a_ceo_to_become_rso_when_the_office_ended(desk: Desk) -> None:
    desk.record("end-appointment", [SECRETARY], ending(CEO))
    desk.record("end-appointment", [SECRETARY], ending(RSO))
    appointed(desk, replace(CEO, role="RSO"))


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ((START, None), (START, None), True),
        ((START, MIDDLE), (MIDDLE, None), False),
        ((MIDDLE, None), (START, MIDDLE), False),
        ((START, MIDDLE), (EARLY, LATE), True),
        ((EARLY, LATE), (START, MIDDLE), True),
        ((START, MIDDLE), (LATE, None), False),
        ((LATE, None), (START, None), True),
    ],
)
def test_terms_clash_where_they_overlap(
    one: tuple[str, str | None], other: tuple[str, str | None], clash: bool
) -> None:
    first, second = Appointment("p-1", "CEO", *one), Appointment("p-2", "CEO", *other)
    assert bool(clashes(first, second)) == bool(clashes(second, first)) == clash


# ---- G-APP-3


def test_g_app_3_refuses_to_end_what_nobody_holds(desk: Desk) -> None:
    def end(person: Person, *by: Person) -> list[str]:
        return desk.refused(desk.make("end-appointment", by or (SECRETARY,), ending(person)))

    assert end(CISO) == ["G-APP-3"]
    assert end(replace(CEO, role="RSO")) == ["G-APP-3"]
    assert end(replace(CEO, role="TRUSTEE"), T1) == ["G-APP-3"]
    desk.record("end-appointment", [SECRETARY], ending(GC))
    assert end(GC) == ["G-APP-3"]


def test_g_app_3_allows_to_end_what_stands_and_what_is_still_to_begin(desk: Desk) -> None:
    appointed(desk, CISO, **{"from": LATE})
    desk.record("end-appointment", [SECRETARY], ending(CISO))
    appointed(desk, CISO)
    desk.record("end-appointment", [SECRETARY], ending(CISO))
    desk.record("end-appointment", [SECRETARY], ending(RSO))
    assert desk.refused(desk.make("note", [RSO], {"data": {"text": "x"}})) == ["S-ROLE"]


# ---- G-FND-1


def founding_refused(folder: Path, *more: dict[str, Any]) -> list[str]:
    desk = Desk.empty(folder)
    appointments = [{"from": START, "person": p.id, "role": p.role} for p in CAST if p.role != "SERVICE"]
    rules = desk.refused(desk.founding(appointments=[*appointments, *more]))
    desk.close()
    return rules


@pytest.mark.parametrize(
    "more",
    [
        {"person": "p-other", "role": "CEO", "from": START},
        {"person": "p-other", "role": "RSO", "from": LATE},
        {"person": "p-ceo", "role": "RSO", "from": START},
        {"person": "p-other", "role": "CISO", "from": START, "to": START},
        {"person": "p-other", "role": "BOARD", "from": START},
        {"person": "svc-office", "role": "SERVICE", "from": START},
    ],
)
def test_g_fnd_1_refuses_whom_no_later_act_could_appoint(tmp_path: Path, more: dict[str, Any]) -> None:
    assert founding_refused(tmp_path, more) == ["G-FND-1"]


def test_g_fnd_1_allows_the_whole_cast_and_what_was_before(tmp_path: Path) -> None:
    desk = Desk.empty(tmp_path)
    appointments = [{"from": START, "person": p.id, "role": p.role} for p in CAST if p.role != "SERVICE"]
    before = {"person": "p-old", "role": "CEO", "from": EARLY, "to": START}
    desk.put(desk.founding(appointments=[before, *appointments]))
    assert desk.office.catch_up().roll.people.keys() >= {"p-old", "p-ceo"}
    desk.close()
