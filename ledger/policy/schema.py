"""One version of a policy, typed (DOMAIN §4.1).

The members of a policy file, in the order in which the shipped ones write them::

    schema: countersign.policy/1     gate_style: capability_thresholds      gates: {train: […], store: […], deploy: […]}
    policy: rsp                      thresholds: [{id: CBRN-3, …}, …]       approvals: {policy_change: {…}, …}
    version: '2.2'                   standards: [{id: ASL-3-SECURITY, …}]   clocks: [{id: R22-C-AUDIT, …}, …]

1. Everything that a version decides must come from here: no multiple, period, level or role is written into the rules.
2. `data` must be the plain value that was read, whole: it is what is recorded, hashed and compared.
3. A rule must be found by its duty, whatever version's prefix it is asked for under.
4. A standard that is marked `undefined` must never count as defined, whatever else it says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Final

from ledger.policy.approvals import Approvals, Role, Term
from ledger.policy.member import Ref, Sense, StandardId, Written
from ledger.policy.procedures import Assessment, Decisions, Restrictions
from ledger.policy.reports import ExternalReview, RiskReport
from ledger.policy.rules import Clock, GateRule, ReportTrigger, Rule, WayOut, Withdrawn, duty
from ledger.policy.thresholds import Line, Standard, Threshold, Watched
from ledger.policy.words import Action, Code, GateStyle, Surface
from ledger.record.canonical import Json

SCHEMA: Final = "countersign.policy/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where the text was read. Never compared."""

    text_read: Ref
    url: Ref
    via: Ref
    content_digest: Ref | None
    redline_sha256: Ref | None = None
    note: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """The rules of the three gates."""

    train: Annotated[tuple[GateRule, ...], Sense.RULES]
    store: Annotated[tuple[GateRule, ...], Sense.RULES]
    deploy: Annotated[tuple[GateRule, ...], Sense.RULES]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicSurfaces:
    """Which surfaces count as public deployment, and which the text leaves open."""

    public: tuple[Surface, ...]
    unsettled: Annotated[tuple[Surface, ...], Sense.TEXT] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version. `data` is the plain value that it was read from."""

    schema: Annotated[str, Written.SCHEMA, Sense.SAME]
    policy: Annotated[str, Written.NAME, Sense.SAME]
    version: Annotated[str, Written.VERSION, Sense.SAME]
    title: Ref
    effective_on: Annotated[str, Written.DATE, Sense.SAME]
    effective_at: Annotated[str | None, Written.TIME, Sense.SAME]
    supersedes: Annotated[str | None, Written.VERSION, Sense.SAME]
    gate_style: Annotated[GateStyle, Sense.TEXT]
    provenance: Annotated[Provenance, Sense.SAME]
    terms: Annotated[tuple[Term, ...], Sense.TEXT]
    roles: tuple[Role, ...]
    standards: tuple[Standard, ...]
    thresholds: tuple[Threshold, ...]
    gates: Gates
    approvals: Approvals
    exceptions: Annotated[tuple[WayOut, ...], Sense.WAYS_OUT]
    clocks: Annotated[tuple[Clock, ...], Sense.RULES]
    governance: Annotated[tuple[Rule, ...], Sense.RULES]
    silent_on: Annotated[tuple[str, ...], Sense.TEXT]
    baseline_standards: tuple[StandardId, ...] = ()
    deploy_surfaces: tuple[Surface, ...] = ()
    public_surfaces: PublicSurfaces | None = None
    watch_list: tuple[Watched, ...] = ()
    assessment: Assessment | None = None
    response: Annotated[tuple[Rule, ...], Sense.RULES] = ()
    decisions: Decisions | None = None
    restrictions: Restrictions | None = None
    risk_report: RiskReport | None = None
    external_review: ExternalReview | None = None
    iterative_commitments: Annotated[tuple[Rule, ...], Sense.RULES] = ()
    conditional_commitments: Annotated[tuple[Rule, ...], Sense.RULES] = ()
    withdrawn_commitments: Annotated[tuple[Withdrawn, ...], Sense.RECORD] = ()
    note: Ref | None = None
    data: dict[str, Json] = field(compare=False, repr=False, metadata={"member": False})

    def standard(self, id: str) -> Standard | None:
        """The standard of that id."""
        return next((s for s in self.standards if s.id == id), None)

    def threshold(self, id: str) -> Threshold | None:
        """The threshold of that id; its older name (`formerly`) is another id and finds nothing."""
        return next((t for t in self.thresholds if t.id == id), None)

    def line(self, id: str) -> tuple[Threshold, Line] | None:
        """The line of that id and its threshold; line ids stand once in a policy."""
        return next(((t, line) for t in self.thresholds for line in t.lines if line.id == id), None)

    def defined(self, standard: str) -> bool:
        """Whether a standard is written and not marked undefined."""
        found = self.standard(standard)
        return found is not None and not found.undefined

    def gate(self, action: Action) -> tuple[GateRule, ...]:
        """The rules of one gate."""
        return {
            Action.TRAIN: self.gates.train,
            Action.STORE: self.gates.store,
            Action.DEPLOY: self.gates.deploy,
        }[action]

    def commitments(self) -> tuple[Rule, ...]:
        """What the version itself calls a commitment, not counting the withdrawn ones."""
        return self.iterative_commitments + self.conditional_commitments

    def rules(self) -> Iterator[tuple[str, Rule | GateRule | Clock | WayOut | ReportTrigger]]:
        """Every rule with an id of its own, after the list in which it stands: ``("gates/train", R22-G-TRAIN-A)``."""
        for action in Action:
            yield from ((f"gates/{action}", rule) for rule in self.gate(action))
        yield from (("exceptions", rule) for rule in self.exceptions)
        yield from (("clocks", rule) for rule in self.clocks)
        yield from (("governance", rule) for rule in self.governance)
        yield from (("response", rule) for rule in self.response)
        yield from (("iterative_commitments", rule) for rule in self.iterative_commitments)
        yield from (("conditional_commitments", rule) for rule in self.conditional_commitments)
        if self.risk_report:
            yield from (("risk_report/triggers", rule) for rule in self.risk_report.triggers)
            if self.risk_report.redaction_rule:
                yield "risk_report/redaction_rule", self.risk_report.redaction_rule
        if self.assessment and self.assessment.forecast:
            yield "assessment/forecast", self.assessment.forecast

    def rule(self, id: str) -> Rule | GateRule | Clock | WayOut | ReportTrigger | None:
        """The rule that is this duty, under whichever version's prefix it is asked for."""
        return next((rule for _, rule in self.rules() if duty(rule.id) == duty(id)), None)

    def cited_for(self, action: Action, code: Code) -> Rule | GateRule | None:
        """The rule whose `yields` names the code: of that gate, else a commitment (DOMAIN §5); None means `house`."""
        rules: tuple[Rule | GateRule, ...] = (
            self.gate(action) + self.commitments() + self.response + self.governance
        )
        return next((rule for rule in rules if code in rule.yields), None)
