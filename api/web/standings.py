"""How things stand, as a badge and a sentence: determinations with whose burden it was, safeguards, clocks, cases.

::

    determined(state)    Status("bad", "not shown to be below")
    burden(state)        "Burden of proof: the developer has not shown that heron-4 stays below CBRN-3."

1. What is undetermined or not shown must never look like below (DOMAIN P7).
2. Beside every determination must stand on whom the burden of proof lay and whether it was met.
3. An allegation must be called one, and never a breach, until it was found so.
"""

from __future__ import annotations

from typing import Final

from api.web.status import Status
from api.web.words import count, day
from ledger.engine.answers import Stood
from ledger.engine.cases import Case
from ledger.engine.clocks import Clock
from ledger.engine.commitments import Commitment
from ledger.engine.exceptions import Exempt
from ledger.engine.states import State
from ledger.subjects.outcome import MILD
from ledger.subjects.standing import Standing

OUTCOMES: Final = {
    "below": "below",
    "checkpoint_not_reached": "checkpoint not reached",
    "checkpoint_reached": "checkpoint reached",
    "just_below": "just below",
    "not_shown": "not shown to be below",
    "reached": "reached",
    "undetermined": "undetermined",
}
ORIGINS: Final = {
    "decided": "decided here",
    "inherited": "taken over from {model}",
    "nested": "follows from the level below",
    "none": "nobody has decided",
    "opening": "stated at founding, not decided here",
    "red_line": "a red line is crossed and not answered",
    "ruled_out": "ruled out by a checkpoint that was not reached",
    "split": "those who decide did not agree",
}
_BRIEF: Final = {
    "decided": "",
    "nested": "by the level below",
    "none": "",
    "opening": "stated at founding",
    "red_line": "red line crossed",
    "ruled_out": "ruled out",
    "split": "no agreement",
}
_STANDINGS: Final = {
    "assessed": ("warn", "assessed, not decided"),
    "degraded": ("bad", "broken"),
    "not_satisfied": ("bad", "not satisfied"),
    "not_started": ("warn", "nothing decided"),
    "reapproval_due": ("warn", "to be approved again"),
    "satisfied": ("ok", "satisfied"),
    "stood_down": ("non", "stood down"),
}
_CLOCKS: Final = {
    "due_soon": ("warn", "due soon"),
    "met": ("ok", "met"),
    "met_late": ("warn", "met late"),
    "met_unproven": ("warn", "said to be met in time, not proven"),
    "not_applicable": ("non", "does not run"),
    "overdue": ("bad", "overdue"),
    "running": ("non", "running"),
}


def determined(found: State) -> Status:
    """How far a model is from a threshold."""
    word = OUTCOMES.get(found.outcome, found.outcome.replace("_", " "))
    if found.outcome == "just_below" or found.undetermined:
        return Status("warn", word)
    return Status("ok" if found.below else "bad" if found.over else "warn", word)


def origin(found: State) -> str:
    """Where that comes from."""
    return ORIGINS.get(found.origin, found.origin).format(model=found.model)


def brief_origin(found: State) -> str:
    """The same in few words, for a table; empty where there is nothing to add."""
    return _BRIEF.get(found.origin, origin(found))


def burden(found: State, model: str) -> str:
    """Whether the developer, who has to, has shown that the model stays below."""
    if found.below and found.origin == "opening":
        claim = _claim(model, found.threshold, found.outcome)
        return f"Burden of proof: the developer stated at founding {claim}; it has not shown it here."
    return claimed(model, found.threshold, found.outcome)


def claimed(model: str, threshold: str, outcome: str) -> str:
    """The same of a determination by itself."""
    has = "has" if outcome in MILD else "has not"
    return f"Burden of proof: the developer {has} shown {_claim(model, threshold, outcome)}."


def _claim(model: str, threshold: str, outcome: str) -> str:
    verb = "has not reached" if outcome.startswith("checkpoint") else "stays below"
    return f"that {model} {verb} {threshold}"


def placed(found: Standing) -> Status:
    """How a standard stands."""
    return Status(*_STANDINGS[found.state], found.rests_on.index if found.rests_on else None)


def due(found: Clock) -> Status:
    """How a clock stands; what is overdue says by how much."""
    tone, word = _CLOCKS[found.state]
    late = f" by {period(str(found.late))}" if found.late and found.state in ("overdue", "met_late") else ""
    return Status(tone, word + late, found.met_by)


def noticed(state: str) -> Status:
    """How the Board's notice of a case stands."""
    return Status(*_CLOCKS.get(state, ("non", state.replace("_", " "))))


def promised(one: Commitment) -> Status:
    """How a commitment stands."""
    tones = {"missed": "bad", "due": "warn", "met_late": "warn", "met": "ok"}
    return Status(tones.get(one.state, "non"), one.state.replace("_", " "), one.by.index if one.by else None)


def found(one: Stood) -> Status:
    """What became of a finding."""
    if one.state == "mark":
        return Status("non", "a mark, not a finding")
    if one.state == "open":
        return Status("bad", f"open for {count(one.days, 'day')}")
    word = f"{one.state} after {count(one.days, 'day')}"
    return Status("ok", word, one.answer.index if one.answer else None)


def excepted(one: Exempt) -> Status:
    """Whether an exception lowers anything now."""
    if one.state == "active":
        return Status("bad", f"in force: lowers safeguards until {day(one.until)}")
    waiting = one.state in ("proposed", "approved")
    return Status("warn" if waiting else "non", f"{one.state}, not in force" if waiting else one.state)


def period(text: str) -> str:
    """A period in words: ``P3D`` is 3 days, ``P1Y6M`` is 1 year 6 months; anything else as it stands."""
    units = {"Y": "year", "M": "month", "W": "week", "D": "day"}
    days, _, hours = text.removeprefix("P").partition("T")
    said, number = [], ""
    for part, names in ((days, units), (hours, {"H": "hour", "M": "minute", "S": "second"})):
        for c in part:
            if c not in names:
                number += c
                continue
            said.append(f"{number} {names[c]}{'' if number == '1' else 's'}")
            number = ""
    return " ".join(said) if said and not number else text


def handled(found: Case) -> tuple[Status, ...]:
    """How a case stands, and whether a breach was found."""
    if not found.open:
        first = Status("non", "closed")
    elif found.status == "alleged":
        first = Status("warn", "an allegation, not yet looked into")
    else:
        first = Status("warn", f"open: {found.status.replace('_', ' ')}")
    if found.breach:
        return first, Status("bad", "a breach was found")
    outcome = f"found: {found.outcome.replace('_', ' ')}" if found.outcome else "nothing is found yet"
    return first, Status("non", outcome)
