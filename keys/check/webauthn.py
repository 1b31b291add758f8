"""Passkeys: the key as SubjectPublicKeyInfo, an assertion checked offline (W3C Web Authentication 3, §7.2).

    key        302a300506032b6570032100 ‖ <32 bytes>                              (EdDSA), or
               3059301306072a8648ce3d020106082a8648ce3d030107034200 ‖ <65 bytes>  (ES256): the only DER of each
    signature  {"authenticatorData":"<base64url>","clientDataJSON":"<base64url>","signature":"<base64url>"}
    inside     authenticatorData = SHA-256(rp_id) ‖ flags ‖ uint32 counter [‖ extensions]
               clientDataJSON    = {"type":"webauthn.get","challenge":"<SHA-256(message)>","origin":"https://…",…}
    signed     authenticatorData ‖ SHA-256(clientDataJSON)

1. The challenge must be base64url of SHA-256(message): the passkey signs the decision, not a login.
2. The type must be webauthn.get, the origin a registered one, crossOrigin absent or false, topOrigin absent.
3. The rp_id must be the registered one, the person present and verified (flags UP and UV).
4. No member may stand twice in clientDataJSON, else two readers could see two challenges.
5. The counter is not looked at: synchronised passkeys keep it at zero, and the record's order does its work.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from keys.check import curves, encoding
from keys.check.errors import BadKey

ED25519_SPKI = bytes.fromhex("302a300506032b6570032100")
P256_SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
MEMBERS = frozenset({"authenticatorData", "clientDataJSON", "signature"})
_PRESENT, _VERIFIED, _ATTESTED, _EXTENDED = 0x01, 0x04, 0x40, 0x80
_AUTHENTICATOR_DATA = 37  # bytes of it when nothing follows the counter


def key(der: bytes) -> bytes:
    """The raw key in a SubjectPublicKeyInfo; BadKey unless it is Ed25519 or P-256 in its only encoding."""
    # Each has a fixed form; comparing it is "DER whose re-encoding agrees", without a parser for hostile DER.
    for prefix, length in ((ED25519_SPKI, curves.ED25519_BYTES), (P256_SPKI, curves.P256_BYTES)):
        if der.startswith(prefix) and len(der) == len(prefix) + length:
            return curves.require_key(der[len(prefix) :])
    raise BadKey("A passkey is the SubjectPublicKeyInfo of an Ed25519 or uncompressed P-256 key, exactly.")


def spki(raw: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a raw key; BadKey if it is none."""
    curves.require_key(raw)
    return (ED25519_SPKI if len(raw) == curves.ED25519_BYTES else P256_SPKI) + raw


def verifies(raw: bytes, sig: object, message: bytes, rp_id: str | None, origins: Sequence[str]) -> bool:
    """True if `sig` is an assertion over `message` by the key `raw`, made for `rp_id` at one of `origins`."""
    if not isinstance(sig, dict) or sig.keys() != MEMBERS or not isinstance(rp_id, str):
        return False
    if isinstance(origins, str):  # `in` would search it for parts
        return False
    try:
        authenticator = encoding.decode(sig["authenticatorData"])
        client = encoding.decode(sig["clientDataJSON"])
        signature = encoding.decode(sig["signature"])
        return (
            _says(client, message, origins)
            and _witnessed(authenticator, rp_id)
            and curves.verifies(raw, signature, authenticator + hashlib.sha256(client).digest())
        )
    # Not UTF-8, not JSON, nested without end, arguments of odd types.
    except (ValueError, TypeError, RecursionError):
        return False


def _says(client: bytes, message: bytes, origins: Sequence[str]) -> bool:
    said = json.loads(client.decode("utf-8"), object_pairs_hook=_once)
    return (
        isinstance(said, dict)
        and said.get("type") == "webauthn.get"
        and said.get("challenge") == encoding.encode(hashlib.sha256(message).digest())
        and isinstance(said.get("origin"), str)
        and said["origin"] in origins
        and said.get("crossOrigin", False) is False
        and "topOrigin" not in said
    )


def _witnessed(authenticator: bytes, rp_id: str) -> bool:
    length = len(authenticator)
    if length < _AUTHENTICATOR_DATA or authenticator[:32] != hashlib.sha256(rp_id.encode()).digest():
        return False
    flags = authenticator[32]
    # What may follow the counter is signed and decides nothing here, so it is not read; but it must be announced.
    more = bool(flags & (_ATTESTED | _EXTENDED))
    return bool(flags & _PRESENT and flags & _VERIFIED) and more == (length > _AUTHENTICATOR_DATA)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    return members
