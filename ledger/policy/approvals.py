"""Who proposes, approves, is asked and is told; and the roles and words that a policy uses.

::

    approvals:
      policy_change: {ref: 7.1.7, propose: [CEO, RSO], propose_mode: all, approve: [BOARD], consult: [LTBT],
                      consult_order: unspecified, publish: before_effect, changelog: required}
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Final

from ledger.policy.member import (
    BodyId,
    Duty,
    ExceptionId,
    Id,
    Names,
    Ref,
    RoleId,
    Sense,
    Text,
    Written,
    members,
)
from ledger.policy.words import ConsultOrder, Mode, Publish, Required

OUTSIDE: Final = frozenset(("GOVERNMENT",))
"""Bodies that may be consulted and hold no role in the house."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word that the policy defines."""

    id: Id
    ref: Ref
    text: Text | None = None
    unit: Text | None = None
    value: Annotated[Fraction | None, Sense.TEXT] = None
    any_of: Annotated[tuple[str, ...], Sense.TEXT] = ()
    deemed_by_any: tuple[Annotated[RoleId, Sense.MORE], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role that the policy names, and its duties."""

    id: Id
    duties: tuple[Duty, ...]
    refs: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who proposes, approves, is asked and is told. `follows` another approval, with `extra` rules on top."""

    ref: Ref
    propose: tuple[RoleId, ...] = ()
    propose_mode: Mode = Mode.ALL
    approve: tuple[RoleId, ...] = ()
    approve_mode: Mode = Mode.ALL
    consult: tuple[BodyId, ...] = ()
    consult_order: Annotated[ConsultOrder | None, Sense.LAST] = None
    notify: tuple[RoleId, ...] = ()
    notify_before: tuple[RoleId, ...] = ()
    notify_after: tuple[RoleId, ...] = ()
    notify_timing: Text | None = None
    by: tuple[RoleId, ...] = ()
    publish: Annotated[Publish | None, Sense.WEAK] = None
    changelog: Annotated[Required | None, Sense.WEAK] = None
    follows: Annotated[str | None, Written.ID, Names("approvals"), Sense.TEXT] = None
    extra: tuple[ExceptionId, ...] = ()
    applies_when: Text | None = None
    effect: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvals:
    """The approvals that a version knows. Where one is absent, DOMAIN §8 says what the house does instead."""

    policy_change: Approval
    emergency_loosening: Approval | None = None
    lowered_safeguards: Approval | None = None
    capability_decision: Approval | None = None
    safeguards_decision: Approval | None = None
    interim_measures: Approval | None = None
    gate_decision: Approval | None = None
    risk_report: Approval | None = None
    risk_report_marginal: Approval | None = None
    reviewer_selection: Approval | None = None
    external_review_request: Approval | None = None

    def named(self) -> tuple[tuple[str, Approval], ...]:
        """Those that this version has, by name."""
        return tuple((m.name, a) for m in members(Approvals) if (a := getattr(self, m.name)) is not None)
