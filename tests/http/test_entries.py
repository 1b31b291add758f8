"""Entries over HTTP: pages, filters, bytes, proofs, and that what is withheld stays withheld."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from keys.check import ed25519
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.merkle import leaf_hash, verify_consistency, verify_inclusion
from ledger.record.note import Vkey
from ledger.record.proof import Proof
from tests.http.door import PUBLISHED, SECRETS, Door

ALL = "/api/v1/entries"
JSON = {"content-type": "application/json"}


def walk(door: Door, **filters: Any) -> list[dict[str, Any]]:
    found, after = [], 0
    for _ in range(100):
        page = door.stranger.get(ALL, params={"after": after, **filters}).json()
        found += page["entries"]
        if page["next"] is None:
            return found
        after = page["next"]
    raise AssertionError("the pages never end")


def get(door: Door, path: str, **params: Any) -> Any:
    answer = door.stranger.get(f"/api/v1{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def head(door: Door) -> SignedCheckpoint:
    note = door.stranger.get("/api/v1/checkpoint").text
    signed = SignedCheckpoint.parse(note)
    vkey = Vkey.parse(get(door, "/entries/0")["entry"]["act"]["event"]["data"]["log"]["vkey"])
    assert signed.holds(vkey, ed25519)
    return signed


@pytest.mark.parametrize("limit", [1, 3, 50])
def test_the_pages_hold_every_entry_once(reading: Door, limit: int) -> None:
    assert [e["index"] for e in walk(reading, limit=limit)] == list(range(14))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"type": "note.recorded"}, [2, 7, 11, 13]),
        ({"type": "note.recorded", "person": "p-rso"}, [2]),
        ({"stream": "person/p-ciso"}, [5, 6]),
        ({"person": "p-ciso"}, [0, 5, 6]),
        ({"person": "p-d1"}, [0]),
        ({"type": "no.such"}, []),
        ({"known_at": "2025-03-14"}, list(range(9))),
        ({"as_of": "2025-01-31", "type": "note.recorded"}, [2]),
        ({"as_of": "2025-03-14"}, list(range(9))),
        ({"known_at": "2024-12-31"}, []),
    ],
)
def test_filters(reading: Door, filters: dict[str, str], expected: list[int]) -> None:
    for limit in (1, 2, 50):
        assert [e["index"] for e in walk(reading, limit=limit, **filters)] == expected


def test_the_leaf_is_what_was_hashed(reading: Door) -> None:
    prev = bytes(32)
    for entry in walk(reading):
        raw = reading.stranger.get(f"/api/v1/entries/{entry['index']}/leaf").content
        assert leaf_hash(raw).hex() == entry["leaf_hash"]
        assert entry["entry"]["prev"] == prev.hex()
        prev = leaf_hash(raw)


def test_every_entry_is_proved_against_the_signed_state(reading: Door) -> None:
    signed = head(reading)
    vkey = Vkey.parse(get(reading, "/entries/0")["entry"]["act"]["event"]["data"]["log"]["vkey"])
    for index in range(14):
        raw = reading.stranger.get(f"/api/v1/entries/{index}/leaf").content
        proof = get(reading, f"/entries/{index}/proof")
        hashes = [bytes.fromhex(h) for h in proof["hashes"]]
        assert verify_inclusion(index, 14, leaf_hash(raw), hashes, signed.checkpoint.root)
        assert proof["checkpoint"] == str(signed.note)
        files = [
            reading.stranger.get(f"/api/v1/entries/{index}.tlog-proof"),
            reading.stranger.get(f"/api/v1/entries/{index}/proof", headers={"accept": "text/plain"}),
        ]
        for file in files:
            assert file.headers["content-type"] == "text/plain; charset=utf-8"
            assert Proof.parse(file.content).shows(raw, vkey, ed25519)


def test_every_size_is_a_prefix_of_every_later_one(reading: Door) -> None:
    for old in range(15):
        for new in range(old, 15):
            proof = get(reading, "/consistency", **{"from": old, "to": new})
            roots = [bytes.fromhex(proof[name]) for name in ("old_root", "new_root")]
            hashes = [bytes.fromhex(h) for h in proof["hashes"]]
            assert verify_consistency(old, new, roots[0], roots[1], hashes)
            assert reading.house.store.has_checkpoint(new, roots[1])
    assert get(reading, "/consistency", **{"from": 5})["new"] == 14


def test_a_withheld_act_is_a_class_and_a_digest(reading: Door) -> None:
    """Must 1 of api/public/record.py."""
    entry = get(reading, "/entries/8")
    assert set(entry["entry"]) == {"index", "prev", "recorded_at", "v", "withheld"}
    assert entry["entry"]["withheld"]["class"] == "board"
    assert entry["disclosures"] == []


def test_a_sealed_value_is_shown_when_published_and_not_when_erased(reading: Door) -> None:
    """Must 2 of api/public/record.py."""
    (value,) = get(reading, "/entries/7")["disclosures"]
    assert (value["name"], value["value"], value["published"]) == ("protocol", PUBLISHED, 10)
    erased = get(reading, "/entries/11")
    assert erased["disclosures"] == []
    assert [e["erased"] for e in erased["erased"]] == [12]


def test_nothing_that_is_withheld_is_said_anywhere(reading: Door) -> None:
    said = "".join(
        reading.stranger.get(path).text
        for path in (
            *(f"/api/v1/entries/{i}{rest}" for i in range(14) for rest in ("", "/leaf", "/proof")),
            *("/api/v1/entries", "/api/v1/people", "/api/v1/docket", "/healthz", "/api/v1/openapi.json"),
        )
    )
    assert PUBLISHED in said
    for secret in SECRETS:
        assert secret not in said


def test_a_correction_is_told_with_the_entry(reading: Door) -> None:
    (correction,) = get(reading, "/entries/7")["corrections"]
    assert (correction["index"], correction["path"]) == (9, "/text")
    assert "red line (0.50)" in correction["is"]


def test_people_as_they_were(reading: Door) -> None:
    then, now = get(reading, "/people", known_at="2025-02-03"), get(reading, "/people")
    assert (then["size"], now["size"]) == (4, 14)
    before = {p["person"]: p for p in then["people"]}
    after = {p["person"]: p for p in now["people"]}
    assert before["p-assessor2"]["appointments"][0]["in_office"] is False  # from a week later on
    assert after["p-assessor2"]["appointments"][0]["in_office"] is True
    assert [k["live"] for k in before["p-ciso"]["keys"]] == [True]
    assert [k["live"] for k in after["p-ciso"]["keys"]] == [False, True]
    assert now["roster"]["index"] == 1


def test_a_withheld_act_is_shown_once_it_is_published(door: Door) -> None:
    """Must 1 of api/public/record.py, and its exception."""
    digest = get(door, "/entries/8")["entry"]["withheld"]["digest"]
    data = {"index": 8, "commitments": [digest], "authority": "BOARD_SECRETARY", "reason": "Heron 5 is out."}
    act, _ = door.act("publish-disclosure", "p-sec", {"data": data})
    assert door.stranger.post("/api/v1/acts", content=act.raw, headers=JSON).status_code == 201
    (opened,) = get(door, "/entries/8")["disclosures"]
    assert opened["value"]["act"]["event"]["data"]["text"].startswith(SECRETS[0])


def test_a_withheld_correction_changes_nothing_that_the_public_sees(door: Door) -> None:
    """Must 1 of api/public/record.py."""
    target = get(door, "/entries/2")["entry"]["act"]["event"]
    form = {
        "corrects": target["id"],
        "class": "board",
        "data": {
            "field_path": "/text",
            "was": target["data"]["text"],
            "is": "Something else.",
            "kind": "clerical",
            "material": False,
            "discovered_at": "2026-01-01T09:00:00.000000Z",
            "discovered_by": "p-rso",
            "how": "read again",
            "effects": [],
            "republish": [],
        },
    }
    act, _ = door.act("correct-entry", "p-rso", form)
    body = act.raw[:-1] + b',"withheld":true}'
    answer = door.stranger.post("/api/v1/acts", content=body, headers=JSON)
    if answer.status_code == 422:  # corrections of what is published may not be withheld: as good
        return
    assert answer.status_code == 201
    assert get(door, "/entries/2")["corrections"] == []


def test_a_record_that_cannot_be_read_is_not_guessed_at(door: Door) -> None:
    """No entry is skipped in silence: the store is damaged, and says so."""
    path = door.house.settings.path("ledger.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("DROP TRIGGER entries_stay")
        db.execute(
            "UPDATE entries SET entry = CAST(replace(entry, '\"v\":1', '\"v\":2') AS BLOB) WHERE seq = 3"
        )
    answer = door.stranger.get("/api/v1/entries/2")
    assert answer.status_code == 503
    assert "entry 2" not in answer.text


def test_a_proof_that_does_not_hold_is_not_handed_out(door: Door) -> None:
    """Must 1 of api/public/proofs.py."""
    with closing(sqlite3.connect(door.house.settings.path("ledger.db"), isolation_level=None)) as db:
        db.execute("DROP TRIGGER entries_stay")
        db.execute("UPDATE entries SET leaf = zeroblob(32) WHERE seq = 3")
    for path in ("/entries/7/proof", "/entries/7.tlog-proof", "/consistency?from=3"):
        assert door.stranger.get(f"/api/v1{path}").status_code == 503
