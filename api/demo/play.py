"""A story of acts, some accepted and some refused, told row by row.

::

    def decided(play: Play) -> None:
        play.on("2025-03-18")
        play.refused("p-ceo", "decide-capability", {…}, rules=["G-DET-0", "G-DET-1", "G-DET-2"])
        play.does("p-ceo p-rso", "decide-capability", {…}, name="heron-4 CBRN-3")

    ROWS = (Row(6, "2025-03-18", "A draft determination is refused", decided), …)

1. What the story says is accepted must be accepted, and what it says is refused must be refused by exactly the rules
   that it names: a story that goes otherwise stops.
2. Nothing may be done but through the office, as a user would.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.demo.stage import Stage
from ledger.draft import Draft
from ledger.errors import Refused
from ledger.store.port import Receipt


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one act of `row`: its entry, or the rules by which it was refused."""

    row: int
    command: str
    index: int | None
    refused: tuple[str, ...] = ()


class Astray(Exception):
    """The story and the rules disagree."""


@dataclass(slots=True)
class Play:
    """The story so far: the stage, the names that later rows cite, and what became of each act."""

    stage: Stage
    row: int = 0
    events: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, Draft] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)

    def on(self, day: str, hour: str = "09:00") -> Play:
        """Go to a day."""
        self.stage.clock.now = max(self.stage.clock.now, f"{day}T{hour}:00.000000Z")
        return self

    def id(self, name: str) -> str:
        """The event id of an act that was named."""
        return self.events[name]

    def does(
        self,
        people: str,
        command: str,
        data: dict[str, Any],
        *,
        name: str = "",
        withheld: bool = False,
        **members: Any,
    ) -> Receipt:
        """`people` (the actor first) sign and it is recorded. `members` stand beside data, as in a form."""
        try:
            made, receipt = self.stage.record(command, people, {"data": data, **members}, withheld=withheld)
        except Refused as e:
            raise Astray(f"row {self.row}: {command} by {people} was refused: {e}") from e
        if name:
            self.events[name] = made.event["id"]
            self.drafts[name] = made
        self.outcomes.append(Outcome(self.row, command, receipt.index))
        return receipt

    def refused(
        self, people: str, command: str, data: dict[str, Any], *, rules: Sequence[str], **members: Any
    ) -> Refused:
        """`people` sign, and it is refused by `rules`; the refusal, with its cures."""
        try:
            self.stage.record(command, people, {"data": data, **members})
        except Refused as e:
            found = tuple(r.rule for r in e.refusals)
            if sorted(found) != sorted(rules):
                raise Astray(
                    f"row {self.row}: {command} was refused by {found}, not {tuple(rules)}: {e}"
                ) from e
            self.outcomes.append(Outcome(self.row, command, None, found))
            return e
        raise Astray(
            f"row {self.row}: {command} by {people} was recorded, and should be refused by {tuple(rules)}"
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a story: what happens from `day` on, and the acts that make it happen."""

    number: int
    day: str
    title: str
    act: Callable[[Play], None]


def play(stage: Stage, rows: Sequence[Row], until: str | None = None) -> Play:
    """Act the rows in their order, those of days after `until` left out."""
    playing = Play(stage)
    for row in rows:
        if until is not None and row.day > until:
            break
        playing.row = row.number
        playing.on(row.day)
        row.act(playing)
    return playing
