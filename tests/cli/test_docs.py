"""docs/commands.md says everything that the command line can do, and every line of it is true."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from api.cli import heads, keyring, trouble
from api.cli.table import TABLE
from api.settings import NAMES, PREFIX
from keys import passphrase

DOCS = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
COMMON = {"--dir", "--json", "--quiet", "-q", "--help", "-h", "--version"}


def load(name: str) -> click.Command:
    module, _, attribute = TABLE[name].target.partition(":")
    command = getattr(importlib.import_module(module), attribute)
    assert isinstance(command, click.Command)
    return command


def commands() -> Iterator[tuple[str, click.Command]]:
    for name in TABLE:
        command = load(name)
        yield name, command
        if isinstance(command, click.Group):
            for below, inner in command.commands.items():
                yield f"{name} {below}", inner


EVERYTHING = list(commands())


def section(name: str) -> str:
    """The part of the page that is about a command."""
    heading = re.search(rf"^#+ `{re.escape(name)}[ `]", DOCS, re.MULTILINE)
    assert heading, f"docs/commands.md has no heading for `{name}`"
    following = re.compile(r"^#+ ", re.MULTILINE).search(DOCS, heading.end())
    return DOCS[heading.start() : following.start() if following else len(DOCS)]


@pytest.mark.parametrize(("name", "command"), EVERYTHING, ids=[name for name, _ in EVERYTHING])
def test_every_command_and_option_is_documented(name: str, command: click.Command) -> None:
    text = section(name)
    for param in command.params:
        if isinstance(param, click.Option) and not param.hidden:
            for option in {*param.opts, *param.secondary_opts} - COMMON:
                assert f"`{option}" in text or f" {option}" in text, (
                    f"{name} {option} is not in docs/commands.md"
                )


@pytest.mark.parametrize("option", sorted(COMMON))
def test_the_common_options_are_documented(option: str) -> None:
    assert f"`{option}" in DOCS


def test_nothing_is_documented_that_is_not_there() -> None:
    known = {name for name, _ in EVERYTHING}
    for name in re.findall(r"^#+ `([a-z-]+(?: [a-z-]+)?)", DOCS, re.MULTILINE):
        assert name in known, name
    options = {o for _, c in EVERYTHING for p in c.params for o in (*p.opts, *p.secondary_opts)} | COMMON
    for option in re.findall(r"`(--[a-z-]+)", DOCS):
        assert option in options, option


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_is_documented_with_its_variable(name: str) -> None:
    assert f"`{name}`" in DOCS
    assert f"`{PREFIX}{name.upper()}`" in DOCS


def test_every_variable_is_documented() -> None:
    for name in ("COUNTERSIGN_DIR", passphrase.VARIABLE, keyring.LOG_VARIABLE, heads.VARIABLE, trouble.DEBUG):
        assert f"`{name}`" in DOCS


def test_every_command_is_read_in_the_words_of_people() -> None:
    """EXPERIENCE: officers, trustees and staff never meet these words; auditors do, in `verify` and `show`."""
    for name, command in EVERYTHING:
        told = command.get_help(click.Context(command, info_name=name)).lower()
        for word in ("merkle", "hpke", "kem", " leaf", "cosign", "epoch"):
            assert word not in told, f"{name}: {word}"


def test_every_option_says_what_it_is_for() -> None:
    for name, command in EVERYTHING:
        assert command.help, name
        for param in command.params:
            if isinstance(param, click.Option) and not param.hidden:
                assert param.help, f"{name} {param.opts}"


def test_no_option_takes_a_secret() -> None:
    for _, command in EVERYTHING:
        for param in command.params:
            if any(word in param.name or "" for word in ("passphrase", "secret", "password")):
                assert isinstance(param.type, click.IntRange)  # a descriptor's number
