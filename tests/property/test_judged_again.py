"""An old entry judged on a longer register: nothing that came later may change what is said of it.

The office judges each act on the register that ends there; an auditor who has read everything asks the same of
``register.below(n)``. Whatever is on the record, honest or not, both must get the same refusals.
"""

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from keys import check
from ledger.errors import Malformed
from ledger.judge import judge
from ledger.record.entry import read_entry
from ledger.register import Register
from ledger.subjects.registry import DECISIONS
from tests.kit import CAST, CEO, GC, LOG, RSO, SECRETARY, T1, T2, Person, World
from tests.record.test_roster import directory, seat

NEW = Person("p-rso", "RSO", "new")
GUEST = Person("p-guest", "CISO")
PEOPLE = [p for p in CAST if p is not LOG]


def change_roster(world: World, *people: Person, silent: int = 0) -> int:
    data = directory(*(seat(i, p.id) for i, p in enumerate(people)), ledger=world.origin)
    return world.record(
        "trust.roster_changed", data, [T1, T2, *people[2 : len(people) - silent]], stream="trust/roster"
    )


STEPS: dict[str, Callable[[World], object]] = {
    "note": lambda w: w.note(),
    "note by a new key": lambda w: w.note(by=NEW),
    "register": lambda w: w.register(NEW),
    "register alone": lambda w: w.register(NEW, by=[SECRETARY]),
    "register again": lambda w: w.register(replace(NEW, id="p-gc", role="GENERAL_COUNSEL")),
    "revoke": lambda w: w.revoke(NEW),
    "revoke the first": lambda w: w.revoke(RSO),
    "revoke own": lambda w: w.revoke(RSO, by=[NEW]),
    "revoke own, compromised": lambda w: w.revoke(NEW, by=[RSO], compromised_from=1),
    "compromised": lambda w: w.revoke(GC, by=[SECRETARY, CEO], compromised_from=1),
    "appoint": lambda w: w.appoint(GUEST),
    "register a guest": lambda w: w.register(GUEST),
    "note by a guest": lambda w: w.note(by=GUEST),
    "end": lambda w: w.end(GUEST),
    "end the RSO": lambda w: w.end(RSO),
    "appoint a second RSO": lambda w: w.appoint(replace(GUEST, role="RSO")),
    "roster": lambda w: change_roster(w, T1, T2),
    "greater roster, of which one did not sign": lambda w: change_roster(w, T1, T2, GC, silent=1),
    "greater roster": lambda w: change_roster(w, T1, T2, GC),
    "rotate": lambda w: w.rotate("log 2"),
    "rotate again": lambda w: w.rotate("log 3", log=replace(LOG, key_name="log 2")),
    "rotate with the first key": lambda w: w.rotate("log 4"),
}


def verdict(register: Register, index: int, raw: bytes) -> list[tuple[str, str]]:
    entry = read_entry(raw)
    assert entry.act
    refusals = judge(register.below(index), entry.act, entry.recorded_at, check)
    return [(r.rule, r.reason) for r in refusals]


def judged_both_ways(steps: list[str]) -> None:
    world = World()
    world.found()
    for step in steps:
        STEPS[step](world)
    register, then = Register(DECISIONS, check), []
    for index, raw in enumerate(world.entries):
        entry = read_entry(raw)
        then.append(verdict(register, index, raw))
        assert entry.act
        try:
            register.fold(entry.act, index, entry.recorded_at, entry.stream_version or 1)
        except (Malformed, KeyError):
            register.pass_by(index, entry.recorded_at)
    assert [verdict(register, i, raw) for i, raw in enumerate(world.entries)] == then


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=8))
def test_5_what_came_later_changes_nothing_that_is_said_of_an_entry(steps: list[str]) -> None:
    judged_both_ways(steps)


def test_5_every_step_twice_in_order() -> None:
    """A-KEY-NEW, A-KEY-OLD, A-ROSTER, an owner's own revocation, a key's stream: each was once asked of the end."""
    judged_both_ways([*STEPS, *STEPS])
