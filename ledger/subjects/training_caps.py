"""Training caps: no successor past this multiple of a model, as long as the cap stands (DOMAIN §4.4, [2.0 fn 9]).

A duty to consider after ``just_below``, allowed at any time; once set it binds the train gate::

    {"max_mult":"2.0","model_id":"heron-4","until":"2025-12-31T00:00:00.000000Z"}
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from ledger.engine.house import approval
from ledger.engine.in_force import governing
from ledger.errors import Refusal
from ledger.record.act import Act
from ledger.register import View
from ledger.subjects.kind import approving_roles, decision, in_stream
from ledger.subjects.payload import Multiple, Slug, Time, read_payload

CAP_SET: Final = "training_cap.set"


@dataclass(frozen=True, slots=True)
class TrainingCap:
    """No training of a successor past `max_mult` times this model."""

    model_id: Slug
    max_mult: Multiple
    until: Time


def judge_cap(view: View, act: Act, now: str) -> list[Refusal]:
    """G-DET-7: a cap is set by one of those who decide, and lies below the trigger of the policy."""
    cap, needed = read_payload(TrainingCap, act.event.data), approval(view, "capability_decision")
    out = []
    if not approving_roles(act) & set(needed.roles):
        out.append(
            Refusal("G-DET-7", f"none of {', '.join(needed.roles)} sets this cap", "one of them approves")
        )
    limit = compute_trigger(view)
    if limit is not None and Fraction(cap.max_mult) >= limit:
        why = f"a cap of {cap.max_mult} binds nothing below the trigger of {limit}"
        out.append(Refusal("G-DET-7", why, f"set it below {limit}"))
    return out


def compute_trigger(view: View) -> Fraction | None:
    """The multiple at which the policy wants a new assessment."""
    policy = governing(view)
    triggers = policy.assessment.all_triggers if policy and policy.assessment else ()
    values = [t.value for t in triggers if t.metric == "effective_compute_multiple"]
    return next((v for v in values if isinstance(v, Fraction)), None)


KINDS = (
    decision(CAP_SET, "set-training-cap", TrainingCap, "DOMAIN 4.4", in_stream("model", "model_id"), """\
# No training of a successor past this multiple of the model. Allowed at any time.
data:
  model_id: ""               # such as heron-4
  max_mult: "2.0"
  until: 2025-12-31T00:00:00.000000Z
""", judges={"G-DET-7": judge_cap}),
)  # fmt: skip
