"""Gate decisions: what the engine said, what people decided, and what was done all the same (DOMAIN §4.6).

Engine and people are both on record (P9). People may deny what the engine permits; going ahead against a denial is a
fact, and opens a case by itself::

    gate.decided   {"action":"deploy","as_of":"2025-07-21T08:59:00.000000Z","bound":61,"conditions":["partners vetted"],
                    "decision":"go","model_id":"heron-4","reasons":[],"surface":"general","verdict":"permitted"}

1. A go must rest on a verdict that permits, not older than the house allows, and the same when it is recomputed at the
   head.
2. Stopping is free: any one of those who decide may say no, whatever the engine says.
3. A deployment names its surface; storing and training have none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from ledger.engine.calendar import add
from ledger.engine.deployments import DECIDED, GO
from ledger.engine.gate import evaluate
from ledger.engine.house import approval, house
from ledger.engine.verdict import PERMITTED, Question, Verdict
from ledger.errors import Malformed, NotFound, Refusal
from ledger.policy.duration import Duration
from ledger.policy.words import Action, Code
from ledger.record.act import Act
from ledger.record.event import Event
from ledger.register import Fact, View
from ledger.subjects.finding import Finding, Predicate
from ledger.subjects.kind import Kind, approving_roles
from ledger.subjects.models import Step
from ledger.subjects.payload import Digest, EventId, Person, Slug, Text, Time, read_payload

EVALUATED: Final = "gate.evaluated"
OVERRIDDEN: Final = "gate.overridden"

T = TypeVar("T", "Evaluated", "Decided", "Overridden")
Doing = Literal["train", "store", "deploy"]
Said = Literal["permitted", "denied"]


@dataclass(frozen=True, slots=True)
class Given:
    """A reason of the verdict, as it stood."""

    code: Text
    rule: Text
    modality: Text
    evidence_ids: tuple[EventId, ...]
    enforce: Literal["deny", "flag"] | None = None


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A verdict that somebody asked to keep."""

    action: Doing
    model_id: Slug
    as_of: Time
    known_at: Time
    verdict: Said
    reasons: tuple[Given, ...]
    policy_version: Text
    inputs_digest: Digest
    surface: Slug | None = None
    run_id: Slug | None = None
    planned: tuple[Step, ...] | None = None
    marks: tuple[Text, ...] | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """Go or no go, on a verdict as of an instant, known below entry `bound`. People may add conditions."""

    action: Doing
    model_id: Slug
    verdict: Said
    reasons: tuple[Given, ...]
    bound: int
    as_of: Time
    decision: Literal["go", "no_go"]
    conditions: tuple[Text, ...]
    surface: Slug | None = None
    run_id: Slug | None = None
    planned: tuple[Step, ...] | None = None
    valid_until: Time | None = None


@dataclass(frozen=True, slots=True)
class Overridden:
    """Somebody went ahead against a denial. `verdict`: the entry that denied, where it was kept or decided."""

    action: Doing
    model_id: Slug
    action_taken: Text
    by: Person
    stated_reason: Text
    verdict: EventId | None = None
    surface: Slug | None = None
    run_id: Slug | None = None


def question(data: Evaluated | Decided) -> Question:
    """The question that a verdict answered."""
    steps = tuple((s.baseline_model, s.mult) for s in data.planned or ())
    return Question(Action(data.action), data.model_id, data.surface, data.run_id, steps)


def asked(fact: Fact) -> Question:
    """The question of a recorded decision or verdict."""
    steps = tuple((s["baseline_model"], s["mult"]) for s in fact.data.get("planned", ()))
    data = fact.data
    return Question(Action(data["action"]), data["model_id"], data.get("surface"), data.get("run_id"), steps)


def kept(verdict: Verdict) -> dict[str, object]:
    """What an entry says of a verdict: the part that a decision on it repeats."""
    q = verdict.question
    steps = [{"baseline_model": base, "mult": mult} for base, mult in q.planned]
    named = {"surface": q.surface, "run_id": q.run, "planned": steps or None}
    return {
        "action": str(q.action),
        "model_id": q.model,
        "as_of": verdict.as_of,
        "verdict": verdict.verdict,
        "reasons": [
            {
                "code": r.code,
                "rule": r.rule,
                "modality": r.modality,
                "evidence_ids": list(r.evidence_ids),
                "enforce": r.enforce,
            }
            for r in verdict.reasons
        ],
        **{name: value for name, value in named.items() if value is not None},
    }


def judge_signers(view: View, act: Act, now: str) -> list[Refusal]:
    """G-GATE-0: a go is decided by everyone whom the policy names, a no by any of them."""
    needed, present = approval(view, "gate_decision"), approving_roles(act)
    missing = [role for role in needed.roles if role not in present]
    stops = act.event.data["decision"] != GO
    if not missing or (stops and len(missing) < len(needed.roles)):
        return []
    cure = f"{' or '.join(missing) if stops else ' and '.join(needed.roles)} approve [{needed.ref}]"
    return [Refusal("G-GATE-0", f"the decision lacks {', '.join(missing)}", cure)]


def judge_permitted(view: View, act: Act, now: str) -> list[Refusal]:
    """G-GATE-1: a go rests on a verdict that permits."""
    made = read_payload(Decided, act.event.data)
    if made.decision != GO or made.verdict == PERMITTED:
        return []
    codes = ", ".join(r.code for r in made.reasons if r.enforce != "flag") or "no reason given"
    cure = "cure what denies; who goes ahead all the same records it: countersign record record-override"
    return [Refusal("G-GATE-1", f"the verdict is denied ({codes})", cure)]


def judge_fresh(view: View, act: Act, now: str) -> list[Refusal]:
    """G-GATE-2: a go rests on a verdict that is fresh, and the same when it is recomputed at the head."""
    made = read_payload(Decided, act.event.data)
    if made.decision != GO:
        return []
    limit = Duration.parse(house(view, "gate_fresh"))
    cure = f"ask again: countersign gate {made.action} {made.model_id}"
    if made.as_of > now or made.bound > view.bound or add(made.as_of, limit) < now:
        why = f"the verdict is as of {made.as_of} and entry {made.bound}; now is {now}, entry {view.bound}"
        return [Refusal("G-GATE-2", why, f"{cure}, at most {limit} before (house rule)")]
    verdict = _recomputed(view, made)
    if verdict is None:
        return [Refusal("G-GATE-2", "no policy is in force that a gate could be asked by", cure)]
    if verdict.verdict != made.verdict:
        because = ", ".join(verdict.denials()) or "nothing denies"
        why = f"recomputed at entry {view.bound} the verdict is {verdict.verdict} ({because})"
        return [Refusal("G-GATE-2", why, cure)]
    return []


def judge_shared(view: View, act: Act, now: str) -> list[Refusal]:
    """G-GATE-3: what a go rests on was shared with Board and LTBT first, where the policy wants that."""
    made = read_payload(Decided, act.event.data)
    verdict = _recomputed(view, made) if made.decision == GO else None
    found = [r for r in verdict.reasons if r.code == Code.NOT_SHARED] if verdict else []
    return [Refusal("G-GATE-3", r.why, r.cure) for r in found]


def gate_overridden(view: View) -> Iterator[Finding]:
    """GATE_OVERRIDDEN: somebody went ahead against a denial, as recorded."""
    for fact in view.of_type(OVERRIDDEN):
        what = " ".join(
            x for x in (fact.data["action"], fact.data["model_id"], fact.data.get("surface")) if x
        )
        why = f"{what} against a denial: {fact.data['action_taken']}"
        yield Finding("GATE_OVERRIDDEN", fact.index, fact.recorded_at, why)


def _recomputed(view: View, made: Decided) -> Verdict | None:
    try:
        return evaluate(view, question(made))
    except NotFound:
        return None


def _read_evaluated(event: Event) -> Evaluated:
    return _surfaced(read_payload(Evaluated, event.data))


def _read_decided(event: Event) -> Decided:
    return _surfaced(read_payload(Decided, event.data))


def _read_overridden(event: Event) -> Overridden:
    return _surfaced(read_payload(Overridden, event.data))


def _surfaced(data: T) -> T:
    if (data.surface is None) == (data.action == "deploy"):
        raise Malformed("a deployment has a surface, nothing else has one", "/data/surface")
    return data


def _stream(view: View, event: Event) -> str:
    return f"gate/{event.data.get('model_id')}/{event.data.get('action')}"


FINDINGS: Final[tuple[Predicate, ...]] = (gate_overridden,)

KINDS = (
    Kind(EVALUATED, "evaluate-gate", "DOMAIN 4.6", False, _read_evaluated, _stream, """\
# A verdict of the engine, kept because somebody asked for it. Signed by the office.
data:
  action: deploy             # train store deploy
  model_id: ""               # such as heron-4
  surface: limited_partner
  as_of: 2025-06-02T09:00:00.000000Z
  known_at: 2025-06-02T09:00:00.000000Z
  verdict: denied            # permitted denied
  reasons: [{code: "SAFEGUARD_MISSING:ASL-3-DEPLOYMENT", rule: R22-G-DEPLOY-B, modality: must, evidence_ids: []}]
  policy_version: "2.2"
  inputs_digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
""", actors=frozenset(("SERVICE",))),
    Kind(DECIDED, "decide-gate", "DOMAIN 4.6", True, _read_decided, _stream, """\
# Go or no go. `countersign gate ACTION MODEL --form` prints this filled in with today's verdict. A go needs a verdict
# that permits and everyone whom the policy names; a no may be said by one of them alone.
data:
  action: deploy             # train store deploy
  model_id: ""               # such as heron-4
  surface: general
  verdict: permitted         # permitted denied
  reasons: []
  bound: 61                  # entries on the record when the gate was asked
  as_of: 2025-07-21T08:59:00.000000Z
  decision: go               # go no_go
  conditions: []
  # valid_until: 2026-07-21T00:00:00.000000Z
""", judges={"G-GATE-0": judge_signers, "G-GATE-1": judge_permitted, "G-GATE-2": judge_fresh,
             "G-GATE-3": judge_shared}),
    Kind(OVERRIDDEN, "record-override", "DOMAIN 4.6", False, _read_overridden, _stream, """\
# Somebody went ahead against a denial. Always accepted; it opens a case by itself.
data:
  action: deploy             # train store deploy
  model_id: ""               # such as heron-4
  surface: limited_partner
  action_taken: ""
  by: p-7
  stated_reason: ""
  # verdict: EVENT-ID
"""),
)  # fmt: skip
