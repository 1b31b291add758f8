"""Capability determinations: has a model reached a threshold? (DOMAIN §4.4)

One hand may stop, two must go: a milder outcome needs a report, its case, and everyone whom the policy names; a
stricter one may be decided by any of them alone, provisionally, at any time::

    {"assessment_id":"a-heron-4","defeaters_open":["d1"],"model_id":"heron-4","outcome":"not_shown","precautionary":true,
     "provisional":false,"reasons":"…","report_digest":"sha256:…","threshold":"CBRN-3"}

``not_shown`` means: the developer has not shown that the model is below. For gates it equals ``reached``.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from ledger.engine.house import approval
from ledger.engine.in_force import governing, line
from ledger.engine.in_force import threshold as threshold_of
from ledger.errors import Refusal
from ledger.policy.multiple import holds
from ledger.record.act import Act
from ledger.record.event import Event
from ledger.register import Fact, View
from ledger.subjects import assessments, safety_cases
from ledger.subjects.kind import approving, decision, in_stream, observation
from ledger.subjects.outcome import MILD, Outcome
from ledger.subjects.payload import Digest, EventId, Person, Slug, Text, read_payload
from ledger.subjects.sharing import SHARED

MADE: Final = "determination.made"
INHERITED: Final = "determination.inherited"
REVOKED: Final = "determination.revoked"
DISSENT: Final = "dissent.recorded"
SPLIT: Final = "decision.split"


@dataclass(frozen=True, slots=True)
class Answer:
    """Why a crossed red line does not decide: `result` is the id of the result that crossed it."""

    result: EventId
    why: Text


@dataclass(frozen=True, slots=True)
class Determination:
    """The outcome for one model and one threshold."""

    model_id: Slug
    threshold: Slug
    outcome: Outcome
    reasons: Text
    defeaters_open: tuple[Slug, ...]
    precautionary: bool
    provisional: bool
    assessment_id: Slug | None = None
    report_digest: Digest | None = None
    red_line_rationale: tuple[Answer, ...] | None = None
    board_notice: EventId | None = None


@dataclass(frozen=True, slots=True)
class Revocation:
    """A determination no longer stands; until decided again the threshold is undetermined."""

    model_id: Slug
    threshold: Slug
    reason: Text
    new_assessment_required: bool


@dataclass(frozen=True, slots=True)
class Dissent:
    """Somebody disagrees with a decision; it travels with the decision."""

    event: EventId
    by: Person
    text: Text


@dataclass(frozen=True, slots=True)
class Position:
    """What one of them would have decided."""

    role: Text
    outcome: Outcome
    reason: Text


@dataclass(frozen=True, slots=True)
class Split:
    """Those who must agree did not: the act does not happen, and the bodies see that (DOMAIN §8)."""

    model_id: Slug
    threshold: Slug
    positions: tuple[Position, ...]


def judge_signers(view: View, act: Act, now: str) -> list[Refusal]:
    """G-DET-0: a milder outcome is decided by everyone whom the policy names, a stricter one by any of them."""
    made = read_payload(Determination, act.event.data)
    needed = approval(view, "capability_decision")
    present = {role for _, role in approving(act)}
    missing = [role for role in needed.roles if role not in present]
    if not missing:
        return []
    if made.outcome in MILD:
        why = f"'{made.outcome}' lacks {', '.join(missing)}"
        return [Refusal("G-DET-0", why, f"{' and '.join(needed.roles)} approve [{needed.ref}]")]
    if len(missing) == len(needed.roles):
        return [
            Refusal(
                "G-DET-0",
                f"nobody of {', '.join(needed.roles)} approves",
                f"one of them signs [{needed.ref}]",
            )
        ]
    if not made.provisional:
        why = f"decided without {', '.join(missing)}, yet not marked provisional"
        return [Refusal("G-DET-0", why, "mark it provisional, or let them sign too")]
    return []


def judge_report(view: View, act: Act, now: str) -> list[Refusal]:
    """G-DET-1: a milder outcome rests on a report of an assessment that covers the model and the threshold."""
    made = read_payload(Determination, act.event.data)
    if made.outcome not in MILD:
        return []
    opened = assessments.opened(view, made.assessment_id) if made.assessment_id else None
    if (
        opened is None
        or opened.data["model_id"] != made.model_id
        or made.threshold not in opened.data["thresholds"]
    ):
        why = f"no assessment of {made.model_id} against {made.threshold} stands behind '{made.outcome}'"
        return [Refusal("G-DET-1", why, "open an assessment that covers it, test and report")]
    if report_of(view, made) is None:
        why = f"assessment {made.assessment_id} has no report of this digest"
        return [Refusal("G-DET-1", why, "submit the report: countersign record submit-report")]
    return []


def judge_case(view: View, act: Act, now: str) -> list[Refusal]:
    """G-DET-2: a milder outcome needs an affirmative case, its open defeaters listed, and an elicitation statement."""
    made = read_payload(Determination, act.event.data)
    if made.outcome not in MILD:
        return []
    out = []
    report = report_of(view, made)
    case = safety_cases.stated(view, str(report.data.get("affirmative_case"))) if report else None
    if case is None:
        cure = "state the case and name it in the report"
        out.append(Refusal("G-DET-2", f"no affirmative case that {made.model_id} is '{made.outcome}'", cure))
    elif left := [d for d in safety_cases.open_defeaters(case) if d not in made.defeaters_open]:
        cure = "list it in defeaters_open: it blocks nothing, but readers must see it"
        out.append(Refusal("G-DET-2", f"open defeater {', '.join(left)} of the case is not listed", cure))
    if not made.assessment_id or not assessments.of_assessment(
        view, made.assessment_id, assessments.ELICITED
    ):
        why = f"no elicitation statement in assessment {made.assessment_id}"
        out.append(
            Refusal("G-DET-2", why, "state how the capability was drawn out: record state-elicitation")
        )
    return out


def judge_red_line(view: View, act: Act, now: str) -> list[Refusal]:
    """G-DET-3: a red line crossed forbids a milder outcome, unless answered and told to the Board."""
    made = read_payload(Determination, act.event.data)
    if made.outcome not in MILD or not made.assessment_id:
        return []
    answered = {a.result for a in made.red_line_rationale or ()}
    open_ = [r for r in crossed_red(view, made.assessment_id, made.threshold) if r.id not in answered]
    if open_:
        where = ", ".join(f"entry {r.index} ({r.data['line']['id']})" for r in open_)
        cure = "decide 'reached' or 'not_shown', or give a red_line_rationale for each and notify the Board"
        return [Refusal("G-DET-3", f"a red line is crossed: {where}", cure)]
    notice = view.get(made.board_notice) if made.board_notice else None
    if answered and (notice is None or notice.type != SHARED or "BOARD" not in notice.data["bodies"]):
        cure = "share the results with the BOARD first and name that entry in board_notice"
        return [Refusal("G-DET-3", "the Board was not notified of the crossed red line", cure)]
    return []


def judge_threshold(view: View, act: Act, now: str) -> list[Refusal]:
    """G-DET-4: the threshold exists in the policy in force."""
    name, policy = str(act.event.data.get("threshold")), governing(view)
    if threshold_of(policy, name):
        return []
    known = ", ".join(t.id for t in policy.thresholds) if policy else "none: there is no policy"
    version = policy.version if policy else "none"
    return [Refusal("G-DET-4", f"no threshold {name} in policy {version}", f"its thresholds are {known}")]


def judge_all_sign(view: View, act: Act, now: str) -> list[Refusal]:
    """G-DET-6: a determination is revoked by those who make them."""
    needed = approval(view, "capability_decision")
    missing = [role for role in needed.roles if role not in {r for _, r in approving(act)}]
    if not missing:
        return []
    return [
        Refusal(
            "G-DET-6",
            f"revoking lacks {', '.join(missing)}",
            f"{' and '.join(needed.roles)} approve [{needed.ref}]",
        )
    ]


def report_of(view: View, made: Determination) -> Fact | None:
    """The report that a determination rests on."""
    reports = assessments.of_assessment(view, made.assessment_id or "", assessments.REPORTED)
    return next((r for r in reports if r.data["digest"] == made.report_digest), None)


def crossed_red(view: View, assessment_id: str, threshold: str) -> list[Fact]:
    """Results whose red line, as corrected, is crossed; crossing is computed, not believed."""
    results = assessments.of_assessment(view, assessment_id, assessments.RESULT)
    return [r for r in results if r.data["threshold"] == threshold and is_red(view, r) and crossed(r)]


def is_red(view: View, result: Fact) -> bool:
    """True when the line is red by the result's own word or by the policy's."""
    drawn = line(governing(view, at=result.effective_at), result.data["line"]["id"])
    return result.data["line"]["kind"] == "red" or (drawn is not None and drawn.kind == "red")


def crossed(result: Fact) -> bool:
    """The result against its line, compared exactly."""
    drawn = result.data["line"]
    return holds(drawn["op"], Fraction(result.data["result"]), Fraction(drawn["value"]))


def _stream(view: View, event: Event) -> str:
    return f"determination/{event.data.get('model_id')}/{event.data.get('threshold')}"


KINDS = (
    decision(MADE, "decide-capability", Determination, "DOMAIN 4.4", _stream, """\
# Has a model reached a threshold? below, just_below and checkpoint_not_reached need a report, an affirmative case, an
# elicitation statement and everyone whom the policy names; not_shown and reached may be decided by one of them alone.
data:
  model_id: heron-4
  threshold: CBRN-3
  outcome: not_shown         # below just_below not_shown reached checkpoint_reached checkpoint_not_reached
  reasons: ""
  assessment_id: a-heron-4
  report_digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
  defeaters_open: []
  precautionary: false       # a higher standard is applied without a finding either way
  provisional: false
""", judges={"G-DET-0": judge_signers, "G-DET-1": judge_report, "G-DET-2": judge_case, "G-DET-3": judge_red_line,
             "G-DET-4": judge_threshold}),
    decision(REVOKED, "revoke-determination", Revocation, "DOMAIN 4.4", _stream, """\
# A determination no longer stands. The threshold is undetermined until it is decided again.
data:
  model_id: heron-4
  threshold: CBRN-3
  reason: ""
  new_assessment_required: true
""", judges={"G-DET-4": judge_threshold, "G-DET-6": judge_all_sign}),
    observation(DISSENT, "record-dissent", Dissent, "DOMAIN 4.4", in_stream("dissent", "event"), """\
# Disagreement with a decision. Always accepted; it travels with the decision.
data:
  event: EVENT-ID
  by: p-7
  text: ""
"""),
    observation(SPLIT, "record-split", Split, "DOMAIN 8", _stream, """\
# Those who must agree did not. The decision does not happen; Board and LTBT see why.
data:
  model_id: heron-4
  threshold: CBRN-3
  positions:
    - {role: CEO, outcome: below, reason: ""}
    - {role: RSO, outcome: not_shown, reason: ""}
"""),
)  # fmt: skip
