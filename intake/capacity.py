"""Which epoch an item enters, and how many places an epoch has (INTAKE §3).

    choose(20245, room_of, chance)     20246, or None: no room up to 20275

1. An item must enter an epoch drawn among e, e+1 and e+2 with room, else the first later one, never one after e+30: two
   items filed before the first is listed are not told by their epochs.
2. Uploads must get at most r of the 64 places, r drawn for each epoch from 32 to 48: the rest are always covers.
3. When items are promised beyond e+8, the epochs made then must double, to 512 at most, and r with them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from intake.labels import Chance, below

PLACES: Final = 64
MOST: Final = 512
DRAWN: Final = 3
FAR: Final = 8
AHEAD: Final = 30

_LEAST_ROOM: Final = 32
_MOST_ROOM: Final = 48


def choose(today: int, room_in: Callable[[int], bool], chance: Chance) -> int | None:
    """The epoch of an item that is handed in on `today`; None when no epoch that may be promised has room."""
    near = [epoch for epoch in range(today, today + DRAWN) if room_in(epoch)]
    if near:
        return near[below(chance, len(near))]
    return next((epoch for epoch in range(today + DRAWN, today + AHEAD + 1) if room_in(epoch)), None)


def places(epoch: int, today: int, before: int) -> int:
    """How many places an epoch gets when it is first looked at on `today`, the one before it having `before`."""
    return min(MOST, 2 * before) if epoch > today + FAR else PLACES


def room(count: int, chance: Chance) -> int:
    """r: how many of `count` places uploads may take."""
    return (_LEAST_ROOM + below(chance, _MOST_ROOM - _LEAST_ROOM + 1)) * (count // PLACES)
