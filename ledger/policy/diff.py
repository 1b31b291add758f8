"""What changes from one version of a policy to another, as a list of changes with their directions (DOMAIN §4.1).

::

    diff(rsp_2_1, rsp_2_2)
    [Change(path='/standards/ASL-3-SECURITY/out_of_scope/state-compromised insiders (fn 11)', op='add', before=None,
            after='state-compromised insiders (fn 11)', direction='loosens', …), …]          six changes in all

1. A version compared with itself must show no change; with the sides exchanged, the same changes backwards.
2. Every changed leaf must lie under exactly one change, whose path is that of the highest subtree that is new or gone
   as a whole, or of the changed value. List items are named by their ids, plain texts by themselves.
3. Ids that are equal after a leading ``R<digits>-`` are one duty: changed or moved, never removed and added.
4. A threshold that names an older one in `formerly` is that one; what refers to it by either name refers to the same.
5. What identifies a version or cites a text (version, dates, title, provenance, ref, note, footnote numbers) is never
   compared; nor is the order of a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ledger.policy import direction as way
from ledger.policy.direction import Direction
from ledger.policy.load import load
from ledger.policy.member import Member, Sense, members
from ledger.policy.rules import duty, wording
from ledger.policy.schema import Policy
from ledger.record.canonical import Json

Object = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    `op`: add, remove, replace or move; `path`: where it stands in the new version (a removed one: in the old); `was`:
    where it stood in the old one, if it did; `whole`: the path of the list of texts or of the new or dropped list that
    it belongs to, else its own; `leaves`: how many values it has.
    """

    path: str
    op: str
    before: Json
    after: Json
    direction: Direction
    was: str
    whole: str
    leaves: int


def diff(old: Policy | Json, new: Policy | Json) -> list[Change]:
    """The changes from `old` to `new`, in the order of the schema; Malformed if one of them is no policy."""
    before, after = _data(old), _data(new)
    walk = _Walk(before, after)
    walk.object(Policy, before, after, "", "")
    return walk.changes


def gravest_first(changes: Iterable[Change]) -> list[Change]:
    """As they are shown: what loosens first, then what nobody can compute, then the rest (DOMAIN §4.1)."""
    return sorted(changes, key=lambda change: list(Direction).index(change.direction))


def commitments_dropped(old: Policy | Json, new: Policy | Json) -> tuple[str, ...]:
    """The ids of the old version's commitments that are rules of the new one no more (G-POL-3)."""
    before = old if isinstance(old, Policy) else load(old)
    after = new if isinstance(new, Policy) else load(new)
    return tuple(rule.id for rule in before.commitments() if after.rule(rule.id) is None)


def segment(name: str) -> str:
    """A name as one step of a path (JSON pointer, RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


class _Walk:
    """Both versions side by side, member by member of the schema. `path` is in the new version, `was` in the old."""

    def __init__(self, old: Object, new: Object) -> None:
        self.changes: list[Change] = []
        self.renamed = _renamed(old, new)
        self.old_places, self.new_places = dict(_places(Policy, old, "")), dict(_places(Policy, new, ""))

    def object(self, kind: type, old: Object, new: Object, path: str, was: str) -> None:
        for m in members(kind):
            if m.sense is not Sense.SAME:
                self.member(m, old, new, f"{path}/{m.name}", f"{was}/{m.name}")

    def member(self, m: Member, old: Object, new: Object, path: str, was: str) -> None:
        before, after = old.get(m.name), new.get(m.name)
        if m.many:
            lists = way.Lists(before or [], after or [], old, new)
            self.objects(m, lists, path, was) if m.part else self.texts(m, lists, path, was)
        elif m.part and before is not None and after is not None:
            self.object(m.part, before, after, path, was)
        elif not self.same(m, before, after):
            self.note(m, (path, was, path), (before, after), way.of_value(m, before, after, old, new))

    def texts(self, m: Member, lists: way.Lists, path: str, was: str) -> None:
        keys = replace(
            lists, old=[self.key(m, t) for t in lists.old], new=[self.key(m, t) for t in lists.new]
        )
        for key, text in zip(keys.old, lists.old, strict=True):
            if key not in keys.new:
                here = f"{path}/{segment(text)}", f"{was}/{segment(text)}", path
                self.note(m, here, (text, None), way.of_item(m, key, False, keys))
        for key, text in zip(keys.new, lists.new, strict=True):
            if key not in keys.old:
                here = f"{path}/{segment(text)}", f"{was}/{segment(text)}", path
                self.note(m, here, (None, text), way.of_item(m, key, True, keys))

    def objects(self, m: Member, lists: way.Lists, path: str, was: str) -> None:
        whole = "" if lists.old and lists.new else path
        for old, new in self.pairs(m, lists.old, lists.new):
            before, after = _as_object(old), _as_object(new)
            here, there = f"{path}/{_name(new, old)}", f"{was}/{_name(old, new)}"
            if m.part and before and after:
                self.object(m.part, before, after, here, there)
            elif m.sense is Sense.RULES and after and duty(after["id"]) in self.old_places:
                there, before = self.old_places[duty(after["id"])]
                self.note(m, (here, there, here), (before, after), way.of_move(before, after))
            elif not (m.sense is Sense.RULES and before and duty(before["id"]) in self.new_places):
                found = way.of_item(m, after or before, before is None, lists)
                self.note(m, (here, there, whole or here), (old, new), found)

    def pairs(self, m: Member, old: list[Json], new: list[Json]) -> Iterator[tuple[Json, Json]]:
        """Each item with its counterpart (None: it has none): by id, by an older id, or a bare text by its words."""
        names = self.renamed if m.name == "thresholds" else {}
        left = {_key(item, names): item for item in old}
        by_text = {wording(item.get("text", "")): key for key, item in left.items() if isinstance(item, dict)}
        for item in new:
            key = _key(item, {})
            if key not in left:
                key = by_text.get(key, key) if isinstance(item, str) else wording(item.get("text", ""))
            yield left.pop(key, None), item
        yield from ((item, None) for item in left.values())

    def same(self, m: Member, before: Json, after: Json) -> bool:
        if m.types[0] is bool:
            return bool(before) == bool(after)
        if m.sense in (Sense.FIRM, Sense.LAST):
            words = [word.value for word in m.types[0]]  # type: ignore[attr-defined]
            usual = words[0 if m.sense is Sense.FIRM else -1]
            return bool((before or usual) == (after or usual))
        if isinstance(before, str) and isinstance(after, str):
            return self.key(m, before) == self.key(m, after)
        return bool(before == after)

    def key(self, m: Member, text: str) -> str:
        """What a text is compared by: an id without its version, by its newer name; else its words."""
        if m.names:
            return self.renamed.get(text, text) if m.names == "thresholds" else duty(text)
        return wording(text) if m.types[0] is str else text

    def note(
        self, m: Member, paths: tuple[str, str, str], values: tuple[Json, Json], found: Direction
    ) -> None:
        before, after = values
        path, was, whole = paths
        moved = m.many and before is not None and after is not None
        op = "add" if before is None else "remove" if after is None else "move" if moved else "replace"
        leaves = max(_leaves(m.part, value) for value in values if value is not None)
        self.changes.append(Change(path, op, before, after, found, "" if op == "add" else was, whole, leaves))


def _data(policy: Policy | Json) -> Object:
    return policy.data if isinstance(policy, Policy) else load(policy).data


def _renamed(old: Object, new: Object) -> dict[str, str]:
    """Older names of thresholds -> the names in `new`, from either side's `formerly`."""
    standing, earlier = ({t["id"] for t in side["thresholds"]} for side in (new, old))
    names = {
        t["formerly"]: t["id"]
        for t in new["thresholds"]
        if "formerly" in t and t["formerly"] in earlier - standing
    }
    for t in old["thresholds"]:
        if t["id"] not in standing and t.get("formerly") in standing - earlier:
            names[t["id"]] = t["formerly"]
    return names


def _places(kind: type, value: Object, path: str) -> Iterator[tuple[str, tuple[str, Object]]]:
    """Where each duty stands that could move from one list to another."""
    for m in members(kind):
        here = value.get(m.name)
        if here is None or m.part is None:
            continue
        if m.many and m.sense is Sense.RULES:
            yield from ((duty(rule["id"]), (f"{path}/{m.name}/{segment(rule['id'])}", rule)) for rule in here)
        elif not m.many:
            yield from _places(m.part, here, f"{path}/{m.name}")


def _key(item: Json, names: dict[str, str]) -> str:
    return wording(item) if isinstance(item, str) else names.get(item["id"], duty(item["id"]))


def _as_object(item: Json) -> Object | None:
    return {"id": "", "text": item} if isinstance(item, str) else item


def _name(item: Json, other: Json) -> str:
    named = other if item is None else item
    return segment(named if isinstance(named, str) else named["id"])


def _leaves(kind: type | None, value: Any) -> int:
    """How many compared values a subtree has."""
    if kind is None or isinstance(value, str):
        return 1
    count = 0
    for m in members(kind):
        here = value.get(m.name)
        if m.sense is not Sense.SAME and here is not None:
            count += sum(_leaves(m.part, item) for item in here) if m.many else _leaves(m.part, here)
    return count
