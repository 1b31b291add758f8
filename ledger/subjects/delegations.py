"""Delegation: somebody signs for a while in another's place (DOMAIN §4.16). No policy speaks of it: off by default.

::

    {"from":"2025-07-01T00:00:00.000000Z","from_role":"RSO","reason":"leave","scope":["issue-report"],
     "to":"2025-07-15T00:00:00.000000Z","to_person":"p-deputy"}

A delegate signs in a role of their own; acts that may be delegated count it for the role that it stands in for.

1. CEO must not delegate to a holder of RSO nor RSO to a holder of CEO: two persons stay two persons.
2. Determinations and exceptions must never be delegated.
3. Delegates of a role that a case concerns are concerned as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.engine.calendar import overdue_at
from ledger.engine.house import house
from ledger.errors import Refusal
from ledger.policy.duration import Duration
from ledger.record.act import Act
from ledger.register import View
from ledger.subjects.kind import approving, decision, in_stream
from ledger.subjects.payload import Person, Role, Slug, Text, Time, read_payload

DELEGATED: Final = "delegation.made"
APART: Final = frozenset(("CEO", "RSO"))
DELEGABLE: Final = frozenset(
    ("answer-finding", "issue-report", "make-commitment", "fulfil-commitment", "withdraw-commitment")
)
"""Commands that may be done by a delegate: none on determinations, safeguards, gates, pauses, exceptions or policy."""


@dataclass(frozen=True, slots=True)
class Delegation:
    """`to_person` may do `scope` for `from_role`, from `from_` until before `to`."""

    from_role: Role
    to_person: Person
    scope: tuple[Slug, ...]
    from_: Time
    to: Time
    reason: Text


def judge_on(view: View, act: Act, now: str) -> list[Refusal]:
    """G-DEL-1: delegation is allowed by a setting of the house, and by the policy's silence only then."""
    if house(view, "delegation") == "on":
        return []
    return [Refusal("G-DEL-1", "delegation is off in this house", "CEO and RSO may set delegation to on")]


def judge_persons(view: View, act: Act, now: str) -> list[Refusal]:
    """G-DEL-2: a role is delegated by its holder, and CEO and RSO never to each other."""
    made = read_payload(Delegation, act.event.data)
    out = []
    if made.from_role not in {role for _, role in approving(act)}:
        why = f"no holder of {made.from_role} approves"
        out.append(Refusal("G-DEL-2", why, "who holds the role delegates it"))
    others = APART - {made.from_role} if made.from_role in APART else frozenset()
    for role in sorted(others):
        if made.to_person in view.roll.holders(role, view.place(now)):
            why = f"{made.to_person} is {role}, and would sign for {made.from_role}"
            out.append(Refusal("G-DEL-2", why, "name somebody else: two persons must stay two persons"))
    return out


def judge_scope(view: View, act: Act, now: str) -> list[Refusal]:
    """G-DEL-3: only commands that may be delegated are, and for no longer than the house allows."""
    made = read_payload(Delegation, act.event.data)
    out = []
    held = [x for x in made.scope if x not in DELEGABLE]
    if held or not made.scope:
        why = f"not to be delegated: {', '.join(held)}" if held else "nothing is delegated"
        out.append(Refusal("G-DEL-3", why, f"name some of {', '.join(sorted(DELEGABLE))}"))
    longest = Duration.parse(house(view, "delegation_length"))
    if not made.from_ < made.to or made.to >= overdue_at(made.from_, longest):
        why = f"from {made.from_[:10]} to {made.to[:10]}"
        out.append(Refusal("G-DEL-3", why, f"at most {longest}, and the end after the beginning"))
    return out


def delegates(view: View, role: str, command: str | None = None) -> set[str]:
    """Who stands in for a role at `view.now` (for a command); its delegates at any time count where none is named."""
    return {
        x.data["to_person"]
        for x in view.of_type(DELEGATED)
        if x.data["from_role"] == role
        and x.data["from"] <= view.now
        and (command is None or (command in x.data["scope"] and view.now < x.data["to"]))
    }


def signing_roles(view: View, act: Act, command: str) -> set[str]:
    """Roles that approve an act, with those that a signer stands in for."""
    roles = {role for _, role in approving(act)}
    if house(view, "delegation") != "on":
        return roles
    persons = {person for person, _ in approving(act)}
    made = {x.data["from_role"] for x in view.of_type(DELEGATED)}
    return roles | {role for role in made if delegates(view, role, command) & persons}


KINDS = (
    decision(DELEGATED, "delegate", Delegation, "DOMAIN 4.16", in_stream("delegation", "from_role"), """\
# Somebody does some commands in a role's place for a while. Only where the house has set delegation to on.
data:
  from_role: RSO
  to_person: p-9
  scope: [issue-report]
  from: 2025-07-01T00:00:00.000000Z
  to: 2025-07-15T00:00:00.000000Z
  reason: ""
""", judges={"G-DEL-1": judge_on, "G-DEL-2": judge_persons, "G-DEL-3": judge_scope}),
)  # fmt: skip
