"""Which policy governed (DOMAIN P2, §4.1), and what it says. Derived, never recorded.

::

    in_force(view)             "2.2"          or None before the first policy
    governing(view)            Policy(version="2.2", thresholds=(…), …)
    governing(view, at=day)    the one that an observation of that day is judged by
    reigns(view)               [Reign(version="2.2", since="", until="2025-11-03T…Z"), Reign(version="2.3", …), …]

1. What governs must be asked of an instant: `view.now`, or the `at` of an observation (its effective_at).
2. Nothing here may know a threshold, a role or a number: all of that is the policy's own data.
3. A founding whose policy cannot be read as one governs by its version alone: no threshold of it is known.
4. The policy of the founding was in force already (DOMAIN 4.1, Starting): it holds at every instant before a later one.
5. A text must be approved to govern, and public as the version that it replaces wants it: before effect (in force from
   the later of both), or by the end of the effective day in UTC (else out of force from then until published). While a
   text is out of force the one before it governs.
6. Of several texts in force the one with the later effective instant governs, then the one approved later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from ledger.engine.calendar import END_OF_TIME, overdue_at
from ledger.errors import Malformed
from ledger.policy.duration import Duration
from ledger.policy.load import load
from ledger.policy.schema import Policy
from ledger.policy.thresholds import Line, Threshold
from ledger.policy.words import Publish
from ledger.register import Fact, View
from ledger.subjects import versions
from ledger.subjects.versions import Text

ALWAYS: Final = ""
"""Before every instant."""

_SAME_DAY: Final = Duration()


@dataclass(frozen=True, slots=True)
class Adopted:
    """A text that governs in these spans, unless a later one does too. `approved` is None for the founding's.

    `rule` is when the version that it replaces wants it to be public, `published` when it was.
    """

    text: Text
    approved: Fact | None
    effect: str
    rule: Publish | None
    published: str | None
    spans: tuple[tuple[str, str], ...]

    def holds(self, at: str) -> bool:
        """Whether it could govern at an instant."""
        return any(since <= at < until for since, until in self.spans)


@dataclass(frozen=True, slots=True)
class Reign:
    """A stretch of time in which one text governed; `until` None: to this day."""

    adopted: Adopted
    since: str
    until: str | None

    @property
    def version(self) -> str:
        """The version that governed."""
        return self.adopted.text.version


def in_force(view: View, at: str | None = None) -> str | None:
    """The version that governed at `at` (by default now), as far as the view knows."""
    found = text_in_force(view, at)
    return found.version if found else None


def governing(view: View, at: str | None = None) -> Policy | None:
    """The policy that governed at `at` (by default now); None before the first, or when its data is no policy."""
    found = text_in_force(view, at)
    return policy_of(found) if found else None


def text_in_force(view: View, at: str | None = None) -> Text | None:
    """The text that governed at `at` (by default now)."""
    found = _governs(adopted(view), view.now if at is None else at)
    return found.text if found else None


def adopted(view: View) -> list[Adopted]:
    """Every text that was ever adopted, in the order in which they take over from each other."""
    first = versions.founded(view)
    out = [Adopted(first, None, ALWAYS, None, None, ((ALWAYS, END_OF_TIME),))] if first else []
    for text, approval in versions.approved(view):
        effect, public = versions.effect(approval), versions.public_since(view, text)
        replaced = _governs(out, effect)
        rule = _rule(policy_of(replaced.text) if replaced else None)
        out.append(Adopted(text, approval, effect, rule, public, tuple(_spans(effect, public, rule))))
    return out


def reigns(view: View) -> list[Reign]:
    """Which text governed from when to when, up to now; the gaps of a version that was not public are others' time."""
    found = adopted(view)
    edges = sorted({edge for a in found for span in a.spans for edge in span if edge <= view.now})
    out: list[Reign] = []
    for edge in edges:
        governs = _governs(found, edge)
        if out and out[-1].adopted is governs:
            continue
        if out:
            out[-1] = Reign(out[-1].adopted, out[-1].since, edge)
        if governs:
            out.append(Reign(governs, edge, None))
    return out


def _governs(found: list[Adopted], at: str) -> Adopted | None:
    return next((a for a in reversed(found) if a.holds(at)), None)


def _rule(replaced: Policy | None) -> Publish:
    """When a text must be public: as the version says that it replaces; the stricter rule where that says nothing."""
    stated = replaced.approvals.policy_change.publish if replaced else None
    return stated or Publish.BEFORE_EFFECT


def _spans(effect: str, public: str | None, rule: Publish) -> Iterator[tuple[str, str]]:
    """When a text can govern: `effect` is what was decided, `public` when it was published."""
    late = overdue_at(effect, _SAME_DAY)
    if rule is Publish.BEFORE_EFFECT:
        spans = [] if public is None else [(max(effect, public), END_OF_TIME)]
    elif public is not None and public < late:
        spans = [(effect, END_OF_TIME)]
    else:
        spans = [(effect, late), *([] if public is None else [(public, END_OF_TIME)])]
    yield from spans


def policy_of(text: Text) -> Policy | None:
    """What a text says as data; None when that is no policy."""
    return _read(_Held(text.data))


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """Data by identity: the record keeps it as it is, so it is read once and never compared."""

    data: dict[str, Any]

    def __hash__(self) -> int:
        return id(self.data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.data is self.data


@lru_cache(maxsize=64)
def _read(held: _Held) -> Policy | None:
    try:
        return load(held.data)
    except Malformed:
        return None


def threshold(policy: Policy | None, threshold_id: str) -> Threshold | None:
    """The threshold of this id."""
    return next((t for t in policy.thresholds if t.id == threshold_id), None) if policy else None


def lineage(policy: Policy | None, threshold_id: str) -> tuple[str, ...]:
    """The ids whose states a threshold takes over, its own first: what it was called in the version before."""
    found = threshold(policy, threshold_id)
    return tuple(x for x in (threshold_id, found.formerly if found else None) if x)


def lineage_at(view: View, threshold_id: str, at: str | None = None) -> tuple[str, ...]:
    """As ``lineage``, through every version that governed up to `at` (by default now), newest name first."""
    names = [threshold_id]
    for a in reversed([a for a in adopted(view) if a.effect <= (view.now if at is None else at)]):
        for name in lineage(policy_of(a.text), names[-1]):
            if name not in names:
                names.append(name)
    return tuple(names)


def line(policy: Policy | None, line_id: str) -> Line | None:
    """The evaluation line of this id, of whichever threshold."""
    found = (x for t in policy.thresholds for x in t.lines if x.id == line_id) if policy else ()
    return next(iter(found), None)
