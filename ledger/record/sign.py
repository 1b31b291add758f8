"""Signing an event: what a signer's client does once it has shown the person what they sign (RECORD §3).

::

    sign_event(event, seen=Seen(41, "…"), person="p-7", role="RSO", capacity="decider",
               statement="approve", signed_at="…", ledger="example.org/log", signer=key)   -> Signature

1. The client must have verified the head `seen` and opened every commitment before it calls this.
2. The signature must cover the event's digest, so it holds for these bytes on this ledger only.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from ledger.record.act import Seen, Signature, signature_message
from ledger.record.canonical import Json
from ledger.record.event import event_digest


class PersonKey(Protocol):
    """What signs for a person: ``keys.signing`` makes these."""

    @property
    def kind(self) -> str: ...

    @property
    def key_id(self) -> str: ...

    def sign(self, message: bytes) -> str | dict[str, str]: ...


def sign_event(
    event: Json,
    *,
    seen: Seen,
    person: str,
    role: str,
    capacity: str,
    statement: str,
    signed_at: str,
    ledger: str,
    signer: PersonKey,
) -> Signature:
    """The signature of `person` over an event (JSON value)."""
    unsigned = Signature(person, role, capacity, signer.key_id, signer.kind, seen, signed_at, statement, "")
    return replace(unsigned, sig=signer.sign(signature_message(unsigned, event_digest(event), ledger)))
