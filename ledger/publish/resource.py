"""The log over HTTP, straight from a store: what the routes under ``/log/`` answer (C2SP tlog-tiles).

::

    served = Served(store, lambda: published_note)
    served.get("checkpoint")           Resource(b"example.org/log\\n41\\n…", TEXT, cacheable=False)
    served.get("tile/0/000.p/41")      Resource(<41 hashes>, BYTES, cacheable=True)

1. Nothing beyond the published checkpoint must be served: what witnesses have not seen yet is not public.
2. Every tile of every size up to it must be served, also of sizes that were never published.
3. No path that a stranger may send can raise anything but NotFound (or StoreUnavailable, if the store fails).
4. A tile is cacheable for ever; the checkpoint for seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ledger.errors import Malformed, NotFound
from ledger.publish.hashes import StoreTiles
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.tiles import Tile, width_at
from ledger.store.port import Store

CHECKPOINT: Final = "checkpoint"
TEXT: Final = "text/plain; charset=utf-8"
BYTES: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Resource:
    """What a path answers. `cacheable` True: for ever, it never changes; False: for seconds."""

    body: bytes
    media_type: str
    cacheable: bool


class Served:
    """A store as a tlog-tiles log. `published` gives the checkpoint that readers may see."""

    def __init__(self, store: Store, published: Callable[[], str]) -> None:
        self.tiles = StoreTiles(store)
        self._published = published

    def get(self, path: str) -> Resource:
        """The resource at a path below the log's prefix; NotFound."""
        note = self._published()
        if path == CHECKPOINT:
            return Resource(note.encode(), TEXT, cacheable=False)
        try:
            tile = Tile.parse(path)
        except Malformed:
            raise NotFound(
                f"nothing at {path[:100]!r}", "a log has checkpoint, tile/… and tile/entries/…"
            ) from None
        size = SignedCheckpoint.parse(note).checkpoint.size
        if tile.width > width_at(tile.level, tile.index, size):
            raise NotFound(
                f"no {tile.path} in a record of {size} entries", "fetch what the checkpoint asks for"
            )
        return Resource(self.tiles.read(tile), BYTES, cacheable=True)
