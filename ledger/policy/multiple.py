"""Multiples and other exact numbers: texts such as ``4.0``, read into fractions (DOMAIN §2, §10).

::

    parse("4.0") == Fraction(4)        parse("0.50") == Fraction(1, 2)        parse("04") and parse(4.0) are Malformed

1. Only ``(0|[1-9]\\d*)(\\.\\d+)?`` is a number: no sign, no exponent, no leading zero, and never a binary float.
2. Comparison must be exact: 4.0 meets "at least 4.0", and 3.9999999999999999999 does not.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, Final

from ledger.errors import Malformed

_NUMBER: Final = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?")


def parse(value: Any, where: str = "") -> Fraction:
    """The number that a text writes; Malformed for anything else."""
    if not isinstance(value, str) or len(value) > 60 or not _NUMBER.fullmatch(value):
        raise Malformed(f"{value!r} is no decimal number"[:200], where, "a text like '4.0', in quotes")
    return Fraction(value)


def holds(op: str, value: Fraction, limit: Fraction) -> bool:
    """Whether `value` stands to `limit` as the sign says."""
    return {">=": value >= limit, ">": value > limit, "<=": value <= limit, "<": value < limit}[op]
