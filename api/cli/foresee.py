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
    """Refusals that stand even if everybody signs."""
    place = view.place(now)
    everybody = _everybody(view.roll, place)
    rounds = max((len(roles) for roles in everybody.values()), default=1)
    found: list[list[Refusal]] = []
    for turn in range(rounds):
        people = [(p, roles[turn % len(roles)]) for p, roles in everybody.items()]
        found.append(_judged(view, event, people, now, withheld=withheld))
    always = set.intersection(*({r.rule for r in refusals} for refusals in found))
    return [r for r in found[0] if r.rule in always]


def who_can_help(
    view: View, event: dict[str, Any], have: Iterable[Signature], now: str, *, withheld: bool = False
) -> Help:
    """Whose signatures the act still needs, by trying them."""
    signed: list[Person] = [(s.person, s.role) for s in have]
    names = {p for p, _ in signed}
    others = [
        (p, r) for p, roles in _everybody(view.roll, view.place(now)).items() if p not in names for r in roles
    ]
    full = {p: (p, r) for p, r in reversed(others)}
    stands = len(_judged(view, event, signed, now, withheld=withheld))
    best = len(_judged(view, event, [*signed, *full.values()], now, withheld=withheld))
    must, one_of = [], []
    for person, role in others:
        without = [x for x in full.values() if x[0] != person]
        if len(_judged(view, event, [*signed, *without], now, withheld=withheld)) > best:
            if len(_judged(view, event, [*signed, *without, (person, role)], now, withheld=withheld)) <= best:
                must.append((person, role))
        elif len(_judged(view, event, [*signed, (person, role)], now, withheld=withheld)) < stands:
            one_of.append((person, role))
    return Help(tuple(must), tuple(one_of))


def _everybody(roll: Roll, place: Place) -> dict[str, list[str]]:
    """Everybody with a live key and a role, and the roles."""
    able = {k.public.person for k in roll.keys.values() if k.valid(place.index, place.index)}
    held = {p: [r for r in roles_of(roll, p, place) if r != SERVICE] for p in sorted(able)}
    return {p: roles for p, roles in held.items() if roles}


def _judged(
    view: View, event: dict[str, Any], people: Sequence[Person], now: str, *, withheld: bool
) -> list[Refusal]:
    signatures = tuple(sorted(_willing(view, event, people, now), key=lambda s: (s.person, s.key)))
    act = Act(event_of(event, ""), signatures, event, b"")
    return judge(view, act, now, _Willing(), withheld=withheld)


def _willing(view: View, event: dict[str, Any], people: Sequence[Person], now: str) -> Iterator[Signature]:
    actor, kind = event["actor"], KINDS[event["type"]]
    seen = Seen(view.bound, "0" * 64)
    for person, role in people:
        keys = [k for k in view.roll.keys_of(person) if k.valid(view.bound, view.bound)]
        if person == actor["person"]:
            role = actor["role"]  # noqa: PLW2901  the actor signs as the event says
        if keys:
            key = keys[0].public
            yield Signature(person, role, actor["capacity"], key.key, key.kind, seen, now, kind.statement, "")
