"""A trustee's private files: what the unattended agent may use, and what only the person unlocks.

::

    seat.json      {"ledger":"example.org/log","seat":{"device":…,"person":"p-t1","seat":0,…},"v":1,"year":2026}
    device.key     signs the daily bundle; no passphrase, so that mail goes out with or without news
    sign.key  ledger.key  witness.key      Ed25519 under the person's passphrase (keys/files.py)
    hpke.key       the seed that opens compartments and mail, under the same passphrase (keys/sealed.py)

1. Every private file must be mode 0600; all but the device key must be under the passphrase.
2. The same sheet must give the same files' keys again, on any machine.
3. Neither the words nor the entropy may be written to the machine: only the paper has them.
4. What is not unlocked must not be reachable through what the agent holds.
5. A vault must be whole or not there: setting one up over another is refused before anything is written.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from keys import files, sealed
from keys.errors import FileTrouble, KeyTrouble
from keys.passphrase import Passphrase
from keys.seat import derive, seat
from keys.signing import Ed25519Signer
from ledger.errors import Malformed
from ledger.record import canonical

SEAT = "seat.json"
SEALED = ("sign", "ledger", "witness")
_FINGERPRINT = b"countersign/intake/v1/fingerprint\x00"
_STORE = b"countersign/trustee/v1/store\x00"

Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Own:
    """Whose machine this is: the public seat, and for which ledger and year."""

    ledger: str
    year: int
    seat: dict[str, Any]

    @property
    def number(self) -> int:
        return int(self.seat["seat"])

    @property
    def person(self) -> str:
        return str(self.seat["person"])

    def to_bytes(self) -> bytes:
        return canonical.encode({"ledger": self.ledger, "seat": self.seat, "v": 1, "year": self.year}) + b"\n"


@dataclass(frozen=True, slots=True)
class Unlocked:
    """What the person holds while the desk is unlocked. `store` seals the cases on this machine's disk."""

    own: Own
    hpke: bytes = field(repr=False)
    store: bytes = field(repr=False)
    sign: Ed25519Signer
    witness: Ed25519Signer


def set_up(
    home: Path,
    entropy: bytes,
    own: Own,
    passphrase: Passphrase,
    *,
    random: Random = os.urandom,
) -> None:
    """Write all files of a trustee in `home`, which is made."""
    if own.seat != seat(entropy, own.person, own.number):
        raise ValueError("the seat is not of this sheet")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.chmod(0o700)
    if is_there(home):
        raise FileTrouble(
            f"{home} holds a trustee's keys already.", "Name another folder, or move that one away."
        )
    for label in SEALED:
        files.create(
            home, label, own.person, passphrase=passphrase, random=_seeded(derive(entropy, label), random)
        )
    files.create(home, "device", own.person, unsealed=True, random=_seeded(derive(entropy, "device"), random))
    content = sealed.seal(
        derive(entropy, "hpke"),
        "hpke",
        passphrase,
        salt=random(sealed.SALT_BYTES),
        iv=random(sealed.IV_BYTES),
    )
    files.write_bytes(home / "hpke.key", content, 0o600)
    files.write_bytes(home / SEAT, own.to_bytes(), 0o644)


def fingerprint(public: dict[str, Any]) -> str:
    """20 hex digits of a seat, in fours, to be read aloud (INTAKE §10)."""
    digits = sha256(_FINGERPRINT + canonical.encode(public)).hexdigest()[:20]
    return " ".join(digits[at : at + 4] for at in range(0, 20, 4))


def is_there(home: Path) -> bool:
    """True where any file of a trustee lies already."""
    names = (SEAT, "hpke.key", "device.key", *(f"{label}.key" for label in SEALED))
    return any((home / name).exists() for name in names)


def own(home: Path) -> Own:
    """Whose machine this is; FileTrouble where none was set up."""
    if not (home / SEAT).is_file():
        raise FileTrouble(f"{home} holds no trustee's keys.", "Make them first: countersign trustee setup")
    content = files.read_bytes(home / SEAT, private=False)
    try:
        members = canonical.decode(content.removesuffix(b"\n"))
        found = Own(members["ledger"], members["year"], members["seat"])
        if found.to_bytes() != content or not isinstance(found.seat["seat"], int):
            raise Malformed("not a seat")
    except (Malformed, LookupError, TypeError):
        raise FileTrouble(f"{home / SEAT} is damaged.", "Restore it from the sheet of paper.") from None
    return found


def device(home: Path) -> Ed25519Signer:
    """The key of the agent, which needs nobody."""

    def none() -> Passphrase:
        raise KeyTrouble(
            f"{home / 'device.key'} has a passphrase.", "Restore this machine from the sheet of paper."
        )

    return files.open_signer(home / "device.key", none)


def unlock(home: Path, passphrase: Callable[[], Passphrase]) -> Unlocked:
    """What the person holds; NoPassphrase when it is the wrong one."""
    mine = own(home)
    secret = passphrase()
    hpke = sealed.opened(files.read_bytes(home / "hpke.key", private=True), "hpke", secret)
    sign = files.open_signer(home / "sign.key", lambda: secret)
    if sign.public != mine.seat["sign"]:
        raise FileTrouble(f"{home / SEAT} names another key.", "Restore it from the sheet of paper.")
    return Unlocked(
        mine, hpke, store_key(hpke), sign, files.open_signer(home / "witness.key", lambda: secret)
    )


def store_key(hpke: bytes) -> bytes:
    """The key under which this machine keeps its cases: gone with the year's sheet and files."""
    return HKDFExpand(hashes.SHA256(), 32, _STORE).derive(hpke)


def _seeded(seed: bytes, random: Random) -> Random:
    """What keys.files.create asks first is the seed; then salt and iv."""
    first = [seed]
    return lambda size: first.pop() if first else random(size)
