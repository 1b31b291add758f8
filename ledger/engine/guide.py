"""The guide: which commands the four decisions take, who signs them, and which comes next for a model.

::

    PATHS["safeguard"]              ("assess-safeguard", "submit-report", "decide-safeguard", "share-with-bodies", …)
    signers(view, "decide-gate")    "CEO and RSO [3.3]"
    ahead(view, question)           Ahead(verdict=Verdict(…), steps=(Step(("share-with-bodies",), "entry 31 …"),))

1. What comes next must be what the gate says is missing: a step for each denial, in the order of the decisions.
2. Where the gate denies nothing, what is left must be one form, the gate's decision, with the signatures it takes.
3. Of an assessment that is open only what it lacks may be asked for.
4. Who signs must be what the policy in force says, else the house.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ledger.engine.coverage import NONE, complete, covered, last_assessed, triggers
from ledger.engine.gate import evaluate
from ledger.engine.house import HOUSE, approval, procedure
from ledger.engine.verdict import Question, Reason, Verdict
from ledger.policy.words import Code
from ledger.register import Fact, View
from ledger.subjects import assessments

DECISIONS: Final = {
    "capability": "Has a model reached a threshold?",
    "safeguard": "Is a standard in place?",
    "policy": "Is the policy to be changed?",
    "exception": "Are safeguards to be lowered?",
}
_VOTE: Final = ("send-for-consultation", "record-consultation", "open-resolution", "cast-vote")
PATHS: Final = {
    "capability": (
        "open-assessment",
        "state-elicitation",
        "state-case",
        "end-testing",
        "submit-report",
        "decide-capability",
        "share-with-bodies",
    ),
    "safeguard": ("assess-safeguard", "submit-report", "decide-safeguard", "share-with-bodies"),
    "policy": (
        "draft-policy",
        "propose-policy",
        *_VOTE,
        "approve-policy",
        "record-publication",
        "record-policy-publication",
    ),
    "exception": (
        "propose-exception",
        *_VOTE,
        "approve-exception",
        "record-publication",
        "record-acknowledgement",
        "commit-advocacy",
    ),
}
SMALL: Final = ("record-preliminary", "inherit-determination")
"""A model that is not notably more capable takes over what was decided of another."""
RELEASE: Final = "decide-gate"

_APPROVED: Final = {
    "decide-capability": "capability_decision",
    "inherit-determination": "inheritance",
    "decide-safeguard": "safeguards_decision",
    "reapprove-safeguard": "safeguards_decision",
    "decide-gate": "gate_decision",
}
_PROPOSED: Final = frozenset(("propose-policy", "propose-exception"))
_NEXT: Final = {
    Code.SAFEGUARD_MISSING: PATHS["safeguard"][:-1],
    Code.STANDARD_UNDEFINED: PATHS["policy"],
    Code.NOT_SHARED: ("share-with-bodies",),
    Code.EXCEPTION_INCOMPLETE: PATHS["exception"][1:],
    Code.PAUSE_ACTIVE: ("propose-resumption", "lift-pause"),
}
_DONE_BY: Final = {
    "open-assessment": assessments.OPENED,
    "state-elicitation": assessments.ELICITED,
    "end-testing": assessments.TESTED,
    "submit-report": assessments.REPORTED,
}


@dataclass(frozen=True, slots=True)
class Step:
    """What to record next, in order, and why; without commands `why` says all that there is to do."""

    commands: tuple[str, ...]
    why: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Ahead:
    """The gate's answer, and what is left to do before the model may go."""

    verdict: Verdict
    steps: tuple[Step, ...]


def ahead(view: View, question: Question) -> Ahead:
    """What is next, as the gate answers now."""
    verdict = evaluate(view, question)
    denials = [r for r in verdict.reasons if r.denies]
    steps = [_step(view, question, r) for r in sorted(denials, key=_order)]
    return Ahead(verdict, tuple(steps or [Step((RELEASE,), "nothing denies it: the gate prints the form")]))


def signers(view: View, command: str) -> str | None:
    """Who signs, where the policy or the house says it: ``CEO and RSO [7.1.7]``."""
    if command in _PROPOSED:
        found = procedure(view, "policy_change")
        return f"{' and '.join(found.propose)} [{found.ref}]"
    if command not in _APPROVED:
        return None
    who = approval(view, _APPROVED[command])
    return f"{(' and ' if who.everyone else ' or ').join(who.roles)} [{who.ref or HOUSE}]"


def _order(reason: Reason) -> int:
    """Pauses first, then the decisions in their order, sharing last."""
    named = [Code.PAUSE_ACTIVE, Code.NO_COVERING_ASSESSMENT, Code.FOLLOW_UP_MISSING, *_NEXT]
    named.append(named.pop(named.index(Code.NOT_SHARED)))
    code = reason.code.split(":", 1)[0]
    return named.index(Code(code)) if code in named else len(named)


def _step(view: View, question: Question, reason: Reason) -> Step:
    code = reason.code.split(":", 1)[0]
    commands: tuple[str, ...] = ()
    if code == Code.NO_COVERING_ASSESSMENT and may_inherit(view, question.model):
        commands = SMALL
    elif code in (Code.NO_COVERING_ASSESSMENT, Code.FOLLOW_UP_MISSING):
        commands = tuple(_lacking(view, question.model))
    elif code in _NEXT:
        commands = _NEXT[Code(code)]
    return Step(commands, f"{reason.why}; {reason.cure}", reason.code)


def may_inherit(view: View, model: str) -> bool:
    """Whether the small way is open: another model was assessed, and nothing makes an assessment of this one due."""
    if covered(view, model).kind != NONE or _open(view, model) is not None:
        return False
    return last_assessed(view) is not None and not any(t.met for t in triggers(view, model))


def _lacking(view: View, model: str) -> Iterator[str]:
    """What the assessment that is open lacks to be decided; a whole one, if none is open."""
    opened = _open(view, model)
    id_ = str(opened.data["assessment_id"]) if opened else None
    for command in PATHS["capability"]:
        done = _DONE_BY.get(command)
        if command == "state-case" and id_ and assessments.of_assessment(view, id_, assessments.REPORTED):
            continue  # the report rests on it
        if not (done and id_ and assessments.of_assessment(view, id_, done)):
            yield command


def _open(view: View, model: str) -> Fact | None:
    """The newest assessment of the model that is neither cancelled nor complete."""
    opened = [x for x in view.of_type(assessments.OPENED) if x.data["model_id"] == model]
    for fact in reversed(opened):
        if not assessments.of_assessment(view, fact.data["assessment_id"], assessments.CANCELLED):
            return None if complete(view, fact) else fact
    return None
