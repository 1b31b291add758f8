"""Checks signatures, and says what a key is called. The door to its neighbours in this folder.

A key is a kind and a public text; a signature is the `sig` member of the record, decoded from JSON:

    kind       public, in base64url                    sig
    ed25519    the 32 bytes                            "<base64url of 64 bytes>"
    webauthn   SubjectPublicKeyInfo, DER               {"authenticatorData":…,"clientDataJSON":…,"signature":…}
    sshsig     the SSH key blob                        "<base64url of the binary SSHSIG blob>"

    key id     "k-8a88e3dd7409f195fd52db2d3cba5d72" = "k-" + first 32 hex of
               SHA-256("countersign/key/v1\\n" ‖ canonical({"kind","public"}))

1. `holds` must never raise, whatever it is fed: hostile bytes make a signature that does not hold, nothing else.
2. `raw` must give the same bytes for one key in any kind, so that nobody can enrol one key twice.
3. Key and signature must each have one encoding only; anything else is refused.
4. This folder must need the standard library and cryptography only, and nothing else of the project: the
   auditor's one-file verifier carries it whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

from keys.check import curves, encoding, sshsig, webauthn
from keys.check.curves import ed25519
from keys.check.errors import BadKey

__all__ = ["KINDS", "BadKey", "ed25519", "holds", "key_id", "possession_message", "raw"]

KINDS = ("ed25519", "sshsig", "webauthn")
_KEY_LABEL = b"countersign/key/v1\n"
_POSSESSION_LABEL = b"countersign/possession/v1\n"


def key_id(kind: str, public: str) -> str:
    """The name of a key: "k-" and 32 hex digits. It says nothing about whether the key is a good one: see `raw`."""
    named = _KEY_LABEL + encoding.canonical({"kind": kind, "public": public})
    return "k-" + hashlib.sha256(named).hexdigest()[:32]


def possession_message(key: str, kind: str, ledger: str, person: str) -> bytes:
    """What a new key signs to show that its owner holds it: key id, kind, the ledger's origin, the person."""
    claim = {"key": key, "kind": kind, "ledger": ledger, "person": person}
    return _POSSESSION_LABEL + encoding.canonical(claim)


def raw(kind: str, public: str) -> bytes:
    """32 bytes of Ed25519 or 65 of P-256; BadKey with a sentence for anything that is no such key of this kind."""
    if not isinstance(kind, str) or not isinstance(public, str):
        raise BadKey("The kind of a key and the key itself are texts.")
    return _key(kind, public)[1]


def holds(
    kind: str,
    public: str,
    message: bytes,
    sig: object,
    *,
    rp_id: str | None = None,
    origins: Sequence[str] = (),
) -> bool:
    """True only if `sig` is a signature over `message` by this key; passkeys need `rp_id` and `origins`."""
    # The types above are a promise among ourselves; what was read from a file need not keep it.
    if not isinstance(kind, str) or not isinstance(public, str) or not isinstance(message, bytes):
        return False
    try:
        decoded, raw_key = _key(kind, public)
        if kind == "ed25519":
            return ed25519(raw_key, encoding.decode(sig), message)
        if kind == "sshsig":
            return sshsig.verifies(decoded, encoding.decode(sig), message)
        return webauthn.verifies(raw_key, sig, message, rp_id, origins)
    except ValueError:  # BadKey, and whatever is not base64url
        return False


@lru_cache(maxsize=1024)
def _key(kind: str, public: str) -> tuple[bytes, bytes]:
    """The bytes of `public`, and the raw key in them."""
    if kind not in KINDS:
        raise BadKey("A key is of kind ed25519, sshsig or webauthn.")
    try:
        decoded = encoding.decode(public)
    except ValueError as error:
        raise BadKey(f"The public key is {error}.") from None
    if kind == "ed25519":
        if len(decoded) != curves.ED25519_BYTES:
            raise BadKey(f"An Ed25519 key is 32 bytes, not {len(decoded)}.")
        return decoded, curves.require_key(decoded)
    return decoded, sshsig.key(decoded).raw if kind == "sshsig" else webauthn.key(decoded)
