"""Claims 11 and 12, which need others. Numbers are those of ledger/verify/rules.py and stamps.py."""

import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from types import SimpleNamespace

import pytest

from ledger.errors import Refusal
from ledger.record.act import Act
from ledger.verify.report import Report
from ledger.verify.verify import verify
from tests.kit import World
from tests.verify.memory import asked, bundle_of, check_bundle, failing


@dataclass
class Listening:
    """Rules that write down what they are asked, and refuse what says so."""

    judged: int = 0
    unjudged: int = 0
    asked: list[tuple[int, str, str | None, int | None, str | None]] = field(default_factory=list)

    def entry(
        self, index: int, recorded_at: str, act: Act | None, version: int | None, withheld: str | None = None
    ) -> list[Refusal]:
        self.asked.append((index, recorded_at, act.event.type if act else None, version, withheld))
        if act is None:
            self.unjudged += 1
            return []
        self.judged += 1
        forbidden = "forbidden" in str(act.event.data)
        return [Refusal("R-1", "it is forbidden", "do not")] if forbidden else []


def world() -> World:
    world = World()
    world.found()
    world.note()
    world.secret_note()
    world.secret_note(opened=False)
    world.note("forbidden")
    return world


def states(report: Report) -> dict[int, tuple[str, tuple[str, ...]]]:
    return {c.number: (c.state, c.remarks) for c in report.claims}


def test_1_every_entry_is_handed_in_in_order() -> None:
    rules, mine = Listening(), world()
    report = check_bundle(mine, rules=rules)
    assert [x[0] for x in rules.asked] == [0, 1, 2, 3, 4]
    assert [x[2] for x in rules.asked] == [
        "ledger.founded",
        "note.recorded",
        "note.recorded",
        None,
        "note.recorded",
    ]
    assert [bool(x[4]) for x in rules.asked] == [False, False, True, True, False]
    assert (report.words, report.index) == ("RULE_BROKEN", 4)
    assert failing(report) == {12: [(4, "R-1: it is forbidden")]}


def test_1_an_entry_that_cannot_be_read_is_handed_in_as_none() -> None:
    rules, mine = Listening(), world()
    mine.entries[1] = b"{}"
    mine.relink(2)
    check_bundle(mine, rules=rules)
    assert rules.asked[1] == (1, "", None, None, None)


def test_2_how_many_could_not_be_judged_is_said() -> None:
    mine = world()
    del mine.entries[4]
    report = check_bundle(mine, rules=Listening())
    assert report.words == "OK_WITH_WITHHELD"
    assert states(report)[12] == ("in part", ("3 acts were judged again", "1 of 4 acts could not be judged"))


def test_3_an_entry_at_which_the_rules_fail_is_a_finding() -> None:
    class Tripping(Listening):
        def entry(self, index: int, *rest: object, **more: object) -> list[Refusal]:
            if index == 2:
                raise KeyError("x")
            return []

    report = check_bundle(world(), rules=Tripping())
    assert (report.words, report.index) == ("RULE_BROKEN", 2)
    assert "nothing from it on was judged" in failing(report)[12][0][1]


def test_without_rules_claim_12_is_not_checked() -> None:
    assert states(check_bundle(world()))[12][0] == "not checked"


# ---- timestamps


def stamped(monkeypatch: pytest.MonkeyPatch, *digests: bytes | Exception) -> Report:
    """A bundle with timestamps, and a library that reads these digests from them."""
    answers = iter(digests)

    def decode(data: bytes) -> object:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        info = SimpleNamespace(
            message_imprint=SimpleNamespace(message=answer), gen_time=datetime(2025, 1, 7, tzinfo=UTC)
        )
        return SimpleNamespace(tst_info=info)

    monkeypatch.setitem(sys.modules, "rfc3161_client", SimpleNamespace(decode_timestamp_response=decode))
    mine = world()
    files = mine.bundle_files(earlier=[2]) | {f"timestamps/{i}.tsr": b"x" for i in range(len(digests))}
    return verify(bundle_of(files), asked(mine))


def test_stamps_1_without_the_package_nothing_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    mine = world()
    files = mine.bundle_files() | {"timestamps/5.tsr": b"x"}
    state, remarks = states(verify(bundle_of(files), asked(mine)))[11]
    assert state == "not checked"
    assert remarks == ("reading the timestamps (1) needs rfc3161-client",)
    assert states(check_bundle(mine))[11] == ("not checked", ("there are no timestamps",))


def test_stamps_2_a_stamp_over_a_checkpoint_at_hand_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    digests = [sha256(world().checkpoint(n).encode()).digest() for n in (5, 2)]
    report = stamped(monkeypatch, *digests)
    state, remarks = states(report)[11]
    assert (report.verdict, state) == ("OK_WITH_WITHHELD", "not checked")
    assert "0.tsr says that this checkpoint existed at 2025-01-07T00:00:00+00:00" in remarks


@pytest.mark.parametrize("answer", [bytes(32), ValueError("x"), TypeError("y"), AttributeError("z")])
def test_stamps_2_any_other_stamp_fails(monkeypatch: pytest.MonkeyPatch, answer: bytes | Exception) -> None:
    report = stamped(monkeypatch, answer)
    assert report.words == "BAD_SIGNATURE"
    assert list(failing(report)) == [11]
