"""Readings of a policy, errata in its text, and acts outside its rules (DOMAIN §4.1).

::

    {"direction":"neutral","question":"Is a checkpoint a model?","reading":"Yes.","rule":"R22-C-COMPREHENSIVE"}
    {"is":"Safeguards Report","materiality":"clerical","path":"/decisions/safeguards/report","policy":"qsp",
     "version":"2.2","was":"Capability Report"}

1. A reading must fill an ambiguity: what a `must` rule says as plain data stands, whatever anybody reads into it.
2. A reading applies from its recording on, and changes no answer about an earlier instant.
3. What changes how strict the policy is must be no erratum: it goes the way of a policy change.
4. An act outside the rules is a fact and changes no state; it opens a case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from ledger.engine.house import HOUSE, Approval, house
from ledger.engine.in_force import adopted, governing, policy_of
from ledger.errors import Malformed, NotFound, Refusal
from ledger.policy import place
from ledger.policy.diff import diff
from ledger.policy.direction import Direction
from ledger.policy.rules import duty
from ledger.policy.words import Modality
from ledger.record.act import Act
from ledger.record.event import Event
from ledger.register import Fact, View
from ledger.subjects import noncompliance, versions
from ledger.subjects.finding import Finding, Predicate
from ledger.subjects.kind import approving_roles, decision, in_stream, observation
from ledger.subjects.payload import Any_, Digest, EventId, Object, Slug, Text, read_payload

ISSUED: Final = "interpretation.issued"
ERRATUM: Final = "erratum.issued"
OUTSIDE: Final = "outside_act.recorded"

_TURNS: Final = (noncompliance.OPENED, noncompliance.CLOSED, noncompliance.REOPENED)


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What a rule means. `reads`: members of the rule and what they are read as; `about`: acts that it is about."""

    rule: Slug
    question: Text
    reading: Text
    direction: Literal["tightens", "loosens", "neutral", "unclear"]
    until_version: Slug | None = None
    reads: Object | None = None
    about: tuple[EventId, ...] | None = None


@dataclass(frozen=True, slots=True)
class Erratum:
    """A slip in the text of a version."""

    policy: Slug
    version: Slug
    path: Text
    was: Any_
    is_: Any_
    materiality: Literal["clerical", "substantive"]


@dataclass(frozen=True, slots=True)
class OutsideAct:
    """An act that bypassed the rules, by its instrument; `text_digest`: the text that it meant to bring into force."""

    act: Text
    instrument: Digest
    text_digest: Digest | None = None


def judge_interpreters(view: View, act: Act, now: str) -> list[Refusal]:
    """G-POL-13: a rule is read by those to whom the version in force leaves it."""
    who = interpreters(view)
    present = approving_roles(act) & set(who.roles)
    if present and not (who.everyone and present < set(who.roles)):
        return []
    why = f"it is not read by {' or '.join(who.roles)}"
    return [Refusal("G-POL-13", why, f"{' or '.join(who.roles)} approves [{who.ref}]")]


def judge_reading(view: View, act: Act, now: str) -> list[Refusal]:
    """G-POL-7: a reading is of a rule in force, and contradicts no plain data of a `must` rule."""
    made, policy = read_payload(Interpretation, act.event.data), governing(view)
    rule = place.called(policy.data, made.rule) if policy else None
    if rule is None:
        version = policy.version if policy else "none"
        return [
            Refusal("G-POL-7", f"policy {version} has no rule {made.rule}", "name a rule that is in force")
        ]
    if rule.get("modality", Modality.MUST) != Modality.MUST:
        return []
    against = [name for name, value in (made.reads or {}).items() if name in rule and rule[name] != value]
    if not against:
        return []
    why = f"{made.rule} is a must and says {', '.join(f'{x}: {rule[x]}' for x in against)}"
    return [Refusal("G-POL-7", why[:500], "what is plain is changed by a policy change, not read otherwise")]


def judge_erratum(view: View, act: Act, now: str) -> list[Refusal]:
    """G-POL-8: an erratum is clerical: it quotes the text and leaves the policy as strict as it was."""
    made = read_payload(Erratum, act.event.data)
    cure = "propose a changed text: countersign record draft-policy, then propose-policy"
    if made.materiality == "substantive":
        return [Refusal("G-POL-8", "a substantive erratum is a policy change", cure)]
    known = [a.text for a in adopted(view) if (a.text.policy, a.text.version) == (made.policy, made.version)]
    if not known or policy_of(known[-1]) is None:
        why = f"{made.policy} {made.version} was never adopted"
        return [Refusal("G-POL-8", why, "errata are issued of adopted versions")]
    data = known[-1].data
    try:
        if place.at(data, made.path) != made.was:
            return [Refusal("G-POL-8", f"{made.path} does not say so", "quote as `was` what it says")]
        changed = diff(data, place.put(data, made.path, made.is_))
    except NotFound as e:
        return [Refusal("G-POL-8", e.what, "name a path that the version has")]
    except Malformed as e:
        return [Refusal("G-POL-8", f"it would be no policy: {e.what} at {e.where}"[:500], cure)]
    if any(x.direction in (Direction.LOOSENS, Direction.TIGHTENS) for x in changed):
        return [Refusal("G-POL-8", f"{made.path}: the change {changed[0].direction} the policy", cure)]
    return []


def interpreters(view: View) -> Approval:
    """Who reads a rule: those whose duty it is in the version in force, or whose judgement it names; else the house."""
    policy = governing(view)
    if policy:
        rule = policy.rule("GOV-INTERPRET")
        words = set(rule.text.replace("'", " ").split()) if rule else set()
        roles = [r.id for r in policy.roles if r.id in words or any("interpret" in x for x in r.duties)]
        if roles:
            return Approval(tuple(roles), False, rule.ref if rule else ", ".join(_refs(policy.roles, roles)))
    own = house(view, "approvals")["interpretation"]
    return Approval(tuple(own["approve"]), own.get("approve_mode", "all") == "all", HOUSE)


def readings(view: View, rule: str) -> list[Fact]:
    """The readings of a rule that apply now: issued, and not yet overtaken by the version that they wait for."""
    reached = {a.text.version for a in adopted(view) if a.effect <= view.now and a.holds(view.now)}
    found = [x for x in view.of_type(ISSUED) if duty(x.data["rule"]) == duty(rule)]
    return [x for x in found if x.data.get("until_version") not in reached]


def outside(view: View) -> list[Fact]:
    """Acts outside the rules. They change no state; gates answer under both versions, the stricter first."""
    return view.of_type(OUTSIDE)


def adopted_outside_rules(view: View) -> Iterator[Finding]:
    """ADOPTED_OUTSIDE_RULES: an act of the Board or of officers bypassed the rules."""
    for fact in outside(view):
        yield Finding("ADOPTED_OUTSIDE_RULES", fact.index, fact.recorded_at, fact.data["act"][:200])


def retroactive_reading(view: View) -> Iterator[Finding]:
    """RETROACTIVE_READING: a rule was read while a case on it was open, or about the reader's own act."""
    for fact in view.of_type(ISSUED):
        readers = {s.person for s in fact.signers if s.statement == "approve"}
        own = [x for x in fact.data.get("about", ()) if (act := view.get(x)) and _signed(act, readers)]
        cases = _open_cases(view, fact)
        if own:
            why = f"the reading of {fact.data['rule']} is about an act that its issuer signed"
            yield Finding("RETROACTIVE_READING", fact.index, fact.recorded_at, why)
        elif cases:
            why = f"{fact.data['rule']} was read while a case on it was open (entry {cases[0].index})"
            yield Finding("RETROACTIVE_READING", fact.index, fact.recorded_at, why)


def _signed(act: Fact, persons: set[str]) -> bool:
    return any(s.person in persons for s in act.signers)


def _open_cases(view: View, reading: Fact) -> list[Fact]:
    """The cases on the rule that were open when it was read."""
    out = []
    for case in view.of_type(noncompliance.OPENED):
        rules = {duty(x) for x in case.data.get("rules", ())}
        turns = [x for x in view.of_stream(case.stream) if x.type in _TURNS]
        before = [x for x in turns if x.index < reading.index]
        if duty(reading.data["rule"]) in rules and before and before[-1].type != noncompliance.CLOSED:
            out.append(case)
    return out


def _refs(roles: tuple[object, ...], named: list[str]) -> list[str]:
    return [ref for r in roles if getattr(r, "id", "") in named for ref in getattr(r, "refs", ())]


def _of_version(view: View, event: Event) -> str:
    return versions.stream_of(event.data.get("policy"), event.data.get("version"))


FINDINGS: Final[tuple[Predicate, ...]] = (adopted_outside_rules, retroactive_reading)

KINDS = (
    decision(ISSUED, "clarify-policy", Interpretation, "DOMAIN 4.1", in_stream("interpretation", "rule"), """\
# What a rule means where it is ambiguous. It applies from now on and is shown on every decision that it touches; the
# LTBT is told, and whoever reads the rule otherwise says so: countersign record record-dissent.
data:
  rule: R22-C-COMPREHENSIVE  # a rule, trigger, threshold or standard of the version in force
  question: ""
  reading: ""
  direction: neutral         # tightens loosens neutral unclear
  # until_version: "2.3"
  # reads: {every: P1Y}
  # about: []
""", judges={"G-POL-7": judge_reading, "G-POL-13": judge_interpreters}),
    decision(ERRATUM, "issue-erratum", Erratum, "DOMAIN 4.1", _of_version, """\
# A slip in the text of an adopted version. Whatever makes it stricter or laxer is a policy change.
data:
  policy: qsp
  version: "2.2"
  path: ""                   # such as /decisions/safeguards/report
  was: Capability Report
  is: Safeguards Report
  materiality: clerical      # clerical; substantive goes through propose-policy
""", judges={"G-POL-8": judge_erratum}, actors=frozenset(("RSO",))),
    observation(OUTSIDE, "record-outside-act", OutsideAct, "DOMAIN 4.1", in_stream("outside"), """\
# An act of the Board or of officers that bypassed these rules. It is a fact: it changes no state and opens a case.
data:
  act: ""
  instrument: minutes.pdf    # one of the evidence files below, by name
  # text_digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
evidence: [{file: minutes.pdf, title: "Minutes of the Board", source: internal}]
"""),
)  # fmt: skip
