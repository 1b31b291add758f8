"""Deploying, storing and keeping when safeguards come, lapse, fail and are stood in for (DOMAIN §4.5 to §5)."""

from __future__ import annotations

import pytest

from ledger.engine.cases import case, cases
from ledger.engine.taint import taints
from tests.engine.gates import share, share_all
from tests.engine.heron import decide, end, inherit, measured, open_, submit
from tests.engine.test_gate_thresholds import finished
from tests.given import ASSESSOR, CISO, Story
from tests.kit import CEO, RSO
from tests.scenarios.story import (
    DEPLOYMENT,
    NO_DEPLOYMENT,
    NO_SECURITY,
    SECURITY,
    above,
    ask,
    assessed,
    codes,
    corrected,
    deployed,
    noon,
    opened,
    put_out,
    revoke,
    unbitten,
)
from tests.subjects import safe
from tests.subjects.test_determinations import result
from tests.subjects.test_gates import going
from tests.subjects.test_interim import plan


def stand_in(story: Story, standard: str, surfaces: list[str], until: str, *, shared: bool = True) -> None:
    id_ = f"i-{standard}"
    story.given("state-case", safe.case(f"sc-{standard}"), ASSESSOR)
    data = plan(
        interim_id=id_,
        for_standard=standard,
        surfaces=surfaces,
        same_assurance_case=f"sc-{standard}",
        expires_on=until,
        target_standard_date=until,
        plan_shared_with=["BOARD", "LTBT"] if shared else [],
    )
    story.given("propose-interim", data, RSO)
    story.given("approve-interim", {"interim_id": id_, "expires_on": until}, CEO, RSO)


def kept() -> Story:
    """Heron 4 was below and let go on `general`; then it was not shown to be below, and both bodies know."""
    story = assessed()
    put_out(story)
    decide(story.on("2025-04-01"), "heron-4", "CBRN-3", "not_shown")
    share_all(story)
    return story


def test_an_interim_measure_keeps_a_surface_and_opens_no_new_one() -> None:
    story = kept()
    assert {NO_SECURITY, NO_DEPLOYMENT} <= set(ask(story, "deploy").denials())
    stand_in(story, SECURITY, ["*"], "2025-06-20")
    stand_in(story, DEPLOYMENT, ["*"], "2025-06-20")
    verdict = ask(story, "deploy")
    assert verdict.permitted
    assert "FOLLOW_UP_MISSING" in verdict.flags()
    new = ask(story, "deploy", surface="limited_partner")
    assert {NO_SECURITY, NO_DEPLOYMENT, "FOLLOW_UP_MISSING"} == set(new.denials())
    assert ask(story, "store").permitted
    assert ask(story, "train", "heron-5", planned=(("heron-4", "1.0"),)).denials() == [
        "SECURITY_MISSING_FOR_COMPARABLE"
    ]


def test_an_interim_measure_whose_plan_was_not_shared_stands_in_for_nothing() -> None:
    story = kept()
    stand_in(story, SECURITY, ["*"], "2025-06-20", shared=False)
    assert NO_SECURITY in ask(story, "deploy").denials()


def test_what_is_kept_on_an_interim_measure_is_denied_the_day_after_it_expired() -> None:
    story = kept()
    for standard in (SECURITY, DEPLOYMENT):
        stand_in(story, standard, ["*"], "2025-06-20")
    assert ask(story, "deploy", as_of="2025-06-20T23:00:00.000000Z").permitted
    assert not ask(story, "deploy", as_of="2025-06-21T00:00:00.000001Z").permitted
    assert not ask(story, "store", as_of="2025-06-21T00:00:00.000001Z").permitted


def test_an_interim_measure_is_no_longer_than_ninety_days() -> None:
    story = kept()
    story.given("state-case", safe.case("sc-isolated"), ASSESSOR)
    story.given("propose-interim", plan(expires_on="2025-06-29"), RSO)
    said = {"interim_id": "i-heron-4", "expires_on": "2025-07-05"}
    assert story.when("approve-interim", said, CEO, RSO) != []


def test_a_kept_model_that_is_denied_has_three_days() -> None:
    story = kept()
    assert "DEPLOYED_WITHOUT_GATE" not in codes(story.on("2025-04-03"))
    assert "DEPLOYED_WITHOUT_GATE" in codes(story.on("2025-04-05"))
    assert cases(story.view) != []


def test_a_kept_model_taken_off_in_time_is_no_breach() -> None:
    story = kept()
    data = {"model_id": "heron-4", "surface": "general", "at": "2025-04-02T09:00:00.000000Z"}
    story.on("2025-04-02", "10:00").given("record-de-deployment", data, RSO)
    assert "DEPLOYED_WITHOUT_GATE" not in codes(story.on("2025-04-20"))


def test_an_approval_lapses_after_a_year_for_deploying_and_deletes_no_weights() -> None:
    story = above()
    finished(story)
    unbitten(story)
    assert ask(story, "deploy", as_of=noon("2025-08-01")).permitted
    verdict = ask(story.on("2026-05-01"), "deploy")
    assert {NO_SECURITY, NO_DEPLOYMENT} <= set(verdict.denials())
    for action in ("store", "train"):
        again = ask(story, action)
        assert again.permitted
        assert f"REAPPROVAL_DUE:{SECURITY}" in again.flags()


def test_a_failure_that_breaks_the_standard_denies_and_one_that_weakens_it_does_not() -> None:
    story = above()
    finished(story)
    failure = {"standard": SECURITY, "what": "a hole", "since": noon("2025-04-25"), "severity": "weakens"}
    story.on("2025-04-25", "15:00").given("record-safeguard-failure", failure, ASSESSOR)
    assert ask(story, "deploy").permitted
    story.given("record-safeguard-failure", failure | {"severity": "breaks_standard"}, ASSESSOR)
    assert ask(story, "deploy").denials() == [NO_SECURITY]
    assert ask(story, "store").denials() == [NO_SECURITY]
    assert "SECURITY_MISSING_FOR_COMPARABLE" in ask(story, "train", "heron-5").denials()
    safe.satisfy(story.on("2025-04-28"), SECURITY)
    share_all(story)
    assert ask(story, "deploy").permitted


def test_a_later_word_on_one_surface_leaves_the_others_as_they_were() -> None:
    story = above()
    finished(story)
    narrow = safe.deciding(DEPLOYMENT, safe.scope(["heron-4"], ["general"]), "not_satisfied")
    story.given("decide-safeguard", narrow, CEO, RSO)
    share_all(story)
    assert NO_DEPLOYMENT in ask(story, "deploy").denials()
    assert ask(story, "deploy", surface="limited_partner").permitted


def test_extending_the_scope_to_one_model_leaves_the_other() -> None:
    story = above()
    finished(story)
    measured(story, "heron-4.1", "heron-4", "1.2")
    assert inherit(story, "heron-4.1", "heron-4", "1.2") == []
    safe.satisfy(story, DEPLOYMENT, safe.scope(["heron-4.1"]))
    share_all(story)
    assert ask(story, "deploy").permitted
    assert ask(story, "deploy", "heron-4.1").permitted


def test_a_criterion_left_out_counts_as_not_met() -> None:
    story = above()
    data = {"standard": SECURITY, "scope": safe.scope(), "criteria": safe.criteria(story, SECURITY)[:-1]}
    story.given("assess-safeguard", data, ASSESSOR)
    story.given("submit-report", safe.report(SECURITY), CISO)
    assert story.when("decide-safeguard", safe.deciding(SECURITY, safe.scope()), CEO, RSO) == ["G-SAF-1"]
    assert (
        story.when("decide-safeguard", safe.deciding(SECURITY, safe.scope(), "not_satisfied"), CEO, RSO) == []
    )


def test_a_decision_is_shared_with_both_and_with_its_paper() -> None:
    story = above()
    finished(story)
    again = decide(story, "heron-4", "CBRN-3", "not_shown")
    assert ask(story, "deploy").denials() == ["NOT_SHARED"]
    share(story, again, bodies=("BOARD",))
    assert ask(story, "deploy").denials() == ["NOT_SHARED"]
    share(story, again, bodies=("LTBT",))
    assert ask(story, "deploy").permitted


def test_a_go_needs_a_fresh_verdict_that_still_holds() -> None:
    story = above()
    finished(story)
    old = going(story)
    story.on("2025-04-25", "13:00")
    assert story.when("decide-gate", old, CEO, RSO) == ["G-GATE-2"]
    fresh = going(story)
    revised = {
        "standard": SECURITY,
        "what": "a hole",
        "since": story.world.now,
        "severity": "breaks_standard",
    }
    story.given("record-safeguard-failure", revised, ASSESSOR)
    assert story.when("decide-gate", fresh, CEO, RSO) != []
    assert story.when("decide-gate", going(story, decision="no_go"), CEO) == []


def test_an_override_is_always_accepted_and_opens_a_case() -> None:
    story = above()
    data = {
        "action": "deploy",
        "model_id": "heron-4",
        "surface": "general",
        "action_taken": "put out",
        "by": "p-7",
        "stated_reason": "market",
    }
    fact = story.given("record-override", data, CEO)
    assert "GATE_OVERRIDDEN" in codes(story)
    assert case(story.view, f"nc-{fact.id}") is not None


def test_a_deployment_without_a_go_opens_a_case_and_research_inside_does_not() -> None:
    story = assessed()
    deployed(story, surface="internal_research")
    assert codes(story) == []
    fact = deployed(story, surface="limited_partner")
    assert codes(story) == ["DEPLOYED_WITHOUT_GATE"]
    assert case(story.view, f"nc-{fact.id}") is not None
    put_out(story, surface="limited_partner")
    assert "DEPLOYED_WITHOUT_GATE" in codes(story)


def test_a_go_for_one_surface_covers_no_other() -> None:
    story = assessed()
    put_out(story)
    deployed(story, surface="open_weights")
    assert codes(story) == ["DEPLOYED_WITHOUT_GATE"]


def test_a_deployment_recorded_late_is_judged_by_its_own_day() -> None:
    story = assessed()
    put_out(story)
    story.on("2025-05-01")
    deployed(story, surface="limited_partner", effective_at=noon("2025-03-10"))
    assert {"RECORDED_LATE", "DEPLOYED_WITHOUT_GATE"} <= set(codes(story))
    assert "DEPLOYED_WITHOUT_GATE" not in codes(story, known_at=noon("2025-04-20"))


def test_a_deployment_does_not_wait_for_its_go_in_its_envelope() -> None:
    story = assessed().on("2025-04-10")
    story.given("decide-gate", going(story), CEO, RSO)
    data = {"model_id": "heron-4", "surface": "general", "at": noon("2025-03-25")}
    story.given("record-deployment", data, RSO)
    assert {"RECORDED_LATE", "DEPLOYED_WITHOUT_GATE"} == set(codes(story))


def test_weights_kept_before_the_standard_was_there_were_kept_without_it() -> None:
    story = above()
    day = story.world.now
    safe.satisfy(story.on("2025-03-28"), SECURITY)
    data = {"model_id": "heron-4", "location_class": "own", "at": day}
    story.given("record-storage", data, RSO)
    assert "STORED_WITHOUT_STANDARD" in codes(story)


@pytest.mark.parametrize(("value", "said"), [("0.48", "reconfirmed"), ("0.58", "contradicted")])
def test_a_corrected_result_taints_the_go_that_rests_on_it(value: str, said: str) -> None:
    story = opened().on("2025-02-17")
    measured(story, "heron-4", "heron-3", "4.41")
    id_ = open_(story, "heron-4", ["CBRN-3", "MODEL-AUTONOMY"])
    line = {"id": "L-1", "kind": "red", "op": ">=", "value": "0.50"}
    data = result("0.40", line=line, threshold="CBRN-3", assessment_id=id_)
    fact = story.given("record-result", data, ASSESSOR)
    end(story.on("2025-03-14"), id_)
    submit(story.on("2025-03-20"), id_)
    decide(story, "heron-4", "CBRN-3", "below", assessment_id=id_)
    decide(story, "heron-4", "MODEL-AUTONOMY", "checkpoint_not_reached", assessment_id=id_)
    share_all(story)
    put_out(story)
    assert taints(story.view) == []
    corrected(story.on("2025-05-01"), fact, "/result", "0.40", value)
    (found,) = taints(story.view)
    assert found.outcome == said
    assert taints(story.register.at(known_at=noon("2025-04-30"))) == []
    assert bool(cases(story.view)) == (said == "contradicted")


def test_a_revocation_taints_the_go_and_the_go_stays_on_record() -> None:
    story = assessed()
    put_out(story)
    revoke(story.on("2025-04-02"), "heron-4", "CBRN-3")
    assert [x.decision.data["decision"] for x in taints(story.view)] == ["go"]
    assert not ask(story, "deploy").permitted
    assert ask(story, "deploy", as_of=noon("2025-04-01")).permitted
    assert "DEPLOYED_WITHOUT_GATE" in codes(story.on("2025-04-20"))
