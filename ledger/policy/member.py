"""What a member of a policy file is, read off its type: how it is written, what it names, how a change in it counts.

The classes in ``schema``, ``thresholds``, ``rules``, ``procedures``, ``reports`` and ``approvals`` are the whole
schema. The type of a member says everything::

    every: Shorter[Period] | None = None       a period, may be absent; a shorter one tightens
    standards: tuple[StandardId, ...]          a list of ids of standards, must be there; one more tightens
    ref: Ref | None = None                     a text, may be absent, never compared

1. A member without a default must stand in the file; ``X | None`` without a default may be null and must be there.
2. `members` must know every annotation, or fail when the module is imported: no member is read by chance.
"""

from __future__ import annotations

import types
import typing
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import Enum
from fractions import Fraction
from typing import Annotated, Any, Final, TypeAlias, TypeVar

from ledger.policy.duration import Duration
from ledger.policy.moment import Moment

T = TypeVar("T")


class Sense(Enum):
    """How a change counts (DOMAIN §4.1, "Direction is computed"). The value is the legend printed in the docs."""

    SAME = "never compared"
    TEXT = "unclear"
    RECORD = "neutral"
    THERE = "added tightens, removed loosens, changed is unclear"
    ABSENT = "added loosens, removed tightens, changed is unclear"
    MORE = "each item: added tightens, removed loosens"
    DUTIES = (
        "each item: added tightens, removed loosens; unclear where a list has both, since it may be reworded"
    )
    GROUNDS = (
        "each item: added loosens, removed tightens; unclear where a list has both, since it may be reworded"
    )
    WITHIN = "each item: added or widened tightens, removed or narrowed loosens"
    BEYOND = "each item: added or widened loosens, removed or narrowed tightens"
    ROLES = (
        "each role: added tightens, removed loosens; the other way round where any one of them is enough; "
        "neutral where it only makes room for a stronger part in the same approval"
    )
    RULES = "added tightens, removed loosens; a `may` that is only kept on record is unclear"
    WAYS_OUT = (
        "a permission: added loosens, removed tightens; a prohibition or a condition the other way round; "
        "a condition that comes or goes with its permission is neutral"
    )
    FIRM = "further down the word list loosens; absent counts as the first word"
    WEAK = "further down the word list loosens; absent counts as less than the last word"
    LAST = "further down the word list loosens; absent counts as the last word"
    SHORTER = "shorter or lower tightens, longer or higher loosens; named at all tightens"
    LONGER = "longer or higher tightens, shorter or lower loosens; named at all tightens"
    AT_LEAST = "higher tightens, lower loosens; named where nothing was is unclear"
    AT_MOST = "lower tightens, higher loosens; named where nothing was is unclear"
    LINE = "a value that is met sooner tightens (lower for >=, higher for <=)"
    SIGN = "inclusive instead of strict tightens; another sign is unclear"
    CADENCE = "a shorter interval tightens, a longer one loosens; no interval at all is the longest"


class Written(Enum):
    """Forms of plain texts, as regular expressions."""

    TEXT = r"(?s).{1,20000}"
    ID = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
    NAME = r"[a-z][a-z0-9-]{0,31}"
    VERSION = r"[0-9]+(\.[0-9]+){0,3}"
    DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    SCHEMA = r"countersign\.policy/1"
    TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z"


@dataclass(frozen=True, slots=True)
class Names:
    """A mark on an id: it names one of these (standards, thresholds, exceptions, approvals, roles)."""

    what: str


@dataclass(frozen=True, slots=True)
class House:
    """A period that the policy leaves to a house setting, written ``house:usg_notice``."""

    setting: str

    def __str__(self) -> str:
        return f"house:{self.setting}"


Period: TypeAlias = Duration | House
Id: TypeAlias = Annotated[str, Written.ID, Sense.SAME]
Ref: TypeAlias = Annotated[str, Sense.SAME]
Text: TypeAlias = Annotated[str, Sense.TEXT]
StandardId: TypeAlias = Annotated[str, Written.ID, Names("standards"), Sense.MORE]
ThresholdId: TypeAlias = Annotated[str, Written.ID, Names("thresholds")]
RoleId: TypeAlias = Annotated[str, Written.ID, Names("roles"), Sense.ROLES]
BodyId: TypeAlias = Annotated[str, Written.ID, Names("bodies"), Sense.ROLES]
ExceptionId: TypeAlias = Annotated[str, Written.ID, Names("exceptions"), Sense.MORE]
Duty: TypeAlias = Annotated[str, Sense.DUTIES]
Ground: TypeAlias = Annotated[str, Sense.GROUNDS]
Shorter: TypeAlias = Annotated[T, Sense.SHORTER]
Longer: TypeAlias = Annotated[T, Sense.LONGER]
AtMost: TypeAlias = Annotated[T, Sense.AT_MOST]
AtLeast: TypeAlias = Annotated[T, Sense.AT_LEAST]

PLAIN: Final[frozenset[type]] = frozenset((str, int, bool, Fraction, Duration, House, Moment))


@dataclass(frozen=True, slots=True)
class Member:
    """One member of one class of the schema.

    `types` has two entries where a value may be of two kinds; `part` is the class of the schema of which the member, or
    each item of it, is an object.
    """

    name: str
    types: tuple[type, ...]
    part: type | None
    many: bool
    required: bool
    nullable: bool
    sense: Sense
    written: Written
    names: str | None


def members(kind: type) -> tuple[Member, ...]:
    """The members of a class of the schema, in the order in which it lists them."""
    if kind not in _KNOWN:
        _KNOWN[kind] = _members(kind)
    return _KNOWN[kind]


_KNOWN: Final[dict[type, tuple[Member, ...]]] = {}


def _members(kind: type) -> tuple[Member, ...]:
    hints = typing.get_type_hints(kind, include_extras=True)
    found = []
    for field in fields(kind):
        if not field.metadata.get("member", True):
            continue
        seen = _Seen()
        seen.look(hints[field.name])
        required = field.default is MISSING and field.default_factory is MISSING
        found.append(
            Member(
                name=field.name,
                types=tuple(seen.types),
                part=seen.types[0] if is_dataclass(seen.types[0]) and seen.types[0] not in PLAIN else None,
                many=seen.many,
                required=required,
                nullable=seen.null and required,
                sense=seen.sense or _usual(seen.types[0], seen.many),
                written=seen.written,
                names=seen.names,
            )
        )
    return tuple(found)


def _usual(kind: type, many: bool) -> Sense:
    """What a change means where the annotation does not say."""
    if is_dataclass(kind) and kind not in PLAIN:
        return Sense.MORE if many else Sense.THERE
    if issubclass(kind, Enum):
        return Sense.MORE if many else Sense.FIRM
    if kind is bool:
        return Sense.THERE
    raise TypeError(f"no direction is given for a member of {kind.__name__}")


class _Seen:
    """What an annotation was found to say."""

    def __init__(self) -> None:
        self.types: list[type] = []
        self.many = self.null = False
        self.sense: Sense | None = None
        self.written = Written.TEXT
        self.names: str | None = None

    def look(self, annotation: Any) -> None:
        origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
        if origin is Annotated:
            self.look(inner[0])
            for mark in inner[1:]:
                self.mark(mark)
        elif origin is typing.Union or origin is types.UnionType:
            for part in inner:
                self.look(part)
        elif origin is tuple and len(inner) == 2 and inner[1] is Ellipsis:
            self.many = True
            self.look(inner[0])
        elif annotation is type(None):
            self.null = True
        elif isinstance(annotation, type) and origin is None:
            self.types.append(annotation)
        else:
            raise TypeError(f"the schema cannot read {annotation!r}")

    def mark(self, mark: Any) -> None:
        if isinstance(mark, Sense):
            self.sense = mark
        elif isinstance(mark, Written):
            self.written = mark
        elif isinstance(mark, Names):
            self.names = mark.what
        else:
            raise TypeError(f"unknown mark {mark!r}")
