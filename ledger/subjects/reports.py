"""Reports to the Board and the LTBT, and what happens to them (DOMAIN §4.11).

::

    {"deficiencies":[{"code":"LINE_KIND_MISMATCH","event":"01JX…","text":"entered as yellow"}],"exceptions":[],
     "open_cases":["nc-2025-1"],"overdue_clocks":[],"report":"rso_implementation",…}

1. Deficiencies must not be left out: ``none`` is a signed statement, and refused while a finding is open.
2. Acknowledging means received, not agreed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, TypeAlias

from ledger.engine.answers import unanswered
from ledger.engine.cases import ENGINE, cases
from ledger.errors import Malformed, Refusal
from ledger.record import fields as f
from ledger.record.act import Act
from ledger.record.canonical import Json
from ledger.record.event import Event
from ledger.register import Fact, View
from ledger.subjects.delegations import signing_roles
from ledger.subjects.kind import Kind, in_stream, observation
from ledger.subjects.payload import Date, Digest, EventId, Person, Slug, Text, Time, read_payload

ISSUED: Final = "report.issued"
DELIVERED: Final = "report.delivered"
ACKNOWLEDGED: Final = "report.acknowledged"
BRIEFED: Final = "briefing.given"
SIGNERS: Final = ("RSO", "CEO")
NONE: Final = "none"
ON_RISK: Final = ("risk_report", "off_cycle_analysis")


@dataclass(frozen=True, slots=True)
class Deficiency:
    """Something that is amiss; where a finding says so, its code and entry."""

    text: Text
    code: Text | None = None
    event: EventId | None = None


def read_deficiencies(value: Json, where: str) -> Any:
    """``none``, or at least one deficiency."""
    if value == NONE:
        return NONE
    if not f.array(value, where):
        raise Malformed("deficiencies are left out", where, "list them, or state 'none' and sign that")
    return tuple(read_payload(Deficiency, item, f"{where}/{i}") for i, item in enumerate(value))


Deficiencies: TypeAlias = Annotated[Any, read_deficiencies]


@dataclass(frozen=True, slots=True)
class Redaction:
    """A part that a public version leaves out, and why."""

    section: Text
    ground: Text
    brief: Text


@dataclass(frozen=True, slots=True)
class Issued:
    """A report. Those on risk name the models that they cover and what part marginal risk plays."""

    report_id: Slug
    report: Literal["rso_implementation", "ad_hoc", "risk_report", "off_cycle_analysis"]
    status: Text
    deficiencies: Deficiencies
    overdue_clocks: tuple[Text, ...]
    open_cases: tuple[Slug, ...]
    exceptions: tuple[Slug, ...]
    digest: Digest | None = None
    effect: Text | None = None
    covers: tuple[Slug, ...] | None = None
    marginal_risk: Literal["none", "minor", "major"] | None = None
    coverage_date: Date | None = None
    parts_present: tuple[Text, ...] | None = None
    redactions: tuple[Redaction, ...] | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """A report reached bodies or persons."""

    report_id: Slug
    to: tuple[Text, ...]
    at: Time


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A recipient has received a report; who signs says for whom."""

    report_id: Slug
    for_: Literal["BOARD", "LTBT", "self"]


@dataclass(frozen=True, slots=True)
class Briefing:
    """The LTBT, or another body, was briefed."""

    body: Literal["BOARD", "LTBT"]
    at: Time
    topics: Text
    present: tuple[Person, ...]


def read(event: Event) -> Issued:
    """`data` of report.issued."""
    report = read_payload(Issued, event.data)
    if report.report in ON_RISK and not (report.covers and report.marginal_risk and report.digest):
        cure = "name covers, marginal_risk and digest"
        raise Malformed("a report on risk says which models it covers and how", "/data", cure)
    return report


def judge_signers(view: View, act: Act, now: str) -> list[Refusal]:
    """G-REP-0: the RSO or the CEO issues a report."""
    if signing_roles(view, act, "issue-report") & set(SIGNERS):
        return []
    return [Refusal("G-REP-0", "neither RSO nor CEO approves", "one of them approves")]


def judge_deficiencies(view: View, act: Act, now: str) -> list[Refusal]:
    """G-REP-1: no report says that there are no deficiencies while a finding is open."""
    if read(act.event).deficiencies != NONE:
        return []
    open_ = [f"{x.finding.code} (entry {x.finding.index})" for x in unanswered(view)]
    open_ += [f"case nc-{x.id}" for x in cases(view) if x.open and x.origin == ENGINE and not x.codes]
    if not open_:
        return []
    shown = ", ".join(open_[:5]) + (f" and {len(open_) - 5} more" if len(open_) > 5 else "")
    cure = "list them as deficiencies: countersign findings --report writes them into the form"
    return [Refusal("G-REP-1", f"'none' is stated while {shown} is open", cure)]


def judge_new(view: View, act: Act, now: str) -> list[Refusal]:
    """G-REP-2: a report has an id of its own."""
    id_ = str(act.event.data.get("report_id"))
    if issued(view, id_) is None:
        return []
    return [Refusal("G-REP-2", f"report {id_} stands already", "give it another id")]


def issued(view: View, report_id: str) -> Fact | None:
    """The report of an id."""
    return next((x for x in view.of_type(ISSUED) if x.data["report_id"] == report_id), None)


def acknowledged(view: View, report_id: str) -> set[tuple[str, str]]:
    """(person, role) of everyone who acknowledged a report."""
    found = (x for x in view.of_type(ACKNOWLEDGED) if x.data["report_id"] == report_id)
    return {(s.person, s.role) for x in found for s in x.signers}


_stream = in_stream("report", "report_id")

KINDS = (
    Kind(ISSUED, "issue-report", "DOMAIN 4.11", True, read, _stream, """\
# A report to the Board and the LTBT, signed by RSO or CEO. `countersign findings --report` prints this form with
# what is open. Deficiencies are never left out: write none only if it is true.
data:
  report_id: ""              # such as r-2025-q2
  report: rso_implementation # rso_implementation ad_hoc risk_report off_cycle_analysis
  status: ""
  deficiencies: none         # or [{text: "", code: RECORDED_LATE, event: EVENT-ID}]
  overdue_clocks: []
  open_cases: []
  exceptions: []
  # effect: what follows from it, for ad hoc reports and off-cycle analyses
  # coverage_date: 2025-06-15
""", judges={"G-REP-0": judge_signers, "G-REP-1": judge_deficiencies, "G-REP-2": judge_new}),
    observation(DELIVERED, "deliver-report", Delivered, "DOMAIN 4.11", _stream, """\
# A report reached bodies or persons.
data:
  report_id: ""
  to: [BOARD, LTBT]
  at: 2025-06-30T16:00:00.000000Z
"""),
    observation(ACKNOWLEDGED, "acknowledge-report", Acknowledged, "DOMAIN 4.11", _stream, """\
# A report was received. That does not mean: agreed. The recipients sign.
data:
  report_id: ""
  for: LTBT                  # BOARD LTBT self
"""),
    observation(BRIEFED, "give-briefing", Briefing, "DOMAIN 4.11", in_stream("notice"), """\
# A body was briefed.
data:
  body: LTBT                 # BOARD LTBT
  at: 2025-06-30T16:00:00.000000Z
  topics: ""
  present: [p-rso, p-t1]
"""),
)  # fmt: skip
