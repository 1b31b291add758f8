"""Ledgers that lie in memory, and what the verifier says of them in one word."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, BinaryIO

from ledger.verify.asked import Asked
from ledger.verify.bundle import bundle
from ledger.verify.files import read_bounded
from ledger.verify.report import Finding, Report
from ledger.verify.source import Address
from ledger.verify.tiles import Tiles
from ledger.verify.verify import verify
from tests.kit import World


class Memory:
    """Files in a dictionary."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files

    def read(self, name: str, limit: int) -> bytes | None:
        data = self.files.get(name)
        return None if data is None else read_bounded(io.BytesIO(data), name, limit)

    def open(self, name: str) -> BinaryIO | None:
        data = self.files.get(name)
        return None if data is None else io.BytesIO(data)

    def names(self, folder: str) -> list[str]:
        start = folder + "/"
        return sorted({n[len(start) :].partition("/")[0] for n in self.files if n.startswith(start)})

    def faults(self) -> list[Finding]:
        return []

    def close(self) -> None:
        """Memory holds nothing open."""


def tiles_of(files: Mapping[str, bytes]) -> Tiles:
    return Tiles(Memory(files), Address("memory"))


def bundle_of(files: Mapping[str, bytes]) -> Tiles:
    return bundle(Memory(files), Address("memory"))


def asked(world: World, **more: Any) -> Asked:
    """The reader knows the world's key and founding; `earlier` may be checkpoint texts."""
    earlier = tuple((f"earlier {i}", text.encode()) for i, text in enumerate(more.pop("earlier", ())))
    return Asked(vkey=world.log.vkey, founding=world.founding_hash, earlier=earlier, **more)


def check_tiles(world: World, **more: Any) -> Report:
    """Verify as published tiles."""
    return verify(tiles_of(world.files()), asked(world, **more))


def check_bundle(world: World, **more: Any) -> Report:
    """Verify as a whole bundle, which has no hashes beside the entries."""
    return verify(bundle_of(world.bundle_files()), asked(world, **more))


def failing(report: Report) -> dict[int, list[tuple[int | None, str]]]:
    """What fails: claim -> (where, why)."""
    return {c.number: [(x.where, x.why) for x in c.findings] for c in report.claims if c.state == "failed"}


__all__ = ["Memory", "asked", "bundle_of", "check_bundle", "check_tiles", "failing", "tiles_of"]
