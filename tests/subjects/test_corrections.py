"""Corrections: the wrong entry stays, the right value counts from the correction on (DOMAIN §4.17)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ledger.errors import Refused
from ledger.record.act import make_act
from ledger.record.fields import later
from ledger.store.port import Receipt
from ledger.subjects.registry import KINDS
from tests.kit import CEO, GC, IMPORTER, INSTRUMENT, RSO, SECRETARY, Person
from tests.office.desk import Desk, Made, appointing, correcting, disclosing, registering

CISO = Person("p-ciso", "CISO")


def noted(desk: Desk, *by: Person, **form: Any) -> Receipt:
    return desk.record("note", by or (RSO,), {"data": {"text": "yellow"}} | form)


def made(desk: Desk, receipt: Receipt, *change: Any, by: Any = (RSO,), **data: Any) -> Made:
    """A correction of an entry, from (path, was, is[, kind])."""
    return desk.make("correct-entry", by, correcting(receipt.event_id, *change, **data))


def text(desk: Desk, receipt: Receipt) -> Any:
    fact = desk.office.catch_up().at().get(receipt.event_id)
    return fact.data["text"] if fact else None


# ---- G-COR-1: what is corrected


def test_g_cor_1_refuses_what_is_not_on_the_record(desk: Desk) -> None:
    form = correcting("01KB0000000000000000000000", "/text", "yellow", "red")
    assert desk.refused(desk.make("correct-entry", [RSO], form)) == ["G-COR-1"]


def test_g_cor_1_refuses_a_correction_of_itself(desk: Desk) -> None:
    form = correcting("01KB0000000000000000000000", "/text", "yellow", "red")
    itself = desk.make("correct-entry", [RSO], form | {"id": "01KB0000000000000000000000"})
    assert "G-COR-1" in desk.refused(itself)


@pytest.mark.parametrize("index", range(4))
def test_g_cor_1_refuses_what_says_who_may_sign(desk: Desk, index: int) -> None:
    desk.record("appoint", [SECRETARY], appointing(CISO))
    desk.record("register-key", [SECRETARY, CEO], registering(CISO))
    desk.record("revoke-key", [CISO], {"data": {"key": CISO.key, "reason": "lost"}})
    fact = desk.office.catch_up().facts[index]
    assert fact is not None
    path = {0: "/origin", 1: "/role", 2: "/person", 3: "/reason"}[index]
    form = correcting(fact.id, path, fact.data[path[1:]], "CHANGED")
    by = [SECRETARY, CEO, RSO, GC]
    assert "G-COR-1" in desk.refused(desk.make("correct-entry", by, form))


def test_g_cor_1_allows_every_other_recorded_entry(desk: Desk) -> None:
    first = noted(desk)
    second = desk.put(made(desk, first, "/text", "yellow", "red"))
    desk.put(made(desk, second, "/how", "read again", "read twice"))
    assert text(desk, first) == "red"


# ---- G-COR-2: what it reads now


@pytest.mark.parametrize(
    ("path", "was"),
    [
        ("/text", "red"),
        ("/text", ["yellow"]),
        ("/text", None),
        ("/nothing", None),
        ("/text/0", "y"),
        ("text", "yellow"),
        ("/", None),
        ("/about/1", "x"),
    ],
)
def test_g_cor_2_refuses_what_the_entry_does_not_say(desk: Desk, path: str, was: Any) -> None:
    assert "G-COR-2" in desk.refused(made(desk, noted(desk), path, was, "other"))


def test_g_cor_2_refuses_to_change_nothing(desk: Desk) -> None:
    assert desk.refused(made(desk, noted(desk), "/text", "yellow", "yellow")) == ["G-COR-2"]


def test_g_cor_2_refuses_what_it_read_before_the_last_correction(desk: Desk) -> None:
    first = noted(desk)
    desk.put(made(desk, first, "/text", "yellow", "red"))
    assert desk.refused(made(desk, first, "/text", "yellow", "green")) == ["G-COR-2"]
    desk.put(made(desk, first, "/text", "red", "green"))
    assert text(desk, first) == "green"


def test_g_cor_2_refuses_one_for_true(desk: Desk) -> None:
    """What is compared are the bytes: Python alone takes True for 1."""
    first = desk.put(made(desk, noted(desk), "/text", "yellow", "red"))
    assert desk.refused(made(desk, first, "/material", 1, False)) == ["G-COR-2"]
    desk.put(made(desk, first, "/material", True, False))


def test_g_cor_2_refuses_a_list_that_only_looks_alike(desk: Desk) -> None:
    first = desk.put(made(desk, noted(desk), "/text", "yellow", "red", effects=["gate-1"]))
    assert desk.refused(made(desk, first, "/effects", ["gate-2"], [])) == ["G-COR-2"]
    desk.put(made(desk, first, "/effects/0", "gate-1", "gate-2"))
    desk.put(made(desk, first, "/effects", ["gate-2"], []))


def test_g_cor_2_allows_what_it_reads_now(desk: Desk) -> None:
    first = noted(desk)
    desk.put(made(desk, first, "/text", "yellow", "red"))
    assert text(desk, first) == "red"
    view = desk.office.catch_up().below(2)
    fact = view.get(first.event_id)
    assert fact is not None
    assert fact.data == {"text": "yellow"}


# ---- G-COR-3: who signs


@pytest.mark.parametrize("kind", ["factual", "classification", "line_kind", "attribution"])
@pytest.mark.parametrize("material", [True, False])
def test_g_cor_3_refuses_without_all_who_signed(desk: Desk, kind: str, material: bool) -> None:
    """Nobody may call it immaterial to be rid of the others."""
    first = noted(desk, RSO, CEO)
    change = ("/text", "yellow", "red", kind)
    assert desk.refused(made(desk, first, *change, material=material)) == ["G-COR-3"]
    assert desk.refused(made(desk, first, *change, by=[GC, CEO], material=material)) == ["G-COR-3"]
    desk.put(made(desk, first, *change, by=[RSO, CEO], material=material))


def test_g_cor_3_refuses_a_clerical_change_by_nobody_who_signed(desk: Desk) -> None:
    """A typing error in somebody else's decision is still theirs to correct."""
    first = noted(desk, RSO, CEO)
    assert desk.refused(made(desk, first, "/text", "yellow", "Yellow", "clerical", by=[GC])) == ["G-COR-3"]
    material = made(desk, first, "/text", "yellow", "Yellow", "clerical", material=True)
    assert desk.refused(material) == ["G-COR-3"]


def test_g_cor_3_refuses_a_role_that_only_acknowledged(desk: Desk) -> None:
    first = noted(desk)
    event = desk.draft("correct-entry", CEO, correcting(first.event_id, "/text", "yellow", "red")).event
    act = make_act(event, [desk.sign(event, CEO), desk.sign(event, RSO, "acknowledge")])
    assert desk.refused(Made(act)) == ["G-COR-3"]


def test_g_cor_3_allows_all_who_signed_and_one_for_a_slip(desk: Desk) -> None:
    first = noted(desk, RSO, CEO)
    desk.put(made(desk, first, "/text", "yellow", "red", by=[CEO, RSO]))
    desk.put(made(desk, first, "/text", "red", "Red", "clerical", by=[CEO]))
    assert text(desk, first) == "Red"


def test_g_cor_3_allows_the_role_though_another_holds_it_now(desk: Desk) -> None:
    first = noted(desk)
    successor = Person("p-new", "RSO")
    end = {"instrument": INSTRUMENT["digest"], "person": RSO.id, "reason": "left", "role": "RSO"}
    desk.record("end-appointment", [SECRETARY], {"data": end, "evidence": [INSTRUMENT]})
    desk.record("appoint", [SECRETARY], appointing(successor))
    desk.record("register-key", [SECRETARY, CEO], registering(successor))
    desk.put(made(desk, first, "/text", "yellow", "red", by=[successor]))


# ---- G-COR-4: what is left


@pytest.mark.parametrize(
    ("path", "was", "is_"),
    [
        ("/text", "yellow", ""),
        ("/text", "yellow", 5),
        ("/text", "yellow", ["red"]),
        ("/text", "yellow", None),
    ],
)
def test_g_cor_4_refuses_what_the_type_does_not_allow(desk: Desk, path: str, was: Any, is_: Any) -> None:
    assert desk.refused(made(desk, noted(desk), path, was, is_)) == ["G-COR-4"]


def test_g_cor_4_refuses_to_break_a_correction_through_its_own(desk: Desk) -> None:
    first = noted(desk)
    second = desk.put(
        made(desk, first, "/effective_at", desk.clock.now, later(desk.clock.now, -timedelta(1)), "timing")
    )
    assert desk.refused(made(desk, second, "/is", later(desk.clock.now, -timedelta(1)), "yesterday")) == [
        "G-COR-4"
    ]


def test_g_cor_4_refuses_to_date_a_decision_back(desk: Desk) -> None:
    """A decision takes effect when it is recorded; recording it late and correcting its date would be the way round."""
    decision = desk.put(made(desk, noted(desk), "/text", "yellow", "red"))
    back = later(desk.clock.now, -timedelta(microseconds=1))
    assert desk.refused(made(desk, decision, "/effective_at", desk.clock.now, back, "timing")) == ["G-COR-4"]


def test_g_cor_4_refuses_to_move_anything_ahead(desk: Desk) -> None:
    ahead = later(desk.clock.now, timedelta(minutes=5, microseconds=1))
    assert desk.refused(made(desk, noted(desk), "/effective_at", desk.clock.now, ahead, "timing")) == [
        "G-COR-4"
    ]


def test_g_cor_4_allows_a_decision_to_move_within_its_bounds(desk: Desk) -> None:
    """From its own recording to five minutes from now, both included."""
    start, ahead = desk.clock.now, later(desk.clock.now, timedelta(minutes=5))
    form = correcting(noted(desk).event_id, "/text", "yellow", "red") | {"effective_at": ahead}
    decision = desk.record("correct-entry", [RSO], form)
    desk.put(made(desk, decision, "/effective_at", ahead, start, "timing"))
    desk.put(made(desk, decision, "/effective_at", start, ahead, "timing"))


def test_g_cor_4_allows_what_is_scheduled_to_lie_ahead(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "note.recorded", replace(KINDS["note.recorded"], scheduled=True))
    ahead = later(desk.clock.now, timedelta(days=99))
    desk.put(made(desk, noted(desk), "/effective_at", desk.clock.now, ahead, "timing"))
    assert desk.replay() == []
    desk.honest = False  # the program without that kind would refuse it


def test_g_cor_4_allows_anything_in_a_layout_that_nobody_here_knows(desk: Desk) -> None:
    """What a newer program recorded can be corrected by an older one, as far as it reads what stands there."""
    for name, value in (("type", "note.sung"), ("schema", 2)):

        def change(event: dict[str, Any], name: str = name, value: Any = value) -> None:
            event[name] = value

        sung = desk.smuggle(desk.make("note", [RSO], {"data": {"text": "yellow"}}, edit=change).act)
        desk.put(made(desk, sung, "/text", "yellow", {"words": ["red"]}))
        ahead = later(desk.clock.now, timedelta(days=1))
        if name == "type":
            refused = desk.refused(made(desk, sung, "/effective_at", desk.clock.now, ahead, "timing"))
            assert refused == ["G-COR-4"]
    assert desk.replay() == []


def test_g_cor_4_says_what_would_be_wrong_with_it(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        desk.put(made(desk, noted(desk), "/text", "yellow", 5))
    [why] = refused.value.refusals
    assert why.reason == "entry 1 would be no note.recorded any more: not a text at /data/text"
    assert why.cure == "state a value that its layout allows"


def test_g_cor_4_allows_an_observation_to_have_been_earlier(desk: Desk) -> None:
    first = noted(desk)
    back = later(desk.clock.now, -timedelta(days=400))
    desk.put(made(desk, first, "/effective_at", desk.clock.now, back, "timing"))
    fact = desk.office.catch_up().at(as_of=back).get(first.event_id)
    assert fact is not None
    assert (fact.effective_at, fact.data) == (back, {"text": "yellow"})


def test_g_cor_4_allows_what_its_type_allows(desk: Desk) -> None:
    about = [desk.note(CEO).event_id]
    first = noted(desk, data={"text": "yellow", "about": about})
    desk.put(made(desk, first, "/about", about, []))
    desk.put(made(desk, first, "/text", "yellow", "red"))
    emptied = made(desk, first, "/text", "red", "")
    assert desk.refused(emptied) == ["G-COR-4"]


def test_g_cor_1_refuses_to_change_what_was_said_to_be_erased(desk: Desk) -> None:
    """Else one of two signers could alone point an erasure at another commitment."""
    noted_ = desk.make("note", [RSO], {"data": {"text": "x"}, "sealed": {"why": "y"}})
    index = desk.put(noted_).index
    form = disclosing(index, list(noted_.act.event.sealed.values()), "GENERAL_COUNSEL")
    receipt = desk.record("erase-disclosure", [GC, SECRETARY], form)
    assert "G-COR-1" in desk.refused(
        made(desk, receipt, "/reason", "agreed", "otherwise", by=[GC, SECRETARY])
    )


# ---- together


def test_a_correction_of_a_correction_is_judged_like_any_other(desk: Desk) -> None:
    first = noted(desk)
    second = desk.put(made(desk, first, "/text", "yellow", "orange"))
    desk.put(made(desk, second, "/is", "orange", "red"))
    assert text(desk, first) == "red"
    assert desk.refused(made(desk, first, "/text", "orange", "green")) == ["G-COR-2"]
    desk.put(made(desk, first, "/text", "red", "green"))
    assert text(desk, first) == "green"


def test_pointers_into_lists_and_odd_names_work(desk: Desk) -> None:
    about = [desk.note(CEO).event_id, desk.note(CEO).event_id]
    first = noted(desk, data={"text": "x", "about": about})
    desk.put(made(desk, first, "/about/1", about[1], about[0]))
    fact = desk.office.catch_up().at().get(first.event_id)
    assert fact is not None
    assert fact.data["about"] == [about[0]] * 2
    for path in ("/about/2", "/about/-1", "/about/-", "/about/01", "/about/٢", "/~0", "/~1", "/a~"):
        assert "G-COR-2" in desk.refused(made(desk, first, path, about[0], about[1]))


def test_a_transcription_is_corrected_by_an_importer(desk: Desk) -> None:
    inner = {"confidence": "high", "source": "a page", "transcribed_by": IMPORTER.id}
    data = {"precision": "month", "stated_date": "2024-03", "subject": "x", "text": "Said so.", "title": "T"}
    receipt = desk.record("import-entry", [IMPORTER], {"data": data, "provenance": {"imported": inner}})
    assert desk.refused(made(desk, receipt, "/precision", "month", "week", by=[IMPORTER])) == ["G-COR-4"]
    assert desk.refused(made(desk, receipt, "/precision", "month", "day", by=[RSO])) == ["G-COR-3"]
    desk.put(made(desk, receipt, "/precision", "month", "day", by=[IMPORTER]))
