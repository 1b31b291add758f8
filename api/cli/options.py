"""Options that several commands share, apart from those that all take (``api.cli.call``)."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.call import F
from keys.passphrase import VARIABLE


def passphrase_option(function: F) -> F:
    """--passphrase-fd."""
    return click.option(
        "--passphrase-fd",
        type=click.IntRange(0),
        metavar="N",
        help=f"Read the passphrase from this file descriptor (else {VARIABLE}, else a prompt).",
    )(function)


def key_options(function: F) -> F:
    """--key and --passphrase-fd, for every command that signs."""
    function = passphrase_option(function)
    return click.option(
        "--key",
        "key_files",
        multiple=True,
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="A key to sign with; may be given more than once.",
    )(function)
