"""The gate with capability thresholds: DOMAIN §5 steps 1 to 9, and its worked example."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Malformed, NotFound
from tests.engine.gates import ask, opened, share, share_all
from tests.engine.heron import assess, decide, inherit, measured, open_
from tests.given import ASSESSOR, Story
from tests.kit import CEO, RSO
from tests.subjects import safe
from tests.subjects.test_interim import GO, plan

SECURITY, DEPLOYMENT = "ASL-3-SECURITY", "ASL-3-DEPLOYMENT"
NEXT = {"2.0": "CBRN-NEXT", "2.1": "CBRN-4", "2.2": "CBRN-4"}
CBRN = {"2.0": "CBRN", "2.1": "CBRN-3", "2.2": "CBRN-3"}


def above(version: str = "2.2", outcome: str = "not_shown") -> Story:
    """Heron 4 is not shown to be below CBRN, the checkpoint is not reached; both shared."""
    story = opened(version).on("2025-02-17")
    measured(story, "heron-4", "heron-3", "4.41")
    named = {CBRN[version]: outcome, "MODEL-AUTONOMY": "checkpoint_not_reached"}
    assess(story, "heron-4", named, ended="2025-03-14", decided="2025-03-20")
    share_all(story)
    return story


@pytest.mark.parametrize("version", ["2.0", "2.1", "2.2"])
def test_the_worked_example(version: str) -> None:
    story = above(version)
    safe.satisfy(story, DEPLOYMENT)
    safe.assess(story, SECURITY, safe.scope())
    share_all(story)
    deploy = ask(story, "deploy")
    assert deploy.denials() == ["FOLLOW_UP_MISSING", f"SAFEGUARD_MISSING:{SECURITY}"]
    assert ask(story, "store").denials() == [f"SAFEGUARD_MISSING:{SECURITY}"]
    run: dict[str, Any] = {"planned": (("heron-4", "0.8"),)}
    assert ask(story, "train", "heron-5", **run).permitted
    same = ask(story, "train", "heron-5", planned=(("heron-4", "1.0"),))
    assert same.denials() == ["SECURITY_MISSING_FOR_COMPARABLE"]


def test_reasons_name_the_rule_of_the_policy_its_section_and_a_cure() -> None:
    story = above()
    reasons = {r.code: r for r in ask(story, "deploy").reasons}
    missing = reasons[f"SAFEGUARD_MISSING:{SECURITY}"]
    assert (missing.rule, missing.ref) == ("R22-G-DEPLOY-B", "6.1 (2); 4.3; 5")
    assert (missing.modality, missing.enforce) == ("must", "deny")
    assert "CBRN-3" in missing.why
    assert SECURITY in missing.cure
    made = story.view.of_stream("determination/heron-4/CBRN-3")[-1]
    assert made.id in missing.evidence_ids


def test_2_an_interim_measure_keeps_weights_and_never_a_first_deployment_or_a_run() -> None:
    story = above()
    story.given("state-case", safe.case("sc-isolated"), ASSESSOR)
    story.given("propose-interim", plan(surfaces=["*"]), RSO)
    assert not ask(story, "store").permitted
    story.given("approve-interim", GO, CEO, RSO)
    assert ask(story, "store").permitted
    assert f"SAFEGUARD_MISSING:{SECURITY}" in ask(story, "deploy").denials()
    assert not ask(story, "train", "heron-5", planned=(("heron-4", "1.3"),)).permitted


def test_1_no_coverage_denies_deploying_and_flags_the_rest() -> None:
    story = opened()
    assert ask(story, "deploy", "heron-9").denials() == ["NO_COVERING_ASSESSMENT"]
    for action in ("store", "train"):
        found = ask(story, action, "heron-9")
        assert (found.verdict, found.flags()) == ("permitted", ["NO_COVERING_ASSESSMENT"])
        assert found.reasons[0].rule == "house"


def test_1_an_undetermined_threshold_denies_deploying_and_is_never_below() -> None:
    story = opened().on("2025-02-17")
    assess(
        story,
        "heron-4",
        {"MODEL-AUTONOMY": "checkpoint_not_reached"},
        ended="2025-03-14",
        decided="2025-03-20",
    )
    share_all(story)
    (reason,) = ask(story, "deploy").reasons
    assert (reason.code, reason.enforce) == ("NO_COVERING_ASSESSMENT", "deny")
    assert "CBRN-3" in reason.about


def test_a_small_model_inherits_and_goes_in_one_sitting() -> None:
    story = opened()
    measured(story, "heron-3.5", "heron-3", "2.1")
    assert inherit(story, "heron-3.5", "heron-3") == []
    found = ask(story, "deploy", "heron-3.5")
    assert (found.verdict, found.reasons) == ("permitted", ())
    assert found.marks == ("RESTS_ON_OPENING_STATEMENT",)


def test_an_assessment_that_is_due_flags_and_names_the_model_in_every_run() -> None:
    story = opened().on("2025-02-17")
    measured(story, "heron-4", "heron-3", "4.41")
    open_(story, "heron-4", ["CBRN-3"])
    story.on("2025-03-17")
    found = ask(story, "train", "heron-5", planned=(("heron-4", "1.3"),))
    assert found.permitted
    assert found.flags() == ["ASSESSMENT_DUE", "NO_COVERING_ASSESSMENT"]
    assert found.reasons[0].about == ("heron-4", "EC4X")
    assert "ASSESSMENT_DUE" not in ask(story, "store", "heron-5").flags()
    later = ask(story, "store", "heron-4", as_of="2025-03-18T00:00:00.000000Z").reasons
    assert [(r.code, r.modality) for r in later if r.code == "ASSESSMENT_OVERDUE"] == [
        ("ASSESSMENT_OVERDUE", "should")
    ]


def finished(story: Story) -> None:
    """Both standards, and the follow-up."""
    safe.satisfy(story, SECURITY)
    safe.satisfy(story, DEPLOYMENT)
    assess(story, "heron-4", {"CBRN-4": "below"}, ended="2025-04-20", decided="2025-04-24", kind="follow_up")
    share_all(story)


def test_with_every_standard_the_follow_up_and_both_bodies_it_is_permitted() -> None:
    story = above()
    finished(story)
    assert ask(story, "deploy").reasons == ()
    assert ask(story, "train", "heron-5", planned=(("heron-4", "1.3"),)).denials() == []


def test_not_shared_denies_deploying_until_both_bodies_have_decision_and_report() -> None:
    story = above()
    finished(story)
    made = safe.satisfy(story, DEPLOYMENT)
    (reason,) = ask(story, "deploy").reasons
    assert (reason.code, reason.rule) == ("NOT_SHARED", "R22-G-DEPLOY-C")
    share(story, made, bodies=("BOARD",))
    assert ask(story, "deploy").denials() == ["NOT_SHARED"]
    share(story, made, bodies=("LTBT",))
    assert ask(story, "deploy").permitted
    assert ask(story, "store").permitted


def test_a_lapsed_standard_denies_deploying_and_flags_storing() -> None:
    story = above()
    finished(story)
    late = "2026-05-01T00:00:00.000000Z"
    assert f"SAFEGUARD_MISSING:{SECURITY}" in ask(story, "deploy", as_of=late).denials()
    store = ask(story, "store", as_of=late)
    assert store.permitted
    assert f"REAPPROVAL_DUE:{SECURITY}" in store.flags()


def test_deploying_needs_a_scope_of_its_own_and_storing_that_of_its_forebear() -> None:
    story = above()
    safe.satisfy(story, SECURITY, safe.scope(["heron-4"]))
    measured(story, "heron-4.1", "heron-4", "1.2")
    assert inherit(story, "heron-4.1", "heron-4", "1.2") == []
    assert ask(story, "store", "heron-4.1").permitted
    assert f"SAFEGUARD_MISSING:{SECURITY}" in ask(story, "deploy", "heron-4.1").denials()


def test_5_a_standard_that_is_not_defined_stands_in_place_of_a_missing_one() -> None:
    story = above()
    decide(story, "heron-4", "CBRN-4", "reached")
    codes = ask(story, "deploy").denials()
    assert "STANDARD_UNDEFINED:ASL-4-SECURITY" in codes
    assert "SAFEGUARD_MISSING:ASL-4-SECURITY" not in codes
    train = {r.code: r.rule for r in ask(story, "train").reasons if r.denies}
    assert train["STANDARD_UNDEFINED:ASL-4-SECURITY"] == "R21-SPECIFY"
    older = above("2.0")
    decide(older, "heron-4", "CBRN-NEXT", "reached")
    assert "STANDARD_UNDEFINED:CBRN-NEXT" in ask(older, "deploy").denials()
    assert "STANDARD_UNDEFINED:CBRN-NEXT" in ask(older, "train").flags()


def rnd(version: str) -> Story:
    """Heron 4 has reached the checkpoint and the AI R&D threshold; CBRN is below."""
    story = opened(version).on("2025-02-17")
    threshold = "AI-RND" if version == "2.0" else "AI-RND-4"
    named = {CBRN[version]: "below", "MODEL-AUTONOMY": "checkpoint_reached", threshold: "reached"}
    assess(story, "heron-4", named, ended="2025-03-14", decided="2025-03-20")
    share_all(story)
    return story


def test_a_threshold_that_needs_security_alone_does_not_drag_in_the_deployment_standard() -> None:
    codes = ask(rnd("2.2"), "deploy").denials()
    assert f"SAFEGUARD_MISSING:{SECURITY}" in codes
    assert f"SAFEGUARD_MISSING:{DEPLOYMENT}" not in codes


def test_what_must_stand_beside_the_standards_is_needed_and_what_is_only_expected_flags() -> None:
    name = "SAFEGUARD_MISSING:AFFIRMATIVE-CASE-MISALIGNMENT"
    story = rnd("2.2")
    assert name in ask(story, "deploy").denials()
    story.given("state-case", safe.case("sc-mis"), ASSESSOR)
    data = safe.deciding("AFFIRMATIVE-CASE-MISALIGNMENT", safe.scope(), case_id="sc-mis")
    story.given("decide-safeguard", data, CEO, RSO)
    assert name not in ask(story, "deploy").denials()
    older = ask(rnd("2.0"), "deploy")
    assert name in older.flags()
    assert name not in older.denials()


def test_3_a_cap_denies_what_exceeds_it_and_one_hand_cannot_loosen_it() -> None:
    story = opened()
    cap = {"model_id": "heron-3", "max_mult": "2.0", "until": "2025-12-31T00:00:00.000000Z"}
    story.given("set-training-cap", cap, RSO)
    run: dict[str, Any] = {"planned": (("heron-3", "2.1"),)}
    denied = ask(story, "train", "heron-5", **run)
    assert (denied.denials(), denied.reasons[0].rule) == (["CAP_EXCEEDED"], "R22-G-TRAIN-B")
    assert ask(story, "train", "heron-5", planned=(("heron-3", "2.0"),)).permitted
    story.given("set-training-cap", cap | {"max_mult": "3.0"}, RSO)
    assert not ask(story, "train", "heron-5", **run).permitted
    story.given("set-training-cap", cap | {"max_mult": "3.0"}, CEO, RSO)
    assert ask(story, "train", "heron-5", **run).permitted
    assert ask(story, "train", "heron-5", planned=(("heron-3", "9"),), as_of=cap["until"]).permitted


def test_3_a_run_that_nothing_connects_counts_as_large_as_the_model() -> None:
    story = above()
    assert ask(story, "train", "unknown").denials() == ["SECURITY_MISSING_FOR_COMPARABLE"]


def test_3_of_planned_and_measured_the_larger_counts() -> None:
    story = above()
    measured(story, "heron-5", "heron-4", "1.1")
    assert not ask(story, "train", "heron-5", planned=(("heron-4", "0.8"),)).permitted
    measured(story, "heron-6", "heron-4", "0.7")
    assert ask(story, "train", "heron-6", planned=(("heron-4", "0.8"),)).permitted


def test_a_surface_without_a_gate_is_permitted_and_says_so() -> None:
    found = ask(opened(), "deploy", "heron-9", "internal_research")
    assert (found.verdict, found.marks) == ("permitted", ("no_gate",))


def test_there_is_no_verdict_without_a_policy_or_without_a_surface() -> None:
    with pytest.raises(NotFound, match="no policy"):
        ask(Story(None), "deploy")
    with pytest.raises(Malformed, match="surface"):
        ask(opened(), "store", surface="general")


def test_the_same_record_gives_the_same_verdict_whatever_was_asked_before() -> None:
    story, other = above(), above()
    ask(story, "train", "heron-5")
    for action in ("train", "store", "deploy"):
        first, second = ask(story, action), ask(other, action)
        assert first.reasons != ()
        assert [r.code for r in first.reasons] == [r.code for r in second.reasons]
        assert first == ask(story, action)
        assert first.inputs_digest.startswith("sha256:")


def test_what_is_asked_of_a_day_does_not_know_what_came_later() -> None:
    story = above()
    before = ask(story, "deploy", as_of="2025-03-19T00:00:00.000000Z")
    assert before.denials() == ["NO_COVERING_ASSESSMENT"]
    finished(story)
    assert not ask(story, "deploy", known_at="2025-04-01T00:00:00.000000Z").permitted
    assert ask(story, "deploy").permitted
