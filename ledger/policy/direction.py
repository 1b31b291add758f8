"""Which way a change goes: it tightens, it loosens, it is neutral, or nobody can compute it (DOMAIN §4.1).

What each member's change means stands at the member itself, as a `Sense`; here is how each sense is computed::

    Shorter[Period]    P6M -> P1Y        loosens        Sense.BEYOND   + "sophisticated insiders"     loosens
    Modality           must -> aims      loosens        Sense.TEXT     one wording -> another         unclear

1. Reading a change backwards must turn tightens into loosens and the other way round, and leave the others as they are.
2. What only words can tell must be `unclear`: computed `tightens` is never guessed.
3. A value written in another way (P12M and P1Y, 4.0 and 4) is a change, and neutral.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from ledger.policy.duration import Duration, compare
from ledger.policy.member import House, Member, Sense
from ledger.policy.procedures import interval
from ledger.policy.read import plain
from ledger.policy.rules import duty
from ledger.policy.words import Enforce, Modality, Mode, Op, Together
from ledger.record.canonical import Json


class Direction(StrEnum):
    """The gravest first, which is the order in which changes are shown."""

    LOOSENS = "loosens"
    UNCLEAR = "unclear"
    NEUTRAL = "neutral"
    TIGHTENS = "tightens"


Object = dict[str, Json]
_REVERSED: Final = {Direction.LOOSENS: Direction.TIGHTENS, Direction.TIGHTENS: Direction.LOOSENS}
_ANY_ONE: Final = (Mode.ANY, Together.SEVERALLY)
_INCLUSIVE: Final = {(Op.OVER, Op.AT_LEAST), (Op.UNDER, Op.AT_MOST)}
_HIGHER_IS_MET_LATER: Final = (Op.AT_LEAST, Op.OVER)
_STRENGTH: Final = ("approve", "consult", "notify_before", "notify", "notify_after")
_WORD: Final = re.compile(r"[\w-]+")


def reverse(direction: Direction) -> Direction:
    """The direction of the same change read backwards."""
    return _REVERSED.get(direction, direction)


def stricter(yes: bool | None) -> Direction:
    """Tightens for yes, loosens for no, unclear for nobody knows."""
    return Direction.UNCLEAR if yes is None else Direction.TIGHTENS if yes else Direction.LOOSENS


def of_value(m: Member, before: Json, after: Json, old: Object, new: Object) -> Direction:
    """A member that is no list went from `before` to `after` (None: absent); `old` and `new` hold it."""
    appeared = None if (before is None) == (after is None) else before is None
    match m.sense:
        case Sense.RECORD:
            return Direction.NEUTRAL
        case Sense.THERE | Sense.ABSENT:
            if m.types[0] is bool:
                appeared = bool(after)
            found = stricter(appeared)
            return found if m.sense is Sense.THERE else reverse(found)
        case Sense.FIRM | Sense.WEAK | Sense.LAST:
            return _ranked(m, before, after)
        case Sense.SHORTER | Sense.LONGER if appeared is not None:
            return stricter(appeared)
        case Sense.AT_LEAST | Sense.AT_MOST if appeared is not None:
            return Direction.UNCLEAR
        case Sense.SHORTER | Sense.AT_MOST:
            return _measured(m, before, after)
        case Sense.LONGER | Sense.AT_LEAST:
            return reverse(_measured(m, before, after))
        case Sense.LINE:
            return _line(m, before, after, old, new)
        case Sense.SIGN if (before, after) in _INCLUSIVE:
            return Direction.TIGHTENS
        case Sense.SIGN if (after, before) in _INCLUSIVE:
            return Direction.LOOSENS
        case Sense.CADENCE:
            return _cadence(interval(before), interval(after))
        case Sense.RULES if appeared is not None:
            return _rule(after if appeared else before, appeared)
        case _:
            return Direction.UNCLEAR


@dataclass(frozen=True, slots=True)
class Lists:
    """The old and the new list that an item is in or missing from, and the two objects that hold them."""

    old: list[Json]
    new: list[Json]
    old_side: Object
    new_side: Object


def of_item(m: Member, item: Json, added: bool, lists: Lists) -> Direction:
    """An item that only one version has."""
    found = stricter(added)
    match m.sense:
        case Sense.MORE:
            return found
        case Sense.DUTIES | Sense.GROUNDS:
            if set(lists.old) - set(lists.new) and set(lists.new) - set(lists.old):
                return Direction.UNCLEAR
            return found if m.sense is Sense.DUTIES else reverse(found)
        case Sense.WITHIN | Sense.BEYOND:
            grew = _grew(item, added, lists.old, lists.new)
            found = Direction.NEUTRAL if grew is None else stricter(grew)
            return found if m.sense is Sense.WITHIN else reverse(found)
        case Sense.ROLES:
            return _role(m, item, added, lists)
        case Sense.RULES:
            return _rule(item, added)
        case Sense.WAYS_OUT:
            return _way_out(item, added, lists)
        case Sense.RECORD:
            return Direction.NEUTRAL
        case _:
            return Direction.UNCLEAR


def of_move(before: Object, after: Object) -> Direction:
    """A duty that now stands in another list: by its modality and what the ledger does about it, if these changed."""
    steps = {
        _sign(list(words).index(words(before[name])) - list(words).index(words(after[name])))
        for name, words in (("modality", Modality), ("enforce", Enforce))
    } - {0}
    return stricter(steps == {1}) if len(steps) == 1 else Direction.UNCLEAR


def _rule(rule: Object, added: bool) -> Direction:
    """A `may` that is only kept on record binds nobody: whether it frees or restrains is for its words to say."""
    if rule["modality"] == Modality.MAY and rule["enforce"] == Enforce.RECORD:
        return Direction.UNCLEAR
    return stricter(added)


def _way_out(rule: Object, added: bool, lists: Lists) -> Direction:
    """A permission loosens by being there. Its conditions count only while it stands in both versions."""
    if "condition_of" not in rule:
        return stricter(added is not (rule["modality"] == Modality.MAY))
    permission = duty(rule["condition_of"])
    stands = [permission in {duty(other["id"]) for other in rules} for rules in (lists.old, lists.new)]
    return stricter(added) if all(stands) else Direction.NEUTRAL


def _role(m: Member, role: str, added: bool, lists: Lists) -> Direction:
    """One more role is one more check, but where any of them is enough; and who rises to approve need not be asked."""
    for stronger in _STRENGTH[: _STRENGTH.index(m.name)] if m.name in _STRENGTH else ():
        now, then = (role in side.get(stronger, ()) for side in (lists.new_side, lists.old_side))
        if now not in (then, added):
            return Direction.NEUTRAL
    mode = "mode" if m.name == "deciders" else f"{m.name}_mode"
    one_is_enough = {side.get(mode) in _ANY_ONE for side in (lists.old_side, lists.new_side)}
    if len(one_is_enough) > 1:
        return Direction.UNCLEAR
    return stricter(added is not one_is_enough.pop())


def _ranked(m: Member, before: Json, after: Json) -> Direction:
    words = [word.value for word in m.types[0]]  # type: ignore[attr-defined]
    absent = {Sense.WEAK: len(words), Sense.LAST: len(words) - 1}.get(m.sense, 0)
    places = [absent if value is None else words.index(value) for value in (before, after)]
    return Direction.NEUTRAL if places[0] == places[1] else stricter(places[1] < places[0])


def _measured(m: Member, before: Json, after: Json) -> Direction:
    """A lower or shorter value tightens; a period that the policy names is shorter than one left to the house."""
    one, other = plain(m, before, ""), plain(m, after, "")
    order = _compare(one, other)
    return Direction.NEUTRAL if order == 0 else stricter(None if order is None else order > 0)


def _compare(one: Any, other: Any) -> int | None:
    if isinstance(one, Duration) and isinstance(other, Duration):
        return compare(one, other)
    if isinstance(one, House) or isinstance(other, House):
        return None if type(one) is type(other) else 1 if isinstance(one, House) else -1
    if isinstance(one, Fraction | int) and isinstance(other, Fraction | int):
        return _sign(one - other)
    return None


def _line(m: Member, before: Json, after: Json, old: Object, new: Object) -> Direction:
    if before is None or after is None or old.get("op") != new.get("op"):
        return Direction.UNCLEAR
    found = _measured(m, before, after)
    return found if old["op"] in _HIGHER_IS_MET_LATER else reverse(found)


def _cadence(before: Duration | None, after: Duration | None) -> Direction:
    if before is None and after is None:
        return Direction.UNCLEAR
    if before is None or after is None:
        return stricter(before is None)
    order = compare(before, after)
    return Direction.NEUTRAL if order == 0 else stricter(None if order is None else order > 0)


def _grew(item: str, added: bool, old: list[Json], new: list[Json]) -> bool | None:
    """Whether the scope got wider by this item; None if another item covered it all along.

    Words only ever qualify here, so "state-compromised insiders" is wider than "highly sophisticated state-compromised
    insiders": where the second gives way to the first, the scope grew and neither half of the change narrows it.
    """
    wider = [other for other in (old if added else new) if _words(other) and _words(other) < _words(item)]
    if not wider:
        return added
    return None if any(other in old and other in new for other in wider) else not added


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def _sign(number: Fraction | int) -> int:
    return (number > 0) - (number < 0)
