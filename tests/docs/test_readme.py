"""What the documents show is what happens: every command in them is run, or at least exists."""

import re
import shlex
from pathlib import Path

import click
import pytest

from api.cli.root import countersign
from tools.transcript import BLOCK, DOCUMENTS, ROOT, Step, play, same, steps_of

DOCS = [*DOCUMENTS, ROOT / "docs" / "threat-model.md", ROOT / "SECURITY.md"]
README = ROOT / "README.md"


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_every_shown_command_prints_what_is_shown(document: Path) -> None:
    """`python tools/transcript.py` writes down what they print now; read the difference before you commit it."""
    _, wrong = play(document.read_text(encoding="utf-8"))
    assert not wrong, "\n".join(f"it says:\n{told}and it is:\n{real}" for told, real in wrong)


def test_nothing_is_shown_that_is_not_run() -> None:
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        assert text.count("```console") == len(BLOCK.findall(text))
        assert all(list(steps_of(block)) for _, block, _ in BLOCK.findall(text))


@pytest.mark.parametrize(
    ("told", "real"),
    [
        ("Recorded as entry 14 on 2025-01-06T09:00:00.000000Z (6 January 2025, 09:00 UTC).",) * 2,
        ("leaf hash 937bdf4c5acd…", "leaf hash 71ed3038fcbc…"),
        ("It waits until 22 December 2026, 11:14 UTC.", "It waits until 1 May 2027, 08:02 UTC."),
        ("a new key of p-auditor: k-8f370ae9…", "a new key of p-auditor: k-57111880…"),
        ("http://127.0.0.1:8441", "http://127.0.0.1:8443"),
    ],
)
def test_what_is_new_each_time_counts_as_equal(told: str, real: str) -> None:
    assert same(Step("c", (told,)), Step("c", (real,)))


@pytest.mark.parametrize(
    ("told", "real"),
    [
        ("Recorded as entry 14", "Recorded as entry 15"),
        ("✓ OK", "✗ FORK"),
        ("   7 held             every signature holds", "   7 FAILED (1)       every signature holds"),
        ("16 entries, root " + "0" * 64, "15 entries, root " + "0" * 64),
        ("A-KEY (RECORD 3): refused", "A-APPOINT (RECORD 3): refused"),
        ("one line", "one line\nand another"),
    ],
)
def test_nothing_else_does(told: str, real: str) -> None:
    assert not same(Step("c", tuple(told.splitlines())), Step("c", tuple(real.splitlines())))


def shown(document: Path) -> set[str]:
    """Every `countersign …` in a document, in code of any kind."""
    text = document.read_text(encoding="utf-8")
    inline = re.findall(
        r"`(countersign [^`]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    )
    lines = re.findall(r"^(?:    |\$ )(?:.*[&|] )?(countersign [^|&<>#\n]+)", text, re.MULTILINE)
    return {" ".join(command.split()) for command in inline + lines}


@pytest.mark.parametrize("command", sorted({x for document in DOCS for x in shown(document)}))
def test_every_command_and_option_that_is_named_exists(command: str) -> None:
    words = shlex.split(command)[1:]
    if words[0] in ("COMMAND", "witness"):  # a place-holder; and what the text says does not exist yet
        return
    context, here = click.Context(countersign), countersign
    while isinstance(here, click.Group) and words and not words[0].startswith("-"):
        found = here.get_command(context, words.pop(0))
        assert found is not None, f"there is no {command}"
        here = found  # type: ignore[assignment]
    known = {name for param in here.params for name in param.opts + param.secondary_opts} | {"--help"}
    for word in words:
        assert not word.startswith("--") or word in known, f"{command}: no option {word}"


def test_what_is_said_not_to_exist_does_not() -> None:
    """The day it does, the texts that call it missing are wrong."""
    assert countersign.get_command(click.Context(countersign), "witness") is None


def test_settings_and_alarms_are_all_told() -> None:
    from api.cli import health
    from api.settings import NAMES

    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    for name in NAMES:
        assert f"`COUNTERSIGN_{name.upper()}`" in text
    source = Path(health.__file__).read_text(encoding="utf-8")
    for about in set(re.findall(r'Finding\(\s*"(\w[\w ]*)"', source)):
        assert re.search(rf"^\| {about} [✗◷]", text, re.MULTILINE), about


def test_the_readme_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 330
