"""The docket over HTTP: who may open, read, sign and withdraw a draft."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ledger.draft import Draft
from ledger.record.act import Signature, signature_json
from ledger.record.canonical import encode
from tests.http.door import Door, client

JSON = {"content-type": "application/json"}
DOCKET = "/api/v1/docket"


def body(made: Draft, signatures: list[Signature], **members: Any) -> bytes:
    return encode({"event": made.event, "signatures": [signature_json(s) for s in signatures], **members})


def settlement(door: Door) -> Draft:
    """A draft that two people must sign: it erases the published protocol of entry 7."""
    entry = door.stranger.get("/api/v1/entries/7").json()["entry"]["act"]["event"]
    data = {
        "index": 7,
        "commitments": [entry["sealed"]["protocol"]],
        "authority": "GENERAL_COUNSEL",
        "reason": "Term.",
    }
    return door.stage.draft("erase-disclosure", "p-gc", {"data": data})


def test_what_waits_is_told_with_its_cure(reading: Door) -> None:
    (draft,) = reading.stranger.get(DOCKET).json()["drafts"]
    assert reading.stranger.get(f"{DOCKET}/{draft['id']}").json() == draft
    assert draft["event"]["type"] == "key.registered"
    assert [s["person"] for s in draft["signatures"]] == ["p-sec"]
    assert [m["rule"] for m in draft["missing"]] == ["A-KEY"]
    assert draft["expired"] is False
    assert draft["event_digest"].startswith("sha256:")


def test_the_last_signature_records_the_act(door: Door) -> None:
    (draft,) = door.stranger.get(DOCKET).json()["drafts"]
    signature = door.stage.sign(Draft(draft["event"], ()), "p-rso", "approve")
    answer = door.stranger.post(
        f"{DOCKET}/{draft['id']}/signatures", content=encode(signature_json(signature)), headers=JSON
    )
    assert answer.status_code == 200
    assert answer.json()["draft"] is None
    assert answer.json()["receipt"]["index"] == 14
    assert door.stranger.get(DOCKET).json()["drafts"] == []
    gone = door.stranger.get(f"{DOCKET}/{draft['id']}")
    assert gone.status_code == 404


def test_a_signature_that_does_not_count_is_refused(door: Door) -> None:
    (draft,) = door.stranger.get(DOCKET).json()["drafts"]
    path = f"{DOCKET}/{draft['id']}/signatures"
    signature = signature_json(door.stage.sign(Draft(draft["event"], ()), "p-rso", "approve"))
    forged = door.stranger.post(path, content=encode(signature | {"sig": "A" * 86}), headers=JSON)
    assert (forged.status_code, forged.json()["rule"]) == (422, "S-HOLDS")
    elsewhere = signature | {"seen": {"root": "0" * 64, "size": 14}}
    unseen = door.stranger.post(path, content=encode(elsewhere), headers=JSON)
    assert "E-SEEN" in [r["rule"] for r in unseen.json()["refusals"]]
    assert door.stranger.post(path, content=b"{}", headers=JSON).status_code == 400


def test_a_stranger_opens_a_draft_with_a_signature_that_counts(door: Door) -> None:
    """Must 1 of api/http/docket.py."""
    made = settlement(door)
    unsigned = door.stranger.post(DOCKET, content=body(made, []), headers=JSON)
    assert (unsigned.status_code, unsigned.json()["rule"]) == (422, "D-SIGNED")
    signature = door.stage.sign(made, "p-gc", "approve")
    forged = json.loads(body(made, [signature]))
    forged["signatures"][0]["sig"] = "A" * 86
    assert door.stranger.post(DOCKET, content=encode(forged), headers=JSON).status_code == 422
    assert len(door.stranger.get(DOCKET).json()["drafts"]) == 1
    opened = door.stranger.post(DOCKET, content=body(made, [signature], wants=["p-ceo"]), headers=JSON)
    assert opened.status_code == 201
    assert [m["rule"] for m in opened.json()["draft"]["missing"]] == ["G-DIS-3", "D-WANTS"]
    again = door.stranger.post(DOCKET, content=body(made, [signature], wants=["p-ceo"]), headers=JSON)
    assert again.status_code == 200
    other = door.stranger.post(DOCKET, content=body(made, [signature]), headers=JSON)
    assert (other.status_code, other.json()["rule"]) == (422, "D-NEW")
    assert len(door.stranger.get(DOCKET).json()["drafts"]) == 2


def test_the_operator_opens_an_unsigned_draft(door: Door) -> None:
    made = settlement(door)
    opened = door.operator.post(DOCKET, content=body(made, []), headers=JSON)
    assert opened.status_code == 201
    assert opened.json()["draft"]["signatures"] == []


def test_a_draft_that_lacks_nothing_is_recorded_at_once(door: Door) -> None:
    made = settlement(door)
    both = [door.stage.sign(made, person, "approve") for person in ("p-gc", "p-sec")]
    answer = door.stranger.post(DOCKET, content=body(made, both), headers=JSON)
    assert answer.status_code == 201
    assert answer.json()["receipt"]["index"] == 14
    again = door.stranger.post(DOCKET, content=body(made, both), headers=JSON)
    assert (again.status_code, again.json()["rule"]) == (422, "D-NEW")


def test_only_the_operator_withdraws(door: Door) -> None:
    """Must 2 of api/http/docket.py."""
    (draft,) = door.stranger.get(DOCKET).json()["drafts"]
    path = f"{DOCKET}/{draft['id']}"
    assert door.stranger.delete(path).json()["type"] == "/problems/not-allowed"
    assert door.stranger.get(path).status_code == 200
    assert door.operator.delete(path).status_code == 204
    assert door.operator.delete(path).status_code == 404
    assert door.house.store.head().size == 14


@pytest.mark.parametrize(
    ("host", "name", "headers"),
    [
        ("203.0.113.9", "127.0.0.1", {}),
        ("127.0.0.1", "ledger.example", {}),
        ("127.0.0.1", "127.0.0.1.evil.example", {}),
        ("127.0.0.1", "127.0.0.1", {"x-forwarded-for": "127.0.0.1"}),
        ("127.0.0.1", "127.0.0.1", {"forwarded": "for=127.0.0.1"}),
        ("127.0.0.1", "127.0.0.1", {"via": "1.1 proxy"}),
        ("127.0.0.1", "127.0.0.1", {"sec-fetch-site": "cross-site"}),
        ("testclient", "127.0.0.1", {}),
    ],
)
def test_who_is_not_the_operator(door: Door, host: str, name: str, headers: dict[str, str]) -> None:
    """Musts 1 and 2 of api/public/operator.py."""
    (draft,) = door.stranger.get(DOCKET).json()["drafts"]
    answer = client(door.app, host, name).delete(f"{DOCKET}/{draft['id']}", headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize(("host", "name"), [("::1", "[::1]:8441"), ("127.0.0.1", "localhost:8441")])
def test_who_is_the_operator(door: Door, host: str, name: str) -> None:
    (draft,) = door.stranger.get(DOCKET).json()["drafts"]
    assert client(door.app, host, name).delete(f"{DOCKET}/{draft['id']}").status_code == 204


def test_a_withheld_draft_shows_its_class_and_dates(door: Door) -> None:
    """Must 3 of api/http/docket.py; musts 1 and 2 of api/public/docket.py."""
    form = {"data": {"text": "Hush."}, "sealed": {"detail": "very hush"}, "class": "board"}
    made = door.stage.draft("note", "p-d1", form)
    opened = door.operator.post(
        DOCKET, content=body(made, [], withheld=True, disclosures=list(made.disclosures)), headers=JSON
    )
    assert opened.json()["draft"]["disclosures"] == list(made.disclosures)
    shown = door.stranger.get(f"{DOCKET}/{made.event['id']}").json()
    assert {name for name, value in shown.items() if value} == {"class", "withheld", "opened_at", "not_after"}
    assert "ush" not in door.stranger.get(DOCKET).text
    signature = door.stage.sign(made, "p-d1", "attest")
    path = f"{DOCKET}/{made.event['id']}/signatures"
    answer = door.stranger.post(path, content=encode(signature_json(signature)), headers=JSON)
    assert answer.json()["receipt"]["index"] == 14


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_a_long_docket_is_read_in_pages(door: Door, limit: int) -> None:
    for i in range(2):
        form = {"data": {"text": f"Draft {i}."}}
        door.stage.house.docket.open(door.stage.draft("note", "p-rso", form))
    whole = door.stranger.get(DOCKET).json()
    assert len(whole["drafts"]) == 3
    assert whole["next"] is None
    found, start = [], 0
    while start is not None:
        page = door.stranger.get(DOCKET, params={"start": start, "limit": limit}).json()
        assert len(page["drafts"]) <= limit
        found += page["drafts"]
        start = page["next"]
    assert found == whole["drafts"]
    assert door.stranger.get(DOCKET, params={"start": 2**53 - 1}).json()["drafts"] == []
    assert door.stranger.get(DOCKET, params={"limit": 0}).status_code == 400


def test_the_docket_is_bounded(door: Door) -> None:
    from dataclasses import replace

    door.app.state.limits = replace(door.app.state.limits, drafts=1)
    made = settlement(door)
    signed = body(made, [door.stage.sign(made, "p-gc", "approve")])
    assert door.stranger.post(DOCKET, content=signed, headers=JSON).status_code == 403
    assert door.operator.post(DOCKET, content=signed, headers=JSON).status_code == 201
