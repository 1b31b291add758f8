"""Weaknesses of a policy text that its public critics named, found in its data.

::

    lint(rsp_2_2)
    [Weakness(code='CADENCE_WITHOUT_INTERVAL', path='/assessment/preliminary/cadence', ref='3.1',
              text='"routinely" names no interval', cure='name one in cadence_unit, such as P1M'), …]

1. A weakness must say where it is and what would end it, and a text that has the cure must not show it.
2. It is a remark on the text, never on conduct: nothing is refused, and no finding is raised, because of it.
3. What each code means stands in its function below and in docs/policy-as-data.md, with the versions that show it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ledger.policy.diff import segment
from ledger.policy.rules import Clock, GateRule, Rule, WayOut
from ledger.policy.schema import Policy
from ledger.policy.stops import stops
from ledger.policy.thresholds import Threshold
from ledger.policy.words import Action, Code, Enforce, Modality, Stop, ThresholdKind


class Lint(StrEnum):
    """The codes, in the order in which they are listed."""

    THRESHOLD_WITHOUT_SAFEGUARDS = "THRESHOLD_WITHOUT_SAFEGUARDS"
    NEXT_LEVEL_UNDEFINED = "NEXT_LEVEL_UNDEFINED"
    CADENCE_WITHOUT_INTERVAL = "CADENCE_WITHOUT_INTERVAL"
    NO_BUFFER = "NO_BUFFER"
    NO_FINDING_STOP = "NO_FINDING_STOP"
    DISCRETION_ONLY = "DISCRETION_ONLY"
    PROMISED_CONDITION_MISSING = "PROMISED_CONDITION_MISSING"
    EXCEPTION_WITHOUT_EXPIRY = "EXCEPTION_WITHOUT_EXPIRY"
    NO_INDEPENDENT_APPROVER = "NO_INDEPENDENT_APPROVER"


@dataclass(frozen=True, slots=True)
class Weakness:
    """One remark: its code, the path in the data, the section of the text, what is weak, and what would end it."""

    code: Lint
    path: str
    ref: str
    text: str
    cure: str


Found = Iterator[tuple[str, str, str, str]]
_GERUNDS: Final = {Action.TRAIN: "training", Action.STORE: "storing weights", Action.DEPLOY: "deploying"}
_DECLARED: Final = frozenset((Code.CAP_EXCEEDED, Code.PAUSE_ACTIVE))
_CADENCE: Final = re.compile(
    r"\b(routinely|regularly|regular|periodically|periodic|from time to time)\b(?!-)", re.IGNORECASE
)
_CONDITION: Final = re.compile(
    r"\b(before|until|prior to|as part of)\b[^.;:]*?\b(train|stor|deploy|releas|reach|resum)[^.;:]*",
    re.IGNORECASE,
)
_SECTION: Final = re.compile(r"[^;(]*?(?=\s*(?:fn\b|;|\(|$))")


def lint(policy: Policy) -> list[Weakness]:
    """All remarks on one version, by code, then in the order of the text."""
    return [Weakness(code, *found) for code, look in _LOOKS.items() for found in look(policy)]


def meaning(code: Lint) -> str:
    """What a code means, in a sentence or two."""
    return " ".join((_LOOKS[code].__doc__ or "").split())


def _threshold_without_safeguards(policy: Policy) -> Found:
    """Reaching it calls for no standard and no other obligation: nothing has to be in place when it is reached."""
    for t in policy.thresholds:
        if t.requires is None or not (t.requires.standards or t.requires.also or t.requires.undefined):
            what = "this checkpoint" if t.kind is ThresholdKind.CHECKPOINT else "this threshold"
            plan = "; what the text calls its own plan is no condition of any gate" if t.own_plan else ""
            text = f"reaching {what} requires no safeguard{plan}"
            cure = "name the standards that must be in place in `requires`"
            yield f"/thresholds/{segment(t.id)}", t.ref, text, cure


def _next_level_undefined(policy: Policy) -> Found:
    """Nobody knows what comes after a threshold: its next level is not named, or what that requires is not written."""
    named = {t.next_level for t in policy.thresholds}
    for t in policy.thresholds:
        following = policy.threshold(t.next_level) if t.next_level else None
        if following is not None and not _written(policy, following):
            text = f"what the next level, {following.id}, requires is not yet written"
            yield (
                f"/thresholds/{segment(t.id)}/next_level",
                t.ref,
                text,
                f"write the standards of {following.id}",
            )
        elif t.next_level is None and t.id not in named and t.requires is not None:
            text = "no level after this threshold is named"
            yield f"/thresholds/{segment(t.id)}", t.ref, text, "name the next level and what it requires"


def _written(policy: Policy, t: Threshold) -> bool:
    return (
        t.requires is not None and not t.requires.undefined and all(map(policy.defined, t.requires.standards))
    )


def _cadence_without_interval(policy: Policy) -> Found:
    """Something is to be done again and again, and the text names no interval: "routinely", "regular", "periodic"."""
    preliminary = policy.assessment.preliminary if policy.assessment else None
    timed = any(clock.met_by and "preliminary.assessed" in clock.met_by.events for clock in policy.clocks)
    if preliminary and not preliminary.interval and not timed:
        text = f'"{preliminary.cadence}" names no interval'
        yield (
            "/assessment/preliminary/cadence",
            preliminary.ref or "",
            text,
            "name one in cadence_unit, such as P1M",
        )
    sections = {_section(clock.ref) for clock in policy.clocks}
    for place, rule in policy.rules():
        word = None if isinstance(rule, Clock) else _CADENCE.search(rule.text)
        if word and _section(rule.ref) not in sections:
            text = f'"{word[0].lower()}" names no interval, and no clock runs for this section'
            yield f"/{place}/{rule.id}", rule.ref, text, "add a clock with `every`"


def _section(ref: str) -> str:
    """The section that a reference names, without footnotes and paragraphs: "7.2.1 fn 19" is 7.2.1."""
    found = _SECTION.match(ref)
    return found[0].strip() if found else ref


def _no_buffer(policy: Policy) -> Found:
    """Nothing keeps evaluations ahead of the level of concern: no safety margin in effective compute."""
    buffer = policy.assessment.buffer if policy.assessment else None
    if buffer is None and not any(rule.flag_at and rule.block_at for rule in policy.gates.train):
        text = "no safety margin is kept between what sets off an evaluation and the level of concern"
        yield "/assessment", "", text, "state a buffer, with the multiple past which training stops"


def _no_finding_stop(policy: Policy) -> Found:
    """Every stop of training ends by the developer's own effort; none depends on what evaluations find."""
    if all(stop.kind is Stop.EFFORT for stop in stops(policy)):
        text = "no rule stops training because of what evaluations find, whatever has been done about it"
        yield "/gates/train", "", text, "state such a condition, as a rule that says depends_on: finding"


def _discretion_only(policy: Policy) -> Found:
    """A brake that holds only if somebody chooses to pull it, or an action that nothing stops at all."""
    for action in Action:
        if not policy.gate(action):
            text = f"no rule says when {_GERUNDS[action]} is refused"
            yield f"/gates/{action}", "", text, "state what must be so before it is permitted"
        for rule in policy.gate(action):
            if rule.yields and _DECLARED.issuperset(rule.yields):
                text = "this stop exists only when somebody has chosen to declare it"
                yield f"/gates/{action}/{rule.id}", rule.ref, text, "state what makes the stop due by itself"


def _promised_condition_missing(policy: Policy) -> Found:
    """A `must` promises that something will be in place before a step, and nothing makes the step wait for it."""
    for place, rule in policy.rules():
        if isinstance(rule, GateRule | Clock | WayOut) or rule.modality is not Modality.MUST:
            continue
        promise = _CONDITION.search(rule.text)
        if promise and rule.enforce is not Enforce.BLOCK and not (isinstance(rule, Rule) and rule.yields):
            text = f'promised "{promise[0].strip()}", and no gate waits for it'
            yield (
                f"/{place}/{rule.id}",
                rule.ref,
                text,
                "let it block (enforce: block), or yield a gate's code",
            )
    required = any(t.requires and t.requires.standards for t in policy.thresholds)
    codes = {code for action in Action for rule in policy.gate(action) for code in rule.yields}
    if required and Code.SAFEGUARD_MISSING not in codes:
        text = "thresholds require standards, and no gate waits for them"
        yield "/gates", "", text, "add a rule that yields SAFEGUARD_MISSING"


def _exception_without_expiry(policy: Policy) -> Found:
    """A permission to lower safeguards that does not say when it ends."""
    for rule in policy.exceptions:
        if rule.permits and rule.expires_within is None:
            text = "this permission, once used, has no end"
            yield (
                f"/exceptions/{rule.id}",
                rule.ref,
                text,
                "say how long it may last: expires_within, such as P6M",
            )


def _no_independent_approver(policy: Policy) -> Found:
    """A decision approved by nobody but the officers who propose and decide; others are told, or asked, at most."""
    officers = set(policy.approvals.policy_change.propose)
    if policy.decisions:
        officers |= {*policy.decisions.capability.deciders, *policy.decisions.safeguards.deciders}
    for name, approval in policy.approvals.named():
        if approval.follows is None and officers.issuperset(approval.approve + approval.by):
            who = " and ".join(approval.approve) or "nobody"
            asked = _others(approval.consult, officers, "only asked")
            told = _others(
                approval.notify_before + approval.notify + approval.notify_after, officers, "only told"
            )
            cure = "let a body approve that does not propose or decide it"
            yield f"/approvals/{name}", approval.ref, f"approved by {who}{asked}{told}", cure


def _others(roles: tuple[str, ...], officers: set[str], how: str) -> str:
    others = [role for role in roles if role not in officers]
    return f"; {' and '.join(others)} {'is' if len(others) == 1 else 'are'} {how}" if others else ""


_LOOKS: Final[dict[Lint, Callable[[Policy], Found]]] = {
    Lint.THRESHOLD_WITHOUT_SAFEGUARDS: _threshold_without_safeguards,
    Lint.NEXT_LEVEL_UNDEFINED: _next_level_undefined,
    Lint.CADENCE_WITHOUT_INTERVAL: _cadence_without_interval,
    Lint.NO_BUFFER: _no_buffer,
    Lint.NO_FINDING_STOP: _no_finding_stop,
    Lint.DISCRETION_ONLY: _discretion_only,
    Lint.PROMISED_CONDITION_MISSING: _promised_condition_missing,
    Lint.EXCEPTION_WITHOUT_EXPIRY: _exception_without_expiry,
    Lint.NO_INDEPENDENT_APPROVER: _no_independent_approver,
}
