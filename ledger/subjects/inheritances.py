"""Inheritance: a model that is not notably more capable takes over the determinations of another (DOMAIN §4.4).

::

    {"from_model":"heron-3","model_id":"heron-3.5","preliminary_id":"01JJ…"}

Judged when it is made, against everything measured by then; by effective compute once more whenever a gate asks
(``engine.coverage.heir``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.engine import coverage
from ledger.engine.compute import multiple
from ledger.engine.house import approval
from ledger.engine.in_force import governing
from ledger.errors import Refusal
from ledger.record.act import Act
from ledger.register import View
from ledger.subjects import assessments
from ledger.subjects.determinations import INHERITED
from ledger.subjects.kind import approving_roles, decision, in_stream
from ledger.subjects.payload import EventId, Slug, read_payload


@dataclass(frozen=True, slots=True)
class Inheritance:
    """A model takes over the determinations of `from_model`, since it is not notably more capable."""

    model_id: Slug
    from_model: Slug
    preliminary_id: EventId


def judge_signers(view: View, act: Act, now: str) -> list[Refusal]:
    """G-DET-8: a model is let inherit by those who may decide that."""
    needed = approval(view, "inheritance")
    missing = [role for role in needed.roles if role not in approving_roles(act)]
    if not missing:
        return []
    why = f"inheriting lacks {', '.join(missing)}"
    return [Refusal("G-DET-8", why, f"{' and '.join(needed.roles)} approve [{needed.ref}]")]


def judge_inheritance(view: View, act: Act, now: str) -> list[Refusal]:
    """G-DET-5: it inherits from the last comprehensively assessed model, or one as heavy, and nothing is due."""
    made, policy = read_payload(Inheritance, act.event.data), governing(view)
    if policy is None or policy.assessment is None or policy.assessment.preliminary is None:
        version = f"policy {policy.version}" if policy else "no policy"
        return [Refusal("G-DET-5", f"{version} lets a model inherit", f"assess {made.model_id}")]
    last = coverage.last_assessed(view)
    if last is None:
        return [Refusal("G-DET-5", "no model was comprehensively assessed yet", f"assess {made.model_id}")]
    return [*_preliminary(view, made), *_source(view, made, last.model), *_due(view, made, last)]


def _preliminary(view: View, made: Inheritance) -> Iterator[Refusal]:
    fact = view.get(made.preliminary_id)
    if (
        fact is None
        or fact.type != assessments.PRELIMINARY
        or fact.imported is not None
        or fact.data["model_id"] != made.model_id
    ):
        yield Refusal(
            "G-DET-5",
            f"no preliminary assessment of {made.model_id} has that id",
            "record one: record-preliminary",
        )
    elif fact.data["notably_more_capable"]:
        why = f"entry {fact.index} calls {made.model_id} notably more capable"
        yield Refusal("G-DET-5", why, f"open a comprehensive assessment of {made.model_id}")


def _source(view: View, made: Inheritance, last: str) -> Iterator[Refusal]:
    model, source = made.model_id, made.from_model
    from_ = coverage.covered(view, source)
    if source == model or from_.kind == coverage.NONE or model in coverage.line(view, source):
        yield Refusal(
            "G-DET-5", f"{source} has no coverage of its own that {model} could take over", f"name {last}"
        )
        return
    found = multiple(view, model, source)
    if from_.model != last and (found is None or found.bound > 1):
        why = f"{source} is lighter than {model}, or not measured against it, and is not covered by {last}"
        yield Refusal(
            "G-DET-5", why, f"inherit from {last}, from a model that inherits from it, or from a heavier one"
        )


def _due(view: View, made: Inheritance, last: coverage.Assessed) -> Iterator[Refusal]:
    model, cure = made.model_id, f"open a comprehensive assessment of {made.model_id}"
    found, limit = multiple(view, model, last.model), coverage.compute_limit(view)
    if found is None:
        how = f"measure {model} along a chain that reaches {last.model}: record-effective-compute"
        yield Refusal("G-DET-5", f"no chain of measurements connects {model} with {last.model}", how)
    elif limit and coverage.meets(limit, found):
        yield Refusal(
            "G-DET-5", f"{model} is {float(found.bound):.3g} times {last.model}, which meets {limit.id}", cure
        )
    due = [*coverage.triggers(view, model), *coverage.triggers(view, made.from_model)]
    for at, id_, index in sorted({(t.reached_at, t.id, t.index) for t in due if t.met}):
        if limit is None or id_ != limit.id:
            yield Refusal("G-DET-5", f"{id_} was reached at {at[:10]} (entry {index})", cure)


KINDS = (
    decision(INHERITED, "inherit-determination", Inheritance, "DOMAIN 4.4", in_stream("determination", "model_id"), """\
# A model that is not notably more capable takes over another's determinations. No further testing is needed for it.
data:
  model_id: heron-3.5
  from_model: heron-3        # the last comprehensively assessed model, one that inherits from it, or a heavier one
  preliminary_id: EVENT-ID   # of the preliminary assessment
""", judges={"G-DET-8": judge_signers, "G-DET-5": judge_inheritance}),
)  # fmt: skip
