"""One call of the command line: which ledger, how to answer, what time it is. And the options that every command takes.

::

    @command()                      # click's command, plus --dir, --json and --quiet
    @click.pass_obj
    def log(call: Call) -> None: …

1. The three options must be understood before and after the name of a command, and mean the same.
2. Without ``--dir`` the ledger is the current folder if it holds ``countersign.toml``, else ``./countersign``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from api.cli.screen import Screen
from api.cli.trouble import CannotRun
from api.settings import FILE, Settings, read_settings
from ledger.errors import CountersignError
from ledger.record.fields import to_time

HERE: Final = Path("countersign")

F = TypeVar("F", bound=Callable[..., Any])


def system_clock() -> str:
    """The machine's time, as the record writes it. (api.bootstrap has the same; it would load the store.)"""
    return to_time(datetime.now(UTC))


@dataclass
class Call:
    """What all commands share. Tests hand in another clock, environment or terminal."""

    dir: str | None = None
    json: bool = False
    quiet: bool = False
    clock: Callable[[], str] = system_clock
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    terminal: bool | None = None

    @cached_property
    def screen(self) -> Screen:
        """Where answers go. Asked for after the options were read."""
        return Screen(as_json=self.json, quiet=self.quiet, terminal=self.terminal)

    @property
    def folder(self) -> Path:
        """The folder that the options and the environment name; it need not exist."""
        named = self.dir or self.environment.get("COUNTERSIGN_DIR")
        if named:
            return Path(named)
        return Path() if Path(FILE).is_file() else HERE

    def settings(self) -> Settings:
        """The settings of the ledger; CannotRun where there is none."""
        try:
            return read_settings(self.folder.absolute(), self.environment)
        except CountersignError as e:
            raise CannotRun.of(e) from None
        except OSError as e:
            raise CannotRun(
                f"{self.folder} cannot be read: {e.strerror}", "name a folder that you may read"
            ) from None
        except UnicodeDecodeError:
            raise CannotRun(f"{self.folder / FILE} is no text", "restore it from its backup") from None


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    if value and param.name:
        setattr(ctx.ensure_object(Call), param.name, value)


_COMMON: Final = (
    click.option(
        "--dir",
        metavar="D",
        expose_value=False,
        callback=_keep,
        help="The ledger's folder (COUNTERSIGN_DIR).",
    ),
    click.option(
        "--json", is_flag=True, expose_value=False, callback=_keep, help="Answer with one JSON document."
    ),
    click.option(
        "--quiet", "-q", is_flag=True, expose_value=False, callback=_keep, help="Answer only what was asked."
    ),
)


def common(function: F) -> F:
    """Add the options that every command takes."""
    for option in reversed(_COMMON):
        function = option(function)
    return function
