"""House settings: what the house decides where every policy is silent (DOMAIN §9). Each change is an act of its own.

::

    {"is":"PT48H","setting":"promptly","was":"PT72H","why":"A Board notice that took three days came too late."}

1. A change must be signed by CEO and RSO, and loosening is shown as such: the direction is computed, never claimed.
2. The Board and the LTBT are told (``share-with-bodies``); until then the change is shown as untold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.engine.house import SETTING, house
from ledger.errors import Malformed, Refusal
from ledger.policy.direction import Direction
from ledger.policy.house import direction, fitting
from ledger.record.act import Act
from ledger.record.canonical import encode
from ledger.record.event import Event
from ledger.register import Fact, View
from ledger.subjects.kind import Kind, approving_roles, in_stream
from ledger.subjects.payload import Any_, Slug, Text, read_payload
from ledger.subjects.sharing import untold

SIGNERS: Final = ("CEO", "RSO")


@dataclass(frozen=True, slots=True)
class Change:
    """A setting goes from `was` to `is_`. `was` is absent where it had no value."""

    setting: Slug
    is_: Any_
    why: Text
    was: Any_ = None


@dataclass(frozen=True, slots=True)
class Changed:
    """A change on the record, with its computed direction and the bodies that were not told yet."""

    fact: Fact
    direction: Direction
    untold: tuple[str, ...]


def read(event: Event) -> Change:
    """`data` of settings.changed: a setting that exists, with a value that it takes."""
    change = read_payload(Change, event.data)
    fitting(change.setting, change.is_, "/data/is")
    if change.was is None and "was" in event.data:
        raise Malformed("a value that was not set is not stated", "/data/was", "leave it out")
    return change


def judge_signers(view: View, act: Act, now: str) -> list[Refusal]:
    """G-SET-0: CEO and RSO change a setting together."""
    missing = [role for role in SIGNERS if role not in approving_roles(act)]
    if not missing:
        return []
    return [
        Refusal("G-SET-0", f"the change lacks {', '.join(missing)}", "CEO and RSO approve it, two persons")
    ]


def judge_was(view: View, act: Act, now: str) -> list[Refusal]:
    """G-SET-1: ``was`` is the value that holds now, and ``is`` another."""
    change = read(act.event)
    holds = house(view, change.setting)
    if encode(holds) != encode(change.was):
        stated = (
            "leave 'was' out: it had no value" if holds is None else f"state as 'was' what holds: {holds!r}"
        )
        return [Refusal("G-SET-1", f"{change.setting} does not read so now", stated[:300])]
    if encode(holds) == encode(change.is_):
        return [Refusal("G-SET-1", f"{change.setting} is {holds!r} already"[:300], "nothing to change")]
    return []


def changes(view: View) -> list[Changed]:
    """Every change by now, what loosens first."""
    made = [x for x in view.of_type(SETTING) if x.effective_at <= view.now]
    out = [Changed(x, way(x), untold(view, x)) for x in made]
    return sorted(out, key=lambda x: (list(Direction).index(x.direction), x.fact.index))


def way(changed: Fact) -> Direction:
    """Which way a recorded change goes."""
    return direction(changed.data["setting"], changed.data.get("was"), changed.data["is"])


KINDS = (
    Kind(SETTING, "change-setting", "DOMAIN 9", True, read, in_stream("settings", "setting"), """\
# A house setting is changed, by CEO and RSO. Tell the Board and the LTBT: countersign record share-with-bodies.
data:
  setting: promptly          # as in house.yaml
  was: PT72H                 # the value that holds now; leave it out where there is none
  is: PT48H
  why: ""
""", judges={"G-SET-0": judge_signers, "G-SET-1": judge_was}, withholdable=False),
)  # fmt: skip
