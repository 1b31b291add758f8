"""The closed word lists of a policy file. A word that is not here is Malformed: nothing would act on it.

::

    modality: must      firmness, as the text itself speaks        enforce: block      what the ledger does about it

1. Where a list is ranked, the firmest or strictest word must stand first: a change down the list loosens.
2. Words must be added only together with the code that acts on them; none may change its meaning.
"""

from __future__ import annotations

from enum import StrEnum


class Modality(StrEnum):
    """How firmly the text speaks (DOMAIN P6). Ranked. Never hardened silently."""

    MUST = "must"
    SHOULD = "should"
    AIMS = "aims"
    EXPECTS = "expects"
    ASKS = "asks"
    MAY = "may"


class Enforce(StrEnum):
    """What the ledger does: refuse a gate or a state change, raise a finding, or only keep it on record. Ranked."""

    BLOCK = "block"
    FLAG = "flag"
    RECORD = "record"


class GateStyle(StrEnum):
    """Which of the three gate algorithms of DOMAIN §5 the version follows."""

    ASL_LEVELS = "asl_levels"
    CAPABILITY_THRESHOLDS = "capability_thresholds"
    RISK_REPORT = "risk_report"


class Action(StrEnum):
    """What a gate is asked about."""

    TRAIN = "train"
    STORE = "store"
    DEPLOY = "deploy"


class Surface(StrEnum):
    """Where a model is deployed (DOMAIN §4.2)."""

    INTERNAL_RESEARCH = "internal_research"
    INTERNAL_WIDE = "internal_wide"
    INTERNAL_AUTONOMOUS = "internal_autonomous_large_scale"
    LIMITED_PARTNER = "limited_partner"
    GENERAL = "general"
    OPEN_WEIGHTS = "open_weights"


class Code(StrEnum):
    """The blocking findings of DOMAIN §7: why a gate denies."""

    PAUSE_ACTIVE = "PAUSE_ACTIVE"
    COMMITMENT_MISSED = "COMMITMENT_MISSED"
    NO_COVERING_ASSESSMENT = "NO_COVERING_ASSESSMENT"
    STANDARD_UNDEFINED = "STANDARD_UNDEFINED"
    SAFEGUARD_MISSING = "SAFEGUARD_MISSING"
    FOLLOW_UP_MISSING = "FOLLOW_UP_MISSING"
    NOT_SHARED = "NOT_SHARED"
    SECURITY_MISSING_FOR_COMPARABLE = "SECURITY_MISSING_FOR_COMPARABLE"
    CAP_EXCEEDED = "CAP_EXCEEDED"
    EXCEPTION_INCOMPLETE = "EXCEPTION_INCOMPLETE"
    BUFFER_SPENT = "BUFFER_SPENT"
    NO_RISK_REPORT = "NO_RISK_REPORT"
    MARGINAL_NOT_APPROVED = "MARGINAL_NOT_APPROVED"


class Stop(StrEnum):
    """What a stop condition depends on (DOMAIN §4.7): what evaluations find, or the developer's own effort. Ranked."""

    FINDING = "finding"
    EFFORT = "effort"


class StandardKind(StrEnum):
    """What a standard protects: the weights, what a deployed model does, or both."""

    SECURITY = "security"
    DEPLOYMENT = "deployment"
    BOTH = "deployment_and_security"


class ThresholdKind(StrEnum):
    """A threshold; a stand-in for thresholds not yet written (the follow-up decides it); or a mere checkpoint."""

    THRESHOLD = "threshold"
    FOLLOW_UP = "follow_up"
    CHECKPOINT = "checkpoint"


class LineKind(StrEnum):
    """Red: crossing it means the threshold. Yellow: a warning before it. Ranked."""

    RED = "red"
    YELLOW = "yellow"
    NONE = "none"


class Op(StrEnum):
    """How a value is held against a line. Compared inclusively where the sign says so, exactly always."""

    AT_LEAST = ">="
    OVER = ">"
    AT_MOST = "<="
    UNDER = "<"


class Metric(StrEnum):
    """What sets off an assessment."""

    EFFECTIVE_COMPUTE = "effective_compute_multiple"
    CALENDAR = "elapsed_calendar"
    DISCRETION = "rso_discretion"


class Baseline(StrEnum):
    """What a trigger counts from."""

    EVALUATED_POINT = "last_evaluated_point"
    EVALUATION = "last_evaluation_completed"
    ASSESSED_MODEL = "last_comprehensively_assessed_model"
    ASSESSMENT = "last_comprehensive_assessment"


class AssessmentKind(StrEnum):
    """Kinds of assessment (DOMAIN §4.3)."""

    PRELIMINARY = "preliminary"
    COMPREHENSIVE = "comprehensive"
    FOLLOW_UP = "follow_up"
    EVALUATION = "evaluation"
    ONGOING_WATCH = "ongoing_watch"


class Outcome(StrEnum):
    """Outcomes of a capability decision (DOMAIN §4.4)."""

    BELOW = "below"
    JUST_BELOW = "just_below"
    NOT_SHOWN = "not_shown"
    REACHED = "reached"
    CHECKPOINT_REACHED = "checkpoint_reached"
    CHECKPOINT_NOT_REACHED = "checkpoint_not_reached"


class Mode(StrEnum):
    """Whether all of the roles named must act, or any one of them may. Ranked."""

    ALL = "all"
    ANY = "any"


class Together(StrEnum):
    """How deciders decide: jointly, or each alone. Ranked."""

    JOINTLY = "jointly"
    SEVERALLY = "severally"


class ConsultOrder(StrEnum):
    """Whether consultation comes before approval. Ranked."""

    BEFORE_APPROVAL = "before_approval"
    UNSPECIFIED = "unspecified"


class Publish(StrEnum):
    """When a change is public. Ranked."""

    BEFORE_EFFECT = "before_effect"
    ON_OR_BEFORE_EFFECTIVE_DATE = "on_or_before_effective_date"
    AS_FAR_AS_POSSIBLE = "compelling_case_public_to_extent_possible"


class Required(StrEnum):
    """A duty that is there or not."""

    REQUIRED = "required"


class Tolerance(StrEnum):
    """A period that the text itself calls approximate."""

    APPROXIMATE = "approximate"


class DueAt(StrEnum):
    """A duty due with an act instead of after a time."""

    DEPLOYMENT = "at_deployment"


class Form(StrEnum):
    """The three regimes of lowering safeguards (DOMAIN §4.8)."""

    EMERGENCY = "emergency"
    LOWERED_SAFEGUARDS = "lowered_safeguards"
    MARGINAL_RISK_REPORT = "marginal_risk_report"


class Need(StrEnum):
    """What an exception must bring along."""

    OTHER_ACTOR_EVIDENCE = "other_actor_evidence"
    EQUIVALENCE_ANALYSIS = "equivalence_analysis"
    WORLD_RISK_ANALYSIS = "serious_world_risk_analysis"
    INCREMENTAL_RISK_ARGUMENT = "incremental_risk_argument"
    PUBLIC_ACKNOWLEDGEMENT = "public_acknowledgement"
    ADVOCACY_COMMITMENT = "us_government_advocacy_commitment"
