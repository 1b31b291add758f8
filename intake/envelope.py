"""The envelope: one length for a directory, whatever is in it (INTAKE §2, §10).

::

    0      1       0x01
    1      1       S = number of seats
    2      32      SHA-256 of the directory's canonical bytes
    34     16      item nonce
    50     32      bind: the author's mark; random in covers and no-proof filings
    82     32      H("cek", CEK)
    114    32*S    commitment to each seat's share; random where it has none
           1392*S  compartments, sealed to each seat
           16400   AES-256-GCM(CEK, AAD = all before; body)

`prefix` is what comes before the compartments. Item id L = H("item", envelope).

1. The length must be exactly 114 + 1424 * S + 16,400, the first byte 1, S and digest the directory's.
2. Every byte of it must be under the content key's or the compartments' authentication: a changed one does not open.
3. A cover must be made like a report: zeros really sealed to each seat's key, zeros really encrypted.
4. Sealing must be asked once per nonce; whoever retries sends the identical bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Final

from intake import body as bodies
from intake import boxes, compartment
from intake.body import Body
from intake.compartment import Compartment
from intake.derive import Secrets
from intake.directory import Directory
from intake.errors import Unopened
from intake.labels import Chance, h
from intake.shares import split
from keys import hybrid
from ledger.errors import Malformed

NONCE_BYTES: Final = 16
_HEAD: Final = 114
_COMPARTMENT: Final = compartment.BYTES + hybrid.OVERHEAD
_BODY: Final = bodies.BYTES + 16


def length(seats: int) -> int:
    """Bytes of every envelope of a directory with this many seats."""
    return _HEAD + (32 + _COMPARTMENT) * seats + _BODY


def item_id(data: bytes) -> bytes:
    """L of an envelope's bytes."""
    return h("item", data)


@dataclass(frozen=True, slots=True)
class Envelope:
    """Sealed bytes of the right shape. Made by `read`, `seal` and `cover`; nothing in it was opened."""

    data: bytes

    @property
    def seats(self) -> int:
        return self.data[1]

    @property
    def directory(self) -> bytes:
        """The digest of the directory that it is sealed to."""
        return self.data[2:34]

    @property
    def nonce(self) -> bytes:
        return self.data[34:50]

    @property
    def bind(self) -> bytes:
        return self.data[50:82]

    @property
    def key_commitment(self) -> bytes:
        return self.data[82:114]

    @property
    def prefix(self) -> bytes:
        """All bytes before the compartments."""
        return self.data[: _HEAD + 32 * self.seats]

    @property
    def item(self) -> bytes:
        """L."""
        return item_id(self.data)

    def committed(self, seat: int) -> bytes:
        """The commitment to the share of `seat`."""
        return self.data[_HEAD + 32 * seat :][:32]

    def compartment(self, seat: int) -> bytes:
        """The sealed compartment of `seat`."""
        return self.data[_HEAD + 32 * self.seats + _COMPARTMENT * seat :][:_COMPARTMENT]

    def share(self, directory: Directory, seat: int, seed: bytes) -> Compartment | None:
        """What is in it for `seat`, opened with that seat's HPKE seed. None: nothing. Unopened: neither."""
        plain = boxes.unseal(seed, self.compartment(seat), _info(self.prefix, seat))
        return self.checked(plain, directory, seat)

    def checked(self, plain: bytes, directory: Directory, seat: int) -> Compartment | None:
        """A compartment's plaintext read as that of `seat` here; Unopened when it is not."""
        try:
            return compartment.read(plain, directory, seat, self.nonce, self.committed(seat))
        except Malformed:
            raise Unopened from None

    def body(self, cek: bytes) -> Body | None:
        """The body under the content key; None of a cover; Unopened when it is not the key or holds no body."""
        if h("cek", cek) != self.key_commitment:
            raise Unopened
        plain = boxes.decrypt(cek, self.data[-_BODY:], self.data[:-_BODY])
        if not any(plain):
            return None
        try:
            return bodies.read(plain)
        except Malformed:
            raise Unopened from None


def read(data: bytes, directory: Directory) -> Envelope:
    """An envelope sealed to `directory`; Malformed says what is wrong with its shape."""
    if len(data) != length(directory.size):
        raise Malformed(
            f"{len(data)} bytes", "", f"an envelope to this directory has {length(directory.size)}"
        )
    if data[0] != 1:
        raise Malformed(f"envelope format {data[0]} is not known")
    if data[1] != directory.size or data[2:34] != directory.digest:
        raise Malformed("sealed to another directory", "", "fetch the directory in force and seal anew")
    return Envelope(data)


def seal(
    directory: Directory, body: Body, nonce: bytes, chance: Chance, secrets: Secrets | None = None
) -> Envelope:
    """`body` sealed to its panel without whom it excludes; TooFewEligible.

    With `secrets` (of a codename) the body is signed, and found and proved again from the words; without it is a
    no-proof filing, and nothing is derived from anything.
    """
    eligible = directory.eligible(body.panel, body.excluded)
    panel = directory.panel(body.panel)
    cek = secrets.cek(nonce) if secrets else chance(32)
    shares = split(cek, panel.k, [seat + 1 for seat in eligible], chance)
    prefix = _prefix(
        directory,
        nonce,
        secrets.bind(nonce) if secrets else chance(32),
        cek,
        lambda seat: (
            compartment.commitment(nonce, seat, shares[seat + 1]) if seat in eligible else chance(32)
        ),
    )
    if secrets:
        body = _with_keys(body, secrets).signed(secrets.author, prefix)
    number = directory.number(body.panel)
    plains = [
        Compartment(number, panel.k, seat, shares[seat + 1], eligible).to_bytes()
        if seat in eligible
        else compartment.NOTHING
        for seat in range(directory.size)
    ]
    return _closed(directory, prefix, plains, cek, body.to_bytes())


def cover(directory: Directory, chance: Chance) -> Envelope:
    """An envelope with nothing in it, made like any other."""
    cek = chance(32)
    prefix = _prefix(directory, chance(NONCE_BYTES), chance(32), cek, lambda seat: chance(32))
    nothing = [compartment.NOTHING] * directory.size
    return _closed(directory, prefix, nothing, cek, bytes(bodies.BYTES))


def _with_keys(body: Body, secrets: Secrets) -> Body:
    if body.kind == "follow_up":
        return body
    return replace(body, reply_key=secrets.reply_key, tag_key=secrets.tag_key)


def _prefix(
    directory: Directory, nonce: bytes, bind: bytes, cek: bytes, commitment: Callable[[int], bytes]
) -> bytes:
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"an item nonce has {NONCE_BYTES} bytes")
    head = bytes((1, directory.size)) + directory.digest + nonce + bind + h("cek", cek)
    return head + b"".join(commitment(seat) for seat in range(directory.size))


def _closed(
    directory: Directory, prefix: bytes, plains: Collection[bytes], cek: bytes, padded: bytes
) -> Envelope:
    sealed = b"".join(
        hybrid.seal(directory.hpke(seat), plain, _info(prefix, seat)) for seat, plain in enumerate(plains)
    )
    aad = prefix + sealed
    return Envelope(aad + boxes.encrypt(cek, padded, aad))


def _info(prefix: bytes, seat: int) -> bytes:
    return h("compartment", prefix + bytes((seat,)))
