"""Reports submitted for decision, with every part that the policy requires (DOMAIN §4.3).

::

    {"affirmative_case":"sc-heron-4-cbrn","assessment_id":"a-heron-4","digest":"sha256:…",
     "parts_present":["threat_model_mapping","evaluations","elicitation","forecasting"],
     "recommendation":"…","report":"capability"}
"""

from __future__ import annotations

from ledger.engine.in_force import governing
from ledger.errors import Malformed, Refusal
from ledger.record.act import Act
from ledger.record.event import Event
from ledger.register import View
from ledger.subjects import safety_cases
from ledger.subjects.assessments import REPORTED, Reported
from ledger.subjects.kind import Kind
from ledger.subjects.payload import read_payload


def read(event: Event) -> Reported:
    """`data` of report.submitted: about an assessment, or for safeguards about a standard."""
    report = read_payload(Reported, event.data)
    if (report.standard is not None) != (report.report == "safeguards") or (
        (report.assessment_id is None) != (report.report == "safeguards")
    ):
        raise Malformed("a safeguards report names a standard, any other an assessment", "/data")
    return report


def judge_parts(view: View, act: Act, now: str) -> list[Refusal]:
    """G-ASM-2: every part that the policy requires of an assessment is present."""
    report = read(act.event)
    missing = [part for part in _required(view) if part not in report.parts_present]
    if report.report == "safeguards" or not missing:
        return []
    return [
        Refusal(
            "G-ASM-2",
            f"the report lacks {', '.join(missing)}",
            "add the parts and name them in parts_present",
        )
    ]


def judge_case(view: View, act: Act, now: str) -> list[Refusal]:
    """G-ASM-3: the affirmative case that the report names stands on the record, where the policy wants one."""
    report = read(act.event)
    if report.report == "safeguards":
        return []
    if report.affirmative_case is None:
        if not _wants_case(view):
            return []
        return [Refusal("G-ASM-3", "the report names no affirmative case", "state one: record state-case")]
    if safety_cases.stated(view, report.affirmative_case):
        return []
    why = f"no case {report.affirmative_case} stands on the record"
    return [Refusal("G-ASM-3", why, "state it first: record state-case")]


def _required(view: View) -> list[str]:
    policy = governing(view)
    section = policy.assessment.comprehensive if policy and policy.assessment else None
    return [part.id for part in section.required_parts] if section else []


def _wants_case(view: View) -> bool:
    policy = governing(view)
    return bool(
        policy
        and policy.decisions
        and any("affirmative case" in x for x in policy.decisions.capability.report_must)
    )


def _stream(view: View, event: Event) -> str:
    if event.data.get("report") == "safeguards":
        return f"safeguard/{event.data.get('standard')}"
    return f"assessment/{event.data.get('assessment_id')}"


KINDS = (
    Kind(REPORTED, "submit-report", "DOMAIN 4.3", True, read, _stream, """\
# A report is submitted for decision. Signed by the ASSESSOR; a safeguards report by the CISO or the RSO.
data:
  report: capability         # capability safeguards follow_up
  assessment_id: a-heron-4   # for safeguards: standard
  digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
  parts_present: [threat_model_mapping, evaluations, elicitation, forecasting]
  affirmative_case: sc-heron-4-cbrn
  recommendation: ""
""", judges={"G-ASM-2": judge_parts, "G-ASM-3": judge_case}, actors=frozenset(("ASSESSOR", "CISO", "RSO"))),
)  # fmt: skip
