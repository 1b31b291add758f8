"""What no single member shows: ids that name nothing, sections that a gate style needs, limits that cross.

::

    /thresholds/CBRN-3/next_level: CBRN-9 is none of the thresholds of this policy

1. Every id must name something that stands in the same policy (`formerly` and `from_version` name older ones).
2. A duty must stand once in the whole policy, and not beside its own withdrawal.
3. The sections that the gate style works with must be there.
4. A trigger must have what its metric needs, a clock either `every` or `within`, a permission its form.
5. Chains (`next_level`, `follows`) must end, a checkpoint must be one, and lower limits must not pass upper ones.
6. Every role must be one in which a person can sign, or a body that they form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, Final

from ledger.errors import Malformed
from ledger.policy.approvals import OUTSIDE
from ledger.policy.duration import Duration, compare
from ledger.policy.member import members
from ledger.policy.procedures import Trigger
from ledger.policy.rules import duty
from ledger.policy.schema import Policy
from ledger.policy.words import GateStyle, Metric, ThresholdKind
from ledger.record.fields import ROLES

_NEEDS: Final = {
    GateStyle.ASL_LEVELS: ("assessment", "baseline_standards", "deploy_surfaces"),
    GateStyle.CAPABILITY_THRESHOLDS: ("assessment", "decisions", "baseline_standards", "deploy_surfaces"),
    GateStyle.RISK_REPORT: ("risk_report", "public_surfaces"),
}


def check(policy: Policy) -> None:
    """Raise Malformed with the path of the first thing that does not fit the rest."""
    known = {
        "standards": {s.id for s in policy.standards},
        "thresholds": {t.id for t in policy.thresholds},
        "exceptions": {e.id for e in policy.exceptions},
        "roles": {r.id for r in policy.roles},
        "bodies": {r.id for r in policy.roles} | OUTSIDE,
        "approvals": {m.name for m in members(type(policy.approvals)) if getattr(policy.approvals, m.name)},
    }
    for what, id_, where in _named(policy, ""):
        if id_ not in known[what]:
            raise Malformed(
                f"{id_} is none of the {what} of this policy", where, ", ".join(sorted(known[what]))
            )
    for part in (
        _sections,
        _roles,
        _duties,
        _thresholds,
        _triggers,
        _clocks,
        _exceptions,
        _limits,
        _approvals,
    ):
        part(policy)


def _named(part: Any, where: str) -> Iterator[tuple[str, str, str]]:
    """Every id that names something: what it names, the id, and its path."""
    for m in members(type(part)):
        value, path = getattr(part, m.name), f"{where}/{m.name}"
        for item in value if m.many else (() if value is None else (value,)):
            if m.part:
                yield from _named(item, f"{path}/{getattr(item, 'id', '')}" if m.many else path)
            elif m.names:
                yield m.names, str(item), path


def _sections(policy: Policy) -> None:
    for name in _NEEDS[policy.gate_style]:
        if not getattr(policy, name):
            raise Malformed(f"a policy of style {policy.gate_style} needs {name!r}", f"/{name}")
    if policy.supersedes == policy.version:
        raise Malformed("a version cannot supersede itself", "/supersedes")
    if policy.public_surfaces and set(policy.public_surfaces.public) & set(policy.public_surfaces.unsettled):
        raise Malformed("a surface is both public and unsettled", "/public_surfaces")


def _roles(policy: Policy) -> None:
    for role in policy.roles:
        if role.id not in ROLES:
            raise Malformed(
                f"nobody can sign as {role.id}", f"/roles/{role.id}", f"one of {', '.join(sorted(ROLES))}"
            )


def _duties(policy: Policy) -> None:
    seen: dict[str, str] = {}
    rules = [(f"/{section}/{rule.id}", rule.id) for section, rule in policy.rules()]
    for where, id_ in rules + [
        (f"/withdrawn_commitments/{w.id}", w.id) for w in policy.withdrawn_commitments
    ]:
        if duty(id_) in seen:
            raise Malformed(f"the duty {duty(id_)} stands at {seen[duty(id_)]} too", where, "keep one")
        seen[duty(id_)] = where


def _thresholds(policy: Policy) -> None:
    older: set[str] = set()
    lines: set[str] = set()
    for t in policy.thresholds:
        where = f"/thresholds/{t.id}"
        if t.formerly and (t.formerly in older or policy.threshold(t.formerly)):
            raise Malformed(f"{t.formerly} is another threshold's name", f"{where}/formerly")
        older |= {t.formerly} if t.formerly else set()
        checkpoint = policy.threshold(t.ruled_out_by) if t.ruled_out_by else None
        if checkpoint and checkpoint.kind is not ThresholdKind.CHECKPOINT:
            raise Malformed(f"{checkpoint.id} is no checkpoint", f"{where}/ruled_out_by")
        _ends(t.id, lambda id_: getattr(policy.threshold(id_), "next_level", None), f"{where}/next_level")
        for line in t.lines:
            if line.id in lines:
                raise Malformed(
                    f"line {line.id} stands twice",
                    f"{where}/lines/{line.id}",
                    "results name a line by its id",
                )
            lines.add(line.id)


def _ends(start: str, following: Callable[[str], str | None], where: str) -> None:
    seen, at = {start}, following(start)
    while at is not None:
        if at in seen:
            raise Malformed(f"the chain from {start} comes back to {at}", where)
        seen.add(at)
        at = following(at)


def _triggers(policy: Policy) -> None:
    assessment = policy.assessment
    if assessment:
        _fit(assessment.triggers, "/assessment/triggers")
    if assessment and assessment.comprehensive:
        _fit(assessment.comprehensive.triggers, "/assessment/comprehensive/triggers")


def _fit(triggers: tuple[Trigger, ...], where: str) -> None:
    for t in triggers:
        kind = {
            Metric.EFFECTIVE_COMPUTE: Fraction,
            Metric.CALENDAR: Duration,
            Metric.DISCRETION: type(None),
        }[t.metric]
        if not isinstance(t.value, kind) or not ((t.op is None) == (t.value is None) == (t.baseline is None)):
            needs = "no op, value or baseline" if t.metric is Metric.DISCRETION else "op, value and baseline"
            raise Malformed(f"a trigger on {t.metric} needs {needs} of its kind", f"{where}/{t.id}")


def _clocks(policy: Policy) -> None:
    for clock in policy.clocks:
        where = f"/clocks/{clock.id}"
        if (clock.every is None) == (clock.within is None):
            raise Malformed("a clock has either `every` or `within`", where)
        for shorter in (clock.target, clock.earliest):
            _in_order(shorter, clock.every or clock.within, where)


def _exceptions(policy: Policy) -> None:
    permissions = {e.id for e in policy.exceptions if e.permits}
    for e in policy.exceptions:
        where = f"/exceptions/{e.id}"
        if e.permits != (e.form is not None):
            raise Malformed("a permission, and only one, has a form", where)
        if e.condition_of and e.condition_of not in permissions:
            raise Malformed(f"{e.condition_of} permits nothing", f"{where}/condition_of")


def _limits(policy: Policy) -> None:
    if policy.risk_report:
        _in_order(policy.risk_report.cadence.min, policy.risk_report.cadence.max, "/risk_report/cadence")
    for section, rule in policy.rules():
        flag_at, block_at = getattr(rule, "flag_at", None), getattr(rule, "block_at", None)
        if flag_at is not None and block_at is not None and flag_at > block_at:
            raise Malformed("flag_at lies past block_at", f"/{section}/{rule.id}")


def _in_order(lower: object, upper: object, where: str) -> None:
    if isinstance(lower, Duration) and isinstance(upper, Duration) and compare(lower, upper) == 1:
        raise Malformed(f"{lower} is longer than {upper}", where)


def _approvals(policy: Policy) -> None:
    approvals = policy.approvals
    for m in members(type(approvals)):
        if getattr(approvals, m.name):
            _ends(
                m.name,
                lambda name: getattr(getattr(approvals, name), "follows", None),
                f"/approvals/{m.name}/follows",
            )
