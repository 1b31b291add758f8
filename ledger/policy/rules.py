"""Single rules of a policy: what is said, how firmly, what the ledger does about it, and by when.

A rule as a policy file writes it::

    - id: R22-C-REAPPROVE
      starts_at: safeguard decided or reapproved
      met_by: safeguard.reapproved
      ref: '4.3'
      modality: must
      enforce: flag
      text: Re-approve ASL-3 safeguards at least yearly.
      every: P1Y

1. Ids that are equal after a leading ``R<digits>-`` are one duty in all versions (`duty`), and stand once in a policy.
2. A clock has either `every` (it starts again at each completion) or `within` (it runs once from each start).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Final

from ledger.policy.member import AtLeast, AtMost, ExceptionId, Id, Period, Ref, Sense, Shorter, Text
from ledger.policy.moment import Moment
from ledger.policy.words import Code, DueAt, Enforce, Form, Modality, Need, Stop, Tolerance

_VERSION: Final = re.compile(r"R[0-9]+-(?=.)")
_FOOTNOTE: Final = re.compile(r"\s*\(fn [0-9]+\)")


def duty(rule_id: str) -> str:
    """What a rule is called in every version: R20-C-AUDIT and R22-C-AUDIT are C-AUDIT."""
    return _VERSION.sub("", rule_id, count=1) if _VERSION.match(rule_id) else rule_id


def wording(text: str) -> str:
    """A text without the numbers of footnotes, which move from version to version."""
    return _FOOTNOTE.sub("", text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule, a commitment or a duty of governance. `depends_on`: what a stop that it brings about depends on."""

    id: Id
    ref: Ref
    modality: Modality
    enforce: Enforce
    text: Text
    yields: tuple[Code, ...] = ()
    depends_on: Annotated[Stop | None, Sense.LAST] = None
    minimum_readers: AtLeast[int] | None = None
    note: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRule:
    """When one of the three gates refuses.

    `yields`: the codes for which it is the reason; `flag_at` and `block_at`: the multiples from which it flags and
    refuses; `depends_on`: what the stop depends on (absent: the developer's effort).
    """

    id: Id
    ref: Ref
    modality: Modality
    enforce: Enforce
    text: Text
    yields: tuple[Code, ...] = ()
    flag_at: AtMost[Fraction] | None = None
    block_at: AtMost[Fraction] | None = None
    depends_on: Annotated[Stop | None, Sense.LAST] = None
    note: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A duty with a time. `target`: the aim inside `every`; `earliest`: not before; `or_multiple`: the other limb."""

    id: Id
    ref: Ref
    modality: Modality
    enforce: Enforce
    text: Text
    starts_at: Annotated[Moment | None, Sense.TEXT] = None
    met_by: Annotated[Moment | None, Sense.TEXT] = None
    every: Shorter[Period] | None = None
    within: Shorter[Period] | None = None
    or_multiple: Shorter[Fraction] | None = None
    target: Shorter[Period] | None = None
    earliest: AtMost[Period] | None = None
    tolerance: Annotated[Tolerance | None, Sense.ABSENT] = None
    note: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """An exception: a permission to lower safeguards (it has a `form`), a condition of one, or a bar to one.

    `expires_within` and `review_every` are how a policy would end one; none of the shipped versions does.
    """

    id: Id
    ref: Ref
    modality: Modality
    enforce: Enforce
    text: Text
    form: Annotated[Form | None, Sense.TEXT] = None
    condition_of: Annotated[ExceptionId | None, Sense.TEXT] = None
    needs: tuple[Need, ...] = ()
    expires_within: Shorter[Period] | None = None
    review_every: Shorter[Period] | None = None
    note: Ref | None = None

    @property
    def permits(self) -> bool:
        """Whether it opens a way, instead of closing or narrowing one."""
        return self.modality is Modality.MAY and self.condition_of is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTrigger:
    """What calls for an analysis between two regular Risk Reports, and by when."""

    id: Id
    ref: Ref
    modality: Modality
    enforce: Enforce
    text: Text
    due: Annotated[DueAt | None, Sense.WEAK] = None
    within: Shorter[Period] | None = None
    counted_from: Text | None = None
    note: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """A commitment that this version or an earlier one dropped, and where that was said."""

    id: Id
    from_version: Ref
    ref: Ref
    text: Annotated[str, Sense.RECORD]
    disclosure: Annotated[str, Sense.RECORD]
