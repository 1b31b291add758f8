"""Drafts: what a form means before anybody signs it. Nothing trusts a draft; it must only be what people then read."""

from typing import Any

import pytest

from keys import check
from ledger.draft import Draft, draft, opened_for
from ledger.errors import Malformed
from ledger.record.disclosure import commitment, disclose, open_disclosure
from ledger.record.event import Actor, event_of
from ledger.record.fields import ulid_time
from ledger.register import Register
from ledger.subjects.registry import COMMANDS, DECISIONS
from tests.kit import INSTRUMENT, START, Person
from tests.office.desk import Dice, appointing

NOW = "2025-03-20T16:00:02.114999Z"
RSO = Actor("p-rso", "RSO", "decider")
TEXT: dict[str, Any] = {"data": {"text": "Drill held."}}


def made(
    form: Any, command: str = "note", dice: Dice | None = None, now: str = NOW, actor: Actor = RSO
) -> Draft:
    return draft(
        COMMANDS[command],
        form,
        view=Register(DECISIONS, check).at(),
        actor=actor,
        policy="2.2",
        now=now,
        entropy=dice or Dice(),
    )


# ---- 1. what it fills in


def test_1_a_form_is_filled_in_with_what_is_usual() -> None:
    event = made(TEXT).event
    id_ = event.pop("id")
    assert event == {
        "actor": {"capacity": "decider", "person": "p-rso", "role": "RSO"},
        "class": "public",
        "data": {"text": "Drill held."},
        "effective_at": NOW,
        "not_after": "2025-04-19T16:00:02.114000Z",
        "policy": "2.2",
        "provenance": "live",
        "schema": 1,
        "stream": f"note/{id_}",
        "type": "note.recorded",
    }


def test_1_an_id_is_made_of_clock_and_chance() -> None:
    one = made(TEXT).event["id"]
    assert ulid_time(one) == "2025-03-20T16:00:02.114000Z"
    assert made(TEXT).event["id"] == one
    assert made(TEXT, dice=Dice("other")).event["id"] != one
    assert made(TEXT, dice=Dice("other")).event["id"][:10] == one[:10]


INSTANTS = ("1970-01-01T00:00:00.000999Z", "2999-12-31T23:59:59.999000Z", "2025-01-01T00:00:00.001000Z")


@pytest.mark.parametrize("now", INSTANTS)
def test_1_an_id_counts_whole_milliseconds(now: str) -> None:
    """As a float of seconds times a thousand some instants would fall into the millisecond before."""
    assert ulid_time(made(TEXT, now=now).event["id"]) == now[:23] + "000Z"


def test_1_what_the_form_sets_stands() -> None:
    form = TEXT | {
        "id": "01KB0000000000000000000000",
        "effective_at": START,
        "not_after": "2025-03-21T00:00:00.000000Z",
        "policy": "2.1",
        "class": "board",
        "evidence": [INSTRUMENT],
        "supersedes": "01KB0000000000000000000001",
        "retracts": "01KB0000000000000000000002",
        "corrects": "01KB0000000000000000000003",
    }
    event = made(form).event
    assert {name: event[name] for name in form} == form
    assert event["stream"] == "note/01KB0000000000000000000000"


def test_1_a_form_may_deny_that_a_policy_governs() -> None:
    assert made(TEXT | {"policy": None}).event["policy"] is None


def test_1_not_after_follows_the_id_that_the_form_gives() -> None:
    event = made(TEXT | {"id": "01JPSQ5R00ABCDEFGHJKMNPQRS"}).event
    assert event["not_after"][:10] == "2025-04-19"
    assert ulid_time(event["id"])[:10] == "2025-03-20"


def test_1_imports_have_no_not_after() -> None:
    inner = {"confidence": "high", "source": "a page", "transcribed_by": "p-rso"}
    event = made(TEXT | {"provenance": {"imported": inner}}).event
    assert "not_after" not in event


def test_1_streams_follow_from_what_is_drafted() -> None:
    form = appointing(Person("p-9", "CISO"))
    assert made(form, "appoint").event["stream"] == "person/p-9"


@pytest.mark.parametrize("name", ["type", "schema", "stream", "actor", "text", "Data"])
def test_1_a_form_sets_nothing_that_follows_from_its_kind(name: str) -> None:
    with pytest.raises(Malformed, match="unknown member"):
        made(TEXT | {name: "x"})


# ---- 2. sealed values


def test_2_sealed_values_become_commitments() -> None:
    one = made(TEXT | {"sealed": {"why": "because", "who": {"persons": ["p-1"]}}})
    sealed = one.event["sealed"]
    assert sorted(sealed) == ["who", "why"]
    opened = [open_disclosure(text) for text in one.disclosures]
    assert {d.name: d.value for d in opened} == {"why": "because", "who": {"persons": ["p-1"]}}
    assert {d.name: d.commitment() for d in opened} == sealed
    assert "because" not in str(one.event)


def test_2_each_value_has_a_salt_of_its_own() -> None:
    one = made(TEXT | {"sealed": {"a": "yes", "b": "yes"}})
    again = made(TEXT | {"sealed": {"a": "yes", "b": "yes"}}, dice=Dice("other"))
    assert len({*one.disclosures, *again.disclosures}) == 4
    assert len({commitment(t) for t in (*one.disclosures, *again.disclosures)}) == 4


def test_2_nothing_sealed_leaves_no_mark() -> None:
    assert "sealed" not in made(TEXT | {"sealed": {}}).event
    assert made(TEXT).disclosures == ()


def test_2_a_disclosure_opens_a_field_of_its_own_name() -> None:
    one = made(TEXT | {"sealed": {"why": "because"}})
    event = event_of(one.event, "")
    assert [d.value for d in opened_for(event, one.disclosures * 2)] == ["because"]
    assert opened_for(event, ()) == []
    for strange in (disclose("why", "because", bytes(16)).text, "", "=", "é", one.disclosures[0][:-4]):
        with pytest.raises(Malformed, match="disclosure 1"):
            opened_for(event, [*one.disclosures, strange])


# ---- 3. refused before anybody signs


@pytest.mark.parametrize(
    ("form", "where"),
    [
        ({}, "'data' is missing"),
        ([], "not an object"),
        ("text", "not an object"),
        ({"data": {}}, "'text' is missing"),
        ({"data": {"text": "x", "more": 1}}, "unknown member 'more'"),
        ({"data": []}, "/data: not an object"),
        (TEXT | {"sealed": []}, "/sealed: not an object"),
        (TEXT | {"sealed": {"text": "x"}}, "stands in data too"),
        (TEXT | {"sealed": {"why": 1.5}}, "floating-point"),
        (TEXT | {"class": "secret"}, "/class"),
        (TEXT | {"id": "01"}, "/id"),
        (TEXT | {"id": 5}, "/id"),
        (TEXT | {"effective_at": "2025-03-20"}, "/effective_at"),
        (TEXT | {"evidence": []}, "/evidence: empty"),
        (TEXT | {"corrects": "H1"}, "/corrects"),
        (TEXT | {"provenance": "dead"}, "/provenance"),
        ({"data": {"text": "e\u0301"}}, "normal form C"),
        ({"data": {"text": "\ud800"}}, "lone surrogate"),
        ({"data": {"text": "a\x07"}}, "control character"),
    ],
)
def test_3_what_no_entry_could_hold_is_refused(form: Any, where: str) -> None:
    with pytest.raises(Malformed) as malformed:
        made(form)
    assert where in str(malformed.value)


def test_3_an_import_has_no_not_after_and_is_told() -> None:
    inner = {"confidence": "high", "source": "a page", "transcribed_by": "p-rso"}
    with pytest.raises(Malformed, match="imported events have no not_after"):
        made(TEXT | {"provenance": {"imported": inner}, "not_after": NOW})
