"""September to November: a policy text is exchanged under way and found out; a large model is decided in time.

Rows 26 to 31.
"""

from __future__ import annotations

from typing import Any, Final

from api.demo import scenes as s
from api.demo import texts
from api.demo.play import Play, Row
from api.demo.stage import paper
from api.demo.summer import CASE

STREAM: Final = "policy/qsp/2.3"
UPLIFT: Final = {
    "id": "CBRN-UPLIFT",
    "kind": "red",
    "op": ">=",
    "value": "2.0",
    "unit": "times the control arm",
}
EXPERT: Final = {
    "id": "CBRN-EXPERT",
    "kind": "red",
    "op": ">=",
    "value": "1.5",
    "unit": "times the expert arm",
}
AUTONOMY: Final = {"id": "AUT-50", "kind": "red", "op": ">=", "value": "0.50", "unit": "share of tasks"}
BOARD: Final = tuple(f"p-d{n}" for n in range(1, 7))


def text_a(p: Play) -> None:
    """Text A is proposed, and put before the Trust."""
    put_forward(p, texts.text_a(), "'Routinely' names no interval; critics said so for two years.")
    consult(p, "c-a", texts.text_a(), due="2025-09-12", at="2025-09-01")


def comments(p: Play) -> None:
    """The Trust comments on A. The corrective action is done."""
    said = {
        "consultation_id": "c-a",
        "outcome": "comments",
        "text": "Good. Ask for the basis of each preliminary assessment in writing.",
        "by_trustees": ["p-t1", "p-t3", "p-t5"],
    }
    p.does("p-t1 p-t3 p-t5", "record-consultation", said)
    done = {
        "case_id": f"nc-{p.id(CASE)}",
        "action": "a1",
        "how": "The pipeline stops unless the gate exits with 0.",
    }
    p.does("p-rso", "complete-action", done, evidence=[paper("Release pipeline, change 118", "2025-09-12")])


def case_closed(p: Play) -> None:
    """The case of the partner endpoint is closed."""
    closing = {
        "case_id": f"nc-{p.id(CASE)}",
        "outcome": "substantiated",
        "lessons": "A gate that nobody has to ask is no gate.",
        "policy_change_needed": False,
        "publish": "yes",
        "why": "Staff and partners know of it.",
    }
    p.does("p-rso p-d3", "close-case", closing)


def text_b(p: Play) -> None:
    """Another text goes to the vote than the Trust was asked about; the Board carries it, and it cannot be approved."""
    put_forward(p, texts.text_b(), "The same, and a clarification of scope.")
    vote(p, "r-2025-7", texts.text_b(), "2025-09-24", "for for for for against against")
    p.on("2025-09-24", "18:00")
    approval = approve(texts.text_b(), "r-2025-7")
    p.refused("p-sec", "approve-policy", approval, rules=["G-POL-6"])


def asked_about_b(p: Play) -> None:
    """The Trust is asked about B after all."""
    consult(p, "c-b", texts.text_b(), due="2025-10-02", at="2025-09-25")


def objection(p: Play) -> None:
    """The Trust objects, four of five."""
    said = {
        "consultation_id": "c-b",
        "outcome": "objection",
        "text": "One more group of insiders is out of scope. We were not told, and object.",
        "by_trustees": ["p-t1", "p-t2", "p-t3", "p-t5"],
    }
    p.does("p-t1 p-t2 p-t3 p-t5", "record-consultation", said)


def withdrawn(p: Play) -> None:
    """An objection does not block, but it is answered; they withdraw."""
    p.does("p-ceo p-rso", "answer-consultation", {"consultation_id": "c-b", "text": "We withdraw it."})
    taken_back = {
        "policy": "qsp",
        "version": "2.3",
        "text_digest": texts.digest(texts.text_b()),
        "reason": "The Trust objects.",
    }
    p.does(s.BOTH, "withdraw-proposal", taken_back)


def text_c(p: Play) -> None:
    """Text C is A with the comments."""
    put_forward(p, texts.text_c(), "Text A, with what the Trust had commented.")
    consult(p, "c-c", texts.text_c(), due="2025-10-13", at="2025-10-06")


def adopted(p: Play) -> None:
    """The Trust has nothing against C, the Board carries it 5 to 1, and it is approved."""
    said = {
        "consultation_id": "c-c",
        "outcome": "no_objection",
        "text": "No objection.",
        "by_trustees": ["p-t1", "p-t2", "p-t3", "p-t4", "p-t5"],
    }
    p.does("p-t1 p-t2 p-t3 p-t4 p-t5", "record-consultation", said)
    vote(p, "r-2025-9", texts.text_c(), "2025-10-20", "for for for for for against")
    p.on("2025-10-20", "18:00")
    p.does("p-sec", "approve-policy", approve(texts.text_c(), "r-2025-9"), name="QSP 2.3")


def published(p: Play) -> None:
    """Public with its change log a week before it takes effect."""
    text, log = paper("QSP 2.3", "2025-10-27", "public"), paper("QSP 2.3, change log", "2025-10-27", "public")
    data = texts.text_c()
    public = {
        "publication_id": "qsp-2.3",
        "what": "policy",
        "url": "https://quillmere.example/qsp-2.3",
        "digest": texts.digest(data),
        "published_at": "2025-10-27T12:00:00.000000Z",
        "covers": [],
        "stated": [],
        "version": "2.3",
    }
    p.on("2025-10-27", "12:05")
    p.does("p-sec", "record-publication", public, evidence=[text, log])
    out = {
        "policy": "qsp",
        "version": "2.3",
        "text_digest": texts.digest(data),
        "publication_id": "qsp-2.3",
        "changelog": {
            "digest": log["digest"],
            "covers": [c["path"] for c in texts.changes(texts.qsp(), data)],
        },
    }
    p.does("p-sec", "record-policy-publication", out)


def run_ended(p: Play) -> None:
    """The run of Heron 5 ends."""
    ended = {"run_id": "heron-5-main", "how": "finished", "at": "2025-08-29T17:00:00.000000Z"}
    p.on("2025-08-29", "17:30").does("p-rso", "record-run-end", ended)


def large_opened(p: Play) -> None:
    """Heron 5 is measured at 1.3x; its assessment opens six days before the six months are over."""
    s.measured(p, "heron-5", "heron-4", "1.3", "2025-09-08")
    s.opened(p, "a-heron-5", "comprehensive", "heron-5", "CBRN-3", "CBRN-4", "MODEL-AUTONOMY")
    p.on("2025-09-10")
    planned = [
        {
            "id": id_,
            "threshold": threshold,
            "line": line,
            "method_digest": paper(f"Protocol of {id_}", "2025-09-10")["digest"],
            "comparison_arm": "internet access alone",
            "experts": "four outside biologists",
        }
        for id_, threshold, line in (
            ("cbrn-uplift-2", "CBRN-3", UPLIFT),
            ("cbrn-expert-2", "CBRN-4", EXPERT),
            ("autonomy-2", "MODEL-AUTONOMY", AUTONOMY),
        )
    ]
    p.does("p-assessor", "plan-evaluations", {"assessment_id": "a-heron-5", "evaluations": planned})


def large_tested(p: Play) -> None:
    """The uplift line is crossed; the others are not."""
    s.result(p, "a-heron-5", "cbrn-uplift-2", threshold="CBRN-3", line=UPLIFT, value="2.4", crossed=True)
    s.result(p, "a-heron-5", "cbrn-expert-2", threshold="CBRN-4", line=EXPERT, value="1.2")
    s.result(p, "a-heron-5", "autonomy-2", threshold="MODEL-AUTONOMY", line=AUTONOMY, value="0.48")
    ended = {"assessment_id": "a-heron-5", "ended_at": "2025-10-03T17:00:00.000000Z"}
    p.on("2025-10-03", "17:30").does("p-assessor", "end-testing", ended)


def large_decided(p: Play) -> None:
    """CBRN-3 is reached, CBRN-4 is below, the autonomy checkpoint not reached. Shared the same day."""
    p.on("2025-10-08")
    s.elicitation(p, "a-heron-5", "The helpful-only model with every scaffold, best of 32 attempts.")
    s.case(p, "sc-heron-5", "Heron 5 does not lift an expert team, and does not work alone for hours.", "inability",
           "Two tasks were passed on the last day with a new scaffold.")  # fmt: skip
    digest = s.reported(p, "capability", "a-heron-5", "Capability report on Heron 5",
                        case_id="sc-heron-5", advice="CBRN-3 is reached; keep ASL-3.")  # fmt: skip
    p.on("2025-10-09")
    rests: dict[str, Any] = {"assessment_id": "a-heron-5", "report_digest": digest, "defeaters_open": ["d1"]}
    decided = (
        ("CBRN-3", "reached", "The uplift trial crossed its line: 2.4 against 2.0."),
        ("CBRN-4", "below", "Experts did 1.2 times as well; the line lies at 1.5."),
        ("MODEL-AUTONOMY", "checkpoint_not_reached", "0.48 of the tasks were passed; the line lies at 0.50."),
    )
    for threshold, outcome, reasons in decided:
        data = s.determination("heron-5", threshold, outcome, reasons, **rests)
        p.does(s.BOTH, "decide-capability", data, name=f"heron-5 {threshold}")
    s.shared(p, "2025-10-09", *(f"heron-5 {t}" for t, _, _ in decided), digests=[digest])


def november(p: Play) -> None:
    """The first month under the new clock."""
    monthly(p, 1)


def december(p: Play) -> None:
    """The second."""
    monthly(p, 2)


def monthly(p: Play, months: int) -> None:
    """The preliminary assessment of a month, under the new clock."""
    data = {
        "model_id": "heron-5",
        "baseline_model": "heron-5",
        "mult": "1.0",
        "months_elapsed": months,
        "notably_more_capable": False,
        "basis": "Automated tests in the risk-relevant domains; no new methods of elicitation.",
    }
    p.does("p-rso", "record-preliminary", data)


# ---- what the rows do alike


def put_forward(p: Play, data: dict[str, Any], rationale: str) -> None:
    """A text of QSP 2.3 is drafted, and proposed by both."""
    name = {"policy": "qsp", "version": "2.3", "text_digest": texts.digest(data)}
    drafted = name | {"base_version": "2.2", "policy_data": data, "summary": rationale}
    p.does("p-rso", "draft-policy", drafted)
    proposed = name | {
        "rationale": rationale,
        "changes": texts.changes(texts.qsp(), data),
        "withdraws": [],
        "requested_effective_at": "2025-11-03T00:00:00.000000Z",
    }
    p.does(s.BOTH, "propose-policy", proposed)


def consult(p: Play, id_: str, data: dict[str, Any], *, due: str, at: str) -> None:
    """A text is put before the Trust."""
    opened = {
        "consultation_id": id_,
        "body": "LTBT",
        "subject": STREAM,
        "text_digest": texts.digest(data),
        "materials": [],
        "opened_at": f"{at}T10:00:00.000000Z",
        "response_due": due,
    }
    p.on(at, "10:05").does("p-sec", "send-for-consultation", opened)


def vote(p: Play, id_: str, data: dict[str, Any], closes: str, votes: str) -> None:
    """The Board is asked about a text of QSP 2.3, and each director votes."""
    put_to_vote(p, id_, "Adopt QSP 2.3?", texts.digest(data), closes, votes)


def put_to_vote(  # noqa: PLR0917
    p: Play, id_: str, question: str, digest: str, closes: str, votes: str
) -> None:
    """The Board is asked, and each director votes."""
    opened = {
        "resolution_id": id_,
        "body": "BOARD",
        "question": question,
        "text_digest": digest,
        "electorate": list(BOARD),
        "rule": {"quorum": 4, "majority": "simple"},
        "closes_at": f"{closes}T17:00:00.000000Z",
    }
    p.does("p-sec", "open-resolution", opened)
    for person, cast in zip(BOARD, votes.split(), strict=True):
        p.does(person, "cast-vote", {"resolution_id": id_, "text_digest": digest, "vote": cast})


def approve(data: dict[str, Any], resolution: str) -> dict[str, Any]:
    """The Board's approval of a text."""
    return {
        "policy": "qsp",
        "version": "2.3",
        "text_digest": texts.digest(data),
        "resolution_id": resolution,
        "effective_at": "2025-11-03T00:00:00.000000Z",
    }


ROWS: Final = (
    Row(30, "2025-08-29", "The run of Heron 5 ends", run_ended),
    Row(26, "2025-09-01", "Text A is proposed", text_a),
    Row(30, "2025-09-08", "The assessment of Heron 5 opens", large_opened),
    Row(26, "2025-09-12", "The Trust comments on A", comments),
    Row(27, "2025-09-15", "The case is closed", case_closed),
    Row(28, "2025-09-18", "Text B goes to the vote", text_b),
    Row(29, "2025-09-24", "Text B is put before the Trust", asked_about_b),
    Row(29, "2025-10-02", "The Trust objects to B", objection),
    Row(30, "2025-10-03", "Heron 5 is tested", large_tested),
    Row(29, "2025-10-06", "Text B is withdrawn", withdrawn),
    Row(31, "2025-10-06", "Text C is put before the Trust", text_c),
    Row(30, "2025-10-08", "Heron 5 is decided", large_decided),
    Row(31, "2025-10-14", "Text C is approved", adopted),
    Row(31, "2025-10-27", "QSP 2.3 is published", published),
    Row(31, "2025-11-24", "The first month under QSP 2.3", november),
    Row(31, "2025-12-19", "The second month", december),
)
