"""Effective compute: steps multiply exactly, backwards too, and the larger chain decides (DOMAIN §4.2)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.engine.compute import MAX_PATHS, conflict, multiple, paths
from ledger.engine.findings import findings
from tests.given import ASSESSOR, Story


def measure(story: Story, model: str, baseline: str, mult: str, **more: Any) -> None:
    data = {"baseline_model": baseline, "mult": mult, "method": "FLOPs", "at": story.world.now}
    story.given("record-effective-compute", data | {"model_id": model} | more, ASSESSOR)


def test_steps_multiply_although_neither_reaches_the_trigger() -> None:
    story = Story("2.2").on("2025-01-20")
    measure(story, "heron-3.5", "heron-3", "2.1")
    measure(story, "heron-4", "heron-3.5", "2.1")
    found = multiple(story.view, "heron-4", "heron-3")
    assert found is not None
    assert found.value == Fraction(441, 100)
    assert found.path == (1, 2)


def test_a_step_is_followed_backwards_as_its_exact_reciprocal() -> None:
    story = Story("2.2").on("2025-01-20")
    measure(story, "heron-4", "heron-3", "3")
    found = multiple(story.view, "heron-3", "heron-4")
    assert found is not None
    assert found.value == Fraction(1, 3)


def test_the_upper_bound_decides_and_the_central_value_is_shown() -> None:
    story = Story("2.2").on("2025-01-20")
    measure(story, "heron-4", "heron-3", "3.9", uncertainty={"low": "3.5", "high": "4.2"})
    up, down = multiple(story.view, "heron-4", "heron-3"), multiple(story.view, "heron-3", "heron-4")
    assert up is not None
    assert down is not None
    assert (up.value, up.bound) == (Fraction("3.9"), Fraction("4.2"))
    assert (down.value, down.bound) == (1 / Fraction("3.9"), 1 / Fraction("3.5"))


def test_among_several_chains_the_larger_decides_and_a_difference_over_five_percent_is_reported() -> None:
    story = Story("2.2").on("2025-01-20")
    measure(story, "b", "a", "2")
    measure(story, "c", "b", "2")
    measure(story, "c", "a", "4.1")
    found = multiple(story.view, "c", "a")
    assert found is not None
    assert found.value == Fraction("4.1")
    assert conflict(story.view, "c", "a") is None
    measure(story, "c", "a", "4.3")
    assert conflict(story.view, "c", "a") is not None
    assert "EC_CONFLICT" in {x.code for x in findings(story.view)}


def test_models_that_nothing_connects_have_no_multiple() -> None:
    story = Story("2.2").on("2025-01-20")
    measure(story, "b", "a", "2")
    assert multiple(story.view, "b", "z") is None
    same = multiple(story.view, "z", "z")
    assert same is not None
    assert same.value == 1


def test_a_run_that_is_measured_stands_for_its_model() -> None:
    story = Story("2.2").on("2025-03-17")
    run = {
        "run_id": "r5",
        "model_id": "heron-5",
        "planned_multiple": [{"baseline_model": "heron-4", "mult": "9"}],
    }
    story.given("start-run", run, ASSESSOR)
    assert multiple(story.view, "heron-5", "heron-4") is None
    data = {
        "baseline_model": "heron-4",
        "mult": "1.3",
        "method": "FLOPs",
        "at": story.world.now,
        "run_id": "r5",
    }
    story.given("record-effective-compute", data, ASSESSOR)
    found = multiple(story.view, "heron-5", "heron-4")
    assert found is not None
    assert found.value == Fraction("1.3")


def test_what_was_known_before_a_measurement_is_not_changed_by_it() -> None:
    story = Story("2.2").on("2025-01-20")
    before = story.register.below(story.register.size)
    measure(story, "b", "a", "2")
    assert multiple(before, "b", "a") is None


def test_a_web_of_measurements_is_followed_up_to_a_bound() -> None:
    story = Story("2.2").on("2025-01-20")
    names = [f"m{i}" for i in range(9)]
    for i, upper in enumerate(names):
        for lower in names[:i]:
            measure(story, upper, lower, "1.1")
    assert len(paths(story.view, names[-1], names[0])) <= MAX_PATHS


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.integers(1, 40).map(lambda n: f"{n // 10}.{n % 10}" if n >= 10 else f"1.{n}"),
        min_size=1,
        max_size=5,
    )
)
def test_a_chain_there_and_back_is_one(steps: list[str]) -> None:
    story = Story("2.2").on("2025-01-20")
    for i, step in enumerate(steps):
        measure(story, f"m{i + 1}", f"m{i}", step)
    there = multiple(story.view, f"m{len(steps)}", "m0")
    back = multiple(story.view, "m0", f"m{len(steps)}")
    assert there is not None
    assert back is not None
    assert there.value * back.value == 1
