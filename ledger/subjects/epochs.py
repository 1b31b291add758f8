"""Epochs of the anonymous channel, as the ledger carries them (INTAKE §3, §10; DOMAIN §4.19).

Once a day, news or not, svc-intake attests a list of fixed length; ``ledger.record.epoch`` shows its data. Nothing here
says how many reports there were, whose, or about what.

1. Epochs must come in order, each once, none skipped, and none before its day has ended.
2. No item and no nonce may stand in two epochs: a list that repeats one leaves no place for another.
3. An epoch must name the roster in force on its day, or one that was in force at most 30 days before: what was promised
   under that one is kept.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from ledger.errors import Refusal
from ledger.record import fields as f
from ledger.record.act import Act
from ledger.record.epoch import SEALED, Epoch, epoch
from ledger.record.event import Event
from ledger.record.roll import SERVICE
from ledger.register import Fact, View
from ledger.subjects.kind import Kind
from ledger.subjects.rosters import day, held

STREAM: Final = "intake/epochs"
PROMISED: Final = 30
"""Epochs for which a promise reaches ahead (INTAKE §3)."""

FORM = """\
# An epoch of the anonymous channel. The intake writes and attests it by itself, once a day; people never do.
data:
  epoch: 20245          # day number since 1970-01-01 UTC
  directory: ""         # digest of the roster
  items: ""             # 64, 128, 256 or 512 places of 80 bytes, base64url
  chunks: []            # 32 ids of attachment pieces
  desk: []              # digests of the trustees' bundles
  board: ""             # digest of the board
  client: ""            # digest of the served client
"""


def read(event: Event) -> Epoch:
    """`data` of intake.epoch_sealed."""
    return epoch(event.data)


def latest(view: View) -> Fact | None:
    """The epoch entry recorded last."""
    return max(view.of_type(SEALED), key=lambda fact: fact.index, default=None)


def judge_order(view: View, act: Act, now: str) -> list[Refusal]:
    """G-EPO-1: epochs come in order, each once and none skipped, after their day has ended."""
    number, last = int(act.event.data["epoch"]), latest(view)
    if last is not None and number != last.data["epoch"] + 1:
        why = f"epoch {number} after epoch {last.data['epoch']}"
        return [Refusal("G-EPO-1", why, f"the next is epoch {last.data['epoch'] + 1}")]
    if number >= day(now):
        return [Refusal("G-EPO-1", f"the day of epoch {number} has not ended", "seal it when it has")]
    return []


def judge_once(view: View, act: Act, now: str) -> list[Refusal]:
    """G-EPO-2: no item and no nonce stands in two epochs."""
    new = _marks(act.event.data["items"])
    for fact in view.of_type(SEALED):
        if not new.isdisjoint(_marks(fact.data["items"])):
            why = f"an item or nonce of it stands in epoch {fact.data['epoch']} already"
            return [Refusal("G-EPO-2", why, "list each item once, each under a nonce of its own")]
    return []


def judge_directory(view: View, act: Act, now: str) -> list[Refusal]:
    """G-EPO-3: it names the roster in force on its day, or one in force at most 30 days before."""
    number = int(act.event.data["epoch"])
    begun = [x for x in held(view) if x.roster.from_epoch <= number]
    # A later roster ends an earlier one on the day on which it begins.
    ends = [
        min((y.roster.from_epoch for y in begun[n + 1 :]), default=number + 1) for n, _ in enumerate(begun)
    ]
    named = act.event.data["directory"]
    if any(
        x.digest == named and end > max(number - PROMISED, x.roster.from_epoch)
        for x, end in zip(begun, ends, strict=True)
    ):
        return []
    now_in_force = begun[-1].digest if begun else "none"
    why = f"epoch {number} names the roster {named}"
    return [Refusal("G-EPO-3", why, f"name the roster in force on that day: {now_in_force}")]


@lru_cache(maxsize=8192)
def _marks(items: str) -> frozenset[bytes]:
    """Every nonce and L of a list. Kept, since each new epoch is held against all before it."""
    raw = f.b64u(items, "/data/items")
    rows = [raw[at : at + 80] for at in range(0, len(raw), 80)]
    return frozenset(row[:16] for row in rows) | frozenset(row[48:] for row in rows)


KINDS = (
    Kind(
        type=SEALED,
        command="seal-epoch",
        section="INTAKE 3",
        decides=True,
        read=read,
        stream=lambda view, event: STREAM,
        form=FORM,
        judges={"G-EPO-1": judge_order, "G-EPO-2": judge_once, "G-EPO-3": judge_directory},
        withholdable=False,
        actors=frozenset((SERVICE,)),
    ),
)
