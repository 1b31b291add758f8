"""Decision records: numbered without gaps, one page each, saying what was decided, when, and whether it still holds."""

import re
from datetime import date
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "docs" / "adr"
RECORDS = sorted(path for path in FOLDER.glob("*.md") if path.name != "0000-template.md")
SECTIONS = ["Context", "Decision", "Consequences"]
PAGE_LINES = 80

STATUS = re.compile(r"- Status: (proposed|accepted|rejected|superseded by \[\d{4}\]\(\d{4}-[a-z0-9-]+\.md\))")


def test_numbers_have_no_gaps_and_no_doubles() -> None:
    assert [path.name[:4] for path in RECORDS] == [f"{n:04}" for n in range(1, len(RECORDS) + 1)]


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_record_says_its_number_title_status_and_date(path: Path) -> None:
    title, blank, status, day, *_ = path.read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(r"\d{4}(-[a-z0-9]+)+\.md", path.name)
    assert re.fullmatch(rf"# {path.name[:4]}: \S.*[^.]", title), f"title: # {path.name[:4]}: What was decided"
    assert blank == ""
    assert STATUS.fullmatch(status), status
    assert day == f"- Date: {date.fromisoformat(day[-10:])}"


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_record_is_one_page_with_the_usual_sections(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    headings = [line[3:] for line in lines if line.startswith("## ")]
    assert headings[: len(SECTIONS)] == SECTIONS
    assert len(lines) <= PAGE_LINES


def test_the_template_would_pass_but_for_its_status() -> None:
    lines = (FOLDER / "0000-template.md").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# 0000: ")
    assert [line[3:] for line in lines if line.startswith("## ")][: len(SECTIONS)] == SECTIONS
