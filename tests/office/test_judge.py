"""The judge, rule by rule: what each refuses and, as close by as possible, what it allows.

A test's name begins with its rule: ``tools/rules_table.py`` finds it by that and lists it in docs/rules.md.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from keys import check
from ledger.errors import Malformed, Refused
from ledger.judge import judge
from ledger.record.act import Seen, make_act, read_act
from ledger.record.canonical import encode
from ledger.record.disclosure import open_disclosure
from ledger.record.fields import later, ulid_time
from ledger.subjects.kind import Unjudged
from ledger.subjects.registry import DECISIONS, KINDS
from tests.kit import CEO, GC, IMPORTER, RSO, SECRETARY, Person
from tests.office.desk import Desk, Made, appointing, correcting, replayed, revoking

MINUTE = timedelta(minutes=1)
TICK = timedelta(microseconds=1)
TEXT = {"data": {"text": "Drill held."}}
CISO = Person("p-ciso", "CISO")


def history(by: Person = IMPORTER, transcriber: str = IMPORTER.id) -> dict[str, Any]:
    data = {"precision": "month", "stated_date": "2024-03", "subject": "x", "text": "Said so.", "title": "T"}
    inner = {"confidence": "high", "source": "a page", "transcribed_by": transcriber}
    return {"data": data, "provenance": {"imported": inner}}


# ---- times


def test_e_expired_refuses_after_not_after(desk: Desk) -> None:
    made = desk.make("note", [RSO], TEXT | {"not_after": later(desk.clock.now, MINUTE)})
    desk.clock.move(MINUTE + TICK)
    assert desk.refused(made) == ["E-EXPIRED"]


def test_e_expired_allows_until_not_after(desk: Desk) -> None:
    made = desk.make("note", [RSO], TEXT | {"not_after": later(desk.clock.now, MINUTE)})
    desk.clock.move(MINUTE)
    assert desk.put(made).recorded_at == made.act.event.not_after


def test_e_not_after_refuses_more_than_thirty_days(desk: Desk) -> None:
    made = desk.make("note", [RSO], TEXT | {"not_after": later(desk.clock.now, timedelta(days=30) + TICK)})
    assert desk.refused(made) == ["E-NOT-AFTER"]


def test_e_not_after_allows_thirty_days(desk: Desk) -> None:
    made = desk.make("note", [RSO], TEXT)
    assert made.act.event.not_after == later(ulid_time(made.id), timedelta(days=30))
    desk.put(made)


def test_e_future_refuses_what_lies_ahead(desk: Desk) -> None:
    ahead = later(desk.clock.now, timedelta(minutes=5) + TICK)
    assert desk.refused(desk.make("note", [RSO], TEXT | {"effective_at": ahead})) == ["E-FUTURE"]


def test_e_future_allows_five_minutes_and_what_is_scheduled(desk: Desk) -> None:
    desk.record("note", [RSO], TEXT | {"effective_at": later(desk.clock.now, timedelta(minutes=5))})
    ahead = later(desk.clock.now, timedelta(days=300))
    desk.record("appoint", [SECRETARY], appointing(CISO) | {"effective_at": ahead})


def test_e_backdated_refuses_a_decision_dated_back(desk: Desk) -> None:
    back = later(desk.clock.now, -timedelta(days=1) - TICK)
    made = desk.make("appoint", [SECRETARY], appointing(CISO) | {"effective_at": back})
    assert desk.refused(made) == ["E-BACKDATED"]


def test_e_backdated_allows_a_day_and_any_observation(desk: Desk) -> None:
    desk.record(
        "appoint", [SECRETARY], appointing(CISO) | {"effective_at": later(desk.clock.now, -timedelta(days=1))}
    )
    desk.record("note", [RSO], TEXT | {"effective_at": later(desk.clock.now, -timedelta(days=900))})


# ---- policy and provenance


@pytest.mark.parametrize("policy", ["2.1", "2.3", None])
def test_e_policy_refuses_a_decision_under_another_version(desk: Desk, policy: str | None) -> None:
    made = desk.make("appoint", [SECRETARY], appointing(CISO) | {"policy": policy})
    assert desk.refused(made) == ["E-POLICY"]


@pytest.mark.parametrize("policy", ["2.1", None])
def test_e_policy_allows_the_version_in_force_and_any_in_an_observation(
    desk: Desk, policy: str | None
) -> None:
    desk.record("appoint", [SECRETARY], appointing(CISO) | {"policy": "2.2"})
    desk.record("note", [RSO], TEXT | {"policy": policy})


def test_e_policy_allows_none_where_there_is_none(tmp_path: Any) -> None:
    desk = Desk.found(tmp_path, policy=None)
    assert desk.refused(desk.make("appoint", [SECRETARY], appointing(CISO) | {"policy": "2.2"})) == [
        "E-POLICY"
    ]
    desk.record("appoint", [SECRETARY], appointing(CISO))
    desk.close()


def test_e_live_refuses_an_imported_decision(desk: Desk) -> None:
    noted = desk.note(RSO)
    form = correcting(noted.event_id, "/text", "Drill held.", "No drill.")
    made = desk.make("correct-entry", [RSO], form | {"provenance": history(RSO)["provenance"]})
    assert desk.refused(made) == ["E-IMPORTER", "E-LIVE"]


def test_e_live_allows_imported_history(desk: Desk) -> None:
    desk.record("import-entry", [IMPORTER], history())


@pytest.mark.parametrize(("by", "transcriber"), [(RSO, "p-rso"), (RSO, "p-imp"), (IMPORTER, "p-rso")])
def test_e_importer_refuses_a_borrowed_transcription(desk: Desk, by: Person, transcriber: str) -> None:
    provenance = history(by, transcriber)["provenance"]
    assert desk.refused(desk.make("note", [by], TEXT | {"provenance": provenance})) == ["E-IMPORTER"]


def test_e_importer_allows_who_transcribed_it(desk: Desk) -> None:
    desk.record("note", [IMPORTER], TEXT | {"provenance": history()["provenance"]})


# ---- form


def test_e_stream_refuses_another_stream(desk: Desk) -> None:
    made = desk.make("note", [RSO], TEXT, edit=lambda e: e.update(stream="note/elsewhere"))
    assert desk.refused(made) == ["E-STREAM"]


def test_e_stream_allows_the_kinds_own(desk: Desk) -> None:
    assert desk.make("note", [RSO], TEXT).act.event.stream.startswith("note/01")
    desk.note(RSO)


@pytest.mark.parametrize("said", ["approve", "acknowledge", "reject", "abstain", "consulted"])
def test_e_statement_refuses_an_actor_who_says_something_else(desk: Desk, said: str) -> None:
    assert desk.refused(desk.make("note", [RSO], TEXT, statement=said)) == ["E-STATEMENT"]


def test_e_statement_refuses_a_decision_that_its_actor_only_attests(desk: Desk) -> None:
    made = desk.make("appoint", [SECRETARY], appointing(CISO), statement="attest")
    assert desk.refused(made) == ["A-APPOINT", "E-STATEMENT"]


def test_e_statement_refuses_somebody_elses_word_for_the_actors(desk: Desk) -> None:
    made = desk.draft("note", RSO, TEXT)
    signatures = [desk.sign(made.event, RSO, "reject"), desk.sign(made.event, CEO, "attest")]
    assert desk.refused(Made(make_act(made.event, signatures))) == ["E-STATEMENT"]


def test_e_statement_allows_others_to_say_what_they_like(desk: Desk) -> None:
    made = desk.draft("note", RSO, TEXT)
    signatures = [desk.sign(made.event, RSO, "attest"), desk.sign(made.event, CEO, "reject")]
    desk.office.record(make_act(made.event, signatures))


def test_e_actor_refuses_another_role(desk: Desk) -> None:
    made = desk.make("import-entry", [CEO], history(CEO, CEO.id))
    assert desk.refused(made) == ["E-ACTOR", "E-IMPORTER"]


def test_e_actor_allows_the_role_named_and_any_where_none_is(desk: Desk) -> None:
    desk.record("import-entry", [IMPORTER], history())
    desk.note(GC)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"text": ""},
        {"text": 5},
        {"text": "x", "about": "y"},
        {"text": "x", "about": ["y"]},
        {"text": "x", "z": 1},
    ],
)
def test_e_data_refuses_what_is_not_laid_out_so(desk: Desk, data: dict[str, Any]) -> None:
    made = desk.make("note", [RSO], TEXT, edit=lambda e: e.update(data=data))
    assert desk.refused(made) == ["E-DATA"]


def test_e_data_refuses_and_says_where(desk: Desk) -> None:
    texts = []
    for data in ({"text": "x", "about": ["y"]}, {"text": "x", "z": 1}, {"text": "x", "about": 5}):
        made = desk.make("note", [RSO], TEXT, edit=lambda e, data=data: e.update(data=data))  # type: ignore[misc]
        with pytest.raises(Refused) as refused:
            desk.put(made)
        texts += [str(x) for x in refused.value.refusals]
    assert texts == [
        "E-DATA: note.recorded: not a ULID at /data/about/0. correct the draft",
        "E-DATA: note.recorded: unknown member 'z' at /data. remove it",
        "E-DATA: note.recorded: not an array at /data/about. correct the draft",
    ]


def test_e_data_allows_every_member_of_the_layout(desk: Desk) -> None:
    first = desk.note(RSO)
    desk.record("note", [RSO], {"data": {"text": "See there.", "about": [first.event_id]}})


# ---- what may be withheld


@pytest.mark.parametrize("class_", ["public", None])
def test_e_withheld_refuses_a_public_act(desk: Desk, class_: str | None) -> None:
    made = desk.make("note", [RSO], TEXT | ({"class": class_} if class_ else {}))
    assert desk.refused(made, withheld=True) == ["E-WITHHELD"]


def test_e_withheld_refuses_what_others_verify_by(desk: Desk) -> None:
    made = desk.make("revoke-key", [SECRETARY, CEO], revoking(GC) | {"class": "board"})
    assert desk.refused(made, withheld=True) == ["E-WITHHELD"]
    made = desk.make("appoint", [SECRETARY], appointing(CISO) | {"class": "board"})
    assert desk.refused(made, withheld=True) == ["E-WITHHELD"]


def test_e_withheld_refuses_a_hidden_correction_of_what_stands_in_clear(desk: Desk) -> None:
    noted = desk.note(RSO)
    form = correcting(noted.event_id, "/text", "Drill held.", "No drill.") | {"class": "board"}
    assert desk.refused(desk.make("correct-entry", [RSO], form), withheld=True) == ["E-WITHHELD"]
    desk.record("correct-entry", [RSO], form)


def test_e_withheld_allows_what_is_not_public(desk: Desk) -> None:
    noted = desk.record("note", [RSO], TEXT | {"class": "board"}, withheld=True)
    form = correcting(noted.event_id, "/text", "Drill held.", "No drill.") | {"class": "board"}
    desk.record("correct-entry", [RSO], form, withheld=True)


# ---- commitments


def test_e_commitment_refuses_one_that_stands_already(desk: Desk) -> None:
    first = desk.make("note", [RSO], TEXT | {"sealed": {"why": "because"}})
    desk.put(first)
    again = desk.make("note", [RSO], TEXT, edit=lambda e: e.update(sealed=dict(first.act.event.sealed)))
    assert desk.refused(again) == ["E-COMMITMENT"]
    hidden = desk.record("note", [RSO], TEXT | {"class": "board"}, withheld=True)
    [whole] = desk.store.disclosures(hidden.index)
    leaf = open_disclosure(whole).commitment()
    assert desk.refused(desk.make("note", [RSO], TEXT, edit=lambda e: e.update(sealed={"x": leaf}))) == [
        "E-COMMITMENT"
    ]


def test_e_commitment_refuses_one_for_two_fields(desk: Desk) -> None:
    def twice(event: dict[str, Any]) -> None:
        event["sealed"]["also"] = event["sealed"]["why"]

    assert desk.refused(desk.make("note", [RSO], TEXT | {"sealed": {"why": "x"}}, edit=twice)) == [
        "E-COMMITMENT"
    ]


def test_e_commitment_allows_the_same_value_under_a_fresh_salt(desk: Desk) -> None:
    for _ in range(2):
        desk.record("note", [RSO], TEXT | {"sealed": {"why": "because", "also": "because"}})


# ---- at the door only


def test_e_type_refuses_what_this_program_does_not_know(desk: Desk) -> None:
    assert desk.refused(desk.make("note", [RSO], TEXT, edit=lambda e: e.update(type="note.sung"))) == [
        "E-TYPE"
    ]
    assert desk.refused(desk.make("note", [RSO], TEXT, edit=lambda e: e.update(schema=2))) == ["E-TYPE"]


def test_e_type_allows_every_kind_at_its_schema(desk: Desk) -> None:
    made = desk.make("note", [RSO], TEXT)
    assert made.act.event.schema == KINDS["note.recorded"].schema
    desk.put(made)


def test_e_seen_refuses_a_state_that_this_ledger_never_signed(desk: Desk) -> None:
    desk.note(RSO)
    head = desk.seen()
    for strange in (
        Seen(head.size, "0" * 64),
        Seen(head.size - 1, head.root),
        Seen(head.size + 1, head.root),
        Seen(2**53 - 1, head.root),
    ):
        rules = desk.refused(desk.make("note", [RSO], TEXT, seen=strange))
        assert "E-SEEN" in rules


def test_e_seen_allows_any_state_since_the_key_was_registered(desk: Desk) -> None:
    early = desk.seen()
    desk.note(RSO)
    desk.record("note", [RSO], TEXT, seen=early)


def test_e_unread_refuses_what_leans_on_a_lost_act(desk: Desk) -> None:
    hidden = desk.record("note", [RSO], TEXT | {"class": "board"}, withheld=True)
    made = desk.make("correct-entry", [RSO], correcting(hidden.event_id, "/text", "Drill held.", "None."))
    kept = [open_disclosure(text).commitment() for text in desk.store.disclosures(hidden.index)]
    desk.store.erase_disclosures(hidden.index, kept)
    desk.again()
    assert desk.refused(made) == ["E-UNREAD"]


def test_e_unread_allows_it_while_the_act_is_kept(desk: Desk) -> None:
    hidden = desk.record("note", [RSO], TEXT | {"class": "board"}, withheld=True)
    form = correcting(hidden.event_id, "/text", "Drill held.", "None.") | {"class": "board"}
    desk.record("correct-entry", [RSO], form, withheld=True)


# ---- the judge's own rules by number


def test_1_the_same_question_has_the_same_answer(desk: Desk) -> None:
    desk.note(RSO)
    made = desk.make("appoint", [CEO], appointing(CISO) | {"policy": "2.1"})
    register = desk.office.catch_up()
    view = register.below(register.size)
    asked = [judge(view, made.act, desk.clock.now, check) for _ in range(3)]
    assert asked[0] == asked[1] == asked[2] != []
    looks = desk.clock.looks
    judge(view, made.act, desk.clock.now, check)
    assert desk.clock.looks == looks


def test_2_signatures_count_for_types_that_nobody_knows(desk: Desk) -> None:
    stranger = Person("p-rso", "RSO", "a key that nobody registered")
    made = desk.make("note", [stranger], TEXT, edit=lambda e: e.update(type="note.sung"))
    register = desk.office.catch_up()
    found = judge(register.below(register.size), made.act, desk.clock.now, check)
    assert [x.rule for x in found] == ["S-KEY"]


def test_3_an_observation_is_not_judged_for_what_it_says() -> None:
    assert [kind.type for kind in KINDS.values() if not kind.decides and kind.judges] == []
    assert {"note.recorded", "history.imported"}.isdisjoint(DECISIONS)


def test_6_every_reason_is_given_at_once(desk: Desk) -> None:
    made = desk.make(
        "appoint",
        [CEO],
        appointing(CISO, to="2024-01-01T00:00:00.000000Z") | {"policy": "2.1"},
        edit=lambda e: e.update(stream="person/p-other"),
    )
    assert desk.refused(made) == ["A-APPOINT", "E-POLICY", "E-STREAM", "G-APP-1"]


def test_7_a_rule_that_cannot_be_asked_silences_no_other(desk: Desk) -> None:
    """Else an operator could name a withheld act to hide that an act was expired, or decided by nobody."""
    hidden = desk.record("note", [RSO], TEXT | {"class": "board"}, withheld=True)
    form = correcting(hidden.event_id, "/text", "Drill held.", "None.")
    made = desk.make("correct-entry", [RSO], form | {"policy": "2.1"}, edit=lambda e: e.update(stream="s"))
    public, _ = replayed(desk.store, opened=False)
    register = public.register
    with pytest.raises(Unjudged) as unjudged:
        judge(register.below(register.size), made.act, later(desk.clock.now, timedelta(days=60)), check)
    assert unjudged.value.index == hidden.index
    assert sorted(x.rule for x in unjudged.value.refusals) == ["E-EXPIRED", "E-POLICY", "E-STREAM"]


# ---- schema numbers


def test_an_older_schema_is_judged_as_todays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new layout gets the next number, and an upcast; acts of the old one stay readable for ever."""

    def upcast(data: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(data.get("text"), str):
            raise Malformed("no text", "/data/text")
        return {"words": data["text"]}

    def read(event: Any) -> str:
        if set(event.data) != {"words"}:
            raise Malformed("not the new layout", "/data")
        return str(event.data["words"])

    kind = KINDS["note.recorded"]
    newer = replace(kind, schema=2, upcasts={1: upcast}, read=read)
    old = desk.make("note", [RSO], TEXT)
    older = desk.make("note", [RSO], TEXT, edit=lambda e: e.update(data={"text": 5}))
    monkeypatch.setitem(KINDS, "note.recorded", newer)
    new = desk.make("note", [RSO], TEXT, edit=lambda e: e.update(schema=2, data={"words": "Sung."}))
    mixed = desk.make("note", [RSO], TEXT, edit=lambda e: e.update(schema=2))
    newest = desk.make("note", [RSO], TEXT, edit=lambda e: e.update(schema=3))
    assert desk.refused(older) == ["E-DATA"]
    assert desk.refused(mixed) == ["E-DATA"]
    assert desk.refused(newest) == ["E-TYPE"]
    desk.put(old)
    receipt = desk.put(new)
    assert read_act(desk.store.act(receipt.index) or b"").event.data == {"words": "Sung."}
    assert encode(old.act.event_json) in desk.store.entry(receipt.index - 1)
