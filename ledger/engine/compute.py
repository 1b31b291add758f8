"""Effective compute: the multiple of one model against another, along the chain of measurements (DOMAIN §4.2).

Steps multiply: 2.1x and then 2.1x is 4.41x and meets a trigger of 4.0x, although neither step does::

    multiple(view, "heron-4", "heron-3")     Multiple(value=Fraction(441, 100), bound=Fraction(441, 100), path=(…))

1. Multiples must be compared exactly: decimals are fractions here, never floats.
2. A step may be followed backwards, as its exact reciprocal.
3. Among several paths the larger multiple must decide, with each step at the upper end of its uncertainty; the value
   shown is the central one of that path.
4. Paths that differ by over 5 % must be reported (EC_CONFLICT).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from ledger.engine.once import once
from ledger.register import Fact, View
from ledger.subjects import models

CONFLICT: Final = Fraction(105, 100)
MAX_PATHS: Final = 10_000
"""Paths looked at between two models; a web of measurements that has more is not followed further."""


@dataclass(frozen=True, slots=True)
class Step:
    """From `lower` to `upper` is `value` times, at most `bound`; measured by entry `index`."""

    lower: str
    upper: str
    value: Fraction
    bound: Fraction
    index: int

    def back(self) -> Step:
        """The same measurement seen from the other side. `bound` stays the larger reading: 1 / the lower end."""
        return Step(self.upper, self.lower, 1 / self.value, 1 / self.bound, self.index)


@dataclass(frozen=True, slots=True)
class Multiple:
    """How many times: the central `value`, the `bound` that decides, and the entries of the `path`."""

    value: Fraction
    bound: Fraction
    path: tuple[int, ...]


def multiple(view: View, model: str, baseline: str) -> Multiple | None:
    """The multiple of `model` against `baseline` that counts; None when no measurements connect them."""
    found = _paths(_largest(view), model, baseline)  # the larger step of each pair makes the larger chain
    return max(found, key=lambda m: (m.bound, m.value), default=None)


def conflict(view: View, model: str, baseline: str) -> tuple[Multiple, Multiple] | None:
    """The smallest and the largest of several paths, when they differ by over 5 %."""
    found = sorted(paths(view, model, baseline), key=lambda m: m.value)
    if len(found) > 1 and found[-1].value > found[0].value * CONFLICT:
        return found[0], found[-1]
    return None


def paths(view: View, model: str, baseline: str) -> list[Multiple]:
    """Every chain of measurements from `baseline` to `model` that passes no model twice."""
    return _paths(_steps(view), model, baseline)


def _paths(steps: dict[str, list[Step]], model: str, baseline: str) -> list[Multiple]:
    if model == baseline:
        return [Multiple(Fraction(1), Fraction(1), ())]
    out: list[Multiple] = []
    for multiple_ in _walk(steps, baseline, model, Multiple(Fraction(1), Fraction(1), ()), {baseline}):
        out.append(multiple_)
        if len(out) >= MAX_PATHS:
            break
    return out


def _walk(
    steps: dict[str, list[Step]], here: str, goal: str, so_far: Multiple, passed: set[str]
) -> Iterator[Multiple]:
    for step in steps.get(here, ()):
        if step.upper in passed:
            continue
        there = Multiple(so_far.value * step.value, so_far.bound * step.bound, (*so_far.path, step.index))
        if step.upper == goal:
            yield there
        else:
            yield from _walk(steps, step.upper, goal, there, passed | {step.upper})


@once
def _largest(view: View) -> dict[str, list[Step]]:
    """Of several measurements between two models the one that decides; of equal ones the first."""
    out: dict[str, list[Step]] = {}
    for lower, steps in _steps(view).items():
        best: dict[str, Step] = {}
        for step in steps:
            now = best.get(step.upper)
            if now is None or (step.bound, step.value) > (now.bound, now.value):
                best[step.upper] = step
        out[lower] = list(best.values())
    return out


@once
def _steps(view: View) -> dict[str, list[Step]]:
    out: dict[str, list[Step]] = {}
    for fact in view.of_type(models.MEASURED):
        model = measured_model(view, fact)
        if model is None or Fraction(fact.data["mult"]) == 0:
            continue
        value = Fraction(fact.data["mult"])
        bounds = fact.data.get("uncertainty", {})
        high, low = Fraction(bounds.get("high", value)), Fraction(bounds.get("low", value))
        up = Step(fact.data["baseline_model"], model, value, max(high, value), fact.index)
        down = Step(up.lower, up.upper, value, min(low, value) or value, fact.index).back()
        out.setdefault(up.lower, []).append(up)
        out.setdefault(up.upper, []).append(down)
    return out


def measured_model(view: View, fact: Fact) -> str | None:
    """The model that a measurement is about; a measured run stands for the model that it trains."""
    if "model_id" in fact.data:
        return str(fact.data["model_id"])
    return models.model_of_run(view, fact.data["run_id"])
