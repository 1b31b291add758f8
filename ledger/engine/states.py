"""States: how far a model is from each threshold of the policy in force, and who says so (DOMAIN §5 step 3).

::

    state(view, "heron-4", "CBRN-3")    State("CBRN-3", "not_shown", "decided", "heron-4", <Fact of entry 12>)
    state(view, "heron-4", "CBRN-4")    State("CBRN-4", "undetermined", "none", "heron-4", None)

1. The model's own last word counts first: a decision, a split (which counts as ``not_shown``), or a revocation, after
   which nothing older revives, neither stated nor inherited nor ruled out.
2. A crossed red line that no rationale answers must count as reached over anything milder, until decided again.
3. Without a word of its own a model has its opening state, else what it inherits, else what a checkpoint rules out,
   else ``below`` because the level under it is below, else ``undetermined``.
4. Once the level under it is not below, a threshold needs a word of its own: what is only ruled out, or was stated or
   inherited before the lower level was decided here, must not count.
5. ``undetermined`` and ``not_shown`` must never be read as ``below`` (P7).
6. Only what was stated or decided is inherited; what follows from it is worked out anew for the heir.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.engine.coverage import heir
from ledger.engine.decided import last_word, names
from ledger.engine.in_force import governing
from ledger.engine.once import once
from ledger.policy.schema import Policy
from ledger.policy.thresholds import Threshold
from ledger.policy.words import ThresholdKind
from ledger.register import Fact, View
from ledger.subjects import assessments, opening
from ledger.subjects.determinations import MADE, SPLIT, crossed_red
from ledger.subjects.outcome import MILD

UNDETERMINED: Final = "undetermined"
DECIDED, INHERITED, OPENING, RULED_OUT, NESTED, RED_LINE, SPLIT_, NONE = (
    "decided",
    "inherited",
    "opening",
    "ruled_out",
    "nested",
    "red_line",
    "split",
    "none",
)
OWN: Final = frozenset((DECIDED, RED_LINE, SPLIT_, NONE))


@dataclass(frozen=True, slots=True)
class State:
    """`outcome` of a determination, or ``undetermined``; `origin`: where it comes from; `model`: whose word it is.

    `decision` is that word: the decision, the crossed result, the founding; None when there is none.
    """

    threshold: str
    outcome: str
    origin: str
    model: str
    decision: Fact | None = None
    checkpoint: bool = False

    @property
    def below(self) -> bool:
        """Whether it lets things go on."""
        return self.outcome in MILD

    @property
    def undetermined(self) -> bool:
        """Whether nobody has said anything that counts."""
        return self.outcome == UNDETERMINED

    @property
    def over(self) -> bool:
        """Whether it calls for what the threshold requires: decided not below. Neither of the two is undetermined."""
        stops = (
            ("not_shown", "reached") if self.checkpoint else ("not_shown", "reached", "checkpoint_reached")
        )
        return self.outcome in stops


def states(view: View, model: str) -> dict[str, State]:
    """Every threshold of the policy in force."""
    policy = governing(view)
    asked = _Asked(view, policy)
    return {t.id: asked.state(model, t) for t in policy.thresholds} if policy else {}


def state(view: View, model: str, threshold_id: str) -> State:
    """One threshold; undetermined when the policy in force has none of that name."""
    policy = governing(view)
    found = policy.threshold(threshold_id) if policy else None
    return (
        _Asked(view, policy).state(model, found) if found else State(threshold_id, UNDETERMINED, NONE, model)
    )


class _Asked:
    """One question about a view: what was found for its thresholds stays until it is answered."""

    def __init__(self, view: View, policy: Policy | None) -> None:
        self.view, self.policy = view, policy
        self.thresholds = policy.thresholds if policy else ()
        self.stated = opening.stated(view)
        self.found: dict[tuple[str, str], State] = {}
        self.heirs: dict[str, str | None] = {}

    def state(self, model: str, t: Threshold) -> State:
        """The state of a model at a threshold."""
        if (model, t.id) not in self.found:
            self.found[model, t.id] = self._red_line(model, t, self._state(model, t))
        return self.found[model, t.id]

    def _state(self, model: str, t: Threshold) -> State:
        if own := self._own(model, t):
            return own
        lower = [self.state(model, x) for x in self.thresholds if x.next_level == t.id]
        given = self._opening(model, t) or self._inherited(model, t)
        if given and not any(x.decision and not x.below and x.origin != given.origin for x in lower):
            return given
        if ruled := self._ruled_out(model, t, lower):
            return ruled
        for x in lower:
            if x.below:
                return self._make(t, "below", NESTED, x.model, x.decision)
        return self._make(t, UNDETERMINED, NONE, model, None)

    def _make(self, t: Threshold, outcome: str, origin: str, model: str, fact: Fact | None) -> State:
        return State(t.id, outcome, origin, model, fact, t.kind is ThresholdKind.CHECKPOINT)

    def _own(self, model: str, t: Threshold) -> State | None:
        word = last_word(self.view, model, names(self.view, t.id))
        if word is None:
            return None
        if word.type == SPLIT:
            return self._make(t, "not_shown", SPLIT_, model, word)
        if word.type != MADE:
            return self._make(t, UNDETERMINED, NONE, model, word)
        return self._make(t, str(word.data["outcome"]), DECIDED, model, word)

    def _opening(self, model: str, t: Threshold) -> State | None:
        stated = self.stated[1].model(model) if self.stated else None
        called = names(self.view, t.id)
        found = [s for s in stated.thresholds if s.threshold in called] if stated else []
        return (
            self._make(t, found[0].outcome, OPENING, model, self.stated[0]) if found and self.stated else None
        )

    def _inherited(self, model: str, t: Threshold) -> State | None:
        """What was said of the model that it inherits from, or of the one that that one inherits from."""
        source, passed = self._heir(model), {model}
        while source and source not in passed:
            said = self._own(source, t) or self._opening(source, t)
            said = self._red_line(source, t, said or self._make(t, UNDETERMINED, NONE, source, None))
            if said.decision is not None:
                return self._make(t, said.outcome, INHERITED, source, said.decision)
            passed.add(source)
            source = self._heir(source)
        return None

    def _heir(self, model: str) -> str | None:
        if model not in self.heirs:
            self.heirs[model] = heir(self.view, model)
        return self.heirs[model]

    def _ruled_out(self, model: str, t: Threshold, lower: list[State]) -> State | None:
        checkpoint = self.policy.threshold(t.ruled_out_by) if self.policy and t.ruled_out_by else None
        if checkpoint is None or any(not x.below for x in lower):
            return None
        found = self.state(model, checkpoint)
        return self._make(t, "below", RULED_OUT, found.model, found.decision) if found.below else None

    def _red_line(self, model: str, t: Threshold, found: State) -> State:
        """A red line crossed in the last assessment that tested the threshold, and not answered by the decision."""
        if found.over or found.outcome == "checkpoint_reached":
            return found
        crossed = self._crossed(model, t)
        made = found.decision.data if found.origin == DECIDED and found.decision else {}
        answered = {a["result"] for a in made.get("red_line_rationale", ())}
        for result in crossed:
            if result.id not in answered:
                outcome = "checkpoint_reached" if t.kind is ThresholdKind.CHECKPOINT else "reached"
                return self._make(t, outcome, RED_LINE, model, result)
        return found

    def _crossed(self, model: str, t: Threshold) -> list[Fact]:
        called = names(self.view, t.id)
        last = next((x for x in _tested(self.view).get(model, ()) if x[1] & set(called)), None)
        if last is None:
            return []
        return [r for name in called for r in crossed_red(self.view, last[0], name) if r.imported is None]


@once
def _tested(view: View) -> dict[str, list[tuple[str, frozenset[str]]]]:
    """Of each model its assessments, the last first, each with the thresholds that have results in it."""
    results: dict[str, set[str]] = {}
    for r in view.of_type(assessments.RESULT):
        if r.imported is None:
            results.setdefault(r.data["assessment_id"], set()).add(r.data["threshold"])
    out: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for opened in reversed(view.of_type(assessments.OPENED)):
        id_ = str(opened.data["assessment_id"])
        out.setdefault(opened.data["model_id"], []).append((id_, frozenset(results.get(id_, ()))))
    return out
