"""The mission through its real doors: filed, listed, opened by three of five, answered, read, proved.

Every step is a command that a person would type, an upload over HTTP, or a day that passes.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.errors import Refused
from tests.cli.conftest import Shell
from tests.mission.mission import WORDS, Mission

TEXT = "The endpoint was switched on for partners on 4 June, against the gate."
ANSWER = "Thank you. We have seen the release note ourselves, and go after it."


def stranger(one: Mission, tmp_path: Path) -> Shell:
    """Somebody else's machine, which has seen nothing of this ledger."""
    return Shell(tmp_path / "elsewhere" / "heads.json", clock=one.clock)


def opened_by_three(one: Mission, item: str, tmp_path: Path) -> None:
    """T1 asks, T2 and T5 give their parts, all on their own machines; their parcels pass by hand."""
    parcel = tmp_path / "parcel"
    for number in (1, 2, 5):
        assert one.desk(number, "fetch")["alarms"] == []
    one.desk(1, "request", item[:12])
    one.desk(1, "meet", "--out", parcel)
    for number in (2, 5):
        one.desk(number, "meet", "--in", parcel)
        [asked] = one.desk(number, "list")["requests"]
        one.desk(number, "approve", asked["id"])
        one.desk(number, "meet", "--out", tmp_path / f"from-{number}")
    one.desk(1, "meet", "--in", tmp_path / "from-2", "--in", tmp_path / "from-5")


@pytest.mark.slow
def test_the_whole_mission(whole: Mission, tmp_path: Path) -> None:
    one = whole
    sealed, given, paper = one.filed(TEXT, "--exclude", "p-t4")
    assert one.report("check", paper, *one.of_ledger(), code=2)["decision"] == "too early"

    day = one.listed(given.item)
    assert one.report("check", paper, *one.of_ledger(), "--bytes", sealed)["decision"] == "listed"
    assert one.report("find", *one.of_ledger()) == [{"epoch": day, "item": given.item.hex()}]

    opened_by_three(one, given.item.hex(), tmp_path)
    shown = one.desk(4, "fetch")
    assert (shown["alarms"], shown["waiting"], shown["requests"]) == ([], [], [])
    read = one.desk(1, "open", given.item.hex()[:12])
    assert read["parts"][0]["text"] == TEXT

    drafted = one.desk(1, "reply", given.item.hex()[:12], "--file", "-", stdin=ANSWER)["id"]
    one.desk(1, "meet", "--out", tmp_path / "draft")
    one.desk(5, "meet", "--in", tmp_path / "draft")
    one.desk(5, "sign", drafted)
    one.desk(5, "meet", "--out", tmp_path / "signed")
    one.desk(1, "meet", "--in", tmp_path / "signed")
    assert one.report("read", "--from", one.url, *one.of_ledger(), code=1)["answers"] == []
    one.night()
    [answer] = one.report("read", "--from", one.url, *one.of_ledger())["answers"]
    assert (answer["text"], answer["by"], answer["alone"]) == (ANSWER, ["p-t1", "p-t5"], False)
    other = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    assert one.report("read", "--from", one.url, *one.of_ledger(), code=1, typed=other)["answers"] == []

    note = tmp_path / "detriment.yaml"
    note.write_text("note: Access to the cluster was taken away.\n")
    one.desk(1, "event", given.item.hex()[:12], "detriment_reported", "--file", note)
    _, followed, _ = one.filed(f"{TEXT} I lost my access.", "--follow-up", "--exclude", "p-t4")
    later = one.listed(followed.item)
    assert [row["epoch"] for row in one.report("find", *one.of_ledger())] == [day, later]
    opened_by_three(one, followed.item.hex(), tmp_path)
    both = one.desk(1, "open", followed.item.hex()[:12])
    assert [part["text"] for part in both["parts"]] == [TEXT, f"{TEXT} I lost my access."]
    assert one.desk(4, "fetch")["waiting"] == []

    proved(one, given.item.hex(), sealed, tmp_path)
    assert "endpoint" not in "".join(
        p.read_text("utf-8", "ignore") for p in one.site.rglob("*") if p.is_file()
    )


def proved(one: Mission, item: str, sealed: Path, tmp_path: Path) -> None:
    """An official asks, the reporter answers, and the official checks it on a machine of their own."""
    official, origin = stranger(one, tmp_path), one.ledger.origin
    question, other = tmp_path / "question.json", tmp_path / "other.json"
    for path in (question, other):
        official("report", "ask", "--to", "Labour office, room 12", "--about", origin, "--out", path)
    bare, full = tmp_path / "bare.json", tmp_path / "full.json"
    one.report("prove", *one.of_ledger(), "--question", question, "--item", item[:12], "--out", bare)
    one.report(
        "prove", *one.of_ledger(), "--question", question, "--item", item[:12], "--out", full, "--show-text"
    )
    check = ["report", "verify", *one.of_ledger(), "--json"]
    assert official(*check, bare, "--question", question, "--bytes", sealed).json()["text"] is None
    assert official(*check, full, "--question", question, "--bytes", sealed).json()["text"] == TEXT
    assert "another question" in official(*check, bare, "--question", other, code=2).out
    assert WORDS not in bare.read_text() + full.read_text()


def test_a_report_that_was_dropped_is_suppressed_for_everybody(alone: Mission, tmp_path: Path) -> None:
    """The intake takes it, promises, and loses it. Three lines and the public lists show that to a stranger."""
    one = alone
    _, given, paper = one.filed(TEXT)
    with one.store.change() as db:
        db.execute("DELETE FROM item WHERE item = ?", (given.item,))
    while one.today <= given.last:
        assert one.report("check", paper, *one.of_ledger(), code=2)["decision"] == "too early"
        one.night()
    told = stranger(one, tmp_path)("report", "check", paper, *one.of_ledger(), "--json", code=1).json()
    assert told["decision"] == "suppressed"
    assert told["lists"] == list(range(given.first, given.last + 1))
    assert stranger(one, tmp_path)("verify", one.site, "--vkey", one.vkey, "--quiet").code == 0
    assert one.report("find", *one.of_ledger(), code=1) == []


def test_a_forged_receipt_proves_nothing(alone: Mission, tmp_path: Path) -> None:
    one = alone
    _, given, paper = one.filed(TEXT)
    paper.write_text(given.lines().replace(given.item.hex(), "ab" * 32))
    told = stranger(one, tmp_path)("report", "check", paper, *one.of_ledger(), "--json", code=1).json()
    assert told["decision"] == "receipt not valid"


@pytest.mark.slow
def test_other_bytes_than_listed_are_undelivered_and_alarm_every_desk(whole: Mission, tmp_path: Path) -> None:
    """The list names the report; under its name the intake serves a cover."""
    one = whole
    _, given, paper = one.filed(TEXT)
    one.listed(given.item)
    [(cover,)] = one.store.all("SELECT data FROM item WHERE item != ? LIMIT 1", given.item)
    with one.store.change() as db:
        db.execute("UPDATE item SET data = ? WHERE item = ?", (cover, given.item))
    served = tmp_path / "served"
    served.write_bytes(cover)
    told = stranger(one, tmp_path)(
        "report", "check", paper, *one.of_ledger(), "--bytes", served, "--json", code=1
    )
    assert told.json()["decision"] == "undelivered"
    alarms = one.desk(3, "fetch", code=1)["alarms"]
    assert "bytes" in alarms[0]["what"]


def test_a_list_that_the_ledger_never_got_leaves_it_open_and_is_named(alone: Mission) -> None:
    """The ledger refuses the entry: nobody may call the report dropped, nor listed. The missing list is the alarm."""
    one = alone
    _, given, paper = one.filed(TEXT)
    one.refuses = True
    while one.today <= given.last:
        one.night()
    told = one.report("check", paper, *one.of_ledger(), code=2)
    assert (told["decision"], told["lists"]) == ("cannot tell", [])
    one.refuses = False
    one.night()
    assert one.report("check", paper, *one.of_ledger())["decision"] == "listed"


def test_an_intake_cannot_skip_a_day(alone: Mission, tmp_path: Path) -> None:
    """It marks a day as entered that it never entered, and goes on: the ledger takes no later one."""
    one = alone
    one.night()
    skipped = one.today
    one.refuses = True
    one.night()
    one.refuses = False
    with one.store.change() as db:
        db.execute("UPDATE epoch SET entry = 1 WHERE epoch = ?", (skipped,))
    with pytest.raises(Refused, match="G-EPO-1"):
        one.night()
    given = ["--intake", one.url, "--state", tmp_path / "m.json", *one.of_ledger(), "--look", "--json"]
    alarms = stranger(one, tmp_path)("monitor", *given, code=1).json()["alarms"]
    assert [(a["code"], a["epoch"]) for a in alarms] == [("missing-epoch", skipped)]
