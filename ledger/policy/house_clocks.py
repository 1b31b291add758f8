"""Clocks of the house, and how it reads those of a policy that say how often and not from what (DOMAIN §6, §9).

They stand in ``definitions/house-clocks.yaml``, written as a policy writes its own::

    house_clocks()[0]                    HouseClock(clock=Clock(…), where=None)
    reading("R34-C-RR")                  (Moment(risk_report.published, else in_force), Moment(risk_report.published))
    sections()["7.2.1"]                  ("capability_summary", …)

1. A clock of the house must never be a ``must``: only a policy can bind so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from ledger.errors import Malformed
from ledger.policy.moment import Moment
from ledger.policy.plain import load_file
from ledger.policy.read import read
from ledger.policy.rules import Clock, duty
from ledger.policy.words import Modality
from ledger.record import fields as f

FILE: Final = Path(__file__).parent / "definitions" / "house-clocks.yaml"


@dataclass(frozen=True, slots=True)
class HouseClock:
    """A clock, and the duty or section that a policy must have for it to count (None: any)."""

    clock: Clock
    where: str | None = None


@cache
def _file() -> dict[str, Any]:
    return f.members(load_file(FILE), "", ("schema", "moments", "clocks", "sections"))


@cache
def house_clocks() -> tuple[HouseClock, ...]:
    """The house's own clocks."""
    out = []
    for i, item in enumerate(_file()["clocks"]):
        clock = read(Clock, {k: v for k, v in item.items() if k != "where"}, f"/clocks/{i}")
        if clock.modality is Modality.MUST:
            raise Malformed(
                "a house clock that binds as policy", f"/clocks/{i}/modality", "should, or weaker"
            )
        out.append(HouseClock(clock, item.get("where")))
    return tuple(out)


@cache
def reading(rule_id: str) -> tuple[Moment, Moment] | None:
    """From what a clock runs and what meets it, where its policy does not say."""
    for i, item in enumerate(_file()["moments"]):
        if item["duty"] == duty(rule_id):
            where = f"/moments/{i}"
            return Moment.parse(item["starts_at"], where), Moment.parse(item["met_by"], where)
    return None


@cache
def sections() -> dict[str, tuple[str, ...]]:
    """Which kinds of publication count as those of a section."""
    return {section: tuple(kinds) for section, kinds in _file()["sections"].items()}
