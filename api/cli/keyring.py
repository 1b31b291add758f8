"""Opens the keys that a command is given, asking for a passphrase only when a file is sealed.

::

    --key p-7.key                 a key file of ours; passphrase by prompt, descriptor or environment
    --key ~/.ssh/id_ed25519_sk    an SSH key: ssh-keygen signs, and asks what it needs itself

1. A passphrase must never be an argument.
2. A descriptor or the environment gives one passphrase, used for every sealed file of the call.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import click

from api.cli.call import Call
from keys import passphrase
from keys.errors import NoPassphrase
from keys.files import open_signer, read_public
from keys.passphrase import VARIABLE, Passphrase
from keys.signing import Ed25519Signer, Signer
from keys.ssh import SshSigner

LOG_VARIABLE: Final = "COUNTERSIGN_LOG_PASSPHRASE"
TRIES: Final = 3
_SSH: Final = b"-----BEGIN OPENSSH PRIVATE KEY-----"


class Passphrases:
    """Where the passphrases of one call come from."""

    def __init__(self, call: Call, descriptor: int | None = None) -> None:
        self._call = call
        self._descriptor = descriptor
        self._read: Passphrase | None = None

    def source(
        self, question: str, *, twice: bool = False, variable: str = VARIABLE
    ) -> Callable[[], Passphrase]:
        """Gives the passphrase when it is needed: descriptor, then environment, then prompt."""

        def take() -> Passphrase:
            if self._descriptor is not None:
                self._read = self._read or passphrase.from_descriptor(self._descriptor)
                return self._read
            for name in dict.fromkeys((variable, VARIABLE)):
                if name in self._call.environment:
                    return passphrase.from_environment(self._call.environment, name)
            return passphrase.prompt(question, twice=twice)

        return take

    def given(self, secret: Passphrase) -> Passphrases:
        """For a file that was just sealed with `secret`: nobody is asked again."""
        known = Passphrases(self._call, -1)
        known._read = secret
        return known

    @property
    def asks(self) -> bool:
        """True when a person types it, and may mistype it."""
        named = {VARIABLE, LOG_VARIABLE} & set(self._call.environment)
        return self._descriptor is None and not named and self._call.screen.interactive


def open_key(call: Call, path: Path, passphrases: Passphrases) -> Signer:
    """The key in a file, ready to sign."""
    if is_ssh(path):
        return SshSigner(path, tell=call.screen.aside)
    return open_file(path, passphrases, f"Passphrase of {path.name}: ")


def open_file(path: Path, passphrases: Passphrases, question: str, variable: str = VARIABLE) -> Ed25519Signer:
    """A key file of ours; a person at a terminal may mistype its passphrase twice."""
    for _ in range(TRIES - 1 if passphrases.asks else 0):
        try:
            return open_signer(path, passphrases.source(question, variable=variable))
        except NoPassphrase as wrong:
            click.echo(f"{wrong.reason} Try again.", err=True)
    return open_signer(path, passphrases.source(question, variable=variable))


def is_ssh(path: Path) -> bool:
    """True for a key that ssh-keygen signs with."""
    if path.suffix == ".pub":
        return True
    try:
        with path.open("rb") as file:
            return file.read(len(_SSH)) == _SSH
    except OSError:
        return False


def key_id_of(call: Call, path: Path, passphrases: Passphrases) -> tuple[str, Callable[[], Signer]]:
    """The id of the key in a file, without opening it where its public half lies beside it; and what opens it."""
    if is_ssh(path):
        signer = open_key(call, path, passphrases)
        return signer.key_id, lambda: signer
    beside = path.with_suffix(".pub.json")
    if path.exists() and beside.exists():
        return read_public(beside).key_id, lambda: open_key(call, path, passphrases)
    opened = open_key(call, path, passphrases)
    return opened.key_id, lambda: opened
