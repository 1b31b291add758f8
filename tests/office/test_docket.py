"""The docket: drafts that wait for signatures. Its rules by number, and its own rule ids on both sides."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ledger.docket import Docket, Pending
from ledger.draft import Draft
from ledger.errors import IdReused, Malformed, NotFound, Refused
from ledger.record.act import Seen, Signature, make_act, read_act
from ledger.record.disclosure import disclose, open_disclosure
from ledger.record.fields import later
from ledger.store.port import Receipt
from tests.kit import CEO, D1, D2, GC, IMPORTER, RSO, SECRETARY, T1, Person
from tests.office.desk import (
    Desk,
    Made,
    appointing,
    correcting,
    disclosing,
    ending,
    long_note,
    registering,
    revoking,
)
from tests.office.test_office import between

TEXT = {"data": {"text": "Drill held."}}
BOARD = {"data": {"text": "For the Board."}, "class": "board"}
NEW_KEY = Person("p-rso", "RSO", "a second key")
CISO = Person("p-ciso", "CISO")


@pytest.fixture
def desk(anywhere: Desk) -> Desk:
    """The docket has tables of its own, so all of it is tried on every database."""
    return anywhere


def opened(desk: Desk, command: str, actor: Person, form: dict[str, Any], **options: Any) -> Pending:
    return desk.docket.open(desk.draft(command, actor, form), **options)


def missing(pending: Pending | Receipt) -> list[str]:
    assert isinstance(pending, Pending)
    return [x.rule for x in pending.missing]


def sign(desk: Desk, pending: Pending, person: Person, statement: str = "approve") -> Pending | Receipt:
    return desk.docket.sign(pending.id, desk.sign(pending.event, person, statement))


def refusal(desk: Desk, pending: Pending, signature: Signature) -> list[str]:
    """The rules that refuse a signature; a refused one must not be kept."""
    before = desk.docket.get(pending.id).signatures
    with pytest.raises(Refused) as refused:
        desk.docket.sign(pending.id, signature)
    assert desk.docket.get(pending.id).signatures == before
    return sorted({x.rule for x in refused.value.refusals})


# ---- 1. what is missing is the judge's answer


def test_1_a_draft_tells_what_it_lacks_until_nothing_is_missing(desk: Desk) -> None:
    pending = opened(desk, "register-key", SECRETARY, registering(NEW_KEY))
    assert (missing(pending), pending.signatures, pending.expired) == (["E-STATEMENT", "A-KEY"], (), False)
    one = sign(desk, pending, SECRETARY)
    assert missing(one) == ["A-KEY"]
    assert desk.store.head().size == 1
    receipt = sign(desk, pending, CEO)
    assert isinstance(receipt, Receipt)
    assert receipt.index == 1
    with pytest.raises(NotFound):
        desk.docket.get(pending.id)
    assert desk.docket.all() == []


def test_1_everybody_signs_the_same_bytes(desk: Desk) -> None:
    pending = opened(desk, "register-key", SECRETARY, registering(NEW_KEY))
    first = sign(desk, pending, CEO)
    assert isinstance(first, Pending)
    assert first.event == pending.event == desk.docket.get(pending.id).event
    receipt = sign(desk, first, SECRETARY)
    assert isinstance(receipt, Receipt)
    recorded = read_act(desk.store.act(receipt.index) or b"")
    assert recorded.event_json == pending.event
    assert [s.person for s in recorded.signatures] == ["p-ceo", "p-sec"]


def test_1_others_may_sign_before_the_actor(desk: Desk) -> None:
    pending = opened(desk, "register-key", SECRETARY, registering(NEW_KEY))
    assert missing(sign(desk, pending, CEO)) == ["E-STATEMENT", "A-KEY"]
    assert missing(sign(desk, pending, GC)) == ["E-STATEMENT"]
    assert isinstance(sign(desk, pending, SECRETARY), Receipt)


def test_1_what_can_be_known_without_signatures_is_said_at_once(desk: Desk) -> None:
    pending = opened(desk, "appoint", SECRETARY, appointing(CISO) | {"policy": "2.1"})
    assert missing(pending) == ["E-STATEMENT", "A-APPOINT", "E-POLICY"]
    strange = desk.draft("note", RSO, TEXT)
    strange.event["type"] = "note.sung"
    assert "E-TYPE" in missing(desk.docket.open(strange))


def test_1_a_signature_that_ceased_to_count_is_missing_again(desk: Desk) -> None:
    pending = opened(desk, "register-key", SECRETARY, registering(NEW_KEY))
    sign(desk, pending, CEO)
    desk.record("end-appointment", [SECRETARY], ending(CEO))
    assert "S-ROLE" in missing(desk.docket.get(pending.id))
    assert "S-ROLE" in missing(sign(desk, pending, SECRETARY))
    assert desk.store.head().size == 2


def test_1_one_lost_act_does_not_close_the_whole_docket(desk: Desk) -> None:
    hidden = desk.record("note", [RSO], BOARD, withheld=True)
    form = correcting(hidden.event_id, "/text", "For the Board.", "For all.")
    leaning = opened(desk, "correct-entry", RSO, form)
    other = opened(desk, "note", RSO, TEXT)
    desk.store.erase_disclosures(
        hidden.index, [open_disclosure(t).commitment() for t in desk.store.disclosures(hidden.index)]
    )
    desk.again()
    found = {p.id: missing(p) for p in desk.docket.all()}
    assert found == {leaning.id: ["E-STATEMENT", "E-UNREAD"], other.id: ["E-STATEMENT"]}


# ---- 2. signatures at arrival


def test_2_a_signature_that_does_not_hold_or_count_is_refused_when_it_arrives(desk: Desk) -> None:
    pending = opened(desk, "register-key", SECRETARY, registering(NEW_KEY))
    event = pending.event
    other = desk.draft("note", RSO, TEXT).event
    good = desk.sign(event, CEO)
    refused = {
        "another event's": desk.sign(other, CEO),
        "another state's": desk.sign(event, CEO, seen=Seen(1, "0" * 64)),
        "an unknown key's": desk.sign(event, Person("p-ceo", "CEO", "nobody's")),
        "another's key": desk.sign(event, Person("p-ceo", "CEO", RSO.id)),
        "another role's": desk.sign(event, replace(CEO, role="GENERAL_COUNSEL")),
        "changed afterwards": replace(good, statement="reject"),
        "moved to another person": replace(good, person="p-gc"),
    }
    found = {name: refusal(desk, pending, signature) for name, signature in refused.items()}
    assert found == {
        "another event's": ["S-HOLDS"],
        "another state's": ["E-SEEN"],
        "an unknown key's": ["S-KEY"],
        "another's key": ["S-KEY"],
        "another role's": ["S-ROLE"],
        "changed afterwards": ["S-HOLDS"],
        "moved to another person": ["S-HOLDS", "S-KEY", "S-ROLE"],
    }
    assert isinstance(desk.docket.sign(pending.id, good), Pending)


def test_2_nobody_signs_a_draft_that_is_not_there(desk: Desk) -> None:
    made = desk.draft("note", RSO, TEXT)
    with pytest.raises(NotFound):
        desk.docket.sign(made.event["id"], desk.sign(made.event, RSO, "attest"))


def test_2_a_person_signs_once_and_may_change_their_mind(desk: Desk) -> None:
    pending = opened(desk, "register-key", SECRETARY, registering(NEW_KEY))
    sign(desk, pending, CEO)
    said = sign(desk, pending, CEO, "reject")
    assert isinstance(said, Pending)
    assert [(s.person, s.statement) for s in said.signatures] == [("p-ceo", "reject")]
    assert missing(sign(desk, pending, SECRETARY)) == ["A-KEY"]
    assert isinstance(sign(desk, pending, CEO), Receipt)


def test_d_actor_refuses_the_actor_in_another_capacity(desk: Desk) -> None:
    """One person signs once: in another capacity the actor would be missing for ever."""
    desk.record("appoint", [SECRETARY], appointing(replace(RSO, role="CISO")))
    pending = opened(desk, "note", RSO, TEXT)
    other = desk.sign(pending.event, RSO, "attest", capacity="bystander")
    assert refusal(desk, pending, other) == ["D-ACTOR"]
    assert refusal(desk, pending, desk.sign(pending.event, replace(RSO, role="CISO"), "attest")) == [
        "D-ACTOR"
    ]


def test_d_actor_allows_others_their_own_capacity(desk: Desk) -> None:
    pending = opened(desk, "note", RSO, TEXT)
    desk.docket.sign(pending.id, desk.sign(pending.event, CEO, "consulted", capacity="bystander"))
    assert isinstance(sign(desk, pending, RSO, "attest"), Receipt)


# ---- 3. expiry


def test_3_an_expired_draft_is_shown_and_not_completed(desk: Desk) -> None:
    limit = later(desk.clock.now, timedelta(hours=1))
    pending = opened(desk, "register-key", SECRETARY, registering(NEW_KEY) | {"not_after": limit})
    sign(desk, pending, SECRETARY)
    desk.clock.move(timedelta(hours=1))
    assert not desk.docket.get(pending.id).expired
    desk.clock.move(timedelta(microseconds=1))
    shown = sign(desk, pending, CEO)
    assert isinstance(shown, Pending)
    assert shown.expired
    assert missing(shown) == ["E-EXPIRED"]
    assert isinstance(desk.docket.complete(pending.id), Pending)
    assert desk.store.head().size == 1
    assert [p.expired for p in desk.docket.all()] == [True]
    desk.docket.withdraw(pending.id)
    assert desk.docket.all() == []


def test_3_an_import_has_no_end(desk: Desk) -> None:
    inner = {"confidence": "high", "source": "a page", "transcribed_by": IMPORTER.id}
    pending = opened(desk, "note", IMPORTER, TEXT | {"provenance": {"imported": inner}})
    desk.clock.move(timedelta(days=400))
    assert not desk.docket.get(pending.id).expired
    assert isinstance(sign(desk, pending, IMPORTER, "attest"), Receipt)


# ---- 4. at once, and too late (several processes: test_races.py)


def test_4_two_threads_complete_one_draft(desk: Desk) -> None:
    pending = opened(desk, "register-key", SECRETARY, registering(NEW_KEY))
    sign(desk, pending, SECRETARY)
    signatures = [desk.sign(pending.event, person) for person in (CEO, GC)] * 3
    start = threading.Barrier(len(signatures))
    answers: list[Pending | Receipt | Refused] = []

    def work(signature: Signature) -> None:
        start.wait()
        try:
            answers.append(desk.docket.sign(pending.id, signature))
        except Refused as e:
            answers.append(e)

    threads = [threading.Thread(target=work, args=(s,)) for s in signatures]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert desk.store.head().size == 2
    receipts = {a.index for a in answers if isinstance(a, Receipt)}
    late = {x.rule for a in answers if isinstance(a, Refused) for x in a.refusals}
    assert len(answers) == len(signatures)
    assert receipts == {1}
    assert late <= {"D-DONE"}


def test_4_two_drafts_of_one_decision_are_one_entry_and_one_refusal(desk: Desk) -> None:
    desk.record("end-appointment", [SECRETARY], ending(CEO))
    one = opened(desk, "appoint", SECRETARY, appointing(Person("p-a", "CEO")))
    two = opened(desk, "appoint", SECRETARY, appointing(Person("p-b", "CEO")))
    assert isinstance(sign(desk, one, SECRETARY), Receipt)
    assert missing(sign(desk, two, SECRETARY)) == ["G-APP-2"]
    assert desk.store.head().size == 3


def test_d_done_refuses_a_signature_that_came_too_late(desk: Desk) -> None:
    pending = opened(desk, "register-key", SECRETARY, registering(NEW_KEY))
    late = desk.sign(pending.event, GC)
    sign(desk, pending, SECRETARY)
    sign(desk, pending, CEO)
    with pytest.raises(Refused, match=r"D-DONE.*entry 1 before"):
        desk.docket.sign(pending.id, late)


def test_d_done_allows_the_last_signature_to_be_sent_again(desk: Desk) -> None:
    """Who lost the answer asks again, and gets the receipt."""
    pending = opened(desk, "register-key", SECRETARY, registering(NEW_KEY))
    sign(desk, pending, SECRETARY)
    last = desk.sign(pending.event, CEO)
    receipt = desk.docket.sign(pending.id, last)
    assert desk.docket.sign(pending.id, last) == receipt
    assert desk.docket.complete(pending.id) == receipt


def test_4_a_draft_that_was_recorded_past_the_docket_is_taken_off(desk: Desk) -> None:
    """Its office died between recording and taking it off; then what it did itself stands in its way."""
    pending = opened(desk, "end-appointment", SECRETARY, ending(GC))
    receipt = desk.put(Made(make_act(pending.event, [desk.sign(pending.event, SECRETARY)])))
    assert "G-APP-3" in missing(desk.docket.get(pending.id))
    again = desk.docket.complete(pending.id)
    assert again == receipt
    assert desk.docket.all() == []


def test_4_the_list_takes_it_off_too(desk: Desk) -> None:
    pending = opened(desk, "note", RSO, TEXT)
    desk.put(Made(make_act(pending.event, [desk.sign(pending.event, RSO, "attest")])))
    assert desk.docket.all() == []
    with pytest.raises(NotFound):
        desk.docket.get(pending.id)


def test_4_another_act_under_the_id_is_not_taken_for_it(desk: Desk) -> None:
    pending = opened(desk, "note", RSO, TEXT)
    made = desk.make("note", [CEO], {"data": {"text": "Something else."}, "id": pending.id})
    desk.put(made)
    assert "D-NEW" in missing(desk.docket.get(pending.id))
    assert "D-NEW" in missing(sign(desk, pending, RSO, "attest"))
    assert [p.id for p in desk.docket.all()] == [pending.id]
    assert desk.store.head().size == 2


def overtaken(desk: Desk, happens: Callable[[], object]) -> Docket:
    """A docket whose office is overtaken, between judging and appending, by what `happens`."""
    return Docket(between(desk, happens))


def test_4_who_is_overtaken_by_one_signature_more_gets_that_receipt(desk: Desk) -> None:
    pending = opened(desk, "register-key", SECRETARY, registering(NEW_KEY))
    by = [desk.sign(pending.event, p) for p in (SECRETARY, CEO, GC)]
    other = desk.another()
    docket = overtaken(desk, lambda: other.put(Made(make_act(pending.event, by))))
    docket.sign(pending.id, by[0])
    with pytest.raises(Refused, match="D-DONE"):  # recorded, but not with this very signature alone
        docket.sign(pending.id, desk.sign(pending.event, CEO, signed_at=later(desk.clock.now, timedelta(1))))
    assert docket.complete(pending.id) == desk.store.receipt(1)
    assert desk.store.head().size == 2
    assert docket.all() == []


def test_4_who_is_overtaken_by_another_act_is_told(desk: Desk) -> None:
    pending = opened(desk, "note", RSO, TEXT)
    other = desk.another()
    strange = desk.make("note", [CEO], {"data": {"text": "Something else."}, "id": pending.id})
    docket = overtaken(desk, lambda: other.put(strange))
    with pytest.raises(IdReused):
        docket.sign(pending.id, desk.sign(pending.event, RSO, "attest"))
    assert [p.id for p in docket.all()] == [pending.id]


def test_4_a_signature_for_a_draft_that_has_just_gone_is_not_kept(desk: Desk) -> None:
    made = desk.draft("note", RSO, TEXT)
    pending = desk.docket.open(made)
    desk.docket.withdraw(pending.id)
    desk.docket._keep(pending.id, "p-ceo", "{}")
    assert desk.docket.open(made).signatures == ()


def test_4_a_recorded_act_that_was_erased_meanwhile_troubles_nobody(desk: Desk) -> None:
    pending = opened(desk, "note", RSO, BOARD, withheld=True)
    signature = desk.sign(pending.event, RSO, "attest")
    receipt = desk.put(Made(make_act(pending.event, [signature])), withheld=True)
    named = [open_disclosure(text).commitment() for text in desk.store.disclosures(receipt.index)]
    desk.record("erase-disclosure", [GC, SECRETARY], disclosing(receipt.index, named, "GENERAL_COUNSEL"))
    [left] = desk.docket.all()
    assert "D-NEW" in missing(left)
    desk.docket.withdraw(pending.id)
    with pytest.raises(Refused, match="D-DONE"):
        desk.docket.sign(pending.id, signature)


# ---- 5. one draft, one set of conditions


def test_d_new_refuses_to_open_a_draft_under_other_conditions(desk: Desk) -> None:
    """Else whoever knows a draft could open it first in clear, or drop what opens its sealed fields."""
    made = desk.draft("note", RSO, BOARD | {"sealed": {"who": "p-1"}})
    desk.docket.open(made, withheld=True, wants=["p-ceo"])
    others: list[tuple[Draft, dict[str, Any]]] = [
        (made, {"withheld": False, "wants": ["p-ceo"]}),
        (made, {"withheld": True}),
        (Draft(made.event, ()), {"withheld": True, "wants": ["p-ceo"]}),
        (Draft(made.event | {"class": "trust"}, made.disclosures), {"withheld": True, "wants": ["p-ceo"]}),
    ]
    for draft, options in others:
        with pytest.raises(Refused, match="D-NEW"):
            desk.docket.open(draft, **options)
    [pending] = desk.docket.all()
    assert (pending.withheld, pending.wants, pending.disclosures) == (True, ("p-ceo",), made.disclosures)


def test_d_new_refuses_what_is_on_the_record(desk: Desk) -> None:
    made = desk.draft("note", RSO, TEXT)
    desk.put(Made(make_act(made.event, [desk.sign(made.event, RSO, "attest")])))
    with pytest.raises(Refused, match="D-NEW"):
        desk.docket.open(made)


def test_d_new_allows_the_same_draft_again(desk: Desk) -> None:
    made = desk.draft("note", RSO, BOARD | {"sealed": {"who": "p-1"}})
    first = desk.docket.open(made, withheld=True, wants=["p-ceo"])
    desk.clock.move(timedelta(minutes=1))
    sign(desk, first, CEO, "consulted")
    again = desk.docket.open(made, withheld=True, wants=["p-ceo"])
    assert again.opened_at == first.opened_at
    assert [s.person for s in again.signatures] == ["p-ceo"]
    assert len(desk.docket.all()) == 1


def test_5_a_withheld_draft_is_recorded_withheld_with_its_disclosures(desk: Desk) -> None:
    made = desk.draft("note", RSO, BOARD | {"sealed": {"who": "p-1"}})
    receipt = sign(desk, desk.docket.open(made, withheld=True), RSO, "attest")
    assert isinstance(receipt, Receipt)
    assert b"note" not in desk.store.entry(receipt.index)
    assert made.disclosures[0] in desk.store.disclosures(receipt.index)


def test_d_wants_refuses_to_complete_without_whom_the_opener_waits_for(desk: Desk) -> None:
    pending = opened(desk, "note", RSO, TEXT, wants=["p-ceo", "p-gc"])
    assert missing(pending) == ["E-STATEMENT", "D-WANTS", "D-WANTS"]
    assert missing(sign(desk, pending, RSO, "attest")) == ["D-WANTS", "D-WANTS"]
    shown = sign(desk, pending, CEO, "consulted")
    assert isinstance(shown, Pending)
    assert shown.wants == ("p-gc",)
    assert desk.store.head().size == 1


def test_d_wants_allows_once_they_signed_whatever_they_said(desk: Desk) -> None:
    pending = opened(desk, "note", RSO, TEXT, wants=["p-ceo"])
    sign(desk, pending, CEO, "reject")
    receipt = sign(desk, pending, RSO, "attest")
    assert isinstance(receipt, Receipt)
    assert {s.statement for s in read_act(desk.store.act(receipt.index) or b"").signatures} == {
        "attest",
        "reject",
    }


# ---- 6. hostile drafts and signatures


def deep(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "change",
    [
        {"id": "x' OR 1=1; --"},
        {"id": 5},
        {"unknown": 1},
        {"data": {"text": 1.5}},
        {"data": {"text": deep(30)}},
        {"data": {"text": deep(2000)}},
        {"data": {"text": "e\u0301"}},
        {"data": {"text": "\ud800"}},
        {"data": {"text": "\x00"}},
        {"data": {"text": 2**53}},
        {"data": "text"},
        {"actor": {"person": "p-rso"}},
        {"stream": ""},
        {"not_after": None},
        {"sealed": {}},
        {"sealed": {"text": "A" * 43}},
        {"class": "secret"},
    ],
    ids=range(17),
)
def test_6_a_draft_that_no_entry_could_hold_is_refused(desk: Desk, change: dict[str, Any]) -> None:
    made = desk.draft("note", RSO, TEXT)
    with pytest.raises(Malformed):
        desk.docket.open(Draft(made.event | change, made.disclosures))
    with pytest.raises(Malformed):
        desk.docket.open(Draft([made.event], ()))  # type: ignore[arg-type]
    assert desk.docket.all() == []


def test_6_levels_are_counted_as_the_entry_will(desk: Desk) -> None:
    """An entry has 32 levels, and an event stands on the third: what fits a file need not fit an entry."""
    for levels, fits in ((28, True), (29, False)):
        made = desk.draft("note", RSO, TEXT)
        made.event["data"] = {"text": deep(levels)}  # data is level 4, so 28 lists are levels 5 to 32
        if fits:
            desk.docket.open(made)
        else:
            with pytest.raises(Malformed, match="nested too deeply"):
                desk.docket.open(made)


def test_6_disclosures_must_open_what_is_sealed(desk: Desk) -> None:
    made = desk.draft("note", RSO, TEXT | {"sealed": {"who": "p-1"}})
    for text in (disclose("who", "p-2", desk.dice(16)).text, "x", ""):
        with pytest.raises(Malformed):
            desk.docket.open(Draft(made.event, (*made.disclosures, text)))
    twice = desk.docket.open(Draft(made.event, made.disclosures * 2))
    assert twice.disclosures == made.disclosures


@pytest.mark.parametrize("wants", [[""], ["two words"], [5], ["é"]])
def test_6_those_who_are_waited_for_are_persons(desk: Desk, wants: list[Any]) -> None:
    with pytest.raises(Malformed, match="wants"):
        opened(desk, "note", RSO, TEXT, wants=wants)


def test_6_no_signature_may_make_the_act_too_large_for_an_entry(desk: Desk) -> None:
    """Padded by one signer, a draft could otherwise never be completed by the others."""
    pending = opened(desk, "note", RSO, long_note(63_000))
    padded = desk.sign(pending.event, CEO, "consulted", capacity="y" * 2_000)
    with pytest.raises(Malformed, match="the limit is 65535"):
        desk.docket.sign(pending.id, padded)
    with pytest.raises(Malformed, match="normal form C"):
        desk.docket.sign(pending.id, desk.sign(pending.event, CEO, "consulted", capacity="e\u0301"))
    assert isinstance(sign(desk, pending, RSO, "attest"), Receipt)


def test_6_all_signatures_together_must_fit(desk: Desk) -> None:
    pending = opened(desk, "note", RSO, long_note(61_000))

    def padded(person: Person) -> Signature:
        return desk.sign(pending.event, person, "consulted", capacity="y" * 2_000)

    for _ in range(3):
        desk.docket.sign(pending.id, padded(CEO))  # each takes the place of the one before
    with pytest.raises(Malformed, match="the limit is 65535"):
        desk.docket.sign(pending.id, padded(GC))
    desk.docket.sign(pending.id, desk.sign(pending.event, CEO, "consulted"))
    desk.docket.sign(pending.id, padded(GC))


def test_6_a_draft_may_be_hopeless_and_says_so(desk: Desk) -> None:
    """What is merely not allowed (yet) is shown with its cure; only what is no event is refused."""
    pending = opened(desk, "revoke-key", D1, revoking(T1))
    assert missing(pending) == ["E-STATEMENT", "A-KEY-TRUST"]
    sign(desk, pending, D1)
    assert missing(sign(desk, pending, D2)) == ["A-KEY-TRUST"]


# ---- withdrawing


def test_a_withdrawn_draft_is_gone_with_its_signatures(desk: Desk) -> None:
    made = desk.draft("register-key", SECRETARY, registering(NEW_KEY))
    pending = desk.docket.open(made)
    sign(desk, pending, CEO)
    desk.docket.withdraw(pending.id)
    with pytest.raises(NotFound):
        desk.docket.get(pending.id)
    with pytest.raises(NotFound):
        desk.docket.complete(pending.id)
    desk.docket.withdraw(pending.id)  # twice is once
    assert desk.docket.open(made).signatures == ()


def test_drafts_are_listed_oldest_first(desk: Desk) -> None:
    ids = []
    for _ in range(3):
        ids.append(opened(desk, "note", RSO, TEXT).id)
        desk.clock.move(timedelta(seconds=1))
    assert [p.id for p in desk.docket.all()] == ids
