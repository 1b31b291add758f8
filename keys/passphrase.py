"""Where a passphrase comes from: a prompt, a file descriptor, or an environment variable. Never an argument.

    Passphrase(hidden)                      what a log or a traceback shows of it
    $ countersign … --passphrase-fd 3  3< <(pass show ledger)
    $ COUNTERSIGN_PASSPHRASE=… countersign …

1. A passphrase must never come from a command line: every user of the machine can read those.
2. Neither repr nor str may show it.
3. A prompt must never fall back to a visible one.
4. A line read from a descriptor ends at the first line feed, which is not part of it.
"""

from __future__ import annotations

import getpass
import os
import warnings
from collections.abc import Callable, Mapping
from typing import final

from keys.errors import NoPassphrase

VARIABLE = "COUNTERSIGN_PASSPHRASE"
LONGEST = 1024  # bytes; a descriptor that gives more was pointed at the wrong file

Ask = Callable[[str], str]


@final
class Passphrase:
    """A secret text. `reveal` is its only way out, so that every use can be searched for."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if not secret:
            raise NoPassphrase("The passphrase is empty.", "Choose one of several words.")
        self._secret = secret

    def reveal(self) -> bytes:
        return self._secret

    def __repr__(self) -> str:
        return "Passphrase(hidden)"

    def __reduce__(self) -> str:
        raise TypeError("a passphrase is not pickled")


def prompt(question: str, *, twice: bool = False, ask: Ask = getpass.getpass) -> Passphrase:
    """Asks at the terminal without showing what is typed; `twice` for a new one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            typed = ask(question)
            again = ask("The same again: ") if twice else typed
    except (EOFError, getpass.GetPassWarning, OSError):
        raise NoPassphrase(
            "There is no terminal to ask for the passphrase.",
            f"Give it through a file descriptor or the environment variable {VARIABLE}.",
        ) from None
    if typed != again:
        raise NoPassphrase("The two passphrases differ.", "Type the same one twice.")
    return Passphrase(_encoded(typed))


def from_descriptor(descriptor: int) -> Passphrase:
    """The first line of an open file descriptor, which is closed: it serves once."""
    try:
        with os.fdopen(descriptor, "rb") as file:
            content = file.read(LONGEST + 1)
    except (OSError, ValueError, OverflowError, TypeError):  # TypeError: a number too large for any
        raise NoPassphrase(
            f"File descriptor {descriptor} cannot be read.", "Open it for this command, as in: 3< FILE."
        ) from None
    if len(content) > LONGEST:
        raise NoPassphrase(
            f"File descriptor {descriptor} gives more than {LONGEST} bytes.",
            "Point it at the passphrase only.",
        )
    return Passphrase(content.split(b"\n", 1)[0].removesuffix(b"\r"))


def from_environment(environment: Mapping[str, str], variable: str = VARIABLE) -> Passphrase:
    if variable not in environment:
        raise NoPassphrase(
            f"The environment variable {variable} is not set.", "Set it, or leave out the option."
        )
    return Passphrase(_encoded(environment[variable]))


def source(
    question: str,
    *,
    environment: Mapping[str, str],
    descriptor: int | None = None,
    twice: bool = False,
    ask: Ask = getpass.getpass,
) -> Callable[[], Passphrase]:
    """The one order of precedence: descriptor, then environment, then prompt. Nothing is read until it is called."""

    def take() -> Passphrase:
        if descriptor is not None:
            return from_descriptor(descriptor)
        if VARIABLE in environment:
            return from_environment(environment)
        return prompt(question, twice=twice, ask=ask)

    return take


def _encoded(text: str) -> bytes:
    # The environment's undecodable bytes come as lone surrogates; this gives them back as they were.
    return text.encode("utf-8", "surrogateescape")
