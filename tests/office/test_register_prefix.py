"""Every past register is this one with a bound: hypothesis looks for a history in which a later entry changes an
earlier answer.

1. For every n, ``register.below(n)`` must answer as a register into which only n entries were folded.
2. An answer as known at an instant must stay what it was, whatever is recorded afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.record.roll import Place
from ledger.register import Register, View
from tests.kit import CAST, CEO, D1, GC, INSTRUMENT, RSO, T1
from tests.office.facts import act, at, correction, digest, founded, id_of, note, register

PATHS = ("/text", "/is", "/field_path", "/effective_at", "/list/1", "/list/1/deep", "/a~1b", "/nothing", "")
TYPES = ("note.recorded", "gate.decided", "entry.corrected", "ledger.founded", "appointment.made")
STREAMS = ("note/x/1", "note/x/2", "note/y")


@dataclass(frozen=True)
class Step:
    """One entry: what it is, which earlier or later entry it speaks of, and when."""

    what: str
    target: int
    path: str
    value: Any
    minute: int
    effective: int
    hidden: bool


VALUES = st.sampled_from(
    ["x", "/text", "/is", 7, True, None, ["a", {"deep": "b"}], {"text": "y"}, at(3), at(-40)]
)
STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from("note note decide correct correct correct pass twin appoint end revoke".split()),
        st.integers(0, 13),
        st.sampled_from(PATHS),
        VALUES,
        st.integers(0, 2),
        st.integers(-50, 50),
        st.booleans(),
    ),
    max_size=12,
)


def fold(made: Register, step: Step, minute: int) -> None:
    """Fold one step as entry `made.size`."""
    index, name, when = made.size, made.size, at(minute)
    hidden = digest(index) if step.hidden else None
    if step.what == "pass":
        made.pass_by(index, when, hidden)
        return
    about = {"effective_at": at(step.effective), "sealed": {"why": digest(step.target)}}
    if step.what == "correct":
        one = correction(name, step.target, step.path, step.value, effective_at=at(step.effective))
    elif step.what in ("note", "twin"):
        data = {"text": str(step.target), "list": ["p", {"deep": "q"}], "a/b": "r"}
        stream = STREAMS[step.target % len(STREAMS)]
        one = act(step.target if step.what == "twin" else name, "note.recorded", data, stream=stream, **about)
    elif step.what == "decide":
        one = act(name, "gate.decided", {"text": "go", "list": ["p", "q"]}, stream="gate/x", **about)
    elif step.what == "revoke":
        key = CAST[step.target % len(CAST)].key
        one = act(name, "key.revoked", {"key": key, "reason": "lost"}, stream="person/p")
    else:
        one = roll_act(name, step)
    made.fold(one, index, when, made.version(one.event.stream) + 1, withheld=hidden)


def roll_act(name: int, step: Step) -> Any:
    person = (CEO, RSO, GC, D1, T1)[step.target % 5]
    data = {"instrument": INSTRUMENT["digest"], "person": person.id, "role": person.role}
    if step.what == "appoint":
        return act(
            name,
            "appointment.made",
            data | {"from": at(step.effective)},
            evidence=[INSTRUMENT],
            stream=f"person/{person.id}",
        )
    return act(
        name,
        "appointment.ended",
        data | {"reason": "left"},
        evidence=[INSTRUMENT],
        stream=f"person/{person.id}",
    )


def answers(view: View) -> Iterator[Any]:
    """Everything that a view can be asked."""
    yield list(view)
    yield view.bound
    for name in (*range(15), "founding"):
        id_ = id_of(name)
        yield view.get(id_)
        yield view.amendments(id_)
        yield view.amendments(id_, public=True)
        yield view.committed(digest(name))
    yield [view.unread(after) for after in range(-1, 14)]
    yield [view.of_type(t) for t in TYPES]
    yield [view.of_stream(s) for s in (*STREAMS, "gate/x", "ledger")]
    yield [view.latest(s) for s in (*STREAMS, "gate/x", "ledger")]
    yield [view.of_subject(s) for s in ("note/x", "note/y", "gate/x", "ledger")]
    place = view.place(at(view.bound))
    assert place == Place(view.bound, at(view.bound))
    for person in CAST:
        yield [view.roll.holds(place, person.id, person.role, seen) for seen in range(view.bound + 1)]
        yield view.roll.is_trustee(person.id, view.bound)
        key = view.roll.key(person.key)
        yield [key.valid(view.bound, seen) if key else False for seen in range(view.bound + 1)]
    yield [sorted(view.roll.holders(role, place)) for role in ("CEO", "RSO", "DIRECTOR", "TRUSTEE")]


@settings(max_examples=40)
@given(STEPS)
def test_1_a_bound_is_a_past_register(steps: list[Step]) -> None:
    whole, prefixes, minute = register(), [register()], 0
    whole.fold(founded(), 0, at(0), 1)
    for n in range(len(steps) + 1):
        prefix, minute = register(), 0
        prefix.fold(founded(), 0, at(0), 1)
        for step in steps[:n]:
            minute += step.minute
            fold(prefix, step, minute)
        prefixes.append(prefix)
    for step, minute in zip(steps, minutes(steps), strict=True):
        fold(whole, step, minute)
    for n, prefix in enumerate(prefixes):
        assert prefix.size == n
        for as_of in (None, at(0), at(3), at(-40)):
            now, then = View(whole, n, as_of), View(prefix, n, as_of)
            assert list(answers(now)) == list(answers(then))


@given(STEPS, st.integers(-1, 30), st.sampled_from([None, -40, 0, 3, 30]))
def test_2_what_was_known_stays_known(steps: list[Step], known: int, as_of: int | None) -> None:
    made, when = register(), None if as_of is None else at(as_of)
    made.fold(founded(), 0, at(0), 1)
    before: tuple[int, list[Any]] | None = None
    for step, minute in zip(steps, minutes(steps), strict=True):
        fold(made, step, minute)
        if made.recorded_at > at(known):  # from here on nothing more can have been known then
            view = made.at(as_of=when, known_at=at(known))
            now = (view.bound, list(answers(view)))
            assert before in (None, now)
            before = now


def minutes(steps: list[Step]) -> list[int]:
    out, minute = [], 0
    for step in steps:
        minute += step.minute
        out.append(minute)
    return out


def test_a_note_is_folded_by_the_helpers_as_by_hand() -> None:
    """Were the steps above all empty, nothing would be compared."""
    made = register()
    fold(made, Step("note", 1, "", None, 0, 0, False), 0)
    fold(made, Step("correct", 0, "/text", "x", 0, 0, False), 1)
    [fact] = made.at().of_type("note.recorded")
    assert fact.data["text"] == "x"
    assert note("a").event.type == fact.type
