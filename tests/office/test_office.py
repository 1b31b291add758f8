"""The office: its rules by number, on a real store."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import ledger.docket
import ledger.judge
import ledger.office
import ledger.replay
from keys import check
from ledger.errors import Conflict, IdReused, Malformed, Refusal, Refused, StoreUnavailable
from ledger.office import BEHIND, Office
from ledger.record.act import make_act
from ledger.record.disclosure import disclose, open_disclosure
from ledger.record.entry import MAX_ENTRY_BYTES, NO_PREV, splice
from ledger.record.fields import later
from ledger.store.port import Store
from tests.kit import CEO, GC, RSO, SECRETARY, Person
from tests.office.desk import Desk, Dice, Made, appointing, disclosing, ending, long_note, replayed, revoking

TEXT = {"data": {"text": "Drill held."}}
BOARD = {"data": {"text": "For the Board."}, "class": "board"}
CISO = Person("p-ciso", "CISO")


class Between:
    """A store that lets something happen between judging and appending, once."""

    def __init__(self, store: Store, happens: Callable[[], object], times: int = 1) -> None:
        self._store, self._happens, self.left = store, happens, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def append(self, *arguments: Any, **options: Any) -> Any:
        if self.left:
            self.left -= 1
            self._happens()
        return self._store.append(*arguments, **options)


def between(desk: Desk, happens: Callable[[], object], times: int = 1) -> Office:
    store: Any = Between(desk.store, happens, times)
    return Office(store, check, clock=desk.clock, entropy=Dice("between"))


# ---- 1. judged against exactly what stands before, at the very instant


def test_1_who_was_overtaken_catches_up_and_is_judged_again(desk: Desk) -> None:
    other = desk.another()
    office = between(desk, lambda: other.note(CEO, "I was faster."))
    receipt = office.record(desk.make("note", [RSO], TEXT).act)
    assert receipt.index == 2
    assert [fact.data["text"] for fact in office.catch_up().at().of_type("note.recorded")] == [
        "I was faster.",
        "Drill held.",
    ]


def test_1_what_was_allowed_before_the_head_moved_may_be_refused_after(desk: Desk) -> None:
    """Two drafts of one decision: each is allowed by itself, and only one can come first."""
    desk.record("end-appointment", [SECRETARY], ending(CEO))
    first, second = Person("p-a", "CEO"), Person("p-b", "CEO")
    one = desk.make("appoint", [SECRETARY], appointing(first))
    two = desk.make("appoint", [SECRETARY], appointing(second))
    other = desk.another()
    office = between(desk, lambda: other.put(two))
    with pytest.raises(Refused) as refused:
        office.record(one.act)
    assert [x.rule for x in refused.value.refusals] == ["G-APP-2"]
    assert desk.store.head().size == 3
    register = desk.office.catch_up()
    assert register.roll.holders("CEO", register.at().place(desk.clock.now)) == ["p-b"]


def test_1_a_key_that_is_revoked_in_between_signs_nothing_more(desk: Desk) -> None:
    other = desk.another()
    office = between(desk, lambda: other.record("revoke-key", [SECRETARY, CEO], revoking(RSO)))
    with pytest.raises(Refused, match="S-KEY"):
        office.record(desk.make("note", [RSO], TEXT).act)


def test_1_who_is_always_overtaken_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger.office, "ATTEMPTS", 3)
    other = desk.another()
    office = between(desk, lambda: other.note(CEO), times=99)
    with pytest.raises(Conflict) as conflict:
        office.record(desk.make("note", [RSO], TEXT).act)
    assert conflict.value.head == desk.store.head().size - 1  # it did not look again after the last defeat


def test_1_an_act_is_recorded_at_the_instant_at_which_it_was_judged(desk: Desk) -> None:
    """A clock that is read twice lets an act be judged before its not_after and recorded after it."""
    desk.clock.step = timedelta(minutes=1)
    limit = later(desk.clock.now, timedelta(minutes=1))
    made = desk.make("note", [RSO], TEXT | {"not_after": limit})
    looks = desk.clock.looks
    assert desk.put(made).recorded_at == limit
    assert desk.clock.looks == looks + 1


def test_1_who_asks_is_answered_at_the_head(desk: Desk) -> None:
    made, other = desk.make("note", [RSO], TEXT), desk.another()
    assert desk.office.judge(made.act) == []
    other.record("end-appointment", [SECRETARY], ending(RSO))
    assert [x.rule for x in desk.office.judge(made.act)] == ["S-ROLE"]


# ---- 2. once


def test_2_the_same_act_gets_its_first_receipt(desk: Desk) -> None:
    made = desk.make("note", [RSO], TEXT)
    first = desk.put(made)
    desk.note(CEO)
    desk.clock.move(timedelta(days=90))  # long past its not_after
    assert desk.put(made) == first
    assert desk.another().put(made) == first
    assert desk.store.head().size == 3


def test_2_other_bytes_under_the_id_are_refused(desk: Desk) -> None:
    made = desk.make("note", [RSO], TEXT)
    desk.put(made)
    signed_again = make_act(
        made.act.event_json,
        [desk.sign(made.act.event_json, RSO, "attest", signed_at=later(desk.clock.now, BEHIND))],
    )
    other = desk.make("note", [RSO], {"data": {"text": "No drill."}, "id": made.id})
    for act in (signed_again, other.act):
        with pytest.raises(IdReused) as reused:
            desk.office.record(act)
        assert (reused.value.event_id, reused.value.index) == (made.id, 1)


def test_2_a_withheld_act_gets_its_first_receipt_too(desk: Desk) -> None:
    made = desk.make("note", [RSO], BOARD)
    first = desk.put(made, withheld=True)
    assert desk.put(made, withheld=True) == first
    assert desk.put(made) == first  # what is recorded is recorded: asking otherwise later shows nothing more
    assert b"For the Board" not in desk.store.entry(1)


def test_2_who_was_overtaken_by_their_own_act_gets_its_receipt(desk: Desk) -> None:
    made, other = desk.make("note", [RSO], TEXT), desk.another()
    receipts: list[Any] = []
    office = between(desk, lambda: receipts.append(other.put(made)))
    assert [office.record(made.act)] == receipts
    assert desk.store.head().size == 2


# ---- 3. nothing, or durable


def test_3_a_refused_act_leaves_no_trace(desk: Desk) -> None:
    made = desk.make("appoint", [CEO], appointing(CISO) | {"sealed": {"why": "x"}})
    assert desk.refused(made) == ["A-APPOINT"]
    assert desk.store.disclosures(1) == []
    desk.note(RSO)
    assert desk.store.disclosures(1) == []


def test_3_an_entry_that_is_too_large_is_refused_with_size_and_limit(desk: Desk) -> None:
    small = desk.make("note", [RSO], long_note(1))
    around = len(splice(small.act.raw, index=1, prev=NO_PREV, recorded_at=desk.clock.now, stream_version=1))
    room = MAX_ENTRY_BYTES - around + 1
    too_large = desk.make("note", [RSO], long_note(room + 1))
    with pytest.raises(Malformed, match=f"{MAX_ENTRY_BYTES + 1} bytes, the limit is {MAX_ENTRY_BYTES}"):
        desk.put(too_large)
    assert desk.store.head().size == 1
    receipt = desk.put(desk.make("note", [RSO], long_note(room)))
    assert len(desk.store.entry(receipt.index)) == MAX_ENTRY_BYTES


def test_3_what_is_withheld_must_fit_an_entry_too(desk: Desk) -> None:
    """Its leaf is small whatever it holds; but published one day it must be readable as an entry."""
    with pytest.raises(Malformed, match="the limit is 65535"):
        desk.put(desk.make("note", [RSO], BOARD | long_note(70_000)), withheld=True)
    assert desk.store.head().size == 1


def test_3_a_receipt_is_a_signed_state_with_the_entry_in_it(desk: Desk) -> None:
    receipt = desk.note(RSO)
    assert receipt.checkpoint == desk.store.checkpoint(2)
    assert desk.store.head().last == receipt.leaf_hash
    assert desk.store.receipt(receipt.index) == receipt


@pytest.mark.parametrize("where", ["text", "capacity", "sealed"])
def test_3_text_that_is_not_normal_is_refused_at_the_door(desk: Desk, where: str) -> None:
    decomposed = "e\u0301"  # e and a combining accent
    form: dict[str, Any] = {"data": {"text": "x"}}
    disclosures: list[str] = []
    made = desk.draft("note", RSO, form)
    if where == "text":
        made.event["data"]["text"] = decomposed
    elif where == "capacity":
        made.event["actor"]["capacity"] = decomposed
    else:
        whole = disclose("why", decomposed, desk.dice(16))
        made.event["sealed"] = {"why": whole.commitment()}
        disclosures = [whole.text]
    capacity = made.event["actor"]["capacity"]
    act = make_act(made.event, [desk.sign(made.event, RSO, "attest", capacity=capacity)])
    with pytest.raises(Malformed, match="normal form C"):
        desk.office.record(act, disclosures=disclosures)
    if where != "sealed":
        desk.smuggle(act)
        assert desk.replay() == []  # which text is normal changes with Unicode, so no auditor asks


def test_3_an_unknown_type_is_kept_by_who_reads_it(desk: Desk) -> None:
    made = desk.make("note", [RSO], TEXT, edit=lambda e: e.update(type="note.sung"))
    desk.smuggle(made.act)
    replay, found = replayed(desk.store)
    assert found == [[], []]
    assert (replay.judged, replay.unjudged) == (1, 1)
    assert [fact.type for fact in desk.office.catch_up().at()] == ["ledger.founded", "note.sung"]
    desk.note(RSO)


# ---- 4. values beside the record


def test_4_disclosures_are_kept_with_their_entry(desk: Desk) -> None:
    made = desk.make("note", [RSO], TEXT | {"sealed": {"why": "because", "who": ["p-1"]}})
    receipt = desk.put(made)
    assert sorted(desk.store.disclosures(receipt.index)) == sorted(made.disclosures)
    opened = {d.name: d.value for d in map(open_disclosure, desk.store.disclosures(receipt.index))}
    assert opened == {"why": "because", "who": ["p-1"]}
    assert b"because" not in desk.store.entry(receipt.index)


def test_4_a_disclosure_is_kept_once(desk: Desk) -> None:
    made = desk.make("note", [RSO], TEXT | {"sealed": {"why": "because"}})
    receipt = desk.put(Made(made.act, made.disclosures * 3))
    assert desk.store.disclosures(receipt.index) == list(made.disclosures)


def test_4_values_may_be_kept_elsewhere(desk: Desk) -> None:
    made = desk.make("note", [RSO], TEXT | {"sealed": {"why": "because"}})
    assert desk.store.disclosures(desk.put(Made(made.act)).index) == []


def test_4_a_disclosure_that_opens_nothing_is_refused(desk: Desk) -> None:
    made = desk.make("note", [RSO], TEXT | {"sealed": {"why": "because"}})
    text = made.disclosures[0]
    strange = [
        disclose("why", "other", desk.dice(16)).text,
        disclose("who", "because", desk.dice(16)).text,
        text + "A",
        "no disclosure",
        "é",
        "",
    ]
    for one in strange:
        with pytest.raises(Malformed, match="disclosure"):
            desk.office.record(made.act, disclosures=[text, one])
    assert desk.store.head().size == 1


def test_4_a_withheld_act_shows_its_class_only(desk: Desk) -> None:
    receipt = desk.record("note", [RSO], BOARD | {"sealed": {"who": "p-1"}}, withheld=True)
    entry = desk.store.entry(receipt.index)
    for hidden in (b"note", b"p-rso", b"For the Board", receipt.event_id.encode(), b"sealed"):
        assert hidden not in entry
    assert b'"withheld":{"class":"board"' in entry
    assert len(desk.store.disclosures(receipt.index)) == 2
    [fact] = desk.office.catch_up().at().of_type("note.recorded")
    assert (fact.withheld, fact.data) == (True, {"text": "For the Board."})


def test_4_a_withheld_act_is_read_again_at_the_next_start(desk: Desk) -> None:
    sealed = {name: name for name in "abcdefgh"}  # its own disclosure is one of many
    receipt = desk.record("note", [RSO], BOARD | {"sealed": sealed}, withheld=True)
    before = desk.office.catch_up().at().get(receipt.event_id)
    desk.again()
    assert desk.office.catch_up().at().get(receipt.event_id) == before
    assert desk.office.register.version(before.stream if before else "") == 1


def test_4_a_withheld_act_never_says_who_may_sign(desk: Desk) -> None:
    """The judge refuses one; where an operator put it on the record past the judge, the roll must not read it."""
    made = desk.make("revoke-key", [SECRETARY, CEO], revoking(RSO) | {"class": "board"})
    desk.smuggle(made.act, withheld=True)
    assert [fact.type for fact in desk.office.catch_up().at()] == ["ledger.founded", "key.revoked"]
    desk.note(RSO)
    assert desk.replay() == [(1, "E-WITHHELD")]


# ---- 5. erasure


def sealed_note(desk: Desk) -> tuple[int, list[str]]:
    made = desk.make("note", [RSO], TEXT | {"sealed": {"why": "because", "who": "p-1"}})
    index = desk.put(made).index
    return index, sorted(made.act.event.sealed.values())


def test_5_an_erasure_erases_what_it_names_and_nothing_else(desk: Desk) -> None:
    index, [one, other] = sealed_note(desk)
    entries = desk.entries()
    desk.record("erase-disclosure", [GC, SECRETARY], disclosing(index, [one], "GENERAL_COUNSEL"))
    assert [open_disclosure(t).commitment() for t in desk.store.disclosures(index)] == [other]
    assert desk.entries()[: len(entries)] == entries


def test_5_an_erasure_is_carried_out_by_the_next_office_when_this_one_died(desk: Desk) -> None:
    index, named = sealed_note(desk)
    made = desk.make("erase-disclosure", [GC, SECRETARY], disclosing(index, named, "GENERAL_COUNSEL"))
    desk.smuggle(made.act)  # appended, and then the power went
    desk.honest = True
    assert len(desk.store.disclosures(index)) == 2
    other = desk.another()
    other.office.catch_up()
    assert desk.store.disclosures(index) == []


def test_5_an_erasure_that_fails_is_tried_again_and_costs_no_receipt(desk: Desk) -> None:
    index, named = sealed_note(desk)
    made = desk.make("erase-disclosure", [GC, SECRETARY], disclosing(index, named, "GENERAL_COUNSEL"))

    class Full(Between):
        def erase_disclosures(self, *arguments: Any) -> int:
            if self.left:
                self.left -= 1
                raise StoreUnavailable("the disk is full", "free some space")
            return int(self._store.erase_disclosures(*arguments))

    store: Any = Full(desk.store, lambda: None, times=2)
    store.append = desk.store.append
    office = Office(store, check, clock=desk.clock, entropy=Dice("full"))
    assert office.record(made.act).index == 2
    assert len(desk.store.disclosures(index)) == 2
    with pytest.raises(StoreUnavailable):
        office.catch_up()
    office.catch_up()
    assert desk.store.disclosures(index) == []


def test_5_nothing_is_written_where_nothing_is_left_to_erase(desk: Desk) -> None:
    """Reading a ledger on a read-only disk must not fail because something was erased years ago."""
    index, named = sealed_note(desk)
    desk.record("erase-disclosure", [GC, SECRETARY], disclosing(index, named, "GENERAL_COUNSEL"))
    hidden = desk.make("note", [RSO], BOARD | {"sealed": {"who": "p-1"}})
    index, named = desk.put(hidden, withheld=True).index, list(hidden.act.event.sealed.values())
    desk.record("erase-disclosure", [GC, SECRETARY], disclosing(index, named, "GENERAL_COUNSEL"))
    [whole] = [open_disclosure(text).commitment() for text in desk.store.disclosures(index)]
    assert desk.store.act(index) is not None
    desk.record("erase-disclosure", [GC, SECRETARY], disclosing(index, [whole], "GENERAL_COUNSEL"))

    class ReadOnly(Between):
        def erase_disclosures(self, *_: Any) -> int:
            raise AssertionError("a reader wrote")

    store: Any = ReadOnly(desk.store, lambda: None)
    assert Office(store, check, clock=desk.clock, entropy=Dice()).catch_up().size == 6


def test_5_a_withheld_act_is_erased_with_all_its_bytes(desk: Desk) -> None:
    receipt = desk.record("note", [RSO], BOARD | {"sealed": {"who": "p-1"}}, withheld=True)
    named = [open_disclosure(text).commitment() for text in desk.store.disclosures(receipt.index)]
    desk.record("erase-disclosure", [GC, SECRETARY], disclosing(receipt.index, named, "BOARD_SECRETARY"))
    assert desk.store.disclosures(receipt.index) == []
    assert desk.store.act(receipt.index) is None
    desk.again()
    assert [fact.index for fact in desk.office.catch_up().at()] == [0, 2]
    desk.note(RSO)
    assert b"For the Board." not in Path(desk.where).read_bytes()


def test_5_the_act_goes_though_its_disclosure_was_lost_before(desk: Desk) -> None:
    receipt = desk.record("note", [RSO], BOARD, withheld=True)
    named = [open_disclosure(text).commitment() for text in desk.store.disclosures(receipt.index)]
    with desk.store.transaction() as c:
        c.execute("DELETE FROM disclosures")
    assert desk.store.act(receipt.index) is not None
    desk.record("erase-disclosure", [GC, SECRETARY], disclosing(receipt.index, named, "BOARD_SECRETARY"))
    assert desk.store.act(receipt.index) is None


def test_5_an_erasure_that_only_a_newer_program_understands_is_left_to_it(desk: Desk) -> None:
    index, named = sealed_note(desk)
    form = disclosing(index, named, "GENERAL_COUNSEL")

    def newer(event: dict[str, Any]) -> None:
        event["schema"], event["data"] = 2, {"everything": True}

    desk.smuggle(desk.make("erase-disclosure", [GC, SECRETARY], form, edit=newer).act)
    assert desk.office.catch_up().size == 3
    assert len(desk.store.disclosures(index)) == 2


# ---- 6. clocks


def test_6_a_clock_that_runs_backwards_alarms_and_refuses_nothing(desk: Desk) -> None:
    desk.clock.move(timedelta(hours=1))
    desk.note(RSO)
    ahead = desk.clock.now
    assert desk.office.clock_behind() == timedelta(0)
    desk.clock.move(-timedelta(minutes=30))
    assert desk.office.clock_behind() == timedelta(minutes=30) > BEHIND
    receipt = desk.note(RSO)
    assert receipt.recorded_at == ahead
    desk.clock.move(timedelta(minutes=31))
    assert desk.note(RSO).recorded_at == later(ahead, timedelta(minutes=1))
    times = [desk.store.receipt(i).recorded_at for i in range(4)]
    assert times == sorted(times)


def test_6_a_clock_set_back_keeps_no_act_alive(desk: Desk) -> None:
    """The record's own time counts, so an act past its not_after stays so."""
    made = desk.make("note", [RSO], TEXT | {"not_after": later(desk.clock.now, timedelta(minutes=1))})
    desk.clock.move(timedelta(minutes=2))
    desk.note(CEO)
    desk.clock.move(-timedelta(minutes=2))
    assert desk.refused(made) == ["E-EXPIRED"]


def test_6_a_record_without_entries_is_behind_nothing(tmp_path: Any) -> None:
    desk = Desk.empty(tmp_path)
    assert desk.office.clock_behind() == timedelta(0)
    desk.close()


# ---- one judge


def test_office_and_replay_ask_the_same_function() -> None:
    assert vars(ledger.office)["judge"] is ledger.judge.judge
    assert vars(ledger.replay)["judge"] is ledger.judge.judge


def test_the_docket_asks_the_office(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not hasattr(ledger.docket, "judge")
    asked = Refusal("X-1", "asked the office", "nothing")
    monkeypatch.setattr(ledger.office, "judge", lambda *_, **__: [asked])
    pending = desk.docket.open(desk.draft("note", RSO, TEXT))
    assert asked in pending.missing


# ---- many at once


def test_threads_share_an_office(desk: Desk) -> None:
    """Eight threads record, one reads and asks what is missing; nothing is lost, and no answer is an accident."""
    made = [[desk.make("note", [RSO], {"data": {"text": f"{t}-{n}"}}) for n in range(6)] for t in range(8)]
    waiting = desk.docket.open(desk.draft("appoint", SECRETARY, appointing(CISO))).id
    start, errors, done = threading.Barrier(9), [], threading.Event()

    def record(mine: list[Made]) -> None:
        try:
            start.wait()
            for one in mine:
                assert desk.put(one) == desk.put(one)
        except BaseException as e:  # noqa: BLE001  (told below)
            errors.append(e)

    def read() -> None:
        try:
            start.wait()
            while not done.is_set():
                assert [x.rule for x in desk.docket.get(waiting).missing] == ["E-STATEMENT", "A-APPOINT"]
                view = desk.office.catch_up().at()
                assert [fact.index for fact in view] == list(range(view.bound))
        except BaseException as e:  # noqa: BLE001
            errors.append(e)

    threads = [threading.Thread(target=record, args=(mine,)) for mine in made]
    reader = threading.Thread(target=read)
    for thread in (*threads, reader):
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    reader.join()
    assert errors == []
    texts = [f.data["text"] for f in desk.office.catch_up().at() if f.index]
    assert sorted(texts) == sorted(f"{t}-{n}" for t in range(8) for n in range(6))
    for t in range(8):
        mine = [text for text in texts if text.startswith(f"{t}-")]
        assert mine == sorted(mine)
