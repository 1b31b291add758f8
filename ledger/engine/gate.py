"""The gate: may this model be trained, stored, or deployed here, under the policy in force? (DOMAIN §5)

Deterministic: a function of a View. Asking writes nothing::

    evaluate(register.at(as_of=…, known_at=…), Question("deploy", "heron-4", "limited_partner"))
        Verdict(… verdict "denied", reasons=(Reason("SAFEGUARD_MISSING:ASL-3-DEPLOYMENT", …),), marks=(), …)

1. The same events must give the same verdict, whatever was asked before.
2. What holds in every style is asked here: pauses, commitments, exceptions not yet active; the rest is the style's.
3. A surface that the policy has no gate for must be permitted, and the verdict must say that no gate was asked.
4. Without a policy there is no verdict.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ledger.engine import commitments, deployments, gate_levels, gate_reports, gate_thresholds, pauses
from ledger.engine.exempt import unfinished
from ledger.engine.in_force import governing
from ledger.engine.verdict import DENY, NO_GATE, Asked, Question, Verdict
from ledger.errors import Malformed, NotFound
from ledger.policy.rules import Clock, GateRule, Rule
from ledger.policy.words import Action, Code, GateStyle
from ledger.register import View

_STYLES: Final = {
    GateStyle.ASL_LEVELS: gate_levels.ask,
    GateStyle.CAPABILITY_THRESHOLDS: gate_thresholds.ask,
    GateStyle.RISK_REPORT: gate_reports.ask,
}

_BEHIND: Final = (Rule, GateRule, Clock)
"""What of a policy can stand behind a commitment that was missed."""


def evaluate(view: View, question: Question) -> Verdict:
    """The verdict on a question, as true and as known in the view."""
    policy = governing(view)
    if policy is None:
        raise NotFound("no policy is in force that a gate could be asked by", "found the ledger with one")
    if (question.surface is None) == (question.action is Action.DEPLOY):
        raise Malformed(
            "a deployment has a surface, nothing else has one", "/surface", "name the surface to deploy on"
        )
    asked = Asked(view, policy, question)
    if question.action is Action.DEPLOY and not deployments.gated(policy, question.surface):
        asked.marks.add(NO_GATE)
        return asked.answer()
    _paused(asked)
    _committed(asked)
    _STYLES[policy.gate_style](asked)
    _excepted(asked)
    return asked.answer()


def _paused(asked: Asked) -> None:
    for pause in pauses.active(asked.view):
        if not pauses.stops(asked.view, pause, asked.question):
            continue
        since = f"{pause.begins_at[:10]} ({pause.cause.replace('_', ' ')})"
        open_ = ", ".join(c.text for c in pause.conditions) or "as declared"
        rule = asked.policy.rule(pause.rule) if pause.rule else None
        asked.say(
            Code.PAUSE_ACTIVE,
            f"pause {pause.id} has been active since {since}",
            f"lift it once its conditions are met: {open_}",
            about=(pause.id,),
            facts=(pause.fact,),
            enforce=DENY,  # though the rule behind it may only flag: a pause stops (DOMAIN 5.1)
            rule=rule if isinstance(rule, pauses.RULES) else None,
        )


def _committed(asked: Asked) -> None:
    """A missed commitment that blocks; of deployments only new ones (DOMAIN 9)."""
    q = asked.question
    if q.action is Action.DEPLOY and deployments.go_ahead(asked.view, q.model, q.surface):
        return
    for missed in commitments.blocking(asked.view, q.action):
        rule = asked.policy.rule(missed.source)
        due = f" (due {missed.due[:10]})" if missed.due else ""
        asked.say(
            Code.COMMITMENT_MISSED,
            f"commitment {missed.id} was missed{due}: {missed.text}",
            "fulfil it, or have the Board excuse the miss",
            about=(missed.id,),
            facts=(missed.cause,),
            enforce=DENY,
            rule=rule if isinstance(rule, _BEHIND) else None,
        )


def _excepted(asked: Asked) -> None:
    """A proposed exception that would cure a denial says what it lacks; it never stands alone."""
    for model, standard in dict.fromkeys(_lacking(asked)):
        found = unfinished(asked.view, model, standard, asked.question.surface)
        if found is not None:
            fact, lacks = found
            asked.say(
                Code.EXCEPTION_INCOMPLETE,
                f"exception {fact.stream.split('/', 1)[1]} is not active: it lacks {', '.join(lacks)}",
                "supply what it lacks, in this order",
                about=(asked.question.model, *lacks),
                facts=(fact,),
            )


def _lacking(asked: Asked) -> Iterator[tuple[str, str]]:
    """The standards whose want denies, each with the model that wants it: of a run also another one."""
    for reason in [r for r in asked.reasons if r.denies]:
        if ":" in reason.code:
            yield asked.question.model, reason.code.split(":", 1)[1]
        elif reason.code == Code.SECURITY_MISSING_FOR_COMPARABLE:
            model, *standards = reason.about
            yield from ((model, standard) for standard in standards)
