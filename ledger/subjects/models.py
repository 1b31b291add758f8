"""Models and training runs: what is being built, how large it is, where it is used (DOMAIN §4.2).

All of it is observed, none of it decided; facts are accepted even when a rule was broken, and say so::

    compute.measured  {"at":"2025-02-17T09:00:00.000000Z","baseline_model":"heron-3.5","method":"…",
                       "model_id":"heron-4","mult":"2.1","uncertainty":{"high":"2.2","low":"2.0"}}
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ledger.errors import Malformed
from ledger.record.event import Event
from ledger.register import Fact, View
from ledger.subjects.kind import Kind, in_stream, observation
from ledger.subjects.payload import (
    Class,
    Date,
    Digest,
    EventId,
    Multiple,
    Slug,
    Text,
    Time,
    read_payload,
)

REGISTERED = "model.registered"
RUN_STARTED = "run.started"
RUN_ENDED = "run.ended"
RUN_RESUMED = "run.resumed"
MEASURED = "compute.measured"
ELICITATION = "elicitation.accumulated"
DEPLOYED = "deployment.observed"
DE_DEPLOYED = "deployment.ended"
STORED = "storage.observed"
DELETED = "weights.deleted"


def happened(fact: Fact) -> str:
    """When an observation says that it was true: the earlier of its own `at` and its envelope's instant.

    Both are written by the same hand. If the later one counted, a deployment could wait for its go-ahead.
    """
    at = fact.data.get("at")
    return min(fact.effective_at, at) if isinstance(at, str) and not fact.decides else fact.effective_at


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a model comes from."""

    parent: Slug | None = None
    developer_internal_name: Text | None = None


@dataclass(frozen=True, slots=True)
class ModelRegistered:
    """A model has a name on this record. `codename_cls` is the class that may know its code name."""

    model_id: Slug
    codename_cls: Class
    lineage: Lineage


@dataclass(frozen=True, slots=True)
class Step:
    """`mult` times the effective compute of `baseline_model`."""

    baseline_model: Slug
    mult: Multiple


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A training run began. `planned_multiple` feeds only the train gate, never a trigger."""

    run_id: Slug
    model_id: Slug
    planned_multiple: tuple[Step, ...]
    capability_forecast: Digest | None = None


@dataclass(frozen=True, slots=True)
class RunEnded:
    """A run ended at `at`."""

    run_id: Slug
    how: Literal["finished", "stopped", "failed"]
    at: Time


@dataclass(frozen=True, slots=True)
class RunResumed:
    """A run went on at `at`."""

    run_id: Slug
    at: Time


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds of a measured multiple; the upper one decides what is due."""

    low: Multiple
    high: Multiple


@dataclass(frozen=True, slots=True)
class ComputeMeasured:
    """A measured multiple of a model, or of the model of a run, against a baseline."""

    baseline_model: Slug
    mult: Multiple
    method: Text
    at: Time
    model_id: Slug | None = None
    run_id: Slug | None = None
    uncertainty: Bounds | None = None


@dataclass(frozen=True, slots=True)
class ElicitationAccumulated:
    """Better methods to draw out what a model can do, since a day."""

    model_id: Slug
    methods: Text
    since: Date


@dataclass(frozen=True, slots=True)
class DeploymentObserved:
    """A model was put to use on a surface."""

    model_id: Slug
    surface: Slug
    at: Time
    audience_size_band: Text | None = None
    gate_decision: EventId | None = None


@dataclass(frozen=True, slots=True)
class DeploymentEnded:
    """A model was taken off a surface."""

    model_id: Slug
    surface: Slug
    at: Time
    replaced_by: Slug | None = None


@dataclass(frozen=True, slots=True)
class StorageObserved:
    """A model's weights are kept."""

    model_id: Slug
    location_class: Text
    at: Time


@dataclass(frozen=True, slots=True)
class WeightsDeleted:
    """A model's weights are gone."""

    model_id: Slug
    location_class: Text
    at: Time


def model_of_run(view: View, run_id: str) -> str | None:
    """The model that a run trains."""
    started = [x for x in view.of_stream(f"run/{run_id}") if x.type == RUN_STARTED]
    return str(started[0].data["model_id"]) if started else None


def _measured_stream(view: View, event: Event) -> str:
    model, run = event.data.get("model_id"), event.data.get("run_id")
    return f"model/{model}" if model else f"run/{run}"


def read_measured(event: Event) -> ComputeMeasured:
    """`data` of compute.measured: of a model or of a run, not of both."""
    measured = read_payload(ComputeMeasured, event.data)
    if (measured.model_id is None) == (measured.run_id is None):
        raise Malformed("it names a model or a run", "/data", "give model_id or run_id")
    return measured


MODEL = in_stream("model", "model_id")
RUN = in_stream("run", "run_id")


def is_general(view: View, event: Event) -> bool:
    """Whether a deployment is for everybody: then it is public at once (DOMAIN §10)."""
    return event.data.get("surface") == "general"


KINDS = (
    observation(REGISTERED, "register-model", ModelRegistered, "DOMAIN 4.2", MODEL, """\
# A model gets its name on this record. Signed by any officer in office.
data:
  model_id: ""               # such as heron-4
  codename_cls: staff        # who may know its code name
  lineage: {parent: heron-3.5}
"""),
    observation(RUN_STARTED, "start-run", RunStarted, "DOMAIN 4.2", RUN, """\
# A training run began. Ask the gate first: countersign gate train.
data:
  run_id: ""                 # such as heron-5-main
  model_id: heron-5
  planned_multiple: [{baseline_model: heron-4, mult: "1.3"}]
  # capability_forecast: sha256:...
"""),
    observation(RUN_ENDED, "record-run-end", RunEnded, "DOMAIN 4.2", RUN, """\
# A training run ended.
data:
  run_id: ""                 # such as heron-5-main
  how: finished              # finished stopped failed
  at: 2025-08-29T17:00:00.000000Z
"""),
    observation(RUN_RESUMED, "record-run-resumed", RunResumed, "DOMAIN 4.2", RUN, """\
# A training run went on.
data:
  run_id: ""                 # such as heron-5-main
  at: 2025-05-13T09:00:00.000000Z
"""),
    Kind(MEASURED, "record-effective-compute", "DOMAIN 4.2", False, read_measured, _measured_stream, """\
# A measured multiple of effective compute against a baseline model. Steps multiply along the chain.
data:
  model_id: heron-4          # or run_id
  baseline_model: heron-3.5
  mult: "2.1"
  method: ""
  at: 2025-02-17T09:00:00.000000Z
  # uncertainty: {low: "2.0", high: "2.2"}   # the upper bound decides what is due
"""),
    observation(ELICITATION, "record-elicitation-gain", ElicitationAccumulated, "DOMAIN 4.2", MODEL, """\
# Better methods to draw out what a model can do.
data:
  model_id: heron-4
  methods: ""
  since: 2025-01-01
"""),
    observation(DEPLOYED, "record-deployment", DeploymentObserved, "DOMAIN 4.2", MODEL, """\
# A model is in use on a surface. Facts are always accepted, also where no gate permitted it.
data:
  model_id: ""               # such as heron-4
  surface: general           # internal_research internal_wide internal_autonomous_large_scale limited_partner general
  at: 2025-07-21T09:00:00.000000Z
  # gate_decision: EVENT-ID
""", public_when=is_general),
    observation(DE_DEPLOYED, "record-de-deployment", DeploymentEnded, "DOMAIN 4.2", MODEL, """\
# A model was taken off a surface.
data:
  model_id: ""               # such as heron-4
  surface: limited_partner
  at: 2025-06-12T09:00:00.000000Z
"""),
    observation(STORED, "record-storage", StorageObserved, "DOMAIN 4.2", MODEL, """\
# A model's weights are kept.
data:
  model_id: heron-4
  location_class: ""
  at: 2025-03-20T09:00:00.000000Z
"""),
    observation(DELETED, "record-weights-deleted", WeightsDeleted, "DOMAIN 4.2", MODEL, """\
# A model's weights were deleted.
data:
  model_id: heron-4
  location_class: ""
  at: 2025-03-20T09:00:00.000000Z
"""),
)  # fmt: skip
