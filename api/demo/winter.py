"""January to May: a small model inherits, a larger one is assessed and not shown to be below, training pauses.

Rows 1 to 12.
"""

from __future__ import annotations

from typing import Final

from api.demo import scenes as s
from api.demo.channel import drawn_seat
from api.demo.play import Play, Row
from api.demo.stage import TRUSTEES, paper
from ledger.policy.words import Action

AUTONOMY_LINE: Final = {
    "id": "AUT-50",
    "kind": "yellow",
    "op": ">=",
    "value": "0.50",
    "unit": "share of tasks",
}
UPLIFT_LINE: Final = {
    "id": "CBRN-UPLIFT",
    "kind": "red",
    "op": ">=",
    "value": "2.0",
    "unit": "times the control arm",
}


def trust(p: Play) -> None:
    """Entry 1: the five seats of the trust. The trustees attest their independence later in the month."""
    stage = p.stage
    folder = stage.house.settings.folder
    seats = [drawn_seat(folder, stage.dice, person, i) for i, person in enumerate(TRUSTEES)]
    panel = {"id": "ltbt", "k": 3, "name": "Long-Term Benefit Trust", "seats": list(range(len(seats)))}
    roster = {
        "v": 1,
        "ledger": stage.house.settings.origin,
        "from_epoch": 20098,
        "panels": [panel],
        "seats": seats,
    }
    p.does(" ".join(TRUSTEES), "change-roster", roster)


def small_model(p: Play) -> None:
    """Heron 3.5: 2.1x and six weeks, so it inherits and is deployed in one sitting."""
    s.model(p, "heron-3.5", "heron-3")
    s.measured(p, "heron-3.5", "heron-3", "2.1", "2025-01-17")
    preliminary = {
        "model_id": "heron-3.5",
        "baseline_model": "heron-3",
        "mult": "2.1",
        "months_elapsed": 1,
        "notably_more_capable": False,
        "basis": "Automated tests in the risk-relevant domains; six weeks of better elicitation.",
    }
    p.does("p-rso", "record-preliminary", preliminary, name="preliminary heron-3.5")
    s.inherits(p, "heron-3.5", "heron-3")
    verdict = s.asks(p, Action.DEPLOY, "heron-3.5", "general")
    s.gate_decided(p, verdict, "go", name="go heron-3.5")
    p.on("2025-01-20", "10:05")
    s.deployed(p, "heron-3.5", "general", "2025-01-20T10:00:00.000000Z", go="go heron-3.5")


def independent(p: Play) -> None:
    """Each trustee attests independence for the year."""
    for person in TRUSTEES:
        data = {"trustee": person, "year": 2025, "no_financial_stake": True, "ties": "none"}
        p.does(person, "attest-independence", data)


def first_quarter(p: Play) -> None:
    """The first report; a finding is open since 03-14."""
    s.quarterly(p, "r-2025-q1", "Heron 4 is kept on an interim measure; training is paused.")


def larger_model(p: Play) -> None:
    """Heron 4 is measured at 2.1x Heron 3.5: by the chain 4.41x, and an assessment is due."""
    s.model(p, "heron-4", "heron-3.5")
    s.measured(p, "heron-4", "heron-3.5", "2.1", "2025-02-17")
    s.opened(p, "a-heron-4", "comprehensive", "heron-4", "CBRN-3", "MODEL-AUTONOMY")


def tested(p: Play) -> None:
    """Planned on 02-20, tested until 03-14; the autonomy line is entered as yellow."""
    p.on("2025-02-20")
    planned = {
        "id": "cbrn-uplift-1",
        "threshold": "CBRN-3",
        "line": UPLIFT_LINE,
        "method_digest": paper("Protocol of the uplift trial", "2025-02-20")["digest"],
        "comparison_arm": "internet access alone",
        "experts": "two outside biologists",
    }
    p.does("p-assessor", "plan-evaluations", {"assessment_id": "a-heron-4", "evaluations": [planned]})
    p.on("2025-03-14")
    s.result(
        p,
        "a-heron-4",
        "cbrn-uplift-1",
        threshold="CBRN-3",
        line=UPLIFT_LINE,
        value="1.8",
        name="uplift heron-4",
    )
    s.result(
        p,
        "a-heron-4",
        "autonomy-1",
        threshold="MODEL-AUTONOMY",
        line=AUTONOMY_LINE,
        value="0.46",
        name="AUT-50 heron-4",
    )
    ended = {"assessment_id": "a-heron-4", "ended_at": "2025-03-14T17:00:00.000000Z"}
    p.on("2025-03-14", "17:30").does("p-assessor", "end-testing", ended)


def next_run(p: Play) -> None:
    """The run of Heron 5 begins, at 1.3 times Heron 4."""
    s.model(p, "heron-5", "heron-4")
    start = {
        "run_id": "heron-5-main",
        "model_id": "heron-5",
        "planned_multiple": [{"baseline_model": "heron-4", "mult": "1.3"}],
    }
    p.does("p-rso", "start-run", start, name="run heron-5-main")


def too_early(p: Play) -> None:
    """A draft says that Heron 4 is below CBRN-3. It is one signature short and rests on nothing."""
    draft = s.determination("heron-4", "CBRN-3", "below", "The trial stayed under its red line.")
    p.refused("p-ceo", "decide-capability", draft, rules=["G-DET-0", "G-DET-1", "G-DET-2", "G-DET-2"])


def decided(p: Play) -> None:
    """Report, case and elicitation statement on 03-19; on 03-20 'not shown', by both, and shared the same day."""
    p.on("2025-03-19")
    s.elicitation(p, "a-heron-4", "The helpful-only model was tried on every task, best of 16 attempts.")
    s.case(p, "sc-heron-4", "Heron 4 gives no great help to people with a basic background.", "inability",
         "Two of fifteen participants went further than the control arm explains.")  # fmt: skip
    digest = s.reported(p, "capability", "a-heron-4", "Capability report on Heron 4",
                        case_id="sc-heron-4", advice="Treat CBRN-3 as reached until more is shown.")  # fmt: skip
    p.on("2025-03-20", "10:00")
    not_shown = s.determination(
        "heron-4",
        "CBRN-3",
        "not_shown",
        "The trial stayed under its line by a tenth; uplift for a few participants could not be ruled out.",
        assessment_id="a-heron-4",
        report_digest=digest,
        defeaters_open=["d1"],
        precautionary=True,
    )
    p.does(s.BOTH, "decide-capability", not_shown, name="heron-4 CBRN-3")
    autonomy = s.determination(
        "heron-4",
        "MODEL-AUTONOMY",
        "checkpoint_not_reached",
        "Seven of fifteen tasks of two to eight hours were passed: 0.46.",
        assessment_id="a-heron-4",
        report_digest=digest,
        defeaters_open=["d1"],
    )
    p.does(s.BOTH, "decide-capability", autonomy, name="heron-4 MODEL-AUTONOMY")
    s.shared(p, "2025-03-20", "heron-4 CBRN-3", "heron-4 MODEL-AUTONOMY", digests=[digest])


def kept(p: Play) -> None:
    """Heron 4's weights stay on an interim measure; its plan goes to both bodies. The run of Heron 5 stops."""
    p.on("2025-03-20", "17:00")
    s.case(p, "sc-isolated", "One isolated network gives the same assurance as the standard.", "control",
           "A technician with access to two networks could carry weights across.")  # fmt: skip
    plan = {
        "interim_id": "i-heron-4",
        "for_standard": "ASL-3-SECURITY",
        "models": ["heron-4"],
        "surfaces": [],
        "measures": ["weights on one isolated network", "two people for every copy"],
        "same_assurance_case": "sc-isolated",
        "target_standard_date": "2025-05-12",
        "expires_on": "2025-06-18",
        "plan_shared_with": ["BOARD", "LTBT"],
    }
    p.does(s.BOTH, "propose-interim", plan)
    p.does(s.BOTH, "approve-interim", {"interim_id": "i-heron-4", "expires_on": "2025-06-18"})
    p.on("2025-03-20", "17:30")
    stored = {
        "model_id": "heron-4",
        "location_class": "isolated network",
        "at": "2025-03-20T17:15:00.000000Z",
    }
    p.does("p-rso", "record-storage", stored)
    p.on("2025-03-20", "19:30")
    stopped = {"run_id": "heron-5-main", "stopped_at": "2025-03-20T19:02:00.000000Z"}
    p.does("p-rso", "acknowledge-pause", {"pause_id": p.id("heron-4 CBRN-3"), "runs_stopped": [stopped]})


def notice(p: Play) -> None:
    """A model needs more than the baseline: a government entity is told."""
    told = {
        "body": "AI Safety Institute (fictional desk)",
        "what": "above_ASL2",
        "at": "2025-03-21T09:00:00.000000Z",
    }
    p.does("p-rso", "notify-government", told)


def followed_up(p: Play) -> None:
    """The next level is assessed in its turn: CBRN-4 is below, with one open defeater listed."""
    p.on("2025-04-01")
    s.opened(p, "a-heron-4-next", "follow_up", "heron-4", "CBRN-4")
    p.on("2025-04-18")
    line = {"id": "CBRN-EXPERT", "kind": "red", "op": ">=", "value": "1.5", "unit": "times the expert arm"}
    s.result(p, "a-heron-4-next", "cbrn-expert-1", threshold="CBRN-4", line=line, value="1.1")
    ended = {"assessment_id": "a-heron-4-next", "ended_at": "2025-04-18T17:00:00.000000Z"}
    p.on("2025-04-18", "17:30").does("p-assessor", "end-testing", ended)
    p.on("2025-04-23")
    s.elicitation(p, "a-heron-4-next", "The helpful-only model with expert prompts, best of 16 attempts.")
    s.case(p, "sc-heron-4-next", "Heron 4 does not lift an expert team.", "inability",
           "The expert arm was small: eleven people.")  # fmt: skip
    digest = s.reported(p, "follow_up", "a-heron-4-next", "Follow-up report on Heron 4",
                        case_id="sc-heron-4-next", advice="CBRN-4 is far enough away.")  # fmt: skip
    p.on("2025-04-24")
    below = s.determination(
        "heron-4",
        "CBRN-4",
        "below",
        "Experts did 1.1 times as well as without it; the line lies at 1.5.",
        assessment_id="a-heron-4-next",
        report_digest=digest,
        defeaters_open=["d1"],
    )
    p.does(s.BOTH, "decide-capability", below, name="heron-4 CBRN-4")
    s.shared(p, "2025-04-24", "heron-4 CBRN-4", digests=[digest])


def too_soon(p: Play) -> None:
    """Lifting the pause before the standard is decided is refused."""
    pause = {"pause_id": p.id("heron-4 CBRN-3")}
    p.refused(s.BOTH, "lift-pause", pause, rules=["G-PAU-2"])


def secured(p: Play) -> None:
    """ASL-3 Security is satisfied for both models, and shared."""
    models = ["heron-4", "heron-5"]
    s.safeguard_assessed(p, "ASL-3-SECURITY", models, dict.fromkeys(("S1", "S2", "S3", "S4"), "yes"))
    digest = s.safeguard_decided(p, "ASL-3-SECURITY", models, name="ASL-3-SECURITY")
    s.shared(p, "2025-05-12", "ASL-3-SECURITY", digests=[digest])
    p.on("2025-05-13")
    p.does(
        s.BOTH, "lift-pause", {"pause_id": p.id("heron-4 CBRN-3"), "reason": "ASL-3 Security is satisfied."}
    )
    p.does("p-rso", "record-run-resumed", {"run_id": "heron-5-main", "at": "2025-05-13T09:05:00.000000Z"})


def partners_refused(p: Play) -> None:
    """Red-teaming of the deployment standard is partial: no partner gets Heron 4."""
    met = dict.fromkeys(("D1", "D2", "D4", "D5", "D6", "D7"), "yes") | {"D3": "partial"}
    s.safeguard_assessed(p, "ASL-3-DEPLOYMENT", ["heron-4"], met)
    verdict = s.asks(p, Action.DEPLOY, "heron-4", "limited_partner")
    s.gate_decided(p, verdict, "no_go", name="no go partners")


ROWS: Final = (
    Row(1, "2025-01-06", "The ledger is founded", trust),
    Row(2, "2025-01-20", "Heron 3.5 inherits and is deployed", small_model),
    Row(1, "2025-01-31", "The trustees attest independence", independent),
    Row(3, "2025-02-17", "Heron 4 is due for assessment", larger_model),
    Row(4, "2025-02-20", "Heron 4 is tested", tested),
    Row(5, "2025-03-17", "The run of Heron 5 begins", next_run),
    Row(6, "2025-03-18", "A draft determination is refused", too_early),
    Row(7, "2025-03-19", "CBRN-3 is not shown to be below", decided),
    Row(8, "2025-03-20", "Weights are kept on an interim measure", kept),
    Row(9, "2025-03-21", "A government entity is told", notice),
    Row(18, "2025-03-31", "The first quarterly report", first_quarter),
    Row(10, "2025-04-01", "The follow-up assessment", followed_up),
    Row(11, "2025-05-09", "Lifting the pause is refused", too_soon),
    Row(11, "2025-05-12", "ASL-3 Security is satisfied", secured),
    Row(12, "2025-06-02", "Deployment to partners is denied", partners_refused),
)
