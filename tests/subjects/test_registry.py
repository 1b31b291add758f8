"""The closed registry: what can be on the record, and what every kind must bring along (kind.py, rules by number)."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from keys import check
from ledger.draft import draft
from ledger.errors import Malformed, Refusal
from ledger.policy.plain import load
from ledger.policy.shipped import definition
from ledger.record.event import Actor
from ledger.record.publicity import NEVER_WITHHELD
from ledger.register import Register
from ledger.subjects.kind import Kind
from ledger.subjects.registry import COMMANDS, DECISIONS, KINDS, SUBJECTS
from tests.kit import INSTRUMENT, ORIGIN, RSO, START, T1, T2, NoteKey, Person
from tests.office.desk import Dice, correcting, disclosing, registering
from tests.office.test_judge_roll import roster
from tests.subjects.filled import GOVERNANCE
from tests.subjects.test_epochs import epoch_data

ROOT = Path(__file__).parents[2]
ALL = list(KINDS.values())
NOTE = KINDS["note.recorded"]


def name(kind: Kind) -> str:
    return kind.type


def test_1_types_and_commands_stand_once() -> None:
    listed = [kind for subject in SUBJECTS for kind in subject.KINDS]
    assert len(listed) == len(KINDS) == len(COMMANDS)
    assert all(KINDS[kind.type] is COMMANDS[kind.command] is kind for kind in listed)


def test_1_types_are_never_taken_away() -> None:
    """Each stands on somebody's record."""
    assert {
        "ledger.founded",
        "appointment.made",
        "appointment.ended",
        "key.registered",
        "key.revoked",
        "trust.roster_changed",
        "note.recorded",
        "entry.corrected",
        "disclosure.published",
        "disclosure.erased",
        "history.imported",
    } <= set(KINDS)


def test_1_decisions_are_those_that_can_be_refused() -> None:
    assert frozenset(kind.type for kind in ALL if kind.decides) == DECISIONS
    services = {kind.type for kind in ALL if kind.actors == {"SERVICE"}}
    assert {kind.type for kind in ALL if kind.statement == "attest"} == set(KINDS) - DECISIONS | services


@pytest.mark.parametrize("kind", ALL, ids=name)
def test_1_a_kind_says_what_it_is(kind: Kind) -> None:
    assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", kind.type)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.command)
    assert re.fullmatch(r"(DOMAIN|RECORD|INTAKE) \d+(\.\d+)?", kind.section)


@pytest.mark.parametrize("kind", ALL, ids=name)
def test_1_the_newest_schema_is_reached_from_every_older_one(kind: Kind) -> None:
    assert sorted(kind.upcasts) == list(range(1, kind.schema))


def test_1_a_new_schema_without_its_upcast_is_no_kind() -> None:
    for schema, upcasts in ((2, {}), (3, {1: dict}), (3, {2: dict}), (1, {1: dict}), (2, {0: dict, 1: dict})):
        with pytest.raises(ValueError, match="one upcast from each number below it"):
            replace(NOTE, schema=schema, upcasts=upcasts)
    replace(NOTE, schema=3, upcasts={1: dict, 2: dict})


def test_1_upcasts_follow_each_other() -> None:
    upcasts: dict[int, Any] = {
        1: lambda data: {"words": data["text"]},
        2: lambda data: {"words": data["words"].split()},
    }
    newer = replace(NOTE, schema=3, upcasts=upcasts)
    made = {number: _event(newer, number, data) for number, data in _LAYOUTS.items()}
    assert [newer.present(event).data for event in made.values()] == [{"words": ["Drill", "held."]}] * 3
    assert [newer.present(event).schema for event in made.values()] == [3] * 3
    assert made[1].data == {"text": "Drill held."}


_LAYOUTS: dict[int, Any] = {
    1: {"text": "Drill held."},
    2: {"words": "Drill held."},
    3: {"words": ["Drill", "held."]},
}


def _event(kind: Kind, schema: int, data: dict[str, Any]) -> Any:
    event = draft(
        replace(kind, schema=schema, upcasts=dict.fromkeys(range(1, schema), dict), read=lambda event: event),
        {"data": data},
        view=Register(DECISIONS, check).at(),
        actor=Actor("p-rso", "RSO", "decider"),
        policy=None,
        now=START,
        entropy=Dice(),
    ).event
    from ledger.record.event import event_of

    return event_of(event, "")


def test_3_an_observation_has_no_judges() -> None:
    def judge(*_: Any) -> list[Refusal]:
        return []

    with pytest.raises(ValueError, match="not judged for what it says"):
        replace(NOTE, judges={"G-X-1": judge})
    assert [kind.type for kind in ALL if kind.judges and not kind.decides] == []


@pytest.mark.parametrize("kind", ALL, ids=name)
def test_guards_are_named_as_their_docstrings_say(kind: Kind) -> None:
    """Number 0 asks for the signers that DOMAIN lists beside a command; its own numbers begin at 1."""
    for guard, judge in kind.judges.items():
        assert re.fullmatch(r"G-[A-Z]{2,4}-(0|[1-9][0-9]*)|ALREADY_VOTED", guard)
        assert (judge.__doc__ or "").startswith(f"{guard}: ")


def test_replacing_any_guard_by_allow_is_noticed() -> None:
    """tests/judges.txt names for each the test that then fails; tools/mutate_judges.py tries it."""
    rows = (ROOT / "tests" / "judges.txt").read_text(encoding="utf-8").splitlines()
    listed = {row.split()[0] for row in rows if row and not row.startswith("#")}
    guards = {f"{judge.__module__}.{judge.__qualname__}" for kind in ALL for judge in kind.judges.values()}
    assert guards <= listed


def test_what_must_be_public_cannot_be_withheld() -> None:
    """One list in the record, which the offline verifier has; the kinds must say the same."""
    assert {kind.type for kind in ALL if not kind.withholdable} == NEVER_WITHHELD & set(KINDS)


# ---- forms


FILLED: dict[str, Any] = {
    **GOVERNANCE,
    "appoint": {"person": "p-9"},
    "end-appointment": {"reason": "left"},
    "register-key": registering(Person("p-9", "RSO", "x"))["data"],
    "revoke-key": {"key": "k-" + "0" * 32, "reason": "lost"},
    "change-roster": {"seats": roster(T1, T2)["data"]["seats"], "panels": roster(T1, T2)["data"]["panels"]},
    "note": {"text": "Drill held."},
    "correct-entry": {"how": "read again"},
    "publish-disclosure": {"commitments": ["A" * 43], "reason": "released"},
    "erase-disclosure": {"commitments": ["A" * 43], "reason": "agreed"},
    "import-entry": {"title": "T", "text": "Said so."},
    "register-model": {"model_id": "heron-4"},
    "start-run": {"run_id": "heron-5-main"},
    "record-run-end": {"run_id": "heron-5-main"},
    "record-run-resumed": {"run_id": "heron-5-main"},
    "record-effective-compute": {"method": "as in appendix 2"},
    "record-elicitation-gain": {"methods": "tools"},
    "record-deployment": {"model_id": "heron-4"},
    "record-de-deployment": {"model_id": "heron-4"},
    "record-storage": {"location_class": "site A"},
    "record-weights-deleted": {"location_class": "site A"},
    "call-assessment": {"reason": "a new method"},
    "record-preliminary": {"basis": "as published"},
    "open-assessment": {"team": "frontier red team"},
    "cancel-assessment": {"reason": "superseded"},
    "plan-evaluations": {
        "evaluations": [
            {
                "id": "autonomy-1",
                "threshold": "MODEL-AUTONOMY",
                "line": {
                    "id": "AUT-50",
                    "kind": "red",
                    "op": ">=",
                    "value": "0.50",
                    "unit": "share of tasks",
                },
                "method_digest": "sha256:" + "c" * 64,
                "comparison_arm": "none",
                "experts": "two",
            }
        ]
    },
    "record-result": {"model_snapshot": "heron-4-final"},
    "record-external-finding": {"org": "an institute", "finding": "uplift in two tasks"},
    "state-elicitation": {"basis": "as published"},
    "end-testing": {"assessment_id": "a-heron-4"},
    "state-forecast": {"text": "below until then"},
    "record-feedback": {"text": "too few tries"},
    "state-case": {
        "nodes": [
            {
                "node_id": "c1",
                "kind": "claim",
                "ground": "inability",
                "status": "supported",
                "text": "It cannot.",
            },
            {
                "node_id": "d1",
                "kind": "defeater",
                "parent": "c1",
                "status": "contested",
                "text": "Few tries.",
            },
        ]
    },
    "submit-report": {"recommendation": "below"},
    "decide-capability": {"reasons": "see the report"},
    "inherit-determination": {"preliminary_id": "01KB0000000000000000000000"},
    "revoke-determination": {"reason": "under-elicited"},
    "record-dissent": {"text": "too early"},
    "record-split": {
        "positions": [
            {"role": "CEO", "outcome": "below", "reason": "as reported"},
            {"role": "RSO", "outcome": "not_shown", "reason": "too few tries"},
        ]
    },
    "set-training-cap": {"model_id": "heron-4"},
    "assess-safeguard": {"criteria": [{"id": "S1", "met": "yes", "evidence": []}]},
    "decide-safeguard": {"standard": "ASL-3-SECURITY"},
    "reapprove-safeguard": {"changes": "none"},
    "record-safeguard-failure": {"what": "the filter was off"},
    "remove-safeguard": {"models": ["heron-4"]},
    "propose-interim": {"measures": ["one isolated network"], "same_assurance_case": "sc-isolated"},
    "approve-interim": {"interim_id": "i-heron-4"},
    "withdraw-interim": {"reason": "the standard is met"},
    "evaluate-gate": {"model_id": "heron-4"},
    "decide-gate": {"model_id": "heron-4"},
    "record-override": {"model_id": "heron-4", "action_taken": "switched on", "stated_reason": "a date"},
    "declare-pause": {
        "resumption_conditions": [
            {
                "check": "standard_satisfied",
                "model_id": "heron-4",
                "standard": "ASL-3-SECURITY",
                "text": "met",
            }
        ]
    },
    "acknowledge-pause": {"pause_id": "pa-1"},
    "propose-resumption": {
        "conditions": [{"predicate": "the Board has heard", "met_by": "01KB0000000000000000000000"}]
    },
    "lift-pause": {"pause_id": "pa-1"},
    "order-de-deployment": {"reason": "no standard"},
    "order-weights-deleted": {"reason": "no standard"},
    "order-weights-lockdown": {"reason": "no standard"},
    "share-with-bodies": {"items": ["01KB0000000000000000000000", "sha256:" + "a" * 64]},
    "notify-government": {"body": "an institute"},
    "draft-policy": {
        "policy": "rsp",
        "version": "2.2",
        "policy_data": definition("rsp-2.2").policy.data,
        "summary": "as in force",
    },
    "propose-policy": {"rationale": "clearer"},
    "approve-policy": {"resolution_id": "r-2025-7"},
    "reject-policy": {"resolution_id": "r-2025-7"},
    "withdraw-proposal": {"reason": "an objection"},
    "record-policy-publication": {"text_digest": "sha256:" + "a" * 64},
    "observe-policy-text": {"url": "https://example.org/policy"},
    "clarify-policy": {"question": "Is a checkpoint a model?", "reading": "Yes."},
    "issue-erratum": {"path": "/decisions/safeguards/report"},
    "record-outside-act": {"act": "The Board let it be deployed."},
    "send-for-consultation": {"text_digest": "sha256:" + "a" * 64},
    "record-consultation": {"text": "Say how often."},
    "answer-consultation": {"text": "We shall."},
    "record-publication": {"publication_id": "heron-4-summary"},
    "observe-publication": {"publication_id": "heron-4-summary"},
    "withdraw-publication": {"reason": "an error"},
    "assert-compliance": {"claim": "No safeguard was lowered."},
    "propose-exception": {"own_risk_statement": "some", "own_expected_harm": "small"},
    "consult-government": {"authority": "an institute"},
    "approve-exception": {"resolution_id": "r-2025-9"},
    "record-acknowledgement": {"publication_id": "acknowledgement"},
    "commit-advocacy": {"resources": "four people"},
    "review-exception": {"still_holds": True},
    "revoke-exception": {"reason": "no longer"},
    "withdraw-exception": {"reason": "the LTBT was not asked"},
    "open-resolution": {"question": "Adopt it?"},
    "cast-vote": {"text_digest": "sha256:" + "a" * 64},
    "change-vote": {"text_digest": "sha256:" + "a" * 64},
    "rotate-log-key": {
        "vkey": str(NoteKey(ORIGIN).vkey),
        "proof": "A" * 86,
        "overlap": 1000,
        "reason": "yearly change",
    },
    "restore-log": {
        "published": {"size": 57, "root": "ab" * 32},
        "despite": [{"witness": "T2", "claims": 60}],
        "reason": "set up on a test copy",
    },
    "seal-epoch": epoch_data(20245, "a" * 64),
    "publish-statistics": {"quarter": "2024-Q3"},
}
PLACEHOLDERS = {"EVENT-ID": "01KB0000000000000000000000", "sha256:...": "sha256:" + "a" * 64}


def uncommented(form: str) -> str:
    """The form with its optional members switched on."""
    return re.sub(r"(?m)^( *)# (\w+:( .*)?)$", r"\1\2", form)


def filled(kind: Kind, form: Any) -> Any:
    """As somebody fills it in: files become evidence, placeholders become values."""
    form["data"] |= FILLED[kind.command]
    named = {k: v for k, v in form["data"].items() if isinstance(v, str)}
    form["data"] |= {k: PLACEHOLDERS[v] for k, v in named.items() if v in PLACEHOLDERS}
    form.pop("sealed", None)
    if "evidence" in form:
        form["evidence"] = [INSTRUMENT]
    if "instrument" in form["data"]:
        form["data"]["instrument"] = INSTRUMENT["digest"]
    if form.get("corrects") == "EVENT-ID":
        form["corrects"] = "01KB0000000000000000000000"
    if "about" in form["data"]:
        form["data"]["about"] = ["01KB0000000000000000000000"]
    if kind.command == "import-entry":
        inner = {"confidence": "high", "source": "a page", "transcribed_by": "p-imp"}
        form["provenance"] = {"imported": inner}
    return form


def drafted(kind: Kind, form: Any) -> Any:
    return draft(
        kind,
        form,
        view=Register(DECISIONS, check).at(),
        actor=Actor(RSO.id, RSO.role, "decider"),
        policy=None,
        now=START,
        entropy=Dice(),
    )


@pytest.mark.parametrize("kind", [k for k in ALL if k.command != "found"], ids=name)
@pytest.mark.parametrize("change", [lambda form: form, uncommented], ids=["as printed", "with its options"])
def test_a_form_is_drafted_once_it_is_filled_in(kind: Kind, change: Any) -> None:
    """What `countersign record KIND --form` prints is YAML as this house reads it, and all members have their place."""
    form = load(change(kind.form))
    assert form["data"].keys() >= set(FILLED[kind.command]) or kind.command == "register-key"
    made = drafted(kind, filled(kind, form))
    assert made.event["type"] == kind.type
    assert made.event["data"] == form["data"]


@pytest.mark.parametrize("kind", ALL, ids=name)
def test_a_form_says_first_what_it_is_for(kind: Kind) -> None:
    assert re.match(r"# [A-Z].+[.:,;]?", kind.form)
    assert kind.form.endswith("\n")
    assert load(kind.form)["data"] is not None


@pytest.mark.parametrize("kind", [k for k in ALL if k.command not in ("found", "register-key")], ids=name)
def test_a_form_that_nobody_filled_in_is_refused(kind: Kind) -> None:
    """Its placeholders must never get onto the record by themselves."""
    with pytest.raises(Malformed):
        drafted(kind, load(kind.form))


def test_options_are_told_apart_from_remarks() -> None:
    assert (
        uncommented("# A remark: and more\n  # to: x\n# sealed: {a: b}\n")
        == "# A remark: and more\n  to: x\nsealed: {a: b}\n"
    )


def test_the_forms_of_these_tests_are_the_kinds_own() -> None:
    """The helpers that other tests draft with lay out what the printed forms do."""
    correction = load(KINDS["entry.corrected"].form)
    assert correction["data"].keys() == correcting("x", "/text", "a", "b")["data"].keys()
    erasure = load(KINDS["disclosure.erased"].form)
    assert erasure["data"].keys() == disclosing(1, [], "CEO")["data"].keys()


@pytest.mark.parametrize(
    ("command", "member"),
    [
        ("note", "text"),
        ("correct-entry", "how"),
        ("publish-disclosure", "reason"),
        ("revoke-key", "reason"),
        ("end-appointment", "reason"),
        ("import-entry", "text"),
        ("import-entry", "title"),
        ("rotate-log-key", "reason"),
        ("restore-log", "reason"),
    ],
)
def test_a_text_has_at_most_20000_characters(command: str, member: str) -> None:
    """DOMAIN 2; in the older payloads too."""
    kind = COMMANDS[command]
    form = filled(kind, load(kind.form))
    form["data"][member] = "x" * 20_000
    assert drafted(kind, form).event["data"][member]
    form["data"][member] += "x"
    with pytest.raises(Malformed, match="20001 characters"):
        drafted(kind, form)
