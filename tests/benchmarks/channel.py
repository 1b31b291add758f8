"""The anonymous channel: sealing and opening beside their primitives, an epoch with its covers, a trustee's year."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

from intake import boxes, compartment, envelope, opening
from intake.body import Body
from intake.body import read as read_body
from intake.capacity import PLACES
from intake.sealing import Seal, seal_epoch
from intake.store import Store, create
from keys import check, hybrid
from tests.benchmarks.harness import Row, compare, report, timed
from tests.intake.kit import EPOCH, FIVE, SERVICE, WORDS, Drawn, hpke, plains

ROUNDS, YEAR, DAYS = 40, 365, 2
TEXT = "x" * 2000


def rows() -> Iterator[Row]:
    """On the directory of five seats, three of which open."""
    yield _sealing()
    yield _opening()
    yield from _epochs()


def _sealing() -> Row:
    body, chance, info = Body("report", "ltbt", TEXT), secrets.token_bytes, bytes(32)

    def ours() -> None:
        for _ in range(ROUNDS):
            envelope.seal(FIVE, body, chance(16), chance, WORDS)

    def theirs() -> None:
        for _ in range(ROUNDS):
            for seat in range(FIVE.size):
                hybrid.seal(FIVE.hpke(seat), compartment.NOTHING, info)

    return compare(
        "Python: seal a report to five seats",
        "at most 1.3",
        lambda: timed(ours, ROUNDS),
        lambda: timed(theirs, ROUNDS),
        unit="report",
        note="against its five HPKE seals; keys of the words derived before",
    )


def _opening() -> Row:
    one = envelope.seal(FIVE, Body("report", "ltbt", TEXT), bytes(16), Drawn("bench"), WORDS)
    helpers = plains(one, (2, 4))
    cek, prefix = WORDS.cek(bytes(16)), one.prefix
    info = envelope._info(prefix, 0)
    body = one.body(cek)
    assert body
    assert body.author
    key, sig, message = body.author, body.sig, bytes(90)

    def ours() -> None:
        for _ in range(ROUNDS):
            mine = one.share(FIVE, 0, hpke(0))
            assert mine
            assert opening.read(one, opening.combine(one, FIVE, mine, helpers))

    def theirs() -> None:
        for _ in range(ROUNDS):
            hybrid.opened(hpke(0), one.compartment(0), info)
            read_body(boxes.decrypt(cek, one.data[-envelope._BODY :], one.data[: -envelope._BODY]))
            check.ed25519(key, sig or bytes(64), message)

    return compare(
        "Python: open it with two helpers' parts",
        "at most 1.3",
        lambda: timed(ours, ROUNDS),
        lambda: timed(theirs, ROUNDS),
        unit="report",
        note="against one HPKE opening, AES-GCM, reading the body, and Ed25519",
    )


def _epochs() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "intake.db"
        create(path, EPOCH)
        store, chance, days = Store(path), secrets.token_bytes, iter(range(EPOCH, EPOCH + 100))
        seal = Seal(SERVICE, "c" * 64, chance)

        def an_epoch() -> float:
            return timed(lambda: seal_epoch(store, [FIVE], seal, next(days)))

        yield report(
            f"seal an epoch of {PLACES}, all covers, 32 fillers", an_epoch, unit="epoch", note="on disk"
        )

        def a_scan() -> float:
            found = store.all("SELECT data FROM item WHERE epoch < ?", EPOCH + DAYS)

            def scan() -> None:
                for (data,) in found:
                    assert envelope.read(data, FIVE).share(FIVE, 1, hpke(1)) is None

            return timed(scan, DAYS) * YEAR

        yield report(
            f"a trustee's scan of a year, {PLACES * YEAR} items",
            a_scan,
            unit="year",
            note=f"from {DAYS} epochs; asked: under 60 s; one envelope in memory at a time",
        )
        store.close()
