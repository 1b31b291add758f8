"""What signatures can still change: asks the one judge about signatures that nobody has made yet.

::

    incurable(view, event, now)               [Refusal("G-APP-2", …)]   what no signature can help
    who_can_help(view, event, have, now)      Help(must=(("p-rso", "RSO"),), one_of=())

1. It must call ``ledger.judge.judge`` itself, with every check but that of signatures not yet made.
2. It must never decide: what is recorded is judged again with real signatures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from keys import check
from ledger.errors import Refusal
from ledger.judge import judge
from ledger.record.act import SIGNATURE_LABEL, Act, Seen, Signature
from ledger.record.event import event_of
from ledger.record.roll import SERVICE, Place, Roll
from ledger.register import View
from ledger.subjects.registry import KINDS

Person = tuple[str, str]
"""(person, role)."""


class _Willing:
    """keys.check, for people who would sign."""

    key_id = staticmethod(check.key_id)
    raw = staticmethod(check.raw)
    possession_message = staticmethod(check.possession_message)

    def holds(
        self,
        kind: str,
        public: str,
        message: bytes,
        sig: object,
        *,
        rp_id: str | None = None,
        origins: Sequence[str] = (),
    ) -> bool:
        return message.startswith(SIGNATURE_LABEL) or check.holds(
            kind, public, message, sig, rp_id=rp_id, origins=origins
        )


@dataclass(frozen=True, slots=True)
class Help:
    """Who must sign still, and of whom one more is enough or a step (never the same person in both)."""

    must: tuple[Person, ...]
    one_of: tuple[Person, ...]

    def text(self) -> str:
        """For a person; empty when nobody on the roll can help."""
        lines = []
        if self.must:
            lines.append("Still to sign: " + ", ".join(f"{p} as {r}" for p, r in self.must))
        if self.one_of:
            lines.append("One of these can help: " + ", ".join(f"{p} as {r}" for p, r in self.one_of))
        return "\n".join(lines)


def roles_of(roll: Roll, person: str, place: Place) -> list[str]:
    """The roles that a person holds at a place, in the order of their appointment."""
    return [r for p, r in roll.tenures if p == person and roll.holds(place, person, r, place.index)]


def incurable(view: View, event: dict[str, Any], now: str, *, withheld: bool = False) -> list[Refusal]:
    """Refusals that stand even if everybody signs, in every role that they hold."""
    return _judged(view, event, _everybody(view.roll, view.place(now)), now, withheld=withheld)


def who_can_help(
    view: View, event: dict[str, Any], have: Iterable[Signature], now: str, *, withheld: bool = False
) -> Help:
    """Whose signatures the act still needs, by trying them."""

    def refusals(people: Sequence[Person]) -> int:
        return len(_judged(view, event, [*signed, *people], now, withheld=withheld))

    signed: list[Person] = [(s.person, s.role) for s in have]
    names = {p for p, _ in signed}
    others = [x for x in _everybody(view.roll, view.place(now)) if x[0] not in names]
    stands, best = refusals([]), refusals(others)
    must, one_of = [], []
    for one in others:
        without = [x for x in others if x[0] != one[0]]
        if refusals(without) > best:
            if refusals([*without, one]) <= best:
                must.append(one)
        elif refusals([one]) < stands:
            one_of.append(one)
    return Help(tuple(must), tuple(one_of))


def _everybody(roll: Roll, place: Place) -> list[Person]:
    """Everybody with a live key, once for each role that they hold."""
    able = sorted({k.public.person for k in roll.keys.values() if k.valid(place.index, place.index)})
    return [(p, r) for p in able for r in roles_of(roll, p, place) if r != SERVICE]


def _judged(
    view: View, event: dict[str, Any], people: Sequence[Person], now: str, *, withheld: bool
) -> list[Refusal]:
    signatures = tuple(sorted(_willing(view, event, people, now), key=lambda s: (s.person, s.key)))
    act = Act(event_of(event, ""), signatures, event, b"")
    return judge(view, act, now, _Willing(), withheld=withheld)


def _willing(view: View, event: dict[str, Any], people: Sequence[Person], now: str) -> Iterator[Signature]:
    """Signatures that nobody has made. One person may stand here in several roles, to try them all at once."""
    capacity, statement = event["actor"]["capacity"], KINDS[event["type"]].statement
    seen = Seen(view.bound, "0" * 64)
    for person, role in people:
        live = [k.public for k in view.roll.keys_of(person) if k.valid(view.bound, view.bound)]
        if live:
            key = live[0]
            yield Signature(person, role, capacity, key.key, key.kind, seen, now, statement, "")
