"""Verification: the fast pass against a bare hashlib loop, the slow pass in parts, resuming, memory, start-up."""

from __future__ import annotations

import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from keys import check
from ledger.record.canonical import decode, encode
from ledger.record.fields import b64u
from ledger.verify.asked import Asked
from ledger.verify.book import Book
from ledger.verify.chain import Chain
from ledger.verify.heads import Heads
from ledger.verify.place import open_source
from ledger.verify.pool import Pool, ranges
from ledger.verify.report import Findings
from ledger.verify.verify import verify
from tests.benchmarks.harness import Row, compare, report, timed
from tests.benchmarks.material import world, write_database


def rows(count: int) -> Iterator[Row]:
    """On a record of `count` entries whose signatures hold."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        made = world(count)
        write_database(path, made)
        raws = made.entries
        for jobs, bar in ((1, "at most 3.5"), (2, "at most 2.0")):
            yield compare(
                f"hash, parse links, tree and checkpoint of {count:,} entries, {jobs} process{'es' * (jobs > 1)}",
                bar,
                lambda jobs=jobs: _fast(path, count, jobs),  # type: ignore[misc]
                lambda: timed(lambda: _bare(raws), count),
                unit="entry",
                rounds=5,
            )
        sample = raws[1:2001]
        yield compare(
            "canonical form: parse, check, write again, compare",
            "",
            lambda: timed(lambda: [encode(decode(raw)) for raw in sample], len(sample)),
            lambda: timed(lambda: [json.dumps(json.loads(raw)) for raw in sample], len(sample)),
            unit="entry",
            note="against json.loads and json.dumps",
        )
        yield _signatures()
        yield from _whole(path, made, count, Path(folder))


def _bare(raws: list[bytes]) -> None:
    sha256 = hashlib.sha256
    for raw in raws:
        sha256(b"\x00" + raw).digest()


def _fast(path: Path, count: int, jobs: int) -> float:
    source = open_source(str(path))
    start = time.perf_counter()
    book = Book()
    chain, findings = Chain(Heads(book)), Findings()
    for scanned in Pool(source, check, jobs).scan(ranges(0, count), count, count):
        chain.take(scanned, findings)
    chain.close(count, findings)
    seconds = (time.perf_counter() - start) / count
    assert not findings.failing
    assert chain.heads.size == count
    book.close()
    return seconds


def _signatures() -> Row:
    from tests.kit import RSO

    message = b"countersign/signature/v1\n" + b"m" * 400
    sig = RSO.sign(message)
    bare = Ed25519PublicKey.from_public_bytes(b64u(RSO.public, ""))
    raw = b64u(sig, "")

    def ours() -> None:
        for _ in range(500):
            assert check.holds("ed25519", RSO.public, message, sig)

    def theirs() -> None:
        for _ in range(500):
            bare.verify(raw, message)

    return compare(
        "Ed25519 check of a signature",
        "at most 1.2",
        lambda: timed(ours, 500),
        lambda: timed(theirs, 500),
        unit="signature",
        rounds=15,
    )


def _whole(path: Path, made: object, count: int, folder: Path) -> Iterator[Row]:
    from tests.kit import World

    assert isinstance(made, World)
    state, anchor = folder / "state", made.founding_hash
    asked = Asked(founding=anchor, jobs=2, resume=state)
    first = timed(lambda: _ok(path, asked))
    yield Row(
        f"everything, claims 1 to 10, {count:,} entries, 2 processes",
        first / count,
        None,
        "entry",
        note=f"{first:.1f} s in all; peak {_peak()} MB",
    )
    seen = made.seen(1)
    for i in range(1000):
        made.note(f"later {i}", seen=seen)
    grown = folder / "grown.db"
    write_database(grown, made)
    again = timed(lambda: _ok(grown, asked))
    yield Row("the same record grown by 1,000, from its saved state", again, first, "run", "at most 0.005")


def _ok(path: Path, asked: Asked) -> None:
    found = verify(str(path), asked)
    assert found.words == "OK", found.words


def _peak() -> int:
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024


def startup(database: Path) -> Row:
    """``python -m ledger.verify`` of a small record against a bare Python with what it cannot do without."""
    bare = "import argparse, sqlite3; from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey"

    def run(*arguments: str) -> float:
        return timed(lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True))

    return compare(
        "verify a small record, whole process",
        "at most 2.0",
        lambda: run("-m", "ledger.verify", str(database), "--quiet"),
        lambda: run("-c", bare),
        rounds=15,
        note="against a bare Python importing argparse, sqlite3 and Ed25519",
    )


__all__ = ["report", "rows", "startup"]
