"""The read models: a copy for reading, which may be dropped at any time."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import check
from ledger.record.entry import read_entry
from ledger.register import Register
from ledger.subjects.registry import DECISIONS
from ledger.views import derived, rows
from ledger.views.file import ViewsFile
from tests.given import ASSESSOR, Story
from tests.kit import CEO, RSO

NOW = "2025-06-30T12:00:00.000000Z"
STEP = {"mult": "2.1", "method": "compute, adjusted", "at": "2025-02-17T09:00:00.000000Z"}


@pytest.fixture(scope="module")
def story() -> Story:
    """Two measurements, a stricter decision, a note on it, and a correction of a correction."""
    made = Story("2.2").on("2025-02-17")
    first = made.given(
        "record-effective-compute", STEP | {"model_id": "m-2", "baseline_model": "m-1"}, ASSESSOR
    )
    made.given("record-effective-compute", STEP | {"model_id": "m-3", "baseline_model": "m-2"}, ASSESSOR)
    decision = {
        "model_id": "m-3",
        "threshold": "CBRN-3",
        "outcome": "not_shown",
        "reasons": "Uplift with proteins could not be ruled out.",
        "defeaters_open": [],
        "precautionary": False,
        "provisional": True,
    }
    made.given("decide-capability", decision, RSO)
    wrong = _correction("/mult", "2.1", "2.2")
    second = made.given("correct-entry", wrong, ASSESSOR, corrects=first.id)
    made.given("correct-entry", _correction("/is", "2.2", "2.3"), ASSESSOR, corrects=second.id)
    made.given("note", {"text": "Protein work is reviewed.", "about": [first.id]}, CEO)
    return made


def _correction(path: str, was: str, is_: str) -> dict[str, Any]:
    return {
        "discovered_at": "2025-02-18T09:00:00.000000Z",
        "discovered_by": "p-assessor",
        "effects": [],
        "field_path": path,
        "how": "read again",
        "is": is_,
        "kind": "clerical",
        "material": False,
        "republish": [],
        "was": was,
    }


def _first(story: Story, size: int) -> Register:
    """The register as it was at a size."""
    made = Register(DECISIONS, check)
    for index, raw in enumerate(story.world.entries[:size]):
        entry = read_entry(raw)
        assert entry.act is not None
        assert entry.stream_version is not None
        made.fold(entry.act, index, entry.recorded_at, entry.stream_version)
    return made


def _tables(file: ViewsFile) -> dict[str, list[rows.Row]]:
    return {name: file.table(name) for name in (*rows.TABLES, *derived.COLUMNS, "about")}


@given(st.data())
def test_1_caught_up_or_made_anew_it_holds_the_same(
    story: Story, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("views")
    whole = story.register
    steps, whole_file = ViewsFile(folder / "steps.sqlite"), ViewsFile(folder / "whole.sqlite")
    for size in sorted(data.draw(st.sets(st.integers(1, whole.size - 1), max_size=4))):
        steps.catch_up(_first(story, size), NOW)
    steps.catch_up(whole, NOW)
    assert whole_file.rebuild(whole, NOW) == whole.size
    assert _tables(steps) == _tables(whole_file)
    assert [r["entry"] for r in steps.search("protein")] == [r["entry"] for r in whole_file.search("protein")]


def test_2_a_damaged_foreign_or_older_file_is_made_anew(story: Story, tmp_path: Path) -> None:
    path, register = tmp_path / "views.sqlite", story.register
    for ruin in (
        b"this is no database, but it is long enough to be taken for one by its size" * 20,
        b"",
    ):
        path.write_bytes(ruin)
        assert ViewsFile(path).catch_up(register, NOW) == register.size
    for sql in (
        "update about set layout = 0",
        "update about set last = 'another'",
        "update about set entries = 10000",
        "delete from about",
        "drop table about",
        "drop table signatures",
    ):
        with sqlite3.connect(path) as db:
            db.execute(sql)
        db.close()
        assert ViewsFile(path).catch_up(register, NOW) == register.size, sql
    assert ViewsFile(path).catch_up(register, NOW) == 0


def test_3_an_interrupted_catch_up_leaves_it_as_it_was(story: Story, tmp_path: Path) -> None:
    file, register = ViewsFile(tmp_path / "views.sqlite"), story.register
    file.catch_up(_first(story, 3), NOW)
    before = _tables(file)
    broken = _first(story, register.size)
    broken.facts = [*broken.facts[:-1], object()]  # type: ignore[list-item]
    with pytest.raises(AttributeError):
        file.catch_up(broken, NOW)
    assert _tables(file) == before
    assert file.catch_up(register, NOW) == register.size - 3


def test_4_only_its_owner_may_read_it(story: Story, tmp_path: Path) -> None:
    file = ViewsFile(tmp_path / "views.sqlite")
    file.catch_up(story.register, NOW)
    assert file.path.stat().st_mode & 0o777 == 0o600
    file.rebuild(story.register, NOW)
    assert file.path.stat().st_mode & 0o777 == 0o600


def test_what_is_no_such_file_is_told_apart(story: Story, tmp_path: Path) -> None:
    file = ViewsFile(tmp_path / "views.sqlite")
    assert not file.foreign()
    file.catch_up(story.register, NOW)
    assert not file.foreign()
    for name, content in (("letter.txt", b"Dear Board,"), ("empty.sqlite", b"")):
        (tmp_path / name).write_bytes(content)
        assert ViewsFile(tmp_path / name).foreign() == bool(content)
    with sqlite3.connect(tmp_path / "other.sqlite") as db:
        db.execute("create table stored_events (x)")
    db.close()
    assert ViewsFile(tmp_path / "other.sqlite").foreign()


def test_5_a_correction_shows_in_the_row_it_corrects(story: Story, tmp_path: Path) -> None:
    file = ViewsFile(tmp_path / "views.sqlite")
    file.catch_up(_first(story, 4), NOW)
    row = next(r for r in file.table("entries") if r["type"] == "compute.measured")
    assert (json.loads(row["reads"])["mult"], row["corrected"]) == ("2.1", 0)
    file.catch_up(story.register, NOW)
    row = next(r for r in file.table("entries") if r["type"] == "compute.measured")
    assert json.loads(row["data"])["mult"] == "2.1"
    assert (json.loads(row["reads"])["mult"], row["corrected"]) == ("2.3", 1)


def test_a_search_finds_words_in_any_form_and_shows_where(story: Story, tmp_path: Path) -> None:
    file = ViewsFile(tmp_path / "views.sqlite")
    file.catch_up(story.register, NOW)
    found = file.search("protein")
    assert {r["type"] for r in found} == {"determination.made", "note.recorded"}
    assert all("[protein" in r["snippet"].lower() for r in found)
    assert file.search("protein", limit=1) == found[:1]
    assert file.search('" xyzzy* NEAR(') == []
    assert file.search("") == []


def test_signatures_can_be_joined_to_entries_with_any_tool(story: Story, tmp_path: Path) -> None:
    file = ViewsFile(tmp_path / "views.sqlite")
    file.catch_up(story.register, NOW)
    with sqlite3.connect(file.path) as db:
        signed = db.execute(
            "select s.role, s.statement from entries e join signatures s using (entry) where e.type = ?",
            ["determination.made"],
        ).fetchall()
    db.close()
    assert signed == [("RSO", "approve")]
