"""The record as a trustee meets it: what changed, does it only grow, and what must never be confirmed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.desk import record
from api.desk.app import create_desk
from api.desk.session import Known, keep_known
from keys.check import ed25519
from ledger.errors import NotFound
from ledger.record.fields import to_b64u
from ledger.record.note import Vkey, parse_note
from tests.cli.conftest import Shell
from tests.desk.conftest import PASSPHRASE, seated
from tests.intake.trustee.world import INTAKE, World, unlocked

pytestmark = pytest.mark.slow
NOW = "2026-01-05T12:00:00.000000Z"


@pytest.fixture
def site(demo: Shell) -> Path:
    demo("publish")
    assert demo.dir is not None
    return demo.dir / "site"


def vkey(site: Path) -> str:
    return (site / "vkey").read_text(encoding="utf-8").strip()


def test_1_what_changed_is_counted_from_the_last_look(
    site: Path, demo: Shell, note: Path, tmp_path: Path
) -> None:
    key = vkey(site)
    first = record.look(tmp_path, unlocked(0), str(site), key, {})
    assert (first.good, first.since) == (True, 0)
    assert first.new[0].title != "ledger.founded"
    seen = {"note": first.note, "size": first.size}
    assert record.look(tmp_path, unlocked(0), str(site), key, seen).new == ()
    demo("record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes")
    demo("publish")
    later = record.look(tmp_path, unlocked(0), str(site), key, seen)
    assert [line.index for line in later.new] == [first.size]
    assert later.good


def test_3_a_confirmation_is_the_line_of_a_witness(
    site: Path, demo: Shell, note: Path, tmp_path: Path
) -> None:
    key = vkey(site)
    for _ in range(2):
        line = record.confirm(tmp_path, unlocked(0), str(site), key, NOW)
        signed = parse_note((site / "checkpoint").read_text(encoding="utf-8") + line)
        witness = record.TrustWitness(unlocked(0)).vkey
        assert signed.cosigned_by(Vkey.parse(str(witness)), ed25519) is not None
        looked = record.look(tmp_path, unlocked(0), str(site), key, {})
        assert looked.confirmed == looked.size
        demo("record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes")
        demo("publish")


def test_2_another_history_is_not_confirmed(site: Path, demo: Shell, note: Path, tmp_path: Path) -> None:
    key = vkey(site)
    assert demo.dir is not None
    fork = tmp_path / "fork"
    shutil.copytree(demo.dir, fork)
    demo("record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes")
    demo("publish")
    record.confirm(tmp_path, unlocked(0), str(site), key, NOW)
    seen = {"note": record.look(tmp_path, unlocked(0), str(site), key, {}).note, "size": 1}
    demo.dir, demo.state = fork, tmp_path / "another" / "heads.json"  # whoever forks forgets what they saw
    for _ in range(2):
        demo("record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes")
    demo("publish")
    with pytest.raises(NotFound) as refused:
        record.confirm(tmp_path, unlocked(0), str(fork / "site"), key, NOW)
    assert "do not confirm it" in str(refused.value.cure)
    looked = record.look(tmp_path, unlocked(0), str(fork / "site"), key, seen)
    assert not looked.good


def test_a_desk_without_the_logs_key_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        record.look(tmp_path, unlocked(0), "nowhere", "", {})


def test_the_record_on_the_page(site: Path, tmp_path: Path) -> None:
    """Look, confirm, note as seen: with the page alone."""
    world = World(tmp_path / "world")
    with world.sitting(0):
        pass
    session = seated(world, 0)
    keep_known(session.home, Known(to_b64u(INTAKE.raw), str(tmp_path), str(site), vkey(site)))
    client = TestClient(create_desk(session), base_url="http://127.0.0.1:8450")
    client.get(f"/enter?token={session.token}")

    def send(to: str, **fields: str) -> str:
        return str(client.post(to, data={"form_token": session.form_token, **fields}).text)

    send("/unlock", passphrase=PASSPHRASE)
    page = client.get("/record").text
    assert "everything checked holds" in page
    assert "it does not say that you agree" in page
    confirmed = send("/record/confirm")
    assert "Hand this line to whoever publishes the record" in confirmed
    assert "Nothing" in confirmed.split("What changed since you looked")[1]
