"""The whole way: filed, listed, asked, approved, opened, answered with two signatures, read with the words."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake import board, reply
from intake.derive import Secrets
from intake.errors import TooFewShares, WrongShare
from intake.trustee import desk, outgoing
from intake.trustee.digest import digest
from intake.trustee.room import Room
from intake.trustee.threads import opened, threads
from ledger.errors import NotFound
from ledger.record.fields import to_b64u
from tests.intake.trustee.world import World

WORDS = b"w" * 16
TEXT = "The endpoint was switched on for partners."


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def listed(world: World) -> str:
    item = world.file(TEXT, excluded=(3,))
    world.night()
    return item


def asked_and_given(world: World, item: str, *helpers: int, reader: int = 0) -> None:
    with world.sitting(reader) as room:
        desk.request(room, item)
    world.night()
    for number in helpers:
        with world.sitting(number) as room:
            for id_, asked in list(room.notes.requests.items()):
                if asked["item"] == item and asked["state"] == "waiting":
                    desk.approve(room, id_)
    world.night()


def read_by_the_reporter(world: World) -> list[reply.Reply]:
    """What the words find on the newest board."""
    secrets = Secrets(WORDS)
    number = world.today - 1
    with world.room(0) as room:
        desk.refresh(room, world.lines[0])
        day = room.mirror.epoch(number, room.intake_key)
        assert day is not None
        boarded = room.mirror.board(day.board)
        assert boarded is not None
        found = board.find(boarded, number, secrets.tag_key, secrets.reply_seed)
        return [reply.read(c, room.directories, secrets.reply_key, ["p-t4"]) for c in found]


def test_three_of_four_open_it_together_and_two_answer(world: World) -> None:
    item = listed(world)
    asked_and_given(world, item, 1, 4)
    with world.sitting(0) as room:
        assert desk.parts(room, item) == (3, 3)
        found = desk.open_report(room, item)
        assert found is not None
        assert (found.body.text, found.signed) == (TEXT, True)
        assert item not in room.notes.asks
        id_ = desk.answer(room, item, "We have read it. What is the endpoint's name?", "answer")
    world.night()
    with world.sitting(1) as room:
        assert opened(room, item) is not None
        desk.cosign(room, id_)
    world.night()
    with world.sitting(0) as room:
        assert room.notes.replies[id_]["state"] == "posted"
        assert room.cases.case(item).of("update_sent")
    world.night()
    [answer] = read_by_the_reporter(world)
    assert answer.text.startswith("We have read it.")
    assert (answer.seats, answer.alone) == ((0, 1), False)


def test_4_an_answer_of_one_is_marked_as_such(world: World) -> None:
    item = listed(world)
    asked_and_given(world, item, 1, 4)
    with world.sitting(0) as room:
        desk.open_report(room, item)
        desk.answer(room, item, "I read it; my colleagues are away.", "answer", alone=True)
    world.night()
    [answer] = read_by_the_reporter(world)
    assert answer.alone


def test_a_draft_nobody_signs_can_be_sent_alone(world: World) -> None:
    item = listed(world)
    asked_and_given(world, item, 1, 4)
    with world.sitting(0) as room:
        desk.open_report(room, item)
        id_ = desk.answer(room, item, "Thank you.", "answer")
    world.night()
    assert read_by_the_reporter(world) == []
    with world.sitting(0) as room:
        desk.send_alone(room, id_)
    world.night()
    assert [a.alone for a in read_by_the_reporter(world)] == [True]


def test_1_nothing_is_given_because_mail_came(world: World) -> None:
    """Agents never answer: days of mail pass, and the reader's machine has no part but its own."""
    item = listed(world)
    with world.sitting(0) as room:
        desk.request(room, item)
    for _ in range(3):
        world.night()
        for number in range(1, 5):
            with world.sitting(number):
                pass
    with world.sitting(0) as room:
        assert desk.parts(room, item) == (1, 3)
        with pytest.raises(TooFewShares):
            desk.open_report(room, item)


def test_k_minus_one_do_not_open_it(world: World) -> None:
    item = listed(world)
    asked_and_given(world, item, 1)
    with world.sitting(0) as room, pytest.raises(TooFewShares):
        desk.open_report(room, item)


def test_2_the_one_time_key_is_gone_once_it_was_used(world: World) -> None:
    item = listed(world)
    asked_and_given(world, item, 1, 4)
    with world.sitting(0) as room:
        seed = room.notes.asks[item]["seed"]
        desk.open_report(room, item)
        assert seed.encode() not in room.notes.to_bytes()


def test_3_a_wrong_part_names_its_sender(world: World) -> None:
    item = listed(world)
    asked_and_given(world, item, 1, 4)
    with world.sitting(0) as room:
        room.notes.asks[item]["shares"]["4"] = to_b64u(b"\x01\x00\x03\x05" + bytes(252))
        with pytest.raises(WrongShare) as wrong:
            desk.open_report(room, item)
        assert wrong.value.seats == (4,)
        assert room.notes.asks[item]["wrong"] == ["p-t5"]
        assert desk.parts(room, item) == (2, 3)


def test_5_the_excluded_neither_see_nor_may_act(world: World) -> None:
    item = listed(world)
    with world.sitting(3) as room:
        assert room.notes.waiting == {}
        for act in (desk.request, desk.open_report):
            with pytest.raises(NotFound):
                act(room, item)


def test_a_request_is_too_old_after_a_week(world: World) -> None:
    item = listed(world)
    with world.sitting(0) as room:
        desk.request(room, item)
    for _ in range(8):
        world.night()
    with world.sitting(1) as room:
        assert room.notes.requests == {}


def test_a_machine_that_was_off_sends_its_mail_the_day_it_is_on(world: World) -> None:
    item = listed(world)
    with world.sitting(0) as room:
        desk.request(room, item)
    world.night(0)
    with world.sitting(1) as room:
        assert room.notes.requests == {}
    with world.sitting(0):
        pass
    world.night()
    with world.sitting(1) as room:
        assert [r["reader"] for r in room.notes.requests.values()] == ["p-t1"]


def test_trustees_who_meet_exchange_the_same_bytes_as_files(world: World) -> None:
    """In one day, without the intake."""
    item = listed(world)

    def handed(from_: int, to: int) -> None:
        with world.room(from_) as room:
            data = outgoing.export(room)
        with world.room(to) as room:
            desk.receive_file(room, data)

    for number in range(5):
        with world.sitting(number):
            pass
    with world.room(0) as room:
        desk.request(room, item)
    for number in (1, 4):
        handed(0, number)
        with world.room(number) as room:
            desk.approve(room, next(iter(room.notes.requests)))
        handed(number, 0)
    with world.room(0) as room:
        assert desk.open_report(room, item) is not None


def test_a_follow_up_stands_under_its_report(world: World) -> None:
    item = listed(world)
    second = world.file("They locked me out.", kind="follow_up", excluded=(3,))
    stranger = world.file("I know more.", words=None, excluded=(3,))
    world.night()
    for each in (item, second, stranger):
        asked_and_given(world, each, 1, 4)
        with world.sitting(0) as room:
            desk.open_report(room, each)
    with world.sitting(0) as room:
        found = {t.root: t.items for t in threads(room)}
        assert found == {item: (item, second), stranger: (stranger,)}
        desk.record(room, second, "detriment_reported", {"note": "access withdrawn"})
        assert room.cases.case(item).detriment
        with pytest.raises(NotFound):
            desk.answer(room, stranger, "Who are you?", "answer")


def test_who_declared_a_conflict_does_not_answer(world: World) -> None:
    item = listed(world)
    asked_and_given(world, item, 1, 4)
    with world.sitting(0) as room:
        desk.open_report(room, item)
        desk.record(room, item, "conflict_declared", {"note": "a relative works there"})
        with pytest.raises(NotFound):
            desk.answer(room, item, "Thank you.", "answer")


def test_colleagues_come_to_the_same_case(world: World) -> None:
    item = listed(world)
    asked_and_given(world, item, 1, 4)
    with world.sitting(0) as room:
        desk.open_report(room, item)
        desk.record(
            room,
            item,
            "assessed",
            {"concerns": ["p-ceo"], "detriment": "likely", "note": "", "scope": "in_scope"},
        )
    for _ in range(3):
        world.night()
        for number in (0, 1, 2, 4):
            with world.sitting(number):
                pass
    cases = []
    for number in (0, 1, 2, 4):
        with world.sitting(number) as room:
            cases.append(room.cases.case(item))
    assert all(case == cases[0] for case in cases)
    assert cases[0].stage == "assessed"
    assert len(cases[0].of("received")) == 4


def test_a_lost_machine_gets_its_cases_back_from_colleagues(world: World) -> None:
    item = listed(world)
    asked_and_given(world, item, 1, 4)
    with world.sitting(0) as room:
        desk.open_report(room, item)
    world.night()

    def state(room: Room) -> list[str]:
        return [s.event.type for s in room.cases.case(item).steps if s.event.seat == 0]

    with world.sitting(1) as room:
        before = state(room)
    for name in ("cases.db", "desk.notes"):
        (world.home(0) / name).unlink()
    with world.sitting(1) as room:
        desk.send_back(room, "p-t1")
    world.night()
    with world.sitting(0) as room:
        assert set(before) <= set(state(room))
        assert opened(room, item) is not None


def test_what_does_not_fit_waits_a_day(world: World) -> None:
    item = listed(world)
    asked_and_given(world, item, 1, 4)
    with world.sitting(0) as room:
        desk.open_report(room, item)
        for _ in range(9):
            desk.record(room, item, "investigating", {"note": "x" * 2900})
        assert outgoing.prepare(room) > 0
    for _ in range(4):
        world.night()
        with world.sitting(0):
            pass
    with world.sitting(1) as room:
        assert len(room.cases.case(item).of("investigating")) == 9
        assert room.cases.case(item).waiting == ()


def test_a_digest_leaves_out_the_cases_that_name_its_reader(world: World) -> None:
    named = listed(world)
    other = world.file("Another matter.", words=b"v" * 16)
    world.night()
    for item in (named, other):
        asked_and_given(world, item, 1, 4)
    with world.sitting(0) as room:
        for item, concerns in ((named, ["p-ceo"]), (other, [])):
            desk.open_report(room, item)
            if item == named:
                assert (
                    digest(room, "2025-Q2", "p-rso") == []
                )  # nobody assessed it: whom it names is not known
            data = {"concerns": concerns, "detriment": "none", "note": "secret", "scope": "in_scope"}
            desk.record(room, item, "assessed", data)
        row = {"outcome": None, "scope": "in_scope", "stage": "assessed"}
        assert digest(room, "2025-Q2", "p-rso") == [row, row]
        assert digest(room, "2025-Q2", "p-ceo") == [row]
        assert digest(room, "2025-Q2", "p-t4") == [row]  # left out by the reporter
        assert digest(room, "2025-Q1", "p-rso") == []
        desk.record(room, named, "concluded", {"note": "", "outcome": "substantiated"})
        assert len(digest(room, "2025-Q2", "p-rso")) == 2
        assert len(digest(room, "2025-Q3", "p-rso")) == 1
