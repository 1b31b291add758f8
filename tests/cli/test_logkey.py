"""`keys rotate-log`, and `restore --despite`: what people decide about the log, and its own key attests."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ledger.record.note import Vkey
from tests.cli.conftest import PASSPHRASE, Shell


@pytest.fixture
def sealed(demo: Shell) -> Shell:
    """A demonstration in which new log keys get a passphrase."""
    demo.environment["COUNTERSIGN_LOG_PASSPHRASE"] = PASSPHRASE
    return demo


def officers(demo: Shell) -> list[object]:
    return ["--key", demo.key("p-sec"), "--key", demo.key("p-ceo"), "--yes"]


def test_the_log_key_is_rotated_in_one_go_and_the_ledger_goes_on(sealed: Shell, note: Path) -> None:
    demo = sealed
    assert demo.dir is not None
    demo("publish")
    old = (demo.dir / "site" / "vkey").read_text().strip()
    told = demo("keys", "rotate-log", "--overlap", "1", *officers(demo)).out
    assert "Recorded as entry 14" in told
    assert "svc-log-2.key from now on" in told
    assert 'log_key = "keys/svc-log-2.key"' in (demo.dir / "countersign.toml").read_text()
    demo("record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes")
    demo("record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes")
    demo("publish")
    new = (demo.dir / "site" / "vkey").read_text().strip()
    assert Vkey.parse(new) != Vkey.parse(old)
    for vkey in (old, new):
        assert demo("verify", demo.dir / "site", "--vkey", vkey, "--quiet").out == "OK_WITH_WITHHELD\n"
    assert new in demo("keys", "sheet").out
    bundle = demo.dir.parent / "bundle.zip"
    demo("export", "--out", bundle)
    assert demo("verify", bundle, "--vkey", old, "--quiet").out == "OK_WITH_WITHHELD\n"


def test_2_a_rotation_waits_for_its_signers_and_goes_on_where_it_stopped(sealed: Shell) -> None:
    demo = sealed
    assert demo.dir is not None
    first = demo("keys", "rotate-log", "--as", "p-sec", "--yes", "--json").json()
    assert not first["recorded"]
    assert [s["person"] for s in first["signed_by"]] == ["svc-log"]
    again = demo("keys", "rotate-log", "--as", "p-sec", "--yes", "--json").json()
    assert again["id"] == first["id"]
    assert not (demo.dir / "keys" / "svc-log-3.key").exists()
    demo("sign", first["id"], "--key", demo.key("p-sec"), "--yes")
    assert "svc-log-2" not in (demo.dir / "countersign.toml").read_text()
    assert demo("sign", first["id"], "--key", demo.key("p-ceo"), "--yes", "--json").json()["recorded"]
    assert demo("keys", "rotate-log", "--json").json()["log_key"] == "keys/svc-log-2.key"
    assert "Give the key" in demo("keys", "rotate-log", code=2).err


def test_1_the_retired_key_records_nothing_more(sealed: Shell, note: Path) -> None:
    demo = sealed
    assert demo.dir is not None
    settings = (demo.dir / "countersign.toml").read_text()
    demo("keys", "rotate-log", "--overlap", "0", *officers(demo))
    (demo.dir / "countersign.toml").write_text(settings)
    told = demo("record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes", code=2).err
    assert "put out of force" in told
    assert "keys rotate-log" in told


def test_a_key_made_for_a_rotation_that_nobody_signed_is_used_by_the_next(sealed: Shell) -> None:
    demo = sealed
    assert demo.dir is not None
    waiting = demo("keys", "rotate-log", "--as", "p-sec", "--yes", "--json").json()
    demo("docket", "withdraw", waiting["id"], "--yes")
    demo("keys", "rotate-log", *officers(demo))
    assert not (demo.dir / "keys" / "svc-log-3.key").exists()


def test_going_on_despite_a_witness_is_signed_for_and_recorded(demo: Shell, tmp_path: Path) -> None:
    assert demo.dir is not None
    copy, back = tmp_path / "copy", tmp_path / "back"
    demo("publish")
    demo("backup", "--out", copy)
    demo("restore", copy, "--dir", back)
    shutil.copytree(demo.dir / "keys", back / "keys")
    hold = ["restore", "--dir", back, "--published", demo.dir / "site", "--witness", "T1=99"]
    assert "says that it confirmed 99" in demo(*hold, code=2).err
    assert "--reason" in demo(*hold, "--despite", "T1", code=2).err
    why = ["--despite", "T1", "--reason", "T1 was set up on a test copy", "--yes"]
    demo(*hold, *why, "--key", demo.key("p-nobody"), code=2)
    answer = demo(*hold, *why, "--key", demo.key("p-rso"), "--json").json()
    assert (answer["despite"], answer["index"], answer["writable"]) == (["T1"], 14, True)
    shown = demo("show", "14", "--dir", back).out
    assert "T1 was set up on a test copy" in shown
    assert demo("verify", "--dir", back, "--quiet").out == "OK\n"


def test_without_the_persons_signature_the_store_stays_closed(demo: Shell, tmp_path: Path) -> None:
    assert demo.dir is not None
    copy, back = tmp_path / "copy", tmp_path / "back"
    demo("publish")
    demo("backup", "--out", copy)
    demo("restore", copy, "--dir", back)
    hold = [
        "restore",
        "--dir",
        back,
        "--published",
        demo.dir / "site",
        "--witness",
        "T1=99",
        "--despite",
        "T1",
    ]
    demo(*hold, "--reason", "x", "--key", demo.key("p-rso"), "--yes", code=2)  # no log key is here
    assert not demo("restore", "--dir", back, "--json").json()["writable"]
