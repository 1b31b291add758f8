"""Whether what a proposer says about a change covers what changed, and whether it says it as it is (G-POL-2).

What ``policy.proposed`` states, a path and a direction, against the changes that were computed::

    {"path": "/standards/ASL-3-SECURITY/out_of_scope", "direction": "neutral"}
    covers three changes, of which two loosen                                    -> DIRECTION_DISPUTED

1. A stated path must cover a change only at its own path, at the list of texts or the new or dropped list that it
   belongs to, or at an object that holds it; never from the root or from a whole section: "/standards" says nothing.
2. A path may name a duty under either version's prefix, and a thing under its old name.
3. A stated direction is disputed when it is milder than the computed one: `unclear` says less than `loosens`, `neutral`
   less than `unclear`, `tightens` less than `neutral`. What computes as `unclear` disputes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ledger.policy.diff import Change
from ledger.policy.direction import Direction
from ledger.policy.rules import duty

_GRAVITY = list(reversed(Direction))


@dataclass(frozen=True, slots=True)
class Cover:
    """`under`: each stated path and its changes; `uncovered`: changes under no path; `idle`: paths over nothing."""

    under: Mapping[str, tuple[Change, ...]]
    uncovered: tuple[Change, ...]
    idle: tuple[str, ...]


def covers(stated: str, change: Change) -> bool:
    """Whether a stated path covers a change."""
    return any(_above(stated, path, change.whole) for path in (change.path, change.was) if path)


def covering(changes: Collection[Change], stated: Iterable[str]) -> Cover:
    """All stated paths against all changes."""
    under = {path: tuple(change for change in changes if covers(path, change)) for path in stated}
    covered = {id(change) for held in under.values() for change in held}
    return Cover(
        under=under,
        uncovered=tuple(change for change in changes if id(change) not in covered),
        idle=tuple(path for path, held in under.items() if not held),
    )


def uncovered(changes: Collection[Change], stated: Iterable[str]) -> tuple[Change, ...]:
    """The changes that no stated path covers; guard G-POL-2 refuses while there is one."""
    return covering(changes, stated).uncovered


def overall(changes: Iterable[Change]) -> Direction:
    """The direction of several changes together: the gravest, where neutral ones count for nothing beside others."""
    found = {change.direction for change in changes}
    for direction in (Direction.LOOSENS, Direction.UNCLEAR, Direction.TIGHTENS):
        if direction in found:
            return direction
    return Direction.NEUTRAL


def milder(stated: Direction, computed: Direction) -> bool:
    """Whether the stated direction says less than the computed one, which is then shown beside it."""
    return computed is not Direction.UNCLEAR and _GRAVITY.index(stated) < _GRAVITY.index(computed)


def _above(stated: str, path: str, whole: str) -> bool:
    there, here, top = (_steps(p) for p in (stated, path, whole))
    if not there or here[: len(there)] != there:
        return False
    return len(there) > 1 or len(there) >= len(top)


def _steps(path: str) -> list[str]:
    """The names on a path, under no version's prefix; nothing for a text that is no path."""
    return [duty(name) for name in path.split("/")[1:]] if path.startswith("/") else []
