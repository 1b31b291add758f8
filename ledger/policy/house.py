"""The house's rules as data: what holds where every policy is silent, which values fit, which way a change goes.

The defaults stand in ``definitions/house.yaml``; a founding or a later change may set others::

    fitting("promptly", "PT48H", "/data/is")             "PT48H"
    direction("promptly", "PT72H", "PT48H")              Direction.TIGHTENS

1. A setting that is not in the file must be refused, and so must a value of another form.
2. What has no default (null) must be set before it is asked for, and must never be set back to nothing.
3. What cannot be computed must be ``unclear``, as for a policy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from ledger.errors import Malformed
from ledger.policy.direction import Direction, stricter
from ledger.policy.duration import Duration, compare
from ledger.policy.plain import load_file
from ledger.record import fields as f
from ledger.record.canonical import Json, encode

FILE: Final = Path(__file__).parent / "definitions" / "house.yaml"
SCHEMA: Final = "schema"

Reader: TypeAlias = Callable[[Json, str], Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """How a value is read, and which way from `was` to `is` is stricter (None: nobody can compute it)."""

    read: Reader
    tightens: Callable[[Any, Any], bool | None]


@cache
def defaults() -> dict[str, Any]:
    """The shipped house rules."""
    loaded: dict[str, Any] = load_file(FILE)
    return {name: value for name, value in loaded.items() if name != SCHEMA}


def fitting(name: str, value: Json, where: str) -> Json:
    """The value, if this setting exists and takes it; Malformed if not."""
    if name not in SETTINGS:
        raise Malformed(
            f"no setting is called {name!r}"[:200], where, f"one of {', '.join(sorted(SETTINGS))}"
        )
    SETTINGS[name].read(value, where)
    return value


def direction(name: str, was: Json, is_: Json) -> Direction:
    """Which way a change of a setting goes. What had no value before is bound by any."""
    if encode(was) == encode(is_):
        return Direction.NEUTRAL
    if was is None:
        return Direction.TIGHTENS
    return stricter(SETTINGS[name].tightens(was, is_))


def _duration(value: Json, where: str) -> Duration:
    return Duration.parse(value, where)


def _word(*words: str) -> Reader:
    return lambda value, where: f.one_of(value, words, where)


def _approvals(value: Json, where: str) -> None:
    """Matters with the roles that decide them: the same matters as shipped, each with its roles."""
    f.members(value, where, defaults()["approvals"])
    for matter, approval in value.items():
        here, shipped = f"{where}/{matter}", defaults()["approvals"][matter]
        f.members(approval, here, ("approve", "ref"), (*shipped, "approve_mode"))
        for member in ("approve", "propose", "consult"):
            for i, role in enumerate(f.array(approval.get(member, []), f"{here}/{member}")):
                f.one_of(role, f.ROLES, f"{here}/{member}/{i}")
        if not approval["approve"]:
            raise Malformed("nobody decides", f"{here}/approve", "name at least one role")


def _shorter(was: str, is_: str) -> bool | None:
    order = compare(Duration.parse(was), Duration.parse(is_))
    return None if order in (None, 0) else order > 0


def _longer(was: str, is_: str) -> bool | None:
    shorter = _shorter(was, is_)
    return None if shorter is None else not shorter


def _more_roles(was: dict[str, Any], is_: dict[str, Any]) -> bool | None:
    """True where roles were only added, False where one was taken away; how they act together is not computed."""
    taken = any(set(was[m]["approve"]) - set(is_[m]["approve"]) for m in was)
    added = any(set(is_[m]["approve"]) - set(was[m]["approve"]) for m in was)
    same = all(was[m].get("approve_mode") == is_[m].get("approve_mode") for m in was)
    if taken:
        return False
    return True if added and same else None


_LIMIT: Final = Setting(_duration, _shorter)
_WAIT: Final = Setting(_duration, _longer)
_COUNT: Final = Setting(lambda value, where: f.integer(value, where, 1), lambda was, is_: bool(is_ > was))
_DUTY: Final = Setting(_word("on", "off"), lambda was, is_: is_ == "on")
_LEAVE: Final = Setting(_word("on", "off"), lambda was, is_: is_ == "off")

SETTINGS: Final[dict[str, Setting]] = {
    "consultation_minimum": _WAIT,
    "exception_length": _LIMIT,
    "exception_review": _LIMIT,
    "interim_length": _LIMIT,
    "preliminary_interval": _LIMIT,
    "usg_notice": _LIMIT,
    "rso_report": _LIMIT,
    "promptly": _LIMIT,
    "regularly": _LIMIT,
    "correction_republication": _LIMIT,
    "recorded_late": _LIMIT,
    "pause_slow": _LIMIT,
    "gate_fresh": _LIMIT,
    "trigger_to_opening": _LIMIT,
    "bite": _DUTY,
    "bite_after": _LIMIT,
    "delegation": _LEAVE,
    "delegation_length": _LIMIT,
    "ltbt_signers": _COUNT,
    "board_signers": _COUNT,
    "board_quorum": _COUNT,
    "board_majority": Setting(_word("simple", "two_thirds"), lambda was, is_: is_ == "two_thirds"),
    "recused_leave_quorum": _LEAVE,
    "due_soon": _WAIT,
    "independence_within": _LIMIT,
    "unredacted_within": _LIMIT,
    "public_review_within": _LIMIT,
    "case_publication": _LIMIT,
    "approvals": Setting(_approvals, _more_roles),
}
