"""Scenes that several rows of the year have in common: a measurement, a result, a report, a decision shared.

Papers that the acts cite are made up; only their digests stand on the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from api.demo.play import Play
from api.demo.stage import paper
from ledger.engine.answers import unanswered
from ledger.engine.cases import cases
from ledger.engine.gate import evaluate
from ledger.engine.verdict import Question, Verdict
from ledger.policy.words import Action
from ledger.subjects.gates import kept

BOTH: Final = "p-ceo p-rso"
BOARD: Final = "p-d1 p-d2 p-d3 p-d4 p-d5 p-d6"
TRUST: Final = "p-t1 p-t2 p-t3 p-t4 p-t5"
PARTS: Final = ("threat_model_mapping", "evaluations", "elicitation", "forecasting")


def model(p: Play, model_id: str, parent: str) -> None:
    """A model gets its name."""
    p.does(
        "p-rso",
        "register-model",
        {"model_id": model_id, "codename_cls": "staff", "lineage": {"parent": parent}},
    )


def measured(p: Play, model_id: str, baseline: str, mult: str, day: str) -> None:
    """Its effective compute against another."""
    data = {
        "model_id": model_id,
        "baseline_model": baseline,
        "mult": mult,
        "method": "training compute, adjusted for algorithms",
        "at": f"{day}T08:00:00.000000Z",
    }
    p.does("p-assessor", "record-effective-compute", data, evidence=[paper(f"Compute of {model_id}", day)])


def inherits(p: Play, model_id: str, from_model: str) -> None:
    """It takes over determinations, since it is not notably more capable."""
    data = {"model_id": model_id, "from_model": from_model, "preliminary_id": p.id(f"preliminary {model_id}")}
    p.does("p-rso", "inherit-determination", data, name=f"{model_id} inherits")


def opened(p: Play, assessment: str, kind: str, model_id: str, *thresholds: str) -> None:
    """An assessment begins."""
    data = {
        "assessment_id": assessment,
        "kind": kind,
        "model_id": model_id,
        "thresholds": list(thresholds),
        "snapshots": [{"name": f"{model_id}-helpful-only", "safety_trained": False}],
        "team": "evaluations",
    }
    p.does("p-assessor", "open-assessment", data)


def result(
    p: Play,
    assessment: str,
    evaluation: str,
    *,
    threshold: str,
    line: dict[str, Any],
    value: str,
    crossed: bool = False,
    name: str = "",
) -> None:
    """One result."""
    data = {
        "assessment_id": assessment,
        "evaluation_id": evaluation,
        "threshold": threshold,
        "line": line,
        "result": value,
        "crossed": crossed,
        "attempts": 16,
        "elicitation": ["tools", "best-of-16"],
        "model_snapshot": "helpful-only",
    }
    day = p.stage.clock.now[:10]
    p.does(
        "p-assessor", "record-result", data, name=name, evidence=[paper(f"Transcripts of {evaluation}", day)]
    )


def elicitation(p: Play, assessment: str, basis: str) -> None:
    """How hard the testers tried."""
    data = {
        "assessment_id": assessment,
        "techniques": [{"name": "best-of-N", "used": True}, {"name": "chain-of-thought", "used": True}],
        "helpful_only_model": True,
        "finetuned_for": ["instruction_following", "tool_use", "low_refusal"],
        "under_elicitation_risk": "low",
        "basis": basis,
    }
    p.does("p-assessor", "state-elicitation", data)


def case(p: Play, case_id: str, claim: str, ground: str, defeater: str) -> None:
    """An affirmative case with one argument and one open defeater."""
    nodes = [
        {"node_id": "c1", "kind": "claim", "ground": ground, "status": "supported", "text": claim},
        {
            "node_id": "a1",
            "kind": "argument",
            "parent": "c1",
            "status": "supported",
            "text": "The trial's results.",
        },
        {"node_id": "d1", "kind": "defeater", "parent": "c1", "status": "contested", "text": defeater},
    ]
    p.does("p-assessor", "state-case", {"case_id": case_id, "nodes": nodes})


def reported(p: Play, report: str, assessment: str, title: str, *, case_id: str, advice: str) -> str:
    """A report is submitted; its digest."""
    document = paper(title, p.stage.clock.now[:10])
    data = {
        "report": report,
        "assessment_id": assessment,
        "digest": document["digest"],
        "parts_present": list(PARTS),
        "affirmative_case": case_id,
        "recommendation": advice,
    }
    p.does("p-assessor", "submit-report", data, evidence=[document])
    return str(document["digest"])


def determination(model_id: str, threshold: str, outcome: str, reasons: str, **more: Any) -> dict[str, Any]:
    """The data of a determination."""
    plain = {"defeaters_open": [], "precautionary": False, "provisional": False}
    return (
        {"model_id": model_id, "threshold": threshold, "outcome": outcome, "reasons": reasons} | plain | more
    )


def shared(p: Play, day: str, *names: str, digests: list[str]) -> None:
    """Decisions and papers are delivered to Board and LTBT."""
    data = {
        "bodies": ["BOARD", "LTBT"],
        "items": [*(p.id(name) for name in names), *digests],
        "delivered_at": f"{day}T16:00:00.000000Z",
    }
    p.on(day, "16:05").does("p-sec", "share-with-bodies", data)


def safeguard_assessed(p: Play, standard: str, models: list[str], criteria: dict[str, str]) -> None:
    """What the CISO's people found of each criterion: yes, no or partial."""
    data = {
        "standard": standard,
        "scope": {"models": models, "surfaces": ["*"], "environments": ["own", "partners"]},
        "criteria": [{"id": id_, "met": met, "evidence": []} for id_, met in criteria.items()],
    }
    day = p.stage.clock.now[:10]
    p.does("p-assessor", "assess-safeguard", data, evidence=[paper(f"Assessment of {standard}", day)])


def safeguard_decided(p: Play, standard: str, models: list[str], *, name: str) -> str:
    """Report, then `satisfied` by both; the report's digest."""
    document = paper(f"Safeguards report on {standard} for {', '.join(models)}", p.stage.clock.now[:10])
    submitted = {
        "report": "safeguards",
        "standard": standard,
        "digest": document["digest"],
        "parts_present": [],
        "recommendation": "The standard is satisfied.",
    }
    p.does("p-ciso", "submit-report", submitted, evidence=[document])
    data = {
        "standard": standard,
        "scope": {"models": models, "surfaces": ["*"], "environments": ["own", "partners"]},
        "outcome": "satisfied",
        "report_digest": document["digest"],
    }
    p.does(BOTH, "decide-safeguard", data, name=name)
    return str(document["digest"])


def asks(
    p: Play, action: Action, model_id: str, surface: str | None = None, run: str | None = None
) -> Verdict:
    """The pipeline asks the gate, now and as known now; nothing is recorded by that."""
    register, now = p.stage.house.office.catch_up(), p.stage.clock()
    return evaluate(register.at(as_of=now, known_at=now), Question(action, model_id, surface, run))


def gate_decided(
    p: Play,
    verdict: Verdict,
    decision: str,
    *,
    name: str = "",
    people: str = BOTH,
    conditions: Sequence[str] = (),
) -> None:
    """Go or no go, on that verdict."""
    data = kept(verdict) | {"bound": verdict.bound, "decision": decision, "conditions": list(conditions)}
    p.does(people, "decide-gate", data, name=name)


def deployed(p: Play, model_id: str, surface: str, at: str, *, go: str = "", who: str = "p-rso") -> None:
    """The model is in use on a surface."""
    data = {"model_id": model_id, "surface": surface, "at": at}
    p.does(who, "record-deployment", data | ({"gate_decision": p.id(go)} if go else {}))


def quarterly(p: Play, report_id: str, status: str) -> None:
    """The RSO's report: what is open stands in it, whether anybody likes it or not. Both bodies received it."""
    register, now = p.stage.house.office.catch_up(), p.stage.clock()
    view = register.at(as_of=now, known_at=now)
    found = [
        {"code": x.finding.code, "event": fact.id, "text": x.finding.why}
        for x in unanswered(view)
        if (fact := register.facts[x.finding.index])
    ]
    data = {
        "report_id": report_id,
        "report": "rso_implementation",
        "status": status,
        "deficiencies": found or "none",
        "overdue_clocks": [],
        "open_cases": [case.id for case in cases(view) if case.open],
        "exceptions": [],
    }
    if found:
        p.refused("p-rso", "issue-report", data | {"deficiencies": "none"}, rules=["G-REP-1"])
    p.does("p-rso", "issue-report", data, name=report_id)
    day = now[:10]
    p.does(
        "p-sec",
        "deliver-report",
        {"report_id": report_id, "to": ["BOARD", "LTBT"], "at": f"{day}T09:30:00.000000Z"},
    )
    p.does(BOARD, "acknowledge-report", {"report_id": report_id, "for": "BOARD"})
    p.does(TRUST, "acknowledge-report", {"report_id": report_id, "for": "LTBT"})
