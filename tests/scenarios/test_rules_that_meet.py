"""Several rules at once: what was given up, promised, retracted, let lapse or done twice (DOMAIN §4 to §6)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.engine.pauses import pauses
from ledger.engine.taint import taints
from tests.adoption import BYLAWS, board
from tests.engine.gates import share, share_all
from tests.engine.heron import assess, decide, inherit, measured, preliminary
from tests.engine.test_gate_thresholds import finished
from tests.given import ASSESSOR, Story
from tests.kit import CEO, RSO, SECRETARY, T1
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
from tests.subjects.test_commitments import made
from tests.subjects.test_gates import going
from tests.subjects.test_interim import GO, plan
from tests.subjects.test_pauses import pause
from tests.subjects.test_risk_reports import MARGINAL, PARTS, approved, on_risk, resolve

COMPARABLE = "SECURITY_MISSING_FOR_COMPARABLE"


@pytest.mark.parametrize(("effect", "action"), [("blocks_train", "train"), ("blocks_deploy", "deploy")])
def test_a_broken_promise_bites_where_it_was_said_to(effect: str, action: str) -> None:
    story = assessed()
    story.given("make-commitment", made(effect_if_missed=effect, due={"date": "2025-03-31"}), RSO)
    assert ask(story, action, "heron-3", "limited_partner" if action == "deploy" else None).permitted
    story.on("2025-04-02")
    for each in ("train", "store", "deploy"):
        denials = ask(story, each, "heron-3", "limited_partner" if each == "deploy" else None).denials()
        assert denials == (["COMMITMENT_MISSED"] if each == action else [])
    assert ask(story, "deploy", "heron-3", "general").permitted


def test_the_board_alone_excuses_a_broken_promise() -> None:
    story = assessed()
    for setting, value in BYLAWS.items():
        story.given("change-setting", {"setting": setting, "is": value, "why": "bylaws"}, CEO, RSO)
    story.given("make-commitment", made(effect_if_missed="blocks_train", due={"date": "2025-03-31"}), RSO)
    story.on("2025-04-02")
    excuse = {"commitment_id": "c-pipeline", "resolution_id": "r-1", "why": "overtaken"}
    assert story.when("excuse-miss", excuse, SECRETARY) != []
    assert ask(story, "train", "heron-3").denials() == ["COMMITMENT_MISSED"]


def test_a_declared_pause_stops_even_where_the_rule_that_it_names_only_flags() -> None:
    story = assessed()
    story.given("declare-pause", pause(rule="R22-GOV-READY"), RSO)
    assert "PAUSE_ACTIVE" in ask(story, "train", "heron-5").denials()


def test_an_heir_of_a_dangerous_model_is_as_dangerous_for_training() -> None:
    story = above()
    measured(story, "heron-4.1", "heron-4", "0.5")
    assert inherit(story, "heron-4.1", "heron-4", "0.5") == []
    safe.satisfy(story, SECURITY, safe.scope(["heron-4"]))
    # the source's security covers its heirs for training; take it from the source and both stop
    assert ask(story, "train", "heron-5", planned=(("heron-4", "0.6"),)).permitted
    failure = {
        "standard": SECURITY,
        "what": "a hole",
        "since": story.world.now,
        "severity": "breaks_standard",
    }
    story.given("record-safeguard-failure", failure, ASSESSOR)
    assert ask(story, "train", "heron-5", planned=(("heron-4", "0.6"),)).denials() == [COMPARABLE]
    assert ask(story, "train", "heron-5", planned=(("heron-4", "0.4"),)).permitted


def test_a_split_pauses_a_live_run() -> None:
    story = assessed()
    planned = [{"baseline_model": "heron-4", "mult": "1.3"}]
    story.given("start-run", {"run_id": "r5", "model_id": "heron-5", "planned_multiple": planned}, RSO)
    assert pauses(story.view) == []
    positions = [
        {"role": "CEO", "outcome": "below", "reason": "x"},
        {"role": "RSO", "outcome": "not_shown", "reason": "y"},
    ]
    fact = story.given(
        "record-split", {"model_id": "heron-4", "threshold": "CBRN-3", "positions": positions}, CEO, RSO
    )
    assert [p.id for p in pauses(story.view)] == [fact.id]


def test_a_run_that_ended_is_not_paused() -> None:
    story = assessed()
    planned = [{"baseline_model": "heron-4", "mult": "1.3"}]
    story.given("start-run", {"run_id": "r5", "model_id": "heron-5", "planned_multiple": planned}, RSO)
    story.given("record-run-end", {"run_id": "r5", "how": "finished", "at": story.world.now}, RSO)
    decide(story.on("2025-04-01"), "heron-4", "CBRN-3", "not_shown")
    assert pauses(story.view) == []


def test_a_standard_is_given_up_only_once_nothing_needs_it_and_its_go_is_asked_again() -> None:
    story = above()
    finished(story)
    unbitten(story)
    word = story.view.of_type("determination.made")[0]
    data = {"standard": DEPLOYMENT, "models": ["heron-4"], "determination_id": word.id}
    assert story.when("remove-safeguard", data, CEO, RSO) == ["G-SAF-3"]
    assess(story, "heron-4", {"CBRN-3": "below"}, ended="2025-05-20", decided="2025-05-22", kind="follow_up")
    share_all(story)
    below = story.view.of_type("determination.made")[-1]
    assert story.when("remove-safeguard", data | {"determination_id": below.id}, CEO, RSO) == []
    assert ask(story, "deploy").denials() == []
    decide(story, "heron-4", "CBRN-3", "not_shown")
    share_all(story)
    assert NO_DEPLOYMENT in ask(story, "deploy").denials()
    assert NO_SECURITY not in ask(story, "deploy").denials()


def test_an_interim_measure_for_storing_alone_keeps_no_deployment() -> None:
    story = assessed()
    put_out(story)
    decide(story.on("2025-03-24"), "heron-4", "CBRN-3", "not_shown")
    share_all(story)
    story.given("state-case", safe.case("sc-isolated"), ASSESSOR)
    story.given("propose-interim", plan(), RSO)
    story.given("approve-interim", GO, CEO, RSO)
    assert ask(story, "store").permitted
    assert NO_SECURITY in ask(story, "deploy").denials()


def test_an_obligation_beside_the_standards_is_decided_like_one() -> None:
    story = opened().on("2025-02-17")
    measured(story, "heron-4", "heron-3", "4.41")
    named = {
        "CBRN-3": "below",
        "MODEL-AUTONOMY": "checkpoint_reached",
        "AI-RND-4": "reached",
        "AI-RND-5": "below",
    }
    assess(story, "heron-4", named, ended="2025-03-14", decided="2025-03-20")
    safe.satisfy(story, SECURITY)
    share_all(story)
    also = "AFFIRMATIVE-CASE-MISALIGNMENT"
    assert ask(story, "deploy").denials() == [f"SAFEGUARD_MISSING:{also}"]
    story.given("state-case", safe.case("sc-mis"), ASSESSOR)
    story.given("decide-safeguard", safe.deciding(also, safe.scope(), case_id="sc-mis"), CEO, RSO)
    share_all(story)
    assert ask(story, "deploy").permitted
    assert ask(story, "store").permitted


def test_a_chain_of_heirs_breaks_where_its_multiple_passes_the_limit() -> None:
    story = opened()
    first = measured(story, "heron-3.5", "heron-3", "1.9")
    assert inherit(story, "heron-3.5", "heron-3", "1.9") == []
    measured(story, "heron-3.6", "heron-3.5", "2.0")
    assert inherit(story, "heron-3.6", "heron-3.5", "2.0") == []
    corrected(story.on("2025-02-10"), first, "/mult", "1.9", "2.2")
    assert ask(story, "deploy", "heron-3.5").permitted
    assert ask(story, "deploy", "heron-3.6").denials() == ["NO_COVERING_ASSESSMENT"]
    assert ask(story, "deploy", "heron-3.6", known_at=noon("2025-02-09")).permitted


def test_two_chains_that_disagree_are_a_finding_and_the_larger_one_decides() -> None:
    story = opened()
    measured(story, "heron-3.5", "heron-3", "2.0")
    measured(story, "heron-4", "heron-3.5", "2.1")
    measured(story, "heron-4", "heron-3", "3.5")
    assert "EC_CONFLICT" in codes(story)
    assert "G-DET-5" in inherit(story, "heron-4", "heron-3", "3.5")


def test_a_preliminary_that_the_measurements_contradict_is_a_finding() -> None:
    story = opened()
    measured(story, "heron-4", "heron-3", "4.2")
    preliminary(story, "heron-4", "heron-3", "2.0")
    assert "PRELIM_CONTRADICTED" in codes(story)


def test_a_go_that_ran_out_covers_nothing_and_a_later_no_ends_an_earlier_go() -> None:
    story = assessed()
    until = going(story, valid_until=noon("2025-03-25"))
    story.given("decide-gate", until, CEO, RSO)
    deployed(story.on("2025-03-26"))
    assert "DEPLOYED_WITHOUT_GATE" in codes(story)
    other = assessed()
    other.given("decide-gate", going(other), CEO, RSO)
    other.given("decide-gate", going(other, decision="no_go"), RSO)
    deployed(other)
    assert "DEPLOYED_WITHOUT_GATE" in codes(other)


def test_a_delivery_dated_before_a_go_but_told_after_it_cures_no_denial_then() -> None:
    story = above()
    finished(story)
    again = decide(story, "heron-4", "CBRN-3", "not_shown")
    asked_at = story.world.now
    assert "G-GATE-1" in story.when("decide-gate", going(story), CEO, RSO)
    data = {"bodies": ["BOARD", "LTBT"], "items": [again.id], "delivered_at": asked_at}
    story.on("2025-04-26").given("share-with-bodies", data, RSO)
    assert ask(story, "deploy").permitted
    assert not ask(story, "deploy", known_at=noon("2025-04-25")).permitted


def test_a_retracted_paper_taints_what_cites_it() -> None:
    story = above()
    finished(story)
    put_out(story)
    story.on("2025-05-02").given("retract-evidence", {"digest": safe.PAPER, "why": "forged"}, RSO)
    assert [x.decision.data["decision"] for x in taints(story.view)] == ["go"]


def test_a_hand_that_shares_nothing_new_changes_no_verdict() -> None:
    story = above()
    finished(story)
    before = ask(story, "deploy")
    share(story, story.view.of_type("determination.made")[0])
    assert ask(story, "deploy").verdict == before.verdict
    dissent = {"by": T1.id, "text": "too soon", "decision": story.view.of_type("determination.made")[0].id}
    story.when("record-dissent", dissent, T1)
    assert ask(story, "deploy").verdict == before.verdict


def test_reasons_are_sorted_and_denials_and_flags_never_change_places() -> None:
    story = above()
    for action in ("deploy", "store", "train"):
        found = ask(story, action).reasons
        assert [(str(r.code), r.rule) for r in found] == sorted((str(r.code), r.rule) for r in found)
        assert {r.enforce for r in found} <= {"deny", "flag"}


def test_revoking_while_security_was_missing_leaves_the_pause_and_clears_the_gate() -> None:
    story = above()
    planned = [{"baseline_model": "heron-4", "mult": "1.3"}]
    start = {"run_id": "r5", "model_id": "heron-5", "planned_multiple": planned}
    story.given("start-run", start, RSO)
    revoke(story.on("2025-04-02"), "heron-4", "CBRN-3")
    verdict = ask(story, "train", "heron-5", run="r5")
    assert verdict.denials() == ["PAUSE_ACTIVE"]
    assert "NO_COVERING_ASSESSMENT" in ask(story, "store").flags()


def risky(marginal: str = "none", **members: Any) -> Story:
    """A Risk Report that covers Heron 5 is issued and approved by CEO and RSO."""
    story = unbitten(board("3.4")).on("2026-08-03")
    story.given("issue-report", on_risk(marginal_risk=marginal, **members), RSO)
    return story


def test_a_deployment_rests_on_an_approved_report_that_names_the_model() -> None:
    story = risky()
    assert ask(story, "deploy", "heron-5").denials() == ["NO_RISK_REPORT"]
    story.given("approve-risk-report", approved(), CEO, RSO)
    assert ask(story, "deploy", "heron-5").permitted
    assert ask(story, "deploy", "heron-6").denials() == ["NO_RISK_REPORT"]
    assert ask(story, "deploy", "heron-5", as_of=noon("2026-08-02")).denials() == ["NO_RISK_REPORT"]


def test_marginal_risk_in_a_major_role_needs_both_bodies_on_its_very_text() -> None:
    story = risky("major", parts_present=[*PARTS, *MARGINAL])
    story.given("approve-risk-report", approved(), CEO, RSO)
    assert ask(story, "deploy", "heron-5").denials() == ["MARGINAL_NOT_APPROVED"]
    resolve(story, "b-1", "BOARD")
    resolve(story, "t-1", "LTBT")
    story.on("2026-08-11").given("approve-risk-report", approved("b-1", "t-1"), CEO, RSO)
    assert ask(story, "deploy", "heron-5").permitted
