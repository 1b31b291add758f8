"""June to August: an endpoint that nobody recorded, a case that opens itself, and a line that was of the wrong kind.

Rows 13 to 25. Rows 14, 15 and 19 happen on the anonymous channel: they leave nothing here but
daily lists.
"""

from __future__ import annotations

from typing import Final

from api.demo import scenes as s
from api.demo.play import Play, Row
from api.demo.stage import paper
from ledger.policy.words import Action

CASE: Final = "partners without a gate"


def seen_outside(p: Play) -> None:
    """A trustee records a public fact that they checked themselves: a partner's release note of 06-04."""
    data = {"model_id": "heron-4", "surface": "limited_partner", "at": "2025-06-04T12:00:00.000000Z"}
    note = paper("Release note of a partner", "2025-06-10", "public")
    p.on("2025-06-11", "14:00")
    p.does("p-t2", "record-deployment", data, name=CASE, evidence=[note], effective_at=data["at"])


def taken_off(p: Play) -> None:
    """The surface is closed, the case triaged and the Board told. The CEO, whom it concerns, cannot handle it."""
    case = {"case_id": f"nc-{p.id(CASE)}", "risk": "material", "concerns_roles": ["CEO"]}
    ended = {"model_id": "heron-4", "surface": "limited_partner", "at": "2025-06-12T09:00:00.000000Z"}
    p.does("p-rso", "record-de-deployment", ended)
    p.refused("p-ceo p-d3", "triage-case", case | {"handlers": ["p-ceo", "p-d3"]}, rules=["G-NC-1"])
    p.does("p-rso p-d3", "triage-case", case | {"handlers": ["p-rso", "p-d3"]})
    told = {"at": "2025-06-12T11:00:00.000000Z", "items": [f"nc-{p.id(CASE)}"]}
    p.on("2025-06-12", "11:05").does("p-rso", "notify-board", told)


def second_quarter(p: Play) -> None:
    """A draft that says "none" is refused: a line of the wrong kind is open since March."""
    s.quarterly(
        p, "r-2025-q2", "Partners were served against a denial for eight days; the case is under way."
    )


def substantiated(p: Play) -> None:
    """Found: eight days. The CEO tries to close the case and cannot."""
    case = f"nc-{p.id(CASE)}"
    found = {
        "case_id": case,
        "status": "substantiated",
        "facts": "The partner endpoint served Heron 4 from 06-04 to 06-12 against the denial of 06-02.",
        "instances": [
            {
                "what": "served to partners without a gate",
                "when": "2025-06-04T12:00:00.000000Z",
                "lasted": "P8D",
            }
        ],
        "developer_view": "A flag was flipped with another release. Nobody asked the gate.",
    }
    p.does("p-rso p-d3", "record-finding", found)
    action = {
        "id": "a1",
        "what": "The release pipeline cannot ship without the gate's exit code 0.",
        "owner": "RSO",
        "due": "2025-09-30",
    }
    plan = {
        "case_id": case,
        "actions": [action],
        "proportionality": "It closes the only way that led around the gate.",
    }
    p.does("p-rso p-d3", "plan-action", plan)
    p.on("2025-07-11")
    closing = {
        "case_id": case,
        "outcome": "substantiated",
        "lessons": "A gate that nobody has to ask is no gate.",
        "policy_change_needed": False,
        "publish": "yes",
        "why": "Staff and partners know of it.",
    }
    p.refused("p-ceo p-rso p-d3", "close-case", closing, rules=["G-NC-2", "G-NC-3"])


def released(p: Play) -> None:
    """ASL-3 Deployment is satisfied and shared, the gate permits, Heron 4 is deployed, a summary published."""
    models = ["heron-4"]
    p.on("2025-07-15")
    s.safeguard_assessed(p, "ASL-3-DEPLOYMENT", models, {f"D{n}": "yes" for n in range(1, 8)})
    p.on("2025-07-16")
    digest = s.safeguard_decided(p, "ASL-3-DEPLOYMENT", models, name="ASL-3-DEPLOYMENT")
    s.shared(p, "2025-07-16", "ASL-3-DEPLOYMENT", digests=[digest])
    p.on("2025-07-21")
    verdict = s.asks(p, Action.DEPLOY, "heron-4", "general")
    s.gate_decided(p, verdict, "go", name="go heron-4")
    p.on("2025-07-21", "10:05")
    s.deployed(p, "heron-4", "general", "2025-07-21T10:00:00.000000Z", go="go heron-4")
    summary(p)


def summary(p: Play) -> None:
    """The published summary repeats the yellow line."""
    document = paper("Summary of the capability report on Heron 4", "2025-07-21", "public")
    public = {
        "publication_id": "heron-4-summary",
        "what": "capability_summary",
        "url": "https://quillmere.example/heron-4",
        "digest": document["digest"],
        "published_at": "2025-07-21T12:00:00.000000Z",
        "covers": [p.id("heron-4 CBRN-3"), p.id("AUT-50 heron-4")],
        "stated": [
            {"line_id": "AUT-50", "kind": "yellow", "value": "0.50", "wording": "below the yellow line"}
        ],
    }
    p.on("2025-07-21", "12:05").does("p-sec", "record-publication", public, evidence=[document])


def corrected(p: Play) -> None:
    """The line is red, not yellow: a material correction, signed by those who signed and who decided on it."""
    data = {
        "field_path": "/line/kind",
        "was": "yellow",
        "is": "red",
        "kind": "line_kind",
        "material": True,
        "discovered_at": "2025-08-01T09:00:00.000000Z",
        "discovered_by": "p-rso",
        "how": "An outside reader held the line against the policy text.",
        "effects": [p.id("no go partners"), p.id("go heron-4")],
        "republish": ["heron-4-summary"],
    }
    p.does(
        "p-assessor p-ceo p-rso", "correct-entry", data, name="correction", corrects=p.id("AUT-50 heron-4")
    )


def republished(p: Play) -> None:
    """The corrected summary is out, marked as corrected, eight days before it is due."""
    document = paper("Summary of the capability report on Heron 4, corrected", "2025-08-14", "public")
    data = {
        "publication_id": "heron-4-summary",
        "corrections": [p.id("correction")],
        "digest": document["digest"],
        "url": "https://quillmere.example/heron-4",
        "published_at": "2025-08-14T12:00:00.000000Z",
        "marked_corrected": True,
    }
    p.on("2025-08-14", "12:05").does("p-sec", "correct-publication", data, evidence=[document])


def small_upgrade(p: Play) -> None:
    """Heron 4.1 at 1.2x inherits from Heron 4; the safeguards are extended to it before it goes out."""
    s.model(p, "heron-4.1", "heron-4")
    s.measured(p, "heron-4.1", "heron-4", "1.2", "2025-08-22")
    preliminary = {
        "model_id": "heron-4.1",
        "baseline_model": "heron-4",
        "mult": "1.2",
        "months_elapsed": 5,
        "notably_more_capable": False,
        "basis": "Automated tests; no new methods of elicitation.",
    }
    p.does("p-rso", "record-preliminary", preliminary, name="preliminary heron-4.1")
    s.inherits(p, "heron-4.1", "heron-4")
    s.safeguard_assessed(p, "ASL-3-SECURITY", ["heron-4.1"], {f"S{n}": "yes" for n in range(1, 5)})
    s.safeguard_assessed(p, "ASL-3-DEPLOYMENT", ["heron-4.1"], {f"D{n}": "yes" for n in range(1, 8)})
    digests = [
        s.safeguard_decided(p, standard, ["heron-4.1"], name=f"{standard} heron-4.1")
        for standard in ("ASL-3-SECURITY", "ASL-3-DEPLOYMENT")
    ]
    names = ("ASL-3-SECURITY heron-4.1", "ASL-3-DEPLOYMENT heron-4.1")
    s.shared(p, "2025-08-25", *names, digests=digests)
    p.on("2025-08-26")
    verdict = s.asks(p, Action.DEPLOY, "heron-4.1", "general")
    s.gate_decided(p, verdict, "go", name="go heron-4.1")
    p.on("2025-08-26", "10:05")
    s.deployed(p, "heron-4.1", "general", "2025-08-26T10:00:00.000000Z", go="go heron-4.1")


ROWS: Final = (
    Row(16, "2025-06-11", "A trustee records what a partner published", seen_outside),
    Row(17, "2025-06-12", "The surface is closed, the case triaged", taken_off),
    Row(18, "2025-06-30", "The second quarterly report", second_quarter),
    Row(20, "2025-07-10", "The case is substantiated", substantiated),
    Row(21, "2025-07-15", "Heron 4 is deployed", released),
    Row(23, "2025-08-08", "The line is corrected", corrected),
    Row(24, "2025-08-14", "The corrected summary is published", republished),
    Row(25, "2025-08-25", "Heron 4.1 inherits", small_upgrade),
)
