"""Acts over HTTP: recorded, repeated, refused, malformed; and what many at once come to."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ledger.draft import Draft
from ledger.record.act import Act, make_act
from ledger.record.canonical import encode
from ledger.record.disclosure import commitment
from ledger.record.merkle import leaf_hash
from tests.http.door import Door

JSON = {"content-type": "application/json"}


def post(door: Door, body: bytes) -> Any:
    return door.stranger.post("/api/v1/acts", content=body, headers=JSON)


def edited_note(door: Door, text: str) -> Act:
    """A well-signed note that no form would draft."""
    event = door.act("note", "p-rso", {"data": {"text": "-"}})[1].event | {"data": {"text": text}}
    return make_act(event, [door.stage.sign(Draft(event, ()), "p-rso", "attest")])


def test_an_act_is_recorded_once(door: Door) -> None:
    """Must 3 of api/http/acts.py."""
    act = door.note("Drill held.")
    first = post(door, act.raw)
    assert first.status_code == 201
    receipt = first.json()
    assert (receipt["index"], receipt["event_id"]) == (14, act.event.id)
    raw = door.stranger.get("/api/v1/entries/14/leaf").content
    assert leaf_hash(raw).hex() == receipt["leaf_hash"]
    assert act.raw in raw
    assert receipt["checkpoint"].split("\n")[1] == "15"
    post(door, door.note("Another.").raw)
    again = post(door, act.raw)
    assert (again.status_code, again.json()) == (200, receipt)


def test_an_id_is_not_used_twice(door: Door) -> None:
    act, made = door.act("note", "p-rso", {"data": {"text": "One."}})
    assert post(door, act.raw).status_code == 201
    other = made.event | {"data": {"text": "Other."}}
    twin = make_act(other, [door.stage.sign(Draft(other, ()), "p-rso", "attest")])
    answer = post(door, twin.raw)
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/id-reused"


def test_a_refusal_names_every_rule_with_its_cure(door: Door) -> None:
    act, _ = door.act("note", "p-ceo", {"data": {"text": "Old."}, "not_after": "2026-01-01T00:00:00.000000Z"})
    value = json.loads(act.raw)
    value["signatures"][0]["sig"] = "A" * 86
    answer = post(door, encode(value))
    assert answer.status_code == 422
    problem = answer.json()
    rules = [r["rule"] for r in problem["refusals"]]
    assert {"S-HOLDS", "E-EXPIRED"} <= set(rules)
    assert problem["rule"] == rules[0]
    assert all(r["reason"] and r["cure"] for r in problem["refusals"])
    assert door.house.store.head().size == 14


@pytest.mark.parametrize(
    ("body", "where", "what"),
    [
        (b"", "", "not JSON"),
        (b"\xff", "", "UTF-8"),
        (b"[]", "", "not an object"),
        (b"{}", "", "'event' is missing"),
        (b'{"event":{},"signatures":[]}', "/event", "is missing"),
        (b'{"event":{},"signatures":{}}', "/signatures", "not an array"),
        (b'{"event": {},"signatures":[]}', "", "canonical"),
        (b'{"event":{},"event":{},"signatures":[]}', "", "twice"),
        (b'{"event":{},"signatures":[],"strange":1}', "", "unknown member"),
        (b'{"event":{},"signatures":[],"withheld":false}', "/withheld", "not true"),
        (b'{"disclosures":[1],"event":{},"signatures":[]}', "/disclosures/0", "not a text"),
        (b'{"event":{"id":1.5},"signatures":[]}', "/event/id", "floating"),
        (b'{"event":' + b"[" * 50_000 + b"]" * 50_000 + b',"signatures":[]}', "", "nested"),
        (b'{"event":' + b"9" * 10_000 + b',"signatures":[]}', "", "not JSON"),
    ],
    ids=range(14),
)
def test_what_is_no_act_is_told_where(door: Door, body: bytes, where: str, what: str) -> None:
    answer = post(door, body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["where"] == where
    assert what in answer.json()["detail"]


def test_an_entry_over_the_limit_is_refused_with_its_size(door: Door) -> None:
    item = {"digest": "sha256:" + "1" * 64, "media_type": "text/plain", "obtained_at": door.stage.clock(),
            "size_bytes": 1, "source": "internal", "title": "x" * 66_000}  # fmt: skip
    event = door.act("note", "p-rso", {"data": {"text": "-"}})[1].event | {"evidence": [item]}
    act = make_act(event, [door.stage.sign(Draft(event, ()), "p-rso", "attest")])
    answer = post(door, act.raw)
    assert answer.status_code == 400
    assert "65535" in answer.json()["detail"]


def test_a_text_over_20000_characters_is_refused(door: Door) -> None:
    answer = post(door, edited_note(door, "x" * 20_001).raw)
    assert (answer.status_code, answer.json()["rule"]) == (422, "E-DATA")


def test_text_must_be_composed(door: Door) -> None:
    answer = post(door, edited_note(door, "Cafe\u0301").raw)
    assert answer.status_code == 400
    assert "normal form C" in answer.json()["detail"]


def test_a_withheld_act_with_a_sealed_field(door: Door) -> None:
    """Must 2 of api/http/acts.py."""
    form = {"data": {"text": "Hush."}, "sealed": {"detail": "very"}, "class": "board"}
    act, made = door.act("note", "p-d1", form)
    body = encode(json.loads(act.raw) | {"disclosures": list(made.disclosures), "withheld": True})
    answer = post(door, body)
    assert answer.status_code == 201
    entry = door.stranger.get("/api/v1/entries/14").text
    assert "Hush" not in entry
    assert door.house.store.act(14) == act.raw
    kept = {commitment(text) for text in door.house.store.disclosures(14)}
    assert set(act.event.sealed.values()) < kept


def test_a_disclosure_must_open_the_act(door: Door) -> None:
    act, _ = door.act("note", "p-d1", {"data": {"text": "A."}, "sealed": {"detail": "very"}})
    _, other = door.act("note", "p-d1", {"data": {"text": "B."}, "sealed": {"detail": "other"}})
    answer = post(door, encode(json.loads(act.raw) | {"disclosures": list(other.disclosures)}))
    assert answer.status_code == 400
    assert answer.json()["where"] == "disclosure 0"


def test_a_public_act_may_not_be_withheld(door: Door) -> None:
    answer = post(door, door.note("Open.").raw[:-1] + b',"withheld":true}')
    assert answer.status_code == 422
    assert answer.json()["rule"] == "E-WITHHELD"


def test_many_record_and_read_at_once(door: Door) -> None:
    """Every act gets its own place, readers always see a whole record, and nobody is told off."""
    acts = [door.note(f"Note {n}.", "p-rso" if n % 2 else "p-ceo") for n in range(40)]

    def one(act: Act) -> int:
        answer = post(door, act.raw)
        assert answer.status_code == 201, answer.text
        index: int = answer.json()["index"]
        seen = door.stranger.get("/api/v1/entries", params={"after": index}).json()
        assert seen["size"] > index
        assert seen["entries"][0]["entry"]["act"]["event"]["id"] == act.event.id
        people = door.stranger.get("/api/v1/people").json()
        assert len(people["people"]) > 20
        return index

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(one, acts)) == list(range(14, 54))


def test_without_the_log_key_nothing_is_recorded(reading: Door) -> None:
    answer = post(reading, reading.note("No.").raw)
    assert answer.status_code == 503
    assert answer.json()["type"] == "/problems/unavailable"
    assert "key" not in answer.json()["detail"]
    told = reading.operator.post("/api/v1/acts", content=reading.note("No.").raw, headers=JSON)
    assert "log key" in told.json()["detail"]
