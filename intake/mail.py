"""Desk mail: one bundle a trustee and epoch, with or without news (INTAKE §4, §10).

    0x01 ‖ u8 S ‖ u8 seat ‖ directory digest ‖ u32 epoch ‖ S-1 boxes of 17,520 in seat order without the own
    ‖ 4 board messages of 5,248 ‖ Ed25519(device, "countersign/intake/v1/bundle" ‖ 0x00 ‖ SHA-256(all before))

91,175 bytes for five seats. In a box, padded to 16,384, zeros when there is no news::

    {"directory":"<hex>","epoch":20248,"from":0,"messages":[…],"sig":"<86>","to":2,"v":1}

1. Every bundle of a directory must have one length, and every box really be sealed to its seat, news or not.
2. The bundle must hold under the seat's device key, a letter under its sign key; a letter is for one seat, epoch
   and directory and opens as no other.
3. A letter that does not fit must be refused before it is sealed: what does not fit waits a day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from intake import board, boxes
from intake.directory import Directory
from intake.errors import Unopened
from intake.labels import ROOT, h, heading
from intake.padding import pad, unpad
from keys import check, hybrid
from keys.signing import Ed25519Signer
from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import Json, decode, encode

PLAIN: Final = 16_384
BOX: Final = PLAIN + hybrid.OVERHEAD
_HEAD: Final = 39


def length(seats: int) -> int:
    """Bytes of every bundle of a directory with this many seats."""
    return _HEAD + (seats - 1) * BOX + board.SLOTS * board.BYTES + 64


@dataclass(frozen=True, slots=True)
class Bundle:
    """What one trustee's machine sends in one epoch. Made by `read` and `pack`."""

    data: bytes

    @property
    def seats(self) -> int:
        return self.data[1]

    @property
    def seat(self) -> int:
        return self.data[2]

    @property
    def epoch(self) -> int:
        return int.from_bytes(self.data[35:39], "big")

    @property
    def digest(self) -> str:
        """What the epoch's entry says of it."""
        return sha256(self.data).hexdigest()

    def box(self, to: int) -> bytes:
        """The box for seat `to`."""
        place = to if to < self.seat else to - 1
        return self.data[_HEAD + place * BOX :][:BOX]

    @property
    def messages(self) -> tuple[bytes, ...]:
        """Its four messages for the board."""
        start = _HEAD + (self.seats - 1) * BOX
        return tuple(self.data[start + n * board.BYTES :][: board.BYTES] for n in range(board.SLOTS))


@dataclass(frozen=True, slots=True)
class Letter:
    """What one trustee says to another in one epoch; `messages` as they stand in the box."""

    directory: bytes
    epoch: int
    from_: int
    to: int
    messages: tuple[dict[str, Any], ...]


def write(letter: Letter, signer: Ed25519Signer) -> bytes:
    """The letter, signed and padded: 16,384 bytes. Malformed when it does not fit."""
    unsigned = _members(letter)
    sig = signer.sign_bytes(heading("mail") + encode(unsigned))
    return pad(encode(unsigned | {"sig": f.to_b64u(sig)}), PLAIN)


def pack(
    directory: Directory,
    seat: int,
    epoch: int,
    contents: tuple[Mapping[int, bytes], Sequence[bytes]],
    device: Ed25519Signer,
) -> Bundle:
    """A bundle of letters by seat (zeros where there is none) and exactly four board messages."""
    letters, messages = contents
    if len(messages) != board.SLOTS or any(len(m) != board.BYTES for m in messages):
        raise ValueError(f"a bundle has {board.SLOTS} board messages of {board.BYTES} bytes")
    head = bytes((1, directory.size, seat)) + directory.digest + epoch.to_bytes(4, "big")
    sealed = b"".join(
        hybrid.seal(directory.hpke(to), letters.get(to, bytes(PLAIN)), _info(head[3:], seat, to))
        for to in range(directory.size)
        if to != seat
    )
    data = head + sealed + b"".join(messages)
    return Bundle(data + device.sign_bytes(_message(data)))


def read(data: bytes, directory: Directory) -> Bundle:
    """A bundle of this directory, signed by its seat's device; Malformed."""
    if len(data) != length(directory.size) or data[0] != 1 or data[1] != directory.size:
        raise Malformed(f"{len(data)} bytes", "", f"a bundle of this directory has {length(directory.size)}")
    if data[3:35] != directory.digest:
        raise Malformed("a bundle of another directory")
    if data[2] >= directory.size:
        raise Malformed("no seat of this number")
    if not check.ed25519(directory.device(data[2]), data[-64:], _message(data[:-64])):
        raise Malformed("not signed by the device of its seat")
    return Bundle(data)


def open_box(bundle: Bundle, directory: Directory, to: int, seed: bytes) -> Letter | None:
    """The letter in the box for seat `to`; None when there is no news; Unopened for anything else."""
    if to == bundle.seat:
        raise Unopened
    plain = boxes.unseal(seed, bundle.box(to), _info(bundle.data[3:39], bundle.seat, to))
    if not any(plain):
        return None
    try:
        letter = _letter(plain, lambda message, sig: check.ed25519(directory.sign(bundle.seat), sig, message))
    except Malformed:
        raise Unopened from None
    if (letter.directory, letter.epoch, letter.from_, letter.to) != (
        directory.digest,
        bundle.epoch,
        bundle.seat,
        to,
    ):
        raise Unopened
    return letter


def read_letter(plain: bytes, key: bytes) -> Letter:
    """A letter that came as a file, when trustees meet; Malformed unless `key` (the sender's) signed it."""
    return _letter(plain, lambda message, sig: check.ed25519(key, sig, message))


def _letter(plain: bytes, holds: Callable[[bytes, bytes], bool]) -> Letter:
    data = decode(unpad(plain))
    f.members(data, "", ("directory", "epoch", "from", "messages", "sig", "to", "v"))
    if f.integer(data["v"], "/v", 1) != 1:
        raise Malformed(f"mail format {data['v']} is not known", "/v")
    sig = f.b64u(data["sig"], "/sig", 64)
    if not holds(heading("mail") + encode({n: v for n, v in data.items() if n != "sig"}), sig):
        raise Malformed("the letter is not signed by its sender", "/sig")
    return Letter(
        bytes.fromhex(f.hex64(data["directory"], "/directory")),
        f.integer(data["epoch"], "/epoch"),
        f.integer(data["from"], "/from"),
        f.integer(data["to"], "/to"),
        tuple(_object(m, f"/messages/{i}") for i, m in enumerate(f.array(data["messages"], "/messages"))),
    )


def _object(value: Json, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed("not an object", where)
    return value


def _members(letter: Letter) -> dict[str, Any]:
    return {
        "directory": letter.directory.hex(),
        "epoch": letter.epoch,
        "from": letter.from_,
        "messages": list(letter.messages),
        "to": letter.to,
        "v": 1,
    }


def _info(directory_and_epoch: bytes, from_: int, to: int) -> bytes:
    return h("desk", directory_and_epoch + bytes((from_, to)))


def _message(data: bytes) -> bytes:
    return ROOT + b"/bundle\x00" + sha256(data).digest()
