"""The last word on a model and a threshold: a decision, its revocation, or a recorded split (DOMAIN §4.4, §8).

::

    last_word(view, "heron-4", ("CBRN-3", "CBRN"))     the Fact of a determination, a revocation or a split; or None

1. A threshold that names an older one in `formerly` must take over what was decided under that name (DOMAIN §4.1).
2. The latest effective word counts; an older one must not revive when it is revoked.
3. What was imported must never count: only what was decided here.
"""

from __future__ import annotations

from ledger.engine.in_force import governing, lineage_at
from ledger.register import Fact, View
from ledger.subjects.determinations import MADE, REVOKED, SPLIT

WORDS = frozenset((MADE, REVOKED, SPLIT))


def names(view: View, threshold: str) -> tuple[str, ...]:
    """A threshold's name, and those that it had in the versions before."""
    return lineage_at(view, threshold)


def successors(view: View, threshold: str) -> tuple[str, ...]:
    """A threshold's name, and the name by which the policy in force goes on with it."""
    policy = governing(view)
    later = [t.id for t in policy.thresholds if t.id != threshold] if policy else []
    return (threshold, *(id_ for id_ in later if threshold in lineage_at(view, id_)))


def words(view: View, model: str, called: tuple[str, ...]) -> list[Fact]:
    """Everything said on a model and a threshold under any of these names, by effective instant."""
    return [
        fact
        for fact in view.of_subject(f"determination/{model}")
        if fact.type in WORDS and fact.imported is None and fact.data["threshold"] in called
    ]


def last_word(view: View, model: str, called: tuple[str, ...]) -> Fact | None:
    """What counts of that."""
    said = words(view, model, called)
    return said[-1] if said else None


def settled(view: View, model: str, called: tuple[str, ...], since: int) -> bool:
    """Whether a threshold was decided after entry `since`, and still is.

    A provisional decision and a split stop things; they settle nothing, and what two have settled they do not
    unsettle: it would punish the hand that stops. After a revocation that asks for a new assessment no decision settles
    the older one.
    """
    said = [
        fact
        for fact in words(view, model, called)
        if fact.type != SPLIT and not fact.data.get("provisional") and fact.index > since
    ]
    anew = any(fact.data.get("new_assessment_required") for fact in said)
    return bool(said) and not anew and said[-1].type == MADE
