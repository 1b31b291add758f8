"""What a person or a program gets to see: text for the one, exactly one JSON document for the other.

::

    screen.say("Recorded as entry 41.", "ok")          ✓ Recorded as entry 41.
    screen.answer({"index": 41}, quietly="41")         with --json {"index": 41}, with --quiet 41
    with screen.watch("Reading the record", total=90000, done=lambda: register.size): …

1. With ``--json`` stdout must hold the one document and nothing else.
2. Whatever comes out of a record must not move the cursor, colour or hide anything: what cannot be printed is shown
   as its number, so a hostile draft reads as the bytes that it is.
3. A mark must stand as symbol and word too, never as a colour alone.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Literal

import click

from api.cli.trouble import CannotRun

Tone = Literal["ok", "bad", "wait", "plain"]

PATIENCE: Final = 0.8
"""Seconds before a bar appears."""

_MARKS: Final[dict[str, tuple[str, str | None]]] = {
    "ok": ("✓ ", "green"),
    "bad": ("✗ ", "red"),
    "wait": ("◷ ", "yellow"),
    "plain": ("", None),
}


def printable(text: str) -> str:
    """`text` with everything that a terminal would act upon shown as its number."""
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\u{ord(c):04x}" for c in text)


def json_text(document: Any) -> str:
    """A document as JSON, in which everything that a terminal would act upon is escaped as JSON does it."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)


class Screen:
    """Writes answers. `terminal` None: find out whether a person sits there."""

    def __init__(self, *, as_json: bool = False, quiet: bool = False, terminal: bool | None = None) -> None:
        self.as_json = as_json
        self.quiet = quiet
        self._terminal = terminal

    @property
    def interactive(self) -> bool:
        """True when a person can be asked."""
        if self._terminal is not None:
            return self._terminal
        return sys.stdin.isatty() and sys.stdout.isatty() and not self.as_json

    def say(self, text: str = "", tone: Tone = "plain") -> None:
        """A line or more for a person."""
        if not (self.as_json or self.quiet):
            self.show(text, tone)

    def show(self, text: str, tone: Tone = "plain", *, err: bool = False) -> None:
        """Text that was asked for: it appears with ``--quiet`` too."""
        mark, colour = _MARKS[tone]
        text = mark + printable(text)
        click.echo(click.style(text, fg=colour) if colour else text, err=err)

    def aside(self, text: str, tone: Tone = "plain") -> None:
        """What is good to know while a command works; on stderr."""
        if not (self.as_json or self.quiet):
            self.show(text, tone, err=True)

    def answer(self, document: Any, quietly: str | None = None) -> None:
        """The document of ``--json``, or what ``--quiet`` leaves of the answer. Otherwise `say` has said it."""
        if self.as_json:
            click.echo(json_text(document))
        elif self.quiet and quietly is not None:
            self.show(quietly)

    def page(self, lines: list[str]) -> None:
        """Lines that were asked for; through the reader's pager when they are more than the screen holds."""
        text = "\n".join(map(printable, lines))
        if self._terminal is None and self.interactive and len(lines) > _height():
            click.echo_via_pager(text)
        elif lines:
            click.echo(text)

    def confirm(self, question: str) -> bool:
        """Ask; the answer that happens by itself is no. CannotRun where nobody can be asked."""
        if not self.interactive:
            raise CannotRun(
                "There is no terminal to ask on whether this is to be signed",
                "read it, and add --yes to say so beforehand",
            )
        return click.confirm(printable(question), default=False)

    @contextmanager
    def watch(
        self, title: str, total: int | None = None, done: Callable[[], int] | None = None
    ) -> Iterator[None]:
        """Show a bar on a terminal while the block runs, if it runs for long."""
        if self.as_json or self.quiet or self._terminal is not None or not sys.stderr.isatty():
            yield
            return
        over = threading.Event()
        watcher = threading.Thread(target=_watch, args=(over, title, total, done), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()


def _watch(over: threading.Event, title: str, total: int | None, done: Callable[[], int] | None) -> None:
    if over.wait(PATIENCE):
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=total if done else None)
        while not over.wait(0.1):
            if done:
                progress.update(task, completed=done())


def _height() -> int:
    import shutil

    return shutil.get_terminal_size().lines - 1
