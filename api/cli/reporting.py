"""What the commands of ``countersign report`` share: the verified ledger, the twelve words, files written once.

::

    with told():
        channel = channel_of(call, given)          of --ledger, --vkey, --founding
        own = Secrets.of(typed(words_fd))

1. The words must come through a prompt or a descriptor, never an argument.
2. A file must be made new, readable by its owner alone; what stands there is left as it is.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from api.cli.call import Call
from api.cli.channel import Channel, read_channel
from api.cli.trouble import CannotRun
from api.settings import FILE, read_settings
from intake.derive import Secrets
from intake.errors import IntakeTrouble
from keys import passphrase
from ledger.errors import Malformed
from ledger.record.epoch import Epoch
from ledger.verify.__main__ import read_asked


def of_ledger(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that name and vouch for a ledger."""
    for option in (
        click.option("--founding", metavar="HEX", help="The founding entry's hash, from the fingerprint sheet."),
        click.option("--vkey", metavar="FILE|TEXT", help="The log's key, from the fingerprint sheet."),
        click.option(
            "--ledger", "place", metavar="PATH_OR_URL", required=True,
            help="The published ledger: an address, a folder or a bundle.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


words_option = click.option(
    "--words-fd", type=click.IntRange(0), metavar="N", help="Read the twelve words from this descriptor."
)


@contextmanager
def told() -> Iterator[None]:
    """Tell errors of the channel as the command line tells errors."""
    try:
        yield
    except IntakeTrouble as error:
        raise CannotRun(str(error), error.cure) from None
    except Malformed as error:
        raise CannotRun(error.what, error.cure) from None


def channel_of(call: Call, given: dict[str, Any]) -> Channel:
    """The channel of the ledger that the options name, verified."""
    options = {"earlier": (), "policy": None, "max_age": None, "jobs": 1, "disclosures": None, "resume": None}
    asked = read_asked(argparse.Namespace(vkey=given["vkey"], founding=given["founding"], **options))
    if asked.vkey is None or asked.founding is None:
        call.screen.aside(
            "Without --vkey and --founding nothing outside this copy vouches for the trustees' keys.", "wait"
        )
    with call.screen.watch("Verifying the ledger"):
        return read_channel(_place(given["place"]), asked)


def _place(given: str) -> str:
    """What the verifier reads: of a ledger's folder its database."""
    folder = Path(given)
    if not (folder / FILE).is_file():
        return given
    settings = read_settings(folder.absolute(), {})
    return str(settings.path(settings.database))


def typed(descriptor: int | None) -> str:
    """Twelve words, from a descriptor or a prompt."""
    if descriptor is not None:
        return passphrase.from_descriptor(descriptor).reveal().decode("utf-8", "replace")
    return passphrase.prompt("Your twelve words: ").reveal().decode("utf-8", "replace")


def marked(channel: Channel, own: Secrets) -> list[tuple[Epoch, bytes]]:
    """The places of all lists that carry the mark of these words: the list, and the item."""
    return [
        (day, place.item)
        for _, day in sorted(channel.epochs.items())
        for place in day.items
        if own.bind(place.nonce) == place.bind
    ]


def create(path: Path, data: bytes) -> None:
    """Write a new file that its owner alone may read; CannotRun when something stands there."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise CannotRun(f"{path} exists, and is left as it is", "name another file with --out") from None
    except OSError as e:
        raise CannotRun(
            f"{path} cannot be written: {e.strerror}", "name a file in a folder of yours"
        ) from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
