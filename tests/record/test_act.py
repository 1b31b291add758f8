"""ledger.record.act: an event with its signatures."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ledger.errors import Malformed
from ledger.record.act import (
    Act,
    Seen,
    Signature,
    make_act,
    read_act,
    signature_json,
    signature_message,
)
from ledger.record.canonical import decode, encode
from ledger.record.event import event_digest
from tests.record.test_event import LIVE

ED25519_SIG = "A" * 86
KEY = "k-" + "0" * 32
ORIGIN = "example.org/log"
RSO = Signature(
    "p-7",
    "RSO",
    "decider",
    KEY,
    "ed25519",
    Seen(41, "ab" * 32),
    "2025-03-20T16:01:00.000000Z",
    "attest",
    ED25519_SIG,
)
CEO = replace(RSO, person="p-1", role="CEO", key="k-" + "1" * 32, statement="approve")
PASSKEY_SIG = {"authenticatorData": "AA", "clientDataJSON": "AA", "signature": "AA"}


def act_bytes(edit: Callable[[Any], None]) -> bytes:
    """An act with its JSON changed by `edit`."""
    value = decode(make_act(LIVE, [RSO, CEO]).raw)
    edit(value)
    return encode(value)


def refused(edit: Callable[[Any], None]) -> Malformed:
    with pytest.raises(Malformed) as caught:
        read_act(act_bytes(edit))
    return caught.value


def test_an_act_is_read_whole() -> None:
    """Must 3: the bytes are kept as they came."""
    act = make_act(LIVE, [RSO, CEO])
    assert isinstance(act, Act)
    assert act.signatures == (CEO, RSO)
    assert act.event.id == LIVE["id"]
    assert act.event_json == LIVE
    assert act.event_digest() == event_digest(LIVE)
    assert act.raw == encode({"event": LIVE, "signatures": [signature_json(CEO), signature_json(RSO)]})
    again = read_act(act.raw)
    assert (again.raw, again.signatures, again.event) == (act.raw, act.signatures, act.event)


def test_signers_are_counted_by_statement() -> None:
    act = make_act(LIVE, [RSO, CEO])
    assert act.signers("approve") == {("p-1", "CEO")}
    assert act.signers("attest") == {("p-7", "RSO")}
    assert act.signers("reject") == set()


def test_signatures_are_sorted_by_person_and_key() -> None:
    """Must 1."""
    assert "not sorted" in refused(lambda v: v["signatures"].reverse()).what


def test_nobody_signs_twice() -> None:
    """Must 1: not with two keys, and not in two roles."""

    def again(**changes: Any) -> Callable[[Any], None]:
        def edit(value: Any) -> None:
            value["signatures"].append({**value["signatures"][1], **changes})

        return edit

    assert refused(again(key="k-" + "f" * 32)).what == "one person signs twice"
    assert refused(again(role="CISO")).what == "one person signs twice"
    assert refused(again()).what == "one person signs twice"


@pytest.mark.parametrize("change", [{"person": "p-8"}, {"role": "CISO"}, {"capacity": "witness"}])
def test_the_actor_signs(change: dict[str, str]) -> None:
    """Must 1: the same person, in the same role and capacity."""
    assert refused(lambda v: v["event"]["actor"].update(change)).where == "/event/actor"


def test_an_act_without_signatures_is_none() -> None:
    """Must 1."""
    assert refused(lambda v: v.update(signatures=[])).where == "/event/actor"


def test_nothing_else_stands_in_an_act() -> None:
    assert refused(lambda v: v.update(extra=1)).what == "unknown member 'extra'"
    assert refused(lambda v: v.pop("signatures")).what == "member 'signatures' is missing"
    assert refused(lambda v: v.pop("event")).what == "member 'event' is missing"
    assert refused(lambda v: v.update(signatures={})).where == "/signatures"
    for raw in (b"[]", b"null", b'"act"', b"1"):
        with pytest.raises(Malformed):
            read_act(raw)


SIGNATURE_WRONG: list[tuple[str, Any]] = [
    ("capacity", ""),
    ("key", "k-0"),
    ("kind", "rsa"),
    ("kind", None),
    ("person", ""),
    ("role", "KING"),
    ("seen", None),
    ("seen", {"root": "ab" * 32}),
    ("seen", {"root": "ab" * 32, "size": 1, "time": 1}),
    ("seen", {"root": "AB" * 32, "size": 1}),
    ("seen", {"root": "ab" * 32, "size": -1}),
    ("seen", {"root": "ab" * 32, "size": "1"}),
    ("sig", "A" * 85),
    ("sig", "A" * 87),
    ("sig", "A" * 85 + "B"),
    ("sig", PASSKEY_SIG),
    ("sig", None),
    ("signed_at", "2025-03-20"),
    ("statement", "yes"),
]


@pytest.mark.parametrize(("name", "value"), SIGNATURE_WRONG)
def test_every_member_of_a_signature_has_its_format(name: str, value: Any) -> None:
    def edit(act: Any) -> None:
        act["signatures"][1][name] = value

    assert refused(edit).where.startswith(f"/signatures/1/{name}")


@pytest.mark.parametrize("name", sorted(signature_json(RSO)))
def test_no_member_of_a_signature_may_be_missing_or_added(name: str) -> None:
    assert refused(lambda v: v["signatures"][0].pop(name)).what == f"member {name!r} is missing"
    assert refused(lambda v: v["signatures"][0].update({name + "x": 1})).what == f"unknown member '{name}x'"


def with_sig(kind: str, sig: Any) -> Callable[[Any], None]:
    def edit(value: Any) -> None:
        value["signatures"][1].update(kind=kind, sig=sig)

    return edit


def test_a_passkey_signature_has_three_parts() -> None:
    act = read_act(act_bytes(with_sig("webauthn", PASSKEY_SIG)))
    assert act.signatures[1].sig == PASSKEY_SIG
    assert refused(with_sig("webauthn", "AA")).where == "/signatures/1/sig"
    assert refused(with_sig("webauthn", {**PASSKEY_SIG, "userHandle": "AA"})).where == "/signatures/1/sig"
    for name in PASSKEY_SIG:
        assert refused(with_sig("webauthn", {**PASSKEY_SIG, name: "A="})).where == f"/signatures/1/sig/{name}"
        missing = {n: v for n, v in PASSKEY_SIG.items() if n != name}
        assert refused(with_sig("webauthn", missing)).where == "/signatures/1/sig"


def test_an_ssh_signature_is_one_blob() -> None:
    assert read_act(act_bytes(with_sig("sshsig", "AAAA"))).signatures[1].sig == "AAAA"
    assert refused(with_sig("sshsig", PASSKEY_SIG)).where == "/signatures/1/sig"


def test_what_is_signed_names_ledger_event_person_role_key_and_the_head_seen() -> None:
    """Must 2: a change of any of these gives other bytes, so the signature no longer holds."""
    digest = event_digest(LIVE)
    message = signature_message(RSO, digest, ORIGIN)
    assert message == b"countersign/signature/v1\n" + encode(
        {
            "capacity": "decider",
            "event": digest,
            "key": KEY,
            "kind": "ed25519",
            "ledger": ORIGIN,
            "person": "p-7",
            "role": "RSO",
            "seen": {"root": "ab" * 32, "size": 41},
            "signed_at": "2025-03-20T16:01:00.000000Z",
            "statement": "attest",
        }
    )
    moved = [
        signature_message(replace(RSO, **change), digest, ORIGIN)
        for change in (
            {"person": "p-8"},
            {"role": "CEO"},
            {"capacity": "witness"},
            {"key": CEO.key},
            {"kind": "sshsig"},
            {"seen": Seen(42, "ab" * 32)},
            {"seen": Seen(41, "ac" * 32)},
            {"signed_at": "2025-03-20T16:01:00.000001Z"},
            {"statement": "approve"},
        )
    ]
    moved.append(signature_message(RSO, event_digest({**LIVE, "policy": None}), ORIGIN))
    moved.append(signature_message(RSO, digest, "example.com/log"))
    assert message not in moved
    assert len(set(moved)) == 11


def test_the_signature_itself_is_not_signed() -> None:
    assert signature_message(replace(RSO, sig="B" * 86), event_digest(LIVE), ORIGIN) == signature_message(
        RSO, event_digest(LIVE), ORIGIN
    )


def deep(levels: int) -> dict[str, Any]:
    """An act's event whose data makes the whole act `levels` deep."""
    value: Any = 1
    for _ in range(levels - 3):  # act, event, data
        value = [value]
    return {**LIVE, "data": {"x": value}}


def test_an_act_leaves_room_for_the_entry_around_it() -> None:
    """RECORD §1: 32 levels in an entry are 31 in its act. An act of 32 would be recorded and then not be readable."""
    assert make_act(deep(31), [RSO]).event_json == deep(31)
    with pytest.raises(Malformed, match="nested too deeply"):
        make_act(deep(32), [RSO])
