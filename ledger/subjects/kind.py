"""Kind: all that the house knows of one type of act, in one value.

A subject file defines its kinds and nothing else needs to be told: the registry lists them, the office and
the replay find their judges here, the command line its form, the docs their row::

    Kind(type="note.recorded", command="note", section="DOMAIN 4", decides=False, …)

1. A type must belong to one kind for ever; a new layout gets the next schema number and an upcast from each older
   one to the next.
2. Judges must be pure: ``judge(view, act, now)`` reads no clock, database or setting.
3. An observation must have no judges: facts are accepted, whatever they say (DOMAIN P1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from ledger.errors import Refusal
from ledger.record.act import Act
from ledger.record.event import Event
from ledger.record.roll import SERVICE
from ledger.register import View
from ledger.subjects.payload import read_payload

Judge: TypeAlias = Callable[[View, Act, str], list[Refusal]]
"""``judge(view, act, now)``: why the act may not be recorded at `now`; empty when it may."""

StreamOf: TypeAlias = Callable[[View, Event], str]
"""Where an event belongs, as far as the view knows."""

PublicWhen: TypeAlias = Callable[[View, Event], bool]
"""Whether this very event must be public at once (DOMAIN §10), where its type alone does not say."""

Upcast: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]
"""Data of one schema number as the next one writes it; Malformed when it is no such data."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of act.

    `type` and `schema` stand in the event; `command` is what people type after ``countersign record``;
    `section` names the DOMAIN or RECORD section; `decides` tells decisions from observations; `read` reads the
    payload or raises Malformed; `stream` says where the event belongs; `judges` by guard id; `form` is the
    commented YAML template; `withholdable` is False for what DOMAIN §10 wants public at once, and where the data decide
    that, `public_when` does;
    `scheduled` kinds may lie in the future; `actors` are the roles it may be recorded as (empty: any).
    """

    type: str
    command: str
    section: str
    decides: bool
    read: Callable[[Event], object]
    stream: StreamOf
    form: str
    judges: Mapping[str, Judge] = field(default_factory=dict)
    schema: int = 1
    upcasts: Mapping[int, Upcast] = field(default_factory=dict)
    withholdable: bool = True
    public_when: PublicWhen | None = None
    scheduled: bool = False
    actors: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if sorted(self.upcasts) != list(range(1, self.schema)):
            raise ValueError(f"{self.type}: schema {self.schema} needs one upcast from each number below it")
        if self.judges and not self.decides:
            raise ValueError(f"{self.type}: an observation is not judged for what it says")

    @property
    def statement(self) -> str:
        """What the actor's signature says. Services attest, also where they may be refused (RECORD §8)."""
        return "approve" if self.decides and self.actors != {SERVICE} else "attest"

    def present(self, event: Event) -> Event:
        """The event with its data as today's schema writes it; Malformed when it is no data of its own schema."""
        data = event.data
        for number in range(event.schema, self.schema):
            data = self.upcasts[number](data)
        return replace(event, schema=self.schema, data=data)


class Unjudged(Exception):
    """A judge needs an act that is withheld and not opened here (entry `index`): say so, do not guess.

    `refusals` are what all other judges have against the act: a rule that cannot be asked must not silence the rest.
    """

    def __init__(self, index: int, refusals: Sequence[Refusal] = ()) -> None:
        super().__init__(index, tuple(refusals))
        self.index, self.refusals = index, tuple(refusals)


def approving(act: Act) -> set[tuple[str, str]]:
    """(person, role) of everyone who approves."""
    return act.signers("approve")


def approving_roles(act: Act) -> set[str]:
    """Roles in which somebody approves."""
    return {role for _, role in approving(act)}


def observation(  # noqa: PLR0917  rows of a table read best in one order
    type_: str, command: str, payload: type, section: str, stream: StreamOf, form: str, **more: Any
) -> Kind:
    """A kind whose facts are always accepted, with `payload` as its data."""
    return Kind(type_, command, section, False, _reads(payload), stream, form, **more)


def decision(  # noqa: PLR0917
    type_: str, command: str, payload: type, section: str, stream: StreamOf, form: str, **more: Any
) -> Kind:
    """A kind that may be refused, with `payload` as its data."""
    return Kind(type_, command, section, True, _reads(payload), stream, form, **more)


def _reads(payload: type) -> Callable[[Event], object]:
    return lambda event: read_payload(payload, event.data)


def in_stream(prefix: str, member: str = "") -> StreamOf:
    """The stream ``<prefix>/<value of member>``; of the event's own id where no member names it."""
    return lambda view, event: f"{prefix}/{event.data.get(member) if member else event.id}"
