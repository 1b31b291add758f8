"""The two instants of every question: what was true then, and what was known then (DOMAIN P4).

::

    @asked_at                                             --as-of 2025-06-30 --known-at 2025-07-01T12:00:00.000000Z
    def clocks(call, *, as_of, known_at): …               as_of="2025-06-30T23:59:59.999999Z"

1. A day must mean its end, so that what was recorded on that day counts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import click

from ledger.errors import Malformed
from ledger.record import fields


def _moment(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        if "T" in value:
            return fields.time(value, "")
        if date.fromisoformat(value).isoformat() == value:
            return f"{value}T23:59:59.999999Z"
    except (Malformed, ValueError):
        pass
    raise click.BadParameter(f"{value!r} is no time: write 2025-03-14 or 2025-03-14T09:00:00.000000Z.")


def asked_at(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--as-of`` and ``--known-at``."""
    known = click.option(
        "--known-at", metavar="T", callback=_moment, help="What stood on the record by the end of this day."
    )
    as_of = click.option(
        "--as-of", metavar="T", callback=_moment, help="What was true by the end of this day."
    )
    return as_of(known(command))
