"""Statistics of the anonymous channel: banded, late, and signed by the trustees who know (INTAKE §4, DOMAIN §4.19).

    {"concluded":"0-4","detriment":"0-4","missed_clocks":"0-4","panel":"ltbt","quarter":"2025-Q1","received":"5-9",
     "substantiated":"0-4"}

1. Only bands: 0-4, 5-9, 10+. A number of a small house would name people.
2. A quarter must be published only after the quarter that follows it has ended: what just happened stays unseen.
3. k trustees of the panel must approve, as the roster in force has it: nobody else knows the numbers.
4. A quarter of a panel must be published once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, TypeAlias

from ledger.errors import Malformed, Refusal
from ledger.record.act import Act
from ledger.register import View
from ledger.subjects.kind import approving, decision
from ledger.subjects.payload import Slug, read_payload
from ledger.subjects.rosters import day, in_force

PUBLISHED: Final = "trust.statistics_published"
BANDS: Final = ("0-4", "5-9", "10+")
Band = Literal["0-4", "5-9", "10+"]

_QUARTER: Final = re.compile(r"[0-9]{4}-Q[1-4]")


def read_quarter(value: Any, where: str) -> str:
    """A quarter of a year, ``2025-Q1``."""
    if not isinstance(value, str) or not _QUARTER.fullmatch(value):
        raise Malformed("not a quarter like 2025-Q1", where)
    return value


Quarter: TypeAlias = Annotated[str, read_quarter]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a panel says of one quarter. A case with an exclusion counts only after it was lifted."""

    quarter: Quarter
    panel: Slug
    received: Band
    concluded: Band
    substantiated: Band
    detriment: Band
    missed_clocks: Band


def judge_signers(view: View, act: Act, now: str) -> list[Refusal]:
    """G-STA-1: k trustees of the panel approve, as the roster in force has it."""
    made = read_payload(Statistics, act.event.data)
    held = in_force(view, day(now))
    panel = next((p for p in held.roster.panels if p.id == made.panel), None) if held else None
    if held is None or panel is None:
        return [
            Refusal("G-STA-1", f"no panel {made.panel} in the roster in force", "name a panel of the roster")
        ]
    seated = {held.roster.seats[seat].person for seat in panel.seats}
    signed = {person for person, role in approving(act) if role == "TRUSTEE"} & seated
    if len(signed) >= panel.k:
        return []
    why = f"{len(signed)} of the panel's trustees approve"
    return [Refusal("G-STA-1", why, f"{panel.k} trustees of the panel approve")]


def judge_lag(view: View, act: Act, now: str) -> list[Refusal]:
    """G-STA-2: a quarter is published after the quarter that follows it."""
    quarter = read_payload(Statistics, act.event.data).quarter
    if _number(f"{now[:4]}-Q{(int(now[5:7]) + 2) // 3}") - _number(quarter) >= 2:
        return []
    return [
        Refusal(
            "G-STA-2", f"{quarter} is too young on {now[:10]}", "wait until the next quarter has ended too"
        )
    ]


def judge_once(view: View, act: Act, now: str) -> list[Refusal]:
    """G-STA-3: a quarter of a panel is published once."""
    made = read_payload(Statistics, act.event.data)
    for fact in view.of_type(PUBLISHED):
        if (fact.data["quarter"], fact.data["panel"]) == (made.quarter, made.panel):
            return [Refusal("G-STA-3", f"entry {fact.index} says it already", "nothing to do")]
    return []


def _number(quarter: str) -> int:
    return int(quarter[:4]) * 4 + int(quarter[-1])


KINDS = (
    decision(PUBLISHED, "publish-statistics", Statistics, "INTAKE 4", lambda view, event: "trust/statistics", """\
# A panel's quarter, in bands, after the quarter that follows it. k trustees of the panel approve.
data:
  quarter: ""            # such as 2025-Q1
  panel: ltbt
  received: 0-4          # 0-4 5-9 10+
  concluded: 0-4
  substantiated: 0-4
  detriment: 0-4
  missed_clocks: 0-4
""", judges={"G-STA-1": judge_signers, "G-STA-2": judge_lag, "G-STA-3": judge_once}, withholdable=False,
    actors=frozenset(("TRUSTEE",))),
)  # fmt: skip
