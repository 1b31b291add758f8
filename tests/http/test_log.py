"""The tlog-tiles routes: what every tlog client reads, and nothing that is not published."""

from __future__ import annotations

from pathlib import Path

import pytest

from keys.check import ed25519
from ledger.publish.site import publish
from ledger.record.merkle import leaf_hash
from ledger.record.note import Vkey
from ledger.record.tiles import split_entries, split_hashes
from ledger.verify.asked import Asked
from ledger.verify.verify import verify
from tests.http.door import SECRETS, Door, open_door, serving
from tests.http.live import live


def test_tiles_have_the_specified_headers(reading: Door) -> None:
    """Must 1 of api/http/log.py."""
    checkpoint = reading.stranger.get("/log/checkpoint")
    assert checkpoint.text == reading.stranger.get("/api/v1/checkpoint").text
    assert checkpoint.headers["content-type"] == "text/plain; charset=utf-8"
    assert checkpoint.headers["cache-control"] == "public, max-age=2"
    for path in ("tile/0/000.p/14", "tile/entries/000.p/14", "tile/0/000.p/9"):
        tile = reading.stranger.get(f"/log/{path}")
        assert tile.status_code == 200
        assert tile.headers["content-type"] == "application/octet-stream"
        assert tile.headers["cache-control"] == "public, max-age=604800, immutable"


def test_tiles_hold_the_entries_and_their_hashes(reading: Door) -> None:
    entries = split_entries(reading.stranger.get("/log/tile/entries/000.p/14").content)
    hashes = split_hashes(reading.stranger.get("/log/tile/0/000.p/14").content)
    assert [leaf_hash(e) for e in entries] == hashes
    assert reading.stranger.get("/log/founding").text == f"{hashes[0].hex()}\n"
    for secret in SECRETS:
        assert secret.encode() not in b"".join(entries)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("tile/0/000", 404),
        ("tile/0/000.p/15", 404),
        ("tile/0/001.p/1", 404),
        ("tile/1/000.p/1", 404),
        ("tile/0/0", 404),
        ("tile/0/x000/000.p/1", 404),
        ("tile/0/000.p/0", 404),
        ("tile/0/000.p/256", 404),
        ("tile/0/../../api/v1/entries", 404),
        ("tile/entries/%2e%2e", 404),
        ("tile/64/000", 404),
        ("tile/00/000", 404),
        ("tile", 404),
        ("earlier/15", 404),
        ("earlier/0", 400),
        ("nothing", 404),
    ],
)
def test_what_no_checkpoint_needs_is_not_there(reading: Door, path: str, status: int) -> None:
    """Must 2 of api/http/log.py."""
    assert reading.stranger.get(f"/log/{path}").status_code == status


def test_disclosures_are_those_that_were_published(reading: Door) -> None:
    answer = reading.stranger.get("/log/disclosures.jsonl")
    (line,) = answer.text.splitlines()
    entry = reading.stranger.get("/api/v1/entries/7").json()
    assert entry["disclosures"][0]["disclosure"] in line
    assert answer.headers["content-type"] == "application/jsonl"


def test_the_offline_verifier_reads_the_served_log(demo: Path, tmp_path: Path) -> None:
    with open_door(demo, tmp_path / "one", writable=False) as door:
        vkey = Vkey.parse(door.stranger.get("/log/vkey").text.strip())
        founding = door.stranger.get("/log/founding").text.strip()
        earlier = ("held since entry 8", door.stranger.get("/log/earlier/9").content)
    app, _ = serving(tmp_path / "one", writable=False)
    with live(app) as url:
        report = verify(f"{url}/log", Asked(vkey=vkey, founding=founding, earlier=(earlier,)))
    assert (report.verdict, report.exit_code) == ("OK_WITH_WITHHELD", 0), report


def test_what_is_not_published_is_not_shown(door: Door) -> None:
    """Must 5 of api/public/record.py: the site stays at 14 entries while the record grows."""
    site = door.house.settings.path(door.house.settings.site)
    publish(door.house.store, door.house.office.catch_up(), site, check=ed25519)
    receipt = door.stranger.post(
        "/api/v1/acts", content=door.note("Later.").raw, headers={"content-type": "application/json"}
    ).json()
    assert receipt["index"] == 14
    assert "Later" not in door.stranger.get("/api/v1/entries").text
    hidden = door.stranger.get("/api/v1/entries/14")
    assert (hidden.status_code, hidden.json()["cure"]) == (404, "it is recorded and waits to be published")
    for path in ("entries/14/leaf", "entries/14/proof", "entries/14.tlog-proof", "consistency?from=3&to=15"):
        assert door.stranger.get(f"/api/v1/{path}").status_code == 404
    assert door.stranger.get("/log/tile/0/000.p/15").status_code == 404
    assert door.stranger.get("/log/earlier/15").status_code == 404
    assert door.stranger.get("/healthz").json()["size"] == 15
    publish(door.house.store, door.house.office.catch_up(), site, check=ed25519)
    assert door.stranger.get("/api/v1/entries/14").status_code == 200
    assert door.stranger.get("/log/tile/0/000.p/15").status_code == 200
