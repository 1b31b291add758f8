"""ledger.record.people: the data that the roll reads of appointments and keys."""

from typing import Any

import pytest

from ledger.errors import Malformed
from ledger.record import people
from ledger.record.event import Event, event_of
from tests.record.test_event import COMMITMENT, DOCUMENT, LIVE

KEY = "k-" + "0" * 32
FROM, TO = "2025-01-06T00:00:00.000000Z", "2026-01-06T00:00:00.000000Z"
INSTRUMENT = DOCUMENT["digest"]
PLAIN: dict[str, Any] = {"key": KEY, "kind": "ed25519", "person": "p-2", "public": "AA"}
PASSKEY: dict[str, Any] = {
    **PLAIN,
    "kind": "webauthn",
    "origins": ["https://a", "https://b"],
    "rp_id": "example.org",
}
MADE: dict[str, Any] = {"from": FROM, "instrument": INSTRUMENT, "person": "p-9", "role": "CISO"}
ENDED: dict[str, Any] = {"instrument": INSTRUMENT, "person": "p-9", "reason": "moved on", "role": "CISO"}


def event(data: Any, **members: Any) -> Event:
    return event_of({**LIVE, "data": data, "evidence": [DOCUMENT], **members}, "")


def without(data: dict[str, Any], name: str) -> dict[str, Any]:
    return {n: v for n, v in data.items() if n != name}


def test_a_key_is_read() -> None:
    assert people.public_key(PLAIN, "") == people.PublicKey(KEY, "ed25519", "p-2", "AA")
    assert people.public_key({**PLAIN, "kind": "sshsig"}, "").kind == "sshsig"
    passkey = people.public_key(PASSKEY, "")
    assert (passkey.rp_id, passkey.origins) == ("example.org", ("https://a", "https://b"))


KEY_WRONG: list[Any] = [
    None,
    [],
    {},
    "k",
    {**PLAIN, "kind": "rsa"},
    {**PLAIN, "kind": None},
    {**PLAIN, "key": "k-0"},
    {**PLAIN, "person": ""},
    {**PLAIN, "public": ""},
    {**PLAIN, "public": None},
    {**PLAIN, "name": "laptop"},
    {**PLAIN, "rp_id": "example.org"},
    {**PLAIN, "kind": "sshsig", "origins": ["https://a"]},
    *(without(PLAIN, name) for name in PLAIN),
    *(without(PASSKEY, name) for name in PASSKEY),
    {**PASSKEY, "origins": "https://a"},
    {**PASSKEY, "origins": [""]},
    {**PASSKEY, "origins": [1]},
    {**PASSKEY, "rp_id": ""},
]


@pytest.mark.parametrize("value", KEY_WRONG, ids=range(len(KEY_WRONG)))
def test_a_key_of_another_form_is_refused(value: Any) -> None:
    """Must 1: only passkeys carry rp_id and origins, and they must."""
    with pytest.raises(Malformed) as caught:
        people.public_key(value, "/data/keys/0")
    assert caught.value.where.startswith("/data/keys/0")


def test_a_registration_is_a_key_with_its_proof() -> None:
    registration = people.key_registration({**PLAIN, "proof": "AA"})
    assert registration == people.KeyRegistration(people.PublicKey(KEY, "ed25519", "p-2", "AA"), "AA")
    assert people.key_registration({**PASSKEY, "proof": {"signature": "AA"}}).proof == {"signature": "AA"}
    for wrong in (PLAIN, {**PLAIN, "proof": "AA", "note": "x"}):
        with pytest.raises(Malformed):
            people.key_registration(wrong)


def test_a_revocation_names_key_and_reason() -> None:
    assert people.key_revocation({"key": KEY, "reason": "lost"}) == people.KeyRevocation(KEY, "lost", None)
    revocation = people.key_revocation({"compromised_from": 0, "key": KEY, "reason": "lost"})
    assert revocation.compromised_from == 0


@pytest.mark.parametrize(
    "change",
    [
        {"key": "k-0"},
        {"key": None},
        {"reason": ""},
        {"reason": None},
        {"compromised_from": -1},
        {"compromised_from": None},
        {"compromised_from": "31"},
        {"person": "p-2"},
    ],
)
def test_a_revocation_of_another_form_is_refused(change: dict[str, Any]) -> None:
    """Must 1."""
    with pytest.raises(Malformed):
        people.key_revocation({"key": KEY, "reason": "lost", **change})


def test_an_appointment_is_read() -> None:
    assert people.appointment(event(MADE)) == people.Appointment("p-9", "CISO", FROM, None, INSTRUMENT)
    assert people.appointment(event({**MADE, "to": TO})).to == TO
    assert people.appointment_end(event(ENDED)) == people.AppointmentEnd(
        "p-9", "CISO", "moved on", INSTRUMENT
    )


MADE_WRONG: list[dict[str, Any]] = [
    *(without(MADE, name) for name in MADE),
    {**MADE, "from": "2025-01-06"},
    {**MADE, "to": None},
    {**MADE, "to": "2026-01-06"},
    {**MADE, "person": ""},
    {**MADE, "role": "KING"},
    {**MADE, "reason": "x"},
    {**MADE, "instrument": INSTRUMENT[7:]},
]
ENDED_WRONG: list[dict[str, Any]] = [
    *(without(ENDED, name) for name in ENDED),
    {**ENDED, "reason": ""},
    {**ENDED, "role": "KING"},
    {**ENDED, "from": FROM},
]


@pytest.mark.parametrize("data", MADE_WRONG, ids=range(len(MADE_WRONG)))
def test_an_appointment_of_another_form_is_refused(data: dict[str, Any]) -> None:
    """Must 1."""
    with pytest.raises(Malformed):
        people.appointment(event(data))


@pytest.mark.parametrize("data", ENDED_WRONG, ids=range(len(ENDED_WRONG)))
def test_an_end_of_another_form_is_refused(data: dict[str, Any]) -> None:
    """Must 1."""
    with pytest.raises(Malformed):
        people.appointment_end(event(data))


def test_the_instrument_is_attached() -> None:
    """Must 2: its digest alone, without the evidence item, is refused."""
    other = "sha256:" + "f" * 64
    for read, data in ((people.appointment, MADE), (people.appointment_end, ENDED)):
        with pytest.raises(Malformed, match="no evidence item"):
            read(event({**data, "instrument": other}))
        with pytest.raises(Malformed, match="no evidence item"):
            read(event_of({**LIVE, "data": data}, ""))
        attached = [{**DOCUMENT, "digest": other}, DOCUMENT]
        assert read(event(data, evidence=attached)).instrument == INSTRUMENT


def test_a_sealed_instrument_stands_in_sealed_alone() -> None:
    """Must 2."""
    for read, data in ((people.appointment, MADE), (people.appointment_end, ENDED)):
        assert read(event(without(data, "instrument"), sealed={"instrument": COMMITMENT})).instrument is None
        with pytest.raises(Malformed, match="no instrument"):
            read(event(without(data, "instrument"), sealed={"other": COMMITMENT}))
        with pytest.raises(Malformed, match="data too"):
            event(data, sealed={"instrument": COMMITMENT})


def test_the_types_that_the_roll_reads() -> None:
    """RECORD §8, claim 8."""
    assert {
        "ledger.founded",
        "appointment.made",
        "appointment.ended",
        "key.registered",
        "key.revoked",
        "trust.roster_changed",
        "log.rotated",
    } == people.ROLL_TYPES
