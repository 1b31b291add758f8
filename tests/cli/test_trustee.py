"""`trustee`: the sheet, the keys made of it, the same keys again."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from intake.trustee.sheet import words
from intake.trustee.vault import unlock
from keys.passphrase import Passphrase
from tests.cli.conftest import PASSPHRASE, Shell

SEAT = ("p-t1", "--seat", 0, "--ledger", "example.org/log", "--year", 2026)
WORDS = " ".join(words(bytes(range(32))))


@pytest.fixture
def trustee(shell: Shell, tmp_path: Path) -> Shell:
    shell.environment["COUNTERSIGN_PASSPHRASE"] = PASSPHRASE
    shell.environment["COUNTERSIGN_TRUSTEE"] = str(tmp_path / "t1")
    return shell


def typed(text: str) -> int:
    """A descriptor from which this is read."""
    reading, writing = os.pipe()
    os.write(writing, text.encode())
    os.close(writing)
    return reading


def restored(shell: Shell, text: str = WORDS, *options: Any, **how: Any) -> Any:
    return shell("trustee", "restore", *SEAT, "--words-fd", typed(text), *options, **how)


def test_a_sheet_is_printed_and_typed_back(trustee: Shell, tmp_path: Path) -> None:
    page = tmp_path / "sheet.html"
    made = trustee("trustee", "setup", *SEAT, "--sheet", page, "--json").json()
    assert page.stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "t1").exists()
    paper = re.findall(r"<li>([a-z]+)(?=<)", page.read_text(encoding="utf-8"))[:24]
    shown = restored(trustee, " ".join(paper), "--json").json()
    assert shown["fingerprint"] == made["fingerprint"]
    assert shown["seat"]["person"] == "p-t1"
    assert len(shown["seat"]["hpke"]) == 1622
    assert trustee("trustee", "show", "--quiet").out.strip() == made["fingerprint"]


def test_at_a_terminal_the_words_are_asked_for_before_keys_are_made(trustee: Shell, tmp_path: Path) -> None:
    trustee.terminal = True
    page = tmp_path / "sheet.txt"
    answer = trustee("trustee", "setup", *SEAT, "--sheet", page, stdin="abandon\n" * 4, code=2)
    assert "words" in answer.err
    assert not (tmp_path / "t1").exists()
    assert page.exists()


def test_the_same_words_make_the_same_keys(trustee: Shell, tmp_path: Path) -> None:
    one = restored(trustee, WORDS, "--json").json()
    other = restored(trustee, WORDS.upper(), "--home", tmp_path / "again", "--json").json()
    assert one == other
    secret = Passphrase(PASSPHRASE.encode())
    assert unlock(tmp_path / "t1", lambda: secret).hpke == unlock(tmp_path / "again", lambda: secret).hpke


def test_keys_are_not_made_over_others(trustee: Shell) -> None:
    restored(trustee)
    assert "already" in restored(trustee, code=2).err


def test_wrong_words_make_nothing(trustee: Shell, tmp_path: Path) -> None:
    assert "Compare each with the paper" in restored(trustee, WORDS.rpartition(" ")[0] + " zoo", code=2).err
    assert not (tmp_path / "t1").exists()


def test_shares_give_the_keys_back(trustee: Shell, tmp_path: Path) -> None:
    fingerprint = restored(trustee, WORDS, "--quiet").out
    made = trustee("trustee", "shares", "--of", 3, "--need", 2, "--words-fd", typed(WORDS), "--json").json()
    two = "\n".join(made["shares"][1:])
    again = restored(trustee, two, "--shares", 2, "--home", tmp_path / "again", "--quiet")
    assert again.out == fingerprint


def test_where_nothing_was_set_up(trustee: Shell) -> None:
    assert "trustee setup" in trustee("trustee", "show", code=2).err
