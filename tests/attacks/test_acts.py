"""Signed acts used for what they were not signed for: again, too late, elsewhere, by somebody else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ledger.record.act import Seen, Signature, make_act
from ledger.record.canonical import decode
from tests.kit import CEO, GC, RSO, SECRETARY, START, T1, Person, World, edited, founding
from tests.verify.memory import check_tiles, failing


def founded() -> World:
    world = World()
    world.found()
    world.note()
    return world


# ---- again


def test_a_replayed_event_is_found_at_its_second_place() -> None:
    world = founded()
    act = world.act("note.recorded", {"text": "One vote."}, statement="attest")
    world.append(act)
    world.note()
    world.append(act)
    report = check_tiles(world)
    assert report.words == "BROKEN_AT 4"
    ((where, why),) = failing(report)[2]
    assert where == 4
    assert why.endswith("stands in entry 2 already")


def test_a_replayed_event_with_another_signature_is_found_too() -> None:
    world = founded()
    event = world.event("note.recorded", {"text": "One vote."})
    for signer in (RSO, CEO):
        world.append(
            make_act(
                event, [world.signature(event, RSO, "attest"), world.signature(event, signer, "attest")]
            ).raw
            if signer is CEO
            else make_act(event, [world.signature(event, RSO, "attest")]).raw
        )
    assert check_tiles(world).words == "BROKEN_AT 3"


def test_a_replayed_event_is_found_behind_a_withheld_leaf() -> None:
    world = founded()
    act = world.act("note.recorded", {"text": "One vote."}, statement="attest", class_="board")
    world.withhold(act)
    world.append(act)
    assert check_tiles(world).words == "BROKEN_AT 3"


# ---- too late


def test_an_act_kept_past_not_after_is_found() -> None:
    world = founded()
    act = world.act("note.recorded", {"text": "Lower the safeguards."}, statement="attest")
    world.tick(timedelta(days=8))
    world.append(act)
    report = check_tiles(world)
    assert report.words == "BROKEN_AT 2"
    assert "after its not_after" in failing(report)[2][0][1]


def test_an_act_recorded_at_its_not_after_is_in_time() -> None:
    world = founded()
    act = world.act("note.recorded", {"text": "In time."}, statement="attest")
    not_after = decode(act)["event"]["not_after"]
    world.append(act, recorded_at=not_after)
    assert check_tiles(world).words == "OK"


def test_a_withheld_act_kept_past_not_after_is_found_once_opened() -> None:
    world = founded()
    act = world.act("note.recorded", {"text": "In a drawer."}, statement="attest", class_="board")
    world.tick(timedelta(days=8))
    world.withhold(act)
    assert check_tiles(world).words == "BROKEN_AT 2"
    world.opened.clear()
    assert check_tiles(world).words == "OK_WITH_WITHHELD"


def test_a_not_after_beyond_30_days_of_the_event_id_is_found() -> None:
    world = founded()
    for days, words in ((30, "OK"), (31, "BROKEN_AT 3")):
        act = world.act(
            "note.recorded",
            {"text": "For later."},
            statement="attest",
            not_after=(world.now[:5] + ("02-05" if days == 30 else "02-06") + world.now[10:]),
        )
        world.append(act)
        assert check_tiles(world).words == words


def test_time_running_backwards_is_found() -> None:
    world = founded()
    world.append(
        world.act("note.recorded", {"text": "Earlier."}, statement="attest"),
        recorded_at="2025-01-06T09:00:30.000000Z",
    )
    assert check_tiles(world).words == "BROKEN_AT 2"


# ---- elsewhere


def moved(world: World, change: Callable[[dict[str, Any]], None]) -> str:
    """A note whose stored form was changed after it was signed, everything else made to fit."""
    world.note("Moved.", class_="staff")
    world.entries[-1] = edited(world.entries[-1], change)
    report = check_tiles(world)
    assert {where for found in failing(report).values() for where, _ in found} == {len(world.entries) - 1}
    return report.words


def test_a_signature_moved_to_another_ledger_does_not_hold() -> None:
    world = founded()
    event = world.event("note.recorded", {"text": "Said elsewhere."})
    world.append(make_act(event, [world.signature(event, RSO, "attest", ledger="other.example/log")]).raw)
    report = check_tiles(world)
    assert report.words == "BAD_SIGNATURE"
    assert failing(report) == {7: [(2, "S-HOLDS: the signature of p-rso does not hold")]}


def test_a_signature_moved_to_another_event_does_not_hold() -> None:
    world = founded()
    event = world.event("note.recorded", {"text": "What was signed."})
    signature = world.signature(event, RSO, "attest")
    other = world.event("note.recorded", {"text": "What was not."})
    world.append(make_act(other, [signature]).raw)
    report = check_tiles(world)
    assert (report.words, report.index) == ("BAD_SIGNATURE", 2)


@pytest.mark.parametrize(
    "change",
    [
        {"role": "CEO"},
        {"capacity": "witness"},
        {"statement": "approve"},
        {"signed_at": "2025-01-06T09:00:00.000000Z"},
        {"seen": {"root": "0" * 64, "size": 1}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_no_member_of_a_signature_can_be_changed(change: dict[str, Any]) -> None:
    world = founded()
    world.note()

    def edit(entry: dict[str, Any]) -> None:
        entry["act"]["signatures"][0] |= change
        if "role" in change or "capacity" in change:
            entry["act"]["event"]["actor"] |= change

    world.entries[-1] = edited(world.entries[-1], edit)
    assert check_tiles(world).words == "BAD_SIGNATURE"


def test_a_signature_moved_to_another_role_that_its_person_holds_does_not_hold() -> None:
    world = founded()
    world.appoint(Person("p-rso", "CISO"))
    event = world.event("note.recorded", {"text": "As RSO."})
    signature = world.signature(event, RSO, "attest")
    event["actor"]["role"] = "CISO"
    world.append(make_act(event, [replace(signature, role="CISO")]).raw)
    report = check_tiles(world)
    assert report.words == "BAD_SIGNATURE"
    assert list(failing(report)) == [7]


def test_a_signature_moved_to_another_person_does_not_hold() -> None:
    world = founded()
    event = world.event("note.recorded", {"text": "Mine."})
    stolen = replace(world.signature(event, RSO, "attest"), person="p-ceo", role="CEO")
    event["actor"] |= {"person": "p-ceo", "role": "CEO"}
    world.append(make_act(event, [stolen]).raw)
    report = check_tiles(world)
    assert report.words == "BAD_SIGNATURE"
    assert (2, "S-KEY: p-ceo signs with a key of p-rso") in failing(report)[8]


def test_a_persons_signature_by_another_persons_key_does_not_count() -> None:
    world = founded()
    world.note(by=Person("p-rso", "RSO", "p-ceo"))
    report = check_tiles(world)
    assert report.words == "NO_AUTHORITY"
    assert failing(report) == {8: [(2, "S-KEY: p-rso signs with a key of p-ceo")]}


# ---- by fewer than it takes


def test_one_person_cannot_sign_a_two_person_act_twice() -> None:
    world = founded()
    event = world.event("key.revoked", {"key": GC.key, "reason": "lost"}, SECRETARY)
    twice = [world.signature(event, SECRETARY), world.signature(event, replace(SECRETARY, key_name="second"))]
    act = b'{"event":%b,"signatures":[%b]}'
    from ledger.record.act import signature_json
    from ledger.record.canonical import encode

    twice.sort(key=lambda s: s.key)
    raw = act % (encode(event), b",".join(encode(signature_json(s)) for s in twice))
    world.append(raw)
    report = check_tiles(world)
    assert (report.words, report.index) == ("MALFORMED", 2)
    assert "one person signs twice" in failing(report)[1][0][1]


def test_one_person_in_two_roles_is_not_two_persons() -> None:
    """The secretary is CEO too; a key of the RSO still needs somebody else."""
    world = World()
    data = founding()
    data["appointments"].append({"from": START, "person": "p-sec", "role": "CEO"})
    world.found(data)
    world.register(Person("p-rso", "RSO", "new"), by=[SECRETARY])
    world.register(Person("p-rso", "RSO", "new"), by=[Person("p-sec", "CEO")])
    report = check_tiles(world)
    assert [where for where, _ in failing(report)[8]] == [1, 2]
    assert report.words == "NO_AUTHORITY"


def test_other_statements_than_approve_count_for_nothing() -> None:
    world = founded()
    new = Person("p-rso", "RSO", "new")
    event = world.event("key.registered", new.listed() | {"proof": possession(world, new)}, SECRETARY)
    signatures = [world.signature(event, SECRETARY), world.signature(event, CEO, "acknowledge")]
    world.append(make_act(event, signatures).raw)
    report = check_tiles(world)
    assert report.words == "NO_AUTHORITY"


# ---- on a state that was not


def test_a_head_that_was_never_this_logs_is_a_fork() -> None:
    world = founded()
    world.append(world.act("note.recorded", {"text": "x"}, statement="attest", seen=Seen(2, "0" * 64)))
    report = check_tiles(world)
    assert (report.words, report.index) == ("FORK", 2)


def test_a_head_ahead_of_the_entry_is_a_fork() -> None:
    world = founded()
    future = Seen(9, world.seen().root)
    world.append(world.act("note.recorded", {"text": "x"}, statement="attest", seen=future))
    assert check_tiles(world).words == "FORK"


def test_a_role_that_was_not_held_on_the_head_seen_does_not_count() -> None:
    world = founded()
    before = world.seen()
    newcomer = Person("p-new", "CISO")
    world.appoint(newcomer)
    world.register(newcomer)
    world.append(world.act("note.recorded", {"text": "x"}, [newcomer], statement="attest", seen=before))
    report = check_tiles(world)
    assert (report.words, report.index) == ("NO_AUTHORITY", 4)


def test_an_imported_event_never_changes_who_may_sign() -> None:
    world = founded()
    data = {"key": T1.key, "reason": "lost"}
    imported = {"imported": {"confidence": "high", "source": "a book", "transcribed_by": "p-imp"}}
    world.append(world.act("key.revoked", data, [SECRETARY, CEO], provenance=imported, not_after=None))
    report = check_tiles(world)
    assert report.words == "NO_AUTHORITY"
    assert "A-LIVE" in failing(report)[8][0][1]


def possession(world: World, person: Person) -> str:
    from keys import check

    return person.sign(check.possession_message(person.key, "ed25519", world.origin, person.id))


def test_signatures_are_what_is_checked() -> None:
    """The tests above change one thing at a time, from something that holds."""
    world = founded()
    event = world.event("note.recorded", {"text": "Mine."})
    signature: Signature = world.signature(event, RSO, "attest")
    world.append(make_act(event, [signature]).raw)
    assert check_tiles(world).words == "OK"
