"""`search` and `tables`: the read models at the command line."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.cli.conftest import Shell


def test_search_finds_words_and_exits_with_1_when_there_are_none(demo: Shell) -> None:
    found = demo("search", "compute", "--json").json()
    assert found
    assert {"entry", "type", "stream", "recorded_at", "snippet"} == set(found[0])
    assert f"{found[0]['entry']:>5}  " in demo("search", "compute").out
    assert demo("search", "xyzzy", code=1).out == "No entry has all these words.\n"
    assert len(demo("search", "the", "-n", "2", "--json").json()) <= 2


def test_tables_are_caught_up_and_open_with_any_tool(demo: Shell) -> None:
    made = demo("tables", "--json").json()
    again = demo("tables", "--json").json()
    assert again["rows"] == made["rows"]
    assert demo("tables", "--anew", "--json").json()["added"] == made["rows"]["entries"]
    with sqlite3.connect(made["file"]) as db:
        assert db.execute("select count(*) from entries").fetchone() == (made["rows"]["entries"],)
    db.close()


def test_what_stands_at_the_path_is_left_as_it_is(demo: Shell, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Board,")
    assert "is something else" in demo("tables", "--out", letter, code=2).err
    assert letter.read_text() == "Dear Board,"
    out = tmp_path / "mine.sqlite"
    assert demo("tables", "--out", out, "-q").out == f"{out}\n"
