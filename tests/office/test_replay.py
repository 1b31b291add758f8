"""Replay: claim 12. A record may be well hashed and well signed and yet hold what was never allowed."""

from datetime import timedelta
from typing import Any

import pytest

from keys import check
from ledger.errors import Refusal
from ledger.record.act import Act, make_act, read_act
from ledger.record.disclosure import open_disclosure
from ledger.record.fields import later
from ledger.replay import Replay
from tests.kit import CEO, GC, IMPORTER, RSO, SECRETARY, Person
from tests.office.desk import (
    Desk,
    appointing,
    correcting,
    disclosing,
    ending,
    registering,
    replayed,
    revoking,
)

TEXT = {"data": {"text": "Drill held."}}
BOARD = {"data": {"text": "For the Board."}, "class": "board"}
CISO = Person("p-ciso", "CISO")
SECOND = Person("p-rso", "RSO", "a second key")


def rules(desk: Desk, *, opened: bool = True) -> list[list[str]]:
    """The rules broken at each entry."""
    return [[x.rule for x in found] for found in replayed(desk.store, opened=opened)[1]]


def first(desk: Desk) -> Act:
    """The founding, as recorded."""
    return read_act(desk.store.act(0) or b"")


# ---- 1. judged at its own place and time


def test_1_an_honest_record_breaks_no_rule(desk: Desk) -> None:
    desk.record("note", [RSO], BOARD, withheld=True)
    desk.record("appoint", [SECRETARY], appointing(CISO))
    desk.record("register-key", [SECRETARY, CEO], registering(CISO))
    desk.clock.move(timedelta(days=400))  # what has ended since was no end then
    desk.note(CISO)
    desk.record("revoke-key", [CISO], revoking(CISO))
    replay, found = replayed(desk.store)
    assert found == [[]] * 6
    assert (replay.judged, replay.unjudged) == (6, 0)


@pytest.mark.parametrize(
    ("command", "by", "form", "broken"),
    [
        ("note", [RSO], {"data": {"text": "x"}, "effective_at": "2030-01-01T00:00:00.000000Z"}, ["E-FUTURE"]),
        (
            "appoint",
            [SECRETARY],
            appointing(CISO) | {"effective_at": "2024-01-01T00:00:00.000000Z"},
            ["E-BACKDATED"],
        ),
        ("appoint", [SECRETARY], appointing(CISO) | {"policy": "1.0"}, ["E-POLICY"]),
        ("appoint", [SECRETARY], appointing(Person("p-2", "CEO")), ["G-APP-2"]),
        ("end-appointment", [SECRETARY], ending(CISO), ["G-APP-3"]),
        ("erase-disclosure", [GC], disclosing(0, ["A" * 43], "GENERAL_COUNSEL"), ["G-DIS-1", "G-DIS-3"]),
        ("appoint", [CEO], appointing(CISO), ["A-APPOINT"]),
        ("revoke-key", [GC], revoking(CEO), ["A-KEY"]),
        ("note", [SECOND], TEXT, ["S-KEY"]),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) and isinstance(value[0], str) else None,
)
def test_1_what_the_office_would_have_refused_is_found_at_its_place(
    desk: Desk, command: str, by: list[Person], form: dict[str, Any], broken: list[str]
) -> None:
    desk.note(CEO)
    made = desk.make(command, by, form)
    assert desk.refused(made) == broken
    desk.smuggle(made.act)
    desk.smuggle(desk.make("note", [GC], TEXT).act)
    assert [sorted(found) for found in rules(desk)] == [[], [], broken, []]
    assert sorted(desk.replay()) == [(2, rule) for rule in broken]


def test_1_an_act_kept_in_a_drawer_is_found(desk: Desk) -> None:
    made = desk.make("note", [RSO], TEXT | {"not_after": later(desk.clock.now, timedelta(hours=1))})
    desk.smuggle(made.act, now=later(desk.clock.now, timedelta(hours=2)))
    assert rules(desk) == [[], ["E-EXPIRED"]]


def test_1_a_reason_is_a_sentence_with_its_cure(desk: Desk) -> None:
    desk.smuggle(desk.make("appoint", [SECRETARY], appointing(Person("p-2", "CEO"))).act)
    [[], [refusal]] = replayed(desk.store)[1]
    assert refusal == Refusal(
        "G-APP-2",
        "p-ceo holds CEO in that time",
        "end that appointment first, or let this one begin after it",
    )


# ---- 2. what cannot be judged is counted


def test_2_withheld_acts_are_counted_where_nobody_opens_them(desk: Desk) -> None:
    for _ in range(3):
        desk.record("note", [RSO], BOARD, withheld=True)
    desk.note(RSO)
    replay, found = replayed(desk.store, opened=False)
    assert not any(found)
    assert (replay.judged, replay.unjudged) == (2, 3)
    replay, found = replayed(desk.store)
    assert not any(found)
    assert (replay.judged, replay.unjudged) == (5, 0)


def test_2_a_forbidden_withheld_act_is_found_by_who_may_read_it(desk: Desk) -> None:
    form = revoking(GC) | {"class": "board"}
    desk.smuggle(desk.make("revoke-key", [SECRETARY, CEO], form).act, withheld=True)
    assert rules(desk) == [[], ["E-WITHHELD"]]
    assert rules(desk, opened=False) == [[], []]


def test_2_an_honest_record_looks_honest_to_the_public_too(desk: Desk) -> None:
    """Corrections, disclosures and erasures of what outsiders cannot read: not judged, and never called broken."""
    made = desk.make("note", [RSO], BOARD | {"sealed": {"who": "p-1"}})
    hidden = desk.put(made, withheld=True)
    form = correcting(hidden.event_id, "/text", "For the Board.", "For all.")
    first = desk.record("correct-entry", [RSO], form | {"class": "board"}, withheld=True)
    desk.record("correct-entry", [RSO], correcting(hidden.event_id, "/text", "For all.", "For the Board."))
    desk.record("correct-entry", [RSO], correcting(first.event_id, "/how", "read again", "read twice"))
    sealed = list(made.act.event.sealed.values())
    desk.record("publish-disclosure", [SECRETARY], disclosing(hidden.index, sealed, "BOARD_SECRETARY"))
    texts = desk.store.disclosures(hidden.index)
    named = [open_disclosure(text).commitment() for text in texts]
    desk.record("publish-disclosure", [RSO], disclosing(hidden.index, named, "RSO"))
    desk.record("erase-disclosure", [GC, SECRETARY], disclosing(hidden.index, sealed, "GENERAL_COUNSEL"))
    replay, found = replayed(desk.store, opened=False)
    assert found == [[]] * 8
    assert (replay.judged, replay.unjudged) == (1, 7)
    replay, found = replayed(desk.store)
    assert found == [[]] * 8
    assert (replay.judged, replay.unjudged) == (8, 0)


def test_2_a_withheld_correction_between_is_no_broken_rule_to_who_reads_only_the_first(desk: Desk) -> None:
    """Entry 1 is opened to a reader, its withheld correction is not; the next one quotes what that one said."""
    hidden = desk.record("note", [RSO], BOARD, withheld=True)
    for was, is_ in (("For the Board.", "For the trust."), ("For the trust.", "For all.")):
        form = correcting(hidden.event_id, "/text", was, is_) | {"class": "board"}
        desk.record("correct-entry", [RSO], form, withheld=True)
    [text] = desk.store.disclosures(2)
    desk.store.erase_disclosures(2, [open_disclosure(text).commitment()])
    replay, found = replayed(desk.store)
    assert found == [[]] * 4
    assert (replay.judged, replay.unjudged) == (2, 2)


def test_2_naming_a_withheld_act_hides_no_broken_rule(desk: Desk) -> None:
    desk.record("note", [RSO], BOARD, withheld=True)
    form = correcting("01KB0000000000000000000000", "/text", "x", "y") | {"policy": "1.0"}
    desk.smuggle(desk.make("correct-entry", [RSO], form).act)
    assert rules(desk, opened=False) == [[], [], ["E-POLICY"]]
    assert rules(desk) == [[], [], ["E-POLICY", "G-COR-1"]]


def test_2_the_public_judges_what_it_can(desk: Desk) -> None:
    """An erasure that names the leaf's own commitment can be judged by everybody; one that mixes entries too."""
    hidden = desk.record("note", [RSO], BOARD, withheld=True)
    made = desk.make("note", [RSO], TEXT | {"sealed": {"why": "x"}})
    desk.put(made)
    [text] = desk.store.disclosures(hidden.index)
    whole = open_disclosure(text).commitment()
    desk.record("erase-disclosure", [GC, SECRETARY], disclosing(hidden.index, [whole], "GENERAL_COUNSEL"))
    mixed = disclosing(hidden.index, ["A" * 43, *made.act.event.sealed.values()], "GENERAL_COUNSEL")
    desk.smuggle(desk.make("erase-disclosure", [GC, SECRETARY], mixed).act)
    replay, _ = replayed(desk.store, opened=False)
    assert (replay.judged, replay.unjudged) == (4, 1)
    assert rules(desk, opened=False) == [[], [], [], [], ["G-DIS-1"]]


def test_2_one_withheld_act_leaves_the_others_judged(desk: Desk) -> None:
    """What stands in clear is corrected in clear, so the public judges every correction of it, honest or not."""
    noted = desk.note(RSO)
    desk.record("note", [RSO], BOARD, withheld=True)
    desk.record("correct-entry", [RSO], correcting(noted.event_id, "/text", "Drill held.", "None."))
    replay, found = replayed(desk.store, opened=False)
    assert not any(found)
    assert (replay.judged, replay.unjudged) == (3, 1)
    wrong = desk.make("correct-entry", [RSO], correcting(noted.event_id, "/text", "Drill held.", "x"))
    assert desk.refused(wrong) == ["G-COR-2"]
    desk.smuggle(wrong.act)
    assert rules(desk, opened=False) == [[], [], [], [], ["G-COR-2"]]


def test_2_who_reads_a_withheld_act_judges_what_quotes_it(desk: Desk) -> None:
    hidden = desk.record("note", [RSO], BOARD, withheld=True)
    lost = desk.record("note", [RSO], BOARD | {"data": {"text": "Lost."}}, withheld=True)
    form = correcting(hidden.event_id, "/text", "For the Board.", "For all.") | {"class": "board"}
    desk.record("correct-entry", [RSO], form, withheld=True)
    wrong = desk.make("correct-entry", [RSO], form, edit=lambda e: e["data"].update(was="x"))
    assert desk.refused(wrong, withheld=True) == ["G-COR-2"]
    [text] = desk.store.disclosures(lost.index)
    desk.store.erase_disclosures(lost.index, [open_disclosure(text).commitment()])
    replay, found = replayed(desk.store)
    assert not any(found)
    assert (replay.judged, replay.unjudged) == (3, 1)


# ---- 3. what claims 7 and 8 reject


def test_3_nothing_rests_on_an_act_whose_signers_had_no_authority(desk: Desk) -> None:
    """A self-registered key is on nobody's roll, so what it signs next is found as well."""
    desk.smuggle(desk.make("register-key", [RSO], registering(SECOND)).act)
    desk.smuggle(desk.make("note", [SECOND], TEXT).act)
    desk.smuggle(desk.make("note", [RSO], TEXT).act)
    assert rules(desk) == [[], ["A-KEY"], ["S-KEY"], []]


def test_3_an_entry_that_cannot_be_read_is_counted(desk: Desk) -> None:
    replay = Replay(check)
    assert replay.entry(0, desk.clock.now, None, None) == []
    assert (replay.judged, replay.unjudged, replay.register.size) == (0, 1, 1)


def test_3_a_clock_that_ran_backwards_stops_no_replay(desk: Desk) -> None:
    """That recorded_at decreases is claim 2; the rest must still be judged."""
    replay = Replay(check)
    assert replay.entry(0, desk.clock.now, first(desk), 1) == []
    made = desk.make("note", [RSO], TEXT)
    assert replay.entry(1, later(desk.clock.now, -timedelta(days=1)), made.act, 1) == []
    assert replay.register.recorded_at == desk.clock.now


def test_3_hostile_acts_are_refused_and_never_raise(desk: Desk) -> None:
    """Acts in every shape that can be signed, folded one after the other: findings only, whatever they hold."""
    noted = desk.note(RSO)
    shapes: list[Any] = [
        None,
        5,
        True,
        "x",
        [],
        {},
        [[]],
        {"a": {}},
        "/effective_at",
        "/",
        "",
        noted.event_id,
    ]
    acts = []
    for shape in shapes:
        for type_ in (
            "note.recorded",
            "entry.corrected",
            "disclosure.erased",
            "appointment.made",
            "key.revoked",
        ):
            event = desk.draft("note", RSO, TEXT).event | {"type": type_, "corrects": noted.event_id}
            names = ("field_path", "is", "was", "index", "commitments", "person", "key", "from", "role")
            event["data"] = dict.fromkeys(names, shape)
            acts.append(make_act(event, [desk.sign(event, RSO)]))
    full = correcting(noted.event_id, "/text", "Drill held.", "x")["data"]
    for name in full:
        for shape in shapes:
            event = desk.draft("note", RSO, TEXT).event | {
                "type": "entry.corrected",
                "corrects": noted.event_id,
            }
            event["data"] = full | {name: shape}
            acts.append(make_act(event, [desk.sign(event, RSO)]))
    replay = Replay(check)
    assert replay.entry(0, desk.clock.now, first(desk), 1) == []
    found = [replay.entry(i, desk.clock.now, act, 1) for i, act in enumerate(acts, 1)]
    assert all(found)
    assert replay.register.size == len(acts) + 1
    for bound in (replay.register.size, 9):
        assert list(replay.register.below(bound))


def test_an_importers_record_is_replayed_too(desk: Desk) -> None:
    inner = {"confidence": "high", "source": "a page", "transcribed_by": IMPORTER.id}
    data = {"precision": "year", "stated_date": "2024", "subject": "x", "text": "Said so.", "title": "T"}
    desk.record(
        "import-entry",
        [IMPORTER],
        {"data": data, "provenance": {"imported": inner}, "effective_at": "2024-01-01T00:00:00.000000Z"},
    )
    assert rules(desk) == [[], []]
