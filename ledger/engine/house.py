"""House rules: what holds where every policy is silent (DOMAIN §9). Never printed as policy.

::

    house(view, "exception_length")                   "P6M"
    approval(view, "capability_decision")             Approval(roles=("CEO", "RSO"), everyone=True, ref="3.3")

1. A change must count from its recording on: at `view.now` the founding's settings hold with the changes made by then.
2. What has no default and was never set (the Board's bylaws) must be None: nobody may invent it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ledger.engine.in_force import governing
from ledger.policy.duration import Duration
from ledger.policy.house import defaults
from ledger.policy.member import House, Period
from ledger.policy.words import Mode
from ledger.record import people
from ledger.register import View

SETTING: Final = "settings.changed"
HOUSE: Final = "house"


@dataclass(frozen=True, slots=True)
class Approval:
    """Roles that decide a matter: all of them (two persons), or one. `ref` is the policy's section, or ``house``."""

    roles: tuple[str, ...]
    everyone: bool
    ref: str


def house(view: View, name: str) -> Any:
    """A house rule: as changed last, else as founded, else as shipped."""
    for changed in reversed(view.of_type(SETTING)):
        if changed.data["setting"] == name and changed.effective_at <= view.now:
            return changed.data["is"]
    founded = view.of_type(people.FOUNDED)
    settings = founded[0].data["settings"] if founded else {}
    return settings.get(name, defaults()[name])


def period(view: View, written: Period) -> Duration:
    """A period of the policy; where it leaves the time to the house, the house's."""
    return Duration.parse(house(view, written.setting)) if isinstance(written, House) else written


def approval(view: View, matter: str) -> Approval:
    """Who decides a matter: the policy in force says, else the house."""
    policy = governing(view)
    found = getattr(policy.approvals, matter, None) if policy else None
    if found and found.approve:
        return Approval(found.approve, found.approve_mode == Mode.ALL, found.ref)
    own = house(view, "approvals")[matter]
    return Approval(tuple(own["approve"]), own.get("approve_mode", "all") == "all", HOUSE)


@dataclass(frozen=True, slots=True)
class Procedure:
    """How a policy or a standard is changed: who proposes, approves and is consulted, and what else is asked for."""

    propose: tuple[str, ...]
    approve: tuple[str, ...]
    consult: tuple[str, ...]
    extra: tuple[str, ...]
    ref: str


def procedure(view: View, matter: str) -> Procedure:
    """How a matter is changed: as the policy in force says; who it does not name, as it changes itself, else the house.

    A matter that `follows` another one takes from it what it does not say.
    """
    policy = governing(view)
    own, steps = house(view, "approvals")["policy_change"], []
    while policy and matter and (found := getattr(policy.approvals, matter, None)):
        steps.append(found)
        matter = found.follows or ""
    named = {
        member: next((tuple(getattr(x, member)) for x in steps if getattr(x, member)), ())
        for member in ("propose", "approve", "consult", "extra")
    }
    return Procedure(
        propose=named["propose"] or tuple(own["propose"]),
        approve=named["approve"] or tuple(own["approve"]),
        consult=named["consult"] if steps else tuple(own["consult"]),
        extra=named["extra"],
        ref=steps[0].ref if steps else HOUSE,
    )
