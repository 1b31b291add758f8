"""The log's key put in place of another, and a restored log that goes on despite a witness (RECORD §5, ADR 0012)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from keys import check
from ledger.errors import StoreUnavailable
from ledger.office import Office
from ledger.record.act import make_act
from ledger.store import sqlite
from tests.kit import CEO, LOG, ORIGIN, RSO, SECRETARY, NoteKey, Person
from tests.office.desk import Desk, Made, registering

NEW = Person("svc-log", "SERVICE", "log 2")
ROOT = "ab" * 32


def signed(  # noqa: PLR0917 - a decision reads best in one line
    desk: Desk,
    command: str,
    data: dict[str, Any],
    by: Sequence[Person],
    log: Person | None = LOG,
    said: str = "attest",
) -> Made:
    made = desk.draft(command, by[0], {"data": data})
    signatures = [desk.sign(made.event, p) for p in by]
    if log is not None:
        signatures.append(desk.sign(made.event, log, said))
    return Made(make_act(made.event, signatures))


def rotating(overlap: int = 2) -> dict[str, Any]:
    proof = NEW.sign(check.possession_message(NEW.key, "ed25519", ORIGIN, "svc-log"))
    vkey = str(NoteKey(ORIGIN, key_name="log 2").vkey)
    return {"overlap": overlap, "proof": proof, "reason": "yearly", "vkey": vkey}


def restoring(size: int = 1, *claims: int) -> dict[str, Any]:
    despite = [{"claims": n, "witness": f"W{i}"} for i, n in enumerate(claims)]
    return {
        "despite": despite,
        "published": {"root": ROOT, "size": size},
        "reason": "W0 was set up on a test copy",
    }


def rotated(desk: Desk, overlap: int) -> int:
    return desk.put(signed(desk, "rotate-log-key", rotating(overlap), [SECRETARY, CEO])).index


def office_with(desk: Desk, key_name: str) -> Office:
    store = sqlite.open_record(Path(desk.where), NoteKey(ORIGIN, key_name=key_name))
    return Office(store, check, clock=desk.clock, entropy=desk.dice)


def test_a_rotate_refuses_a_rotation_without_its_authority_or_the_present_key(desk: Desk) -> None:
    assert desk.refused(signed(desk, "rotate-log-key", rotating(), [SECRETARY])) == ["A-ROTATE"]
    assert desk.refused(signed(desk, "rotate-log-key", rotating(), [SECRETARY, CEO], None)) == ["A-ROTATE"]


def test_a_rotate_allows_a_rotation_that_authority_and_key_agree_on(desk: Desk) -> None:
    assert rotated(desk, 2) == 1
    logs = desk.office.catch_up().roll.logs()
    assert logs
    assert [(term.since, term.until) for term in logs.terms] == [(0, 4), (2, None)]


def test_8_the_old_key_signs_through_the_overlap_and_nothing_after(desk: Desk) -> None:
    rotated(desk, 2)
    desk.note(RSO)
    desk.note(RSO)
    with pytest.raises(StoreUnavailable, match="was put out of force"):
        desk.note(RSO)
    assert desk.store.head().size == 4
    office = office_with(desk, "log 2")
    assert office.record(desk.make("note", [RSO], {"data": {"text": "on"}}).act).index == 4
    office.store.close()


def test_8_both_keys_sign_in_the_overlap(desk: Desk) -> None:
    rotated(desk, 5)
    office = office_with(desk, "log 2")
    assert office.record(desk.make("note", [RSO], {"data": {"text": "new"}}).act).index == 2
    office.store.close()
    assert desk.note(RSO).index == 3


def test_8_a_key_that_is_not_on_the_record_signs_nothing(desk: Desk) -> None:
    office = office_with(desk, "mallory")
    with pytest.raises(StoreUnavailable, match="is not named on the record"):
        office.record(desk.make("note", [RSO], {"data": {"text": "mine"}}).act)
    office.store.close()
    assert desk.store.head().size == 1


def test_after_a_rotation_only_the_new_key_signs_as_svc_log(desk: Desk) -> None:
    rotated(desk, 5)
    assert desk.refused(signed(desk, "restore-log", restoring(1, 9), [CEO])) == ["G-LOG-1", "S-KEY"]
    assert desk.put(signed(desk, "restore-log", restoring(1, 9), [CEO], NEW)).index == 2


def test_g_log_1_refuses_to_go_on_without_a_person_or_without_the_log(desk: Desk) -> None:
    nobody = signed(desk, "restore-log", restoring(1, 9), [LOG], None)
    assert desk.refused(nobody) == ["G-LOG-1"]
    assert desk.refused(signed(desk, "restore-log", restoring(1, 9), [CEO], None)) == ["G-LOG-1"]
    assert desk.refused(signed(desk, "restore-log", restoring(1, 9), [CEO], LOG, "approve")) == ["G-LOG-1"]


def test_g_log_1_refuses_another_key_of_svc_log(desk: Desk) -> None:
    second = Person("svc-log", "SERVICE", "second")
    desk.record("register-key", [SECRETARY, CEO], registering(second))
    assert desk.refused(signed(desk, "restore-log", restoring(1, 9), [CEO], second)) == ["G-LOG-1"]


def test_g_log_1_allows_a_named_person_with_the_logs_key(desk: Desk) -> None:
    assert desk.put(signed(desk, "restore-log", restoring(1, 9), [RSO])).index == 1


def test_g_log_2_refuses_a_log_that_lacks_what_was_published_and_claims_that_it_holds(desk: Desk) -> None:
    assert desk.refused(signed(desk, "restore-log", restoring(2, 9), [CEO])) == ["G-LOG-2"]
    assert desk.refused(signed(desk, "restore-log", restoring(1, 1), [CEO])) == ["G-LOG-2"]


def test_g_log_2_allows_what_extends_the_published_state(desk: Desk) -> None:
    assert desk.put(signed(desk, "restore-log", restoring(1), [CEO])).index == 1
