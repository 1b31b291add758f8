"""Verdicts as documents, and signed ones that pin the state of the record on which they rest (DOMAIN §5).

A signed verdict is one canonical JSON object; whoever holds the ledger's keys checks it without the ledger::

    {"checkpoint":"<signed note>","format":"countersign.verdict/1","key":"k-…","ledger":"example.org/log",
     "person":"svc-office","signature":"…","verdict":{"action":"deploy","bound":61,"verdict":"permitted",…}}

1. What is signed is everything but the signature, after a label that no other use of keys has.
2. The checkpoint must be of at least `bound` entries: with the record of that state anyone recomputes the verdict.
3. A verdict that does not check must never be read as a permission: `unpinned` raises.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ledger.engine.verdict import Verdict
from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import decode, encode
from ledger.record.checkpoint import SignedCheckpoint

FORMAT: Final = "countersign.verdict/1"
LABEL: Final = b"countersign/verdict/v1\n"
_MEMBERS: Final = ("checkpoint", "format", "key", "ledger", "person", "signature", "verdict")


def document(verdict: Verdict) -> dict[str, Any]:
    """A verdict as plain values: what ``--json`` prints and the HTTP interface answers."""
    q = verdict.question
    return {
        "action": str(q.action),
        "model": q.model,
        "surface": q.surface,
        "run": q.run,
        "planned": [{"baseline_model": base, "mult": mult} for base, mult in q.planned],
        "verdict": verdict.verdict,
        "policy": verdict.policy,
        "as_of": verdict.as_of,
        "bound": verdict.bound,
        "marks": list(verdict.marks),
        "reasons": [
            {
                "code": r.code,
                "rule": r.rule,
                "ref": r.ref,
                "house": r.rule == "house",
                "modality": str(r.modality),
                "enforce": r.enforce,
                "about": list(r.about),
                "evidence_ids": list(r.evidence_ids),
                "why": r.why,
                "cure": r.cure,
            }
            for r in verdict.reasons
        ],
        "inputs": list(verdict.inputs),
        "inputs_digest": verdict.inputs_digest,
    }


def pin(
    said: dict[str, Any],
    *,
    checkpoint: str,
    ledger: str,
    person: str,
    key: str,
    sign: Callable[[bytes], Any],
) -> str:
    """The signed verdict, as text."""
    body = {
        "checkpoint": checkpoint,
        "format": FORMAT,
        "key": key,
        "ledger": ledger,
        "person": person,
        "verdict": said,
    }
    signed = {**body, "signature": sign(LABEL + encode(body))}
    return encode(signed).decode()


def named(data: bytes) -> str:
    """Whose signature a signed verdict claims to carry; believe it only after `unpinned`."""
    return f.text(f.members(decode(data.strip()), "", _MEMBERS)["person"], "/person")


def unpinned(data: bytes, holds: Callable[[str, bytes, Any], bool]) -> dict[str, Any]:
    """Read a signed verdict. `holds(key id, message, signature)` says whether that key signed; else Malformed."""
    value = f.members(decode(data), "", _MEMBERS)
    if value["format"] != FORMAT:
        raise Malformed("not a signed verdict of this format", "/format", f"it reads {FORMAT}")
    body = {name: value[name] for name in _MEMBERS if name != "signature"}
    head = SignedCheckpoint.parse(f.text(value["checkpoint"], "/checkpoint")).checkpoint
    if head.origin != value["ledger"] or head.size < f.integer(
        value["verdict"].get("bound"), "/verdict/bound"
    ):
        raise Malformed("the checkpoint does not pin the record on which the verdict rests", "/checkpoint")
    if not holds(f.text(value["key"], "/key"), LABEL + encode(body), value["signature"]):
        raise Malformed("the signature does not hold", "/signature", "ask for a fresh verdict")
    return dict(value)
