"""Rules as stories: given what is on the record, when somebody acts, then it stands there or is refused.

::

    story = Story("2.2")                                   # a founded ledger under a shipped policy
    story.given("open-assessment", {…}, ASSESSOR)          # must be accepted
    story.when("decide-capability", {…}, CEO, RSO)         # ["G-DET-1", "G-DET-2"] or []

A story judges with the judge that the office and the replay have, and appends what it accepts. Time is set by hand.
"""

from __future__ import annotations

from typing import Any, Final

from keys import check
from ledger.engine.in_force import in_force
from ledger.judge import judge
from ledger.policy.shipped import definition
from ledger.record.act import make_act
from ledger.record.entry import read_entry
from ledger.record.event import event_of
from ledger.register import Fact, Register, View
from ledger.subjects.registry import COMMANDS, DECISIONS
from tests.kit import CAST, Person, World, founding

ASSESSOR: Final = Person("p-assessor", "ASSESSOR")
CISO: Final = Person("p-ciso", "CISO")
COUNSEL: Final = Person("p-people", "PEOPLE")
AUDITOR: Final = Person("p-auditor", "AUDITOR")
D3: Final = Person("p-d3", "DIRECTOR")
T3: Final = Person("p-t3", "TRUSTEE")
EVERYBODY: Final = (*CAST, ASSESSOR, CISO, COUNSEL, AUDITOR, D3, T3)
PATIENT: Final = {"independence_within": "P99Y"}
"""Trustees have time to attest their independence here: that they do has tests of its own."""


class Story:
    """A ledger that grows act by act, in memory."""

    def __init__(
        self,
        version: str | None = "2.2",
        *,
        settings: dict[str, Any] | None = None,
        position: Any = None,
        **changes: Any,
    ) -> None:
        self.world = World()
        data = founding(self.world.origin, self.world.log.vkey, EVERYBODY)
        data["settings"] = PATIENT | (settings or {})
        if version:
            policy = definition(f"rsp-{version}").policy.data | changes
            data["policy"] = {
                "data": policy,
                "text_digest": "sha256:" + "0" * 64,
                "version": policy["version"],
            }
        if position:
            data["position"] = position
        self.register = Register(DECISIONS, check)
        self.world.found(data, EVERYBODY)
        self._fold()

    @property
    def view(self) -> View:
        """What is known now, asked at the hour of the story."""
        return self.register.at(known_at=self.world.now)

    def on(self, day: str, hour: str = "09:00") -> Story:
        """Go to a day."""
        self.world.now = f"{day}T{hour}:00.000000Z"
        return self

    def given(self, command: str, data: dict[str, Any], *by: Person, **members: Any) -> Fact:
        """Something that is accepted; the fact."""
        refused = self.when(command, data, *by, **members)
        assert refused == [], f"{command} was refused: {self.refusals}"
        fact = self.register.facts[-1]
        assert fact is not None
        return fact

    def when(self, command: str, data: dict[str, Any], *by: Person, **members: Any) -> list[str]:
        """Rule ids by which it is refused; when there are none it is on the record."""
        kind = COMMANDS[command]
        event = self.world.event(
            kind.type, data, by[0], policy=in_force(self.view, at=self.world.now), **members
        )
        event["stream"] = kind.stream(self.view, event_of(event, ""))
        signatures = [self.world.signature(event, person, kind.statement) for person in by]
        act = make_act(event, signatures)
        now = self.world.tick()
        self.refusals = judge(self.view, act, now, check)
        if not self.refusals:
            self.world.append(act.raw, recorded_at=now)
            self._fold()
        return [r.rule for r in self.refusals]

    def _fold(self) -> None:
        index = self.register.size
        entry = read_entry(self.world.entries[index])
        assert entry.act is not None
        assert entry.stream_version is not None
        self.register.fold(entry.act, index, entry.recorded_at, entry.stream_version)


__all__ = ["ASSESSOR", "AUDITOR", "CISO", "COUNSEL", "D3", "EVERYBODY", "T3", "Story"]
