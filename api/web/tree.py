"""The proof of an entry as a picture: how it leads, with a few neighbours' hashes, to the signed state.

::

                [ entries 0–13 ]            the signed state
                 /            \\
        [ entries 0–7 ]   [ entries 8–13 ]
         …
    [ entry 6 ]   [ entry 7 ]               this entry

1. The picture must be drawn from the index and the size alone: one step a level, whatever the record's size.
2. It must say the same in words (`text`), for those who do not see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

WIDTH: Final = 340
STEP: Final = 58
BOX: Final = (132, 34)


@dataclass(frozen=True, slots=True)
class Box:
    """A node at its centre (x, y): the entries `lo` to `hi` - 1. `kind` is path, side, entry or state."""

    x: float
    y: float
    lo: int
    hi: int
    kind: str

    @property
    def left(self) -> float:
        """Left edge."""
        return self.x - BOX[0] / 2

    @property
    def top(self) -> float:
        """Upper edge."""
        return self.y - BOX[1] / 2

    @property
    def label(self) -> str:
        """What stands in it."""
        if self.kind == "state":
            return f"state of {self.hi - self.lo:,}"
        if self.hi - self.lo == 1:
            return f"entry {self.lo}"
        return f"entries {self.lo}–{self.hi - 1}"


@dataclass(frozen=True, slots=True)
class Edge:
    """A line between two nodes; `path` when it is on the way to the entry."""

    x1: float
    y1: float
    x2: float
    y2: float
    path: bool


@dataclass(frozen=True, slots=True)
class Tree:
    """The picture, `height` units high."""

    height: int
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    text: str


def draw(index: int, size: int) -> Tree:
    """The way from entry `index` up to the state of `size` entries."""
    spans = _spans(index, size)
    boxes, edges, at = [], [], WIDTH / 2
    for depth, (lo, hi, side) in enumerate(spans):
        y = BOX[1] / 2 + 4 + depth * STEP
        kind = "entry" if depth == len(spans) - 1 else "state" if depth == 0 else "path"
        if side is None:
            boxes.append(Box(at, y, lo, hi, kind))
            continue
        right = side[0] >= hi
        here, there = (WIDTH / 4, 3 * WIDTH / 4) if right else (3 * WIDTH / 4, WIDTH / 4)
        above = (at, y - STEP + BOX[1] / 2)
        edges += [Edge(*above, here, y - BOX[1] / 2, True), Edge(*above, there, y - BOX[1] / 2, False)]
        boxes += [Box(here, y, lo, hi, kind), Box(there, y, *side, "side")]
        at = here
    height = int(BOX[1] + 8 + (len(spans) - 1) * STEP)
    return Tree(height, tuple(boxes), tuple(edges), _told(index, spans))


def _spans(index: int, size: int) -> list[tuple[int, int, tuple[int, int] | None]]:
    """From the top: the entries under each node of the way, and those under its neighbour."""
    lo, hi = 0, size
    spans: list[tuple[int, int, tuple[int, int] | None]] = [(lo, hi, None)]
    while hi - lo > 1:
        middle = lo + (1 << ((hi - lo - 1).bit_length() - 1))
        if index < middle:
            spans.append((lo, middle, (middle, hi)))
            hi = middle
        else:
            spans.append((middle, hi, (lo, middle)))
            lo = middle
    return spans


def _told(index: int, spans: list[tuple[int, int, tuple[int, int] | None]]) -> str:
    sides = [side for _, _, side in reversed(spans) if side]
    if not sides:
        return f"Entry {index} is the only entry: its hash is the signed state."
    named = [Box(0, 0, lo, hi, "side").label for lo, hi in sides]
    joined = ", then with ".join(named)
    return f"The hash of entry {index} is joined with that of {joined}. The result is the signed state."
