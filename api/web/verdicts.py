"""May we? The gate's answers as they are shown: a badge, reasons in sentences, and what would make it permitted.

::

    questions(view, "heron-4")    (Question(train), Question(store), Question(deploy, surface="general"), …)
    answered(view, question)      Answer("deploy it: general", Status("bad", "may not"), reasons=(…), …)

1. Rules of the policy and rules of the house must be told apart in every reason.
2. A denial must say what would make it permitted.
3. Where the policy has no gate, or a standard is lowered, the answer must say so and not only that it may be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from api.web.status import Status
from ledger.engine import deployments
from ledger.engine.gate import evaluate
from ledger.engine.in_force import governing
from ledger.engine.verdict import HOUSE, NO_GATE, RESTS_ON_OPENING, UNDER_EXCEPTION, Question, Reason
from ledger.policy.schema import Policy
from ledger.policy.words import Action
from ledger.register import View
from ledger.subjects import models, opening

MARKS: Final = {
    NO_GATE: "The policy has no gate for this.",
    RESTS_ON_OPENING: "It rests on what was stated at founding, which was not decided on this record.",
    UNDER_EXCEPTION: "It holds under an exception: a safeguard is lowered.",
}


@dataclass(frozen=True, slots=True)
class Why:
    """One reason: whose rule it is, the sentence, what would cure it, and the entries behind it."""

    denies: bool
    house: bool
    source: str
    why: str
    cure: str
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gate says to one question; `brief` names the deed too, for a list."""

    asked: str
    status: Status
    brief: Status
    reasons: tuple[Why, ...]
    marks: tuple[str, ...]

    @property
    def cures(self) -> tuple[str, ...]:
        """What would make it permitted, everything together."""
        return tuple(dict.fromkeys(x.cure for x in self.reasons if x.denies))


def surfaces(view: View, policy: Policy) -> list[str]:
    """The surfaces with a gate that the record speaks of; where it speaks of none, all that have one."""
    named: dict[str, None] = {}
    for one in stated[1].models if (stated := opening.stated(view)) else ():
        named |= dict.fromkeys(one.surfaces)
    for fact in (*view.of_type(models.DEPLOYED), *view.of_type(deployments.DECIDED)):
        named |= {str(fact.data["surface"]): None} if fact.data.get("surface") else {}
    open_ = policy.public_surfaces.public if policy.public_surfaces else ()
    gated = [x for x in named if x != "*" and deployments.gated(policy, x)]
    return gated or [str(x) for x in policy.deploy_surfaces or open_]


def questions(view: View, model: str) -> list[Question]:
    """Everything that is asked of a model's gates; empty without a policy to ask by."""
    policy = governing(view)
    if policy is None:
        return []
    asked = [Question(Action.TRAIN, model), Question(Action.STORE, model)]
    return asked + [Question(Action.DEPLOY, model, name) for name in surfaces(view, policy)]


def answered(view: View, question: Question) -> Answer:
    """What the gate says."""
    verdict = evaluate(view, question)
    reasons = tuple(_why(view, x) for x in sorted(verdict.reasons, key=lambda x: not x.denies))
    status = _status(verdict.permitted, verdict.marks, flagged=bool(verdict.reasons))
    said, _, rest = status.word.partition(", ")
    return Answer(
        _asked(question),
        status,
        Status(status.tone, f"{said} {_deed(question)}{f', {rest}' if rest else ''}"),
        reasons,
        tuple(MARKS[x] for x in verdict.marks),
    )


def source(rule: str, ref: str, modality: str) -> str:
    """Whose rule, where it stands, how firm it is."""
    if rule == HOUSE:
        return f"{modality}{f', beside section {ref}' if ref not in (HOUSE, '', None) else ''}"
    return f"{rule}, section {ref}, {modality}"


def _status(permitted: bool, marks: tuple[str, ...], *, flagged: bool) -> Status:
    if not permitted:
        return Status("bad", "may not")
    if NO_GATE in marks:
        return Status("non", "no gate")
    if UNDER_EXCEPTION in marks:
        return Status("warn", "may, under an exception")
    return Status("warn", "may, with remarks") if flagged else Status("ok", "may")


def _why(view: View, found: Reason) -> Why:
    facts = (view.get(x) for x in found.evidence_ids)
    return Why(
        found.denies,
        found.rule == HOUSE,
        source(found.rule, found.ref, str(found.modality)),
        _sentence(found.why),
        found.cure,
        tuple(sorted({x.index for x in facts if x})),
    )


def _deed(q: Question) -> str:
    return f"deploy: {_words(q.surface)}" if q.surface else str(q.action)


def _asked(q: Question) -> str:
    deeds = {Action.TRAIN: "train it further", Action.STORE: "store its weights"}
    return deeds.get(q.action) or f"deploy it: {_words(q.surface)}"


def _words(surface: str | None) -> str:
    return str(surface or "").replace("_", " ")


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
