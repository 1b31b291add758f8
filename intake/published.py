"""What the intake shows to everybody, in pieces that are the same for everybody (INTAKE §3, §4).

::

    lists(store, 220)        {"lists":[{"data":{…},"entry":41,"sig":"<86>"}],"v":1,"window":220}
    envelopes(store, 20245)  all envelopes of a sealed epoch, in the order of its list; b"" before
    pieces(store, 20245)     all its chunks, in the order of its list
    board(store, 20245)      its board
    mail(store, 20245)       the bundles that are here, by seat: these before it is sealed too

1. Nothing may be asked for by item: whole epochs and whole windows only, so no request says who looks for what.
2. Envelopes, chunks and boards must show only when their epoch is sealed.
"""

from __future__ import annotations

from intake.epochs import WINDOW
from intake.store import Store
from ledger.record.canonical import decode, encode
from ledger.record.fields import to_b64u

_SEALED = "epoch IN (SELECT epoch FROM epoch WHERE data IS NOT NULL)"


def lists(store: Store, window: int) -> bytes:
    """The signed lists of 92 epochs, with where the ledger holds each (null until it does)."""
    first = window * WINDOW
    rows = store.all(
        "SELECT data, entry, sig FROM epoch WHERE data IS NOT NULL AND epoch >= ? AND epoch < ? ORDER BY epoch",
        first,
        first + WINDOW,
    )
    shown = [{"data": decode(data), "entry": entry, "sig": to_b64u(sig)} for data, entry, sig in rows]
    return encode({"lists": shown, "v": 1, "window": window})


def envelopes(store: Store, epoch: int) -> bytes:
    """Every envelope of a sealed epoch."""
    return _joined(store, f"SELECT data FROM item WHERE epoch = ? AND {_SEALED} ORDER BY item", epoch)  # noqa: S608


def pieces(store: Store, epoch: int) -> bytes:
    """Every chunk of a sealed epoch."""
    return _joined(store, f"SELECT data FROM chunk WHERE epoch = ? AND {_SEALED} ORDER BY id", epoch)  # noqa: S608


def board(store: Store, epoch: int) -> bytes:
    """The board of a sealed epoch."""
    return _joined(store, "SELECT data FROM board WHERE epoch = ?", epoch)


def mail(store: Store, epoch: int) -> bytes:
    """Every bundle of an epoch."""
    return _joined(store, "SELECT data FROM bundle WHERE epoch = ? ORDER BY seat", epoch)


def _joined(store: Store, sql: str, epoch: int) -> bytes:
    return b"".join(data for (data,) in store.all(sql, epoch))
