"""What claims 7 and 8 say of an entry of a hand-made world, on the roll as it is below it."""

from keys import check
from ledger.record.authority import faults
from ledger.record.entry import read_entry
from ledger.record.roll import Place, Roll
from ledger.record.signatures import Fault
from tests.kit import World


def fold(world: World, upto: int | None = None) -> tuple[Roll, list[list[Fault]]]:
    """The roll below entry `upto`, and what there is against each entry below; acts with faults are not folded."""
    roll = Roll()
    found: list[list[Fault]] = []
    for index, raw in enumerate(world.entries[:upto]):
        entry = read_entry(raw)
        if entry.act is None:
            found.append([])
            continue
        against = faults(roll, entry.act, Place(index, entry.recorded_at), check)
        if not against:
            roll.fold(entry.act.event, index, check)
        found.append(against)
    return roll, found


def against(world: World, index: int = -1) -> list[str]:
    """The claims and rules that entry `index` (the last) fails: ``["8 S-ROLE"]``; empty when it is in order."""
    return [f"{x.claim} {x.refusal.rule}" for x in fold(world)[1][index]]


def sentences(world: World, index: int = -1) -> str:
    """The same as a person reads it."""
    return "\n".join(str(x.refusal) for x in fold(world)[1][index])


def founded() -> World:
    """A world with entry 0 in order."""
    world = World()
    world.found()
    return world
