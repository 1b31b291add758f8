"""Keys and roles taken, kept or made by those who may not."""

from dataclasses import replace
from typing import Any

import pytest

from keys import check
from ledger.record.act import Seen
from ledger.record.merkle import EMPTY_ROOT
from tests.kit import CAST, CEO, D1, D2, GC, LOG, NOBODY, RSO, SECRETARY, T1, T2, Person, World, founding
from tests.verify.memory import asked, check_tiles, failing


def founded() -> World:
    world = World()
    world.found()
    return world


NEW = Person("p-rso", "RSO", "new")


def test_honest_changes_of_keys_and_roles_verify() -> None:
    world = founded()
    world.register(NEW)
    world.note(by=NEW)
    world.register(Person("p-new", "CISO"), by=[CEO, GC])
    world.appoint(Person("p-new", "CISO"))
    world.note(by=Person("p-new", "CISO"))
    world.revoke(RSO)
    world.register(replace(T1, key_name="t1 new"), by=[SECRETARY, T2])
    world.appoint(Person("p-new", "BOARD_SECRETARY"), by=[D1, D2])
    world.appoint(Person("p-new", "TRUSTEE"), by=[T1])
    world.end(CEO)
    report = check_tiles(world)
    assert failing(report) == {}
    assert report.words == "OK"


def test_a_self_registered_key_counts_for_nothing_nor_does_what_it_signs() -> None:
    world = founded()
    mallory = Person("p-mallory", "CEO")
    world.register(mallory, by=[mallory])
    world.note(by=mallory)
    report = check_tiles(world)
    assert (report.words, report.index) == ("NO_AUTHORITY", 1)
    assert {where for where, _ in failing(report)[8]} == {1, 2}


def test_an_owner_cannot_enrol_their_own_second_key() -> None:
    world = founded()
    world.register(NEW, by=[RSO])
    assert check_tiles(world).words == "NO_AUTHORITY"


def test_the_owners_signature_counts_for_nothing_beside_an_officers() -> None:
    """Else a secretary could enrol keys for CEO and RSO and be both."""
    world = founded()
    world.register(replace(CEO, key_name="new"), by=[CEO, SECRETARY])
    world.register(replace(SECRETARY, key_name="new"), by=[SECRETARY, GC])
    report = check_tiles(world)
    assert {where for where, _ in failing(report)[8]} == {1, 2}


def test_a_key_without_proof_of_possession_is_a_bad_signature() -> None:
    world = founded()
    other = Person("p-rso", "RSO", "somebody else's")
    stolen = other.sign(check.possession_message(NEW.key, "ed25519", world.origin, "p-rso"))
    world.register(NEW, proof=stolen)
    world.note(by=NEW)
    report = check_tiles(world)
    assert (report.words, report.index) == ("BAD_SIGNATURE", 1)
    assert failing(report)[8] == [(2, f"S-KEY: p-rso signs with {NEW.key}, which is not on the roll")]


def test_a_key_that_stands_on_the_roll_cannot_come_again_under_another_name() -> None:
    world = founded()
    world.register(replace(NEW, key_name="p-ceo"))
    report = check_tiles(world)
    assert "A-KEY-NEW" in failing(report)[8][0][1]


def test_a_revoked_key_cannot_come_back() -> None:
    world = founded()
    world.revoke(RSO)
    world.register(RSO)
    assert (check_tiles(world).words, check_tiles(world).index) == ("NO_AUTHORITY", 2)


def test_a_revoked_key_counts_no_more() -> None:
    world = founded()
    world.note()
    world.revoke(RSO)
    world.note()
    report = check_tiles(world)
    assert (report.words, report.index) == ("NO_AUTHORITY", 3)
    assert failing(report)[8] == [(3, "S-KEY: the key of p-rso is revoked")]


def test_a_revoked_key_counts_no_more_though_its_signer_saw_an_older_head() -> None:
    world = founded()
    before = world.seen()
    world.revoke(RSO)
    world.append(world.act("note.recorded", {"text": "x"}, statement="attest", seen=before))
    assert check_tiles(world).words == "NO_AUTHORITY"


def test_entries_from_compromised_from_on_keep_their_place() -> None:
    world = founded()
    world.note()
    world.note()
    world.revoke(RSO, compromised_from=1)
    assert check_tiles(world).words == "OK"


def test_an_owner_may_revoke_alone_but_not_say_since_when() -> None:
    world = founded()
    world.register(NEW)
    world.revoke(RSO, by=[NEW])
    assert check_tiles(world).words == "OK"
    world = founded()
    world.register(NEW)
    world.revoke(RSO, by=[NEW], compromised_from=1)
    assert check_tiles(world).words == "NO_AUTHORITY"


def test_a_stranger_cannot_revoke() -> None:
    world = founded()
    world.revoke(RSO, by=[CEO])
    assert check_tiles(world).words == "NO_AUTHORITY"


def test_a_role_ended_counts_no_more() -> None:
    world = founded()
    world.end(RSO)
    world.note()
    report = check_tiles(world)
    assert failing(report)[8] == [(2, "S-ROLE: p-rso does not hold RSO")]


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        ({"from": "2025-01-06T09:00:00.000000Z"}, "OK"),
        ({"from": "2025-01-06T09:04:00.000000Z"}, "OK"),
        ({"from": "2025-01-06T09:04:00.000001Z"}, "NO_AUTHORITY"),
        ({"to": "2025-01-06T09:04:00.000001Z"}, "OK"),
        ({"to": "2025-01-06T09:04:00.000000Z"}, "NO_AUTHORITY"),
    ],
)
def test_a_role_counts_from_its_first_instant_until_its_last(dates: dict[str, Any], words: str) -> None:
    world = founded()
    newcomer = Person("p-new", "CISO")
    world.appoint(newcomer, **dates)
    world.register(newcomer)
    world.note(by=newcomer)
    assert world.now == "2025-01-06T09:04:00.000000Z"
    assert check_tiles(world).words == words


@pytest.mark.parametrize("role", ["BOARD", "LTBT"])
def test_bodies_never_sign(role: str) -> None:
    world = founded()
    body = Person("p-rso", role)
    world.appoint(body)
    world.note(by=body)
    report = check_tiles(world)
    assert failing(report)[8] == [(2, f"S-ROLE: p-rso does not hold {role}")]


def test_a_service_signs_nothing_but_its_own_types() -> None:
    world = founded()
    world.note(by=LOG)
    report = check_tiles(world)
    assert failing(report)[8] == [(1, "S-SERVICE: service svc-log may not sign note.recorded")]


@pytest.mark.parametrize(
    ("person", "by"),
    [
        (Person("p-new", "RSO"), [CEO]),
        (Person("p-new", "BOARD_SECRETARY"), [SECRETARY]),
        (Person("p-new", "BOARD_SECRETARY"), [D1]),
        (Person("p-new", "TRUSTEE"), [SECRETARY]),
        (Person("p-sec", "RSO"), [SECRETARY]),
    ],
    ids=["ceo-makes-rso", "secretary-makes-secretary", "one-director", "secretary-makes-trustee", "own-seat"],
)
def test_an_appointment_without_its_authority_counts_for_nothing(person: Person, by: list[Person]) -> None:
    world = founded()
    world.appoint(person, by=by)
    report = check_tiles(world)
    assert (report.words, report.index) == ("NO_AUTHORITY", 1)
    assert "A-APPOINT" in failing(report)[8][0][1]


# ---- entry 0


def founding_report(data: Any = None, by: Any = CAST, **members: Any) -> Any:
    world = World()
    data = founding() if data is None else data
    act = world.act("ledger.founded", data, by, stream="ledger", seen=Seen(0, EMPTY_ROOT.hex()), **members)
    world.append(act)
    return check_tiles(world)


def test_a_founding_not_signed_by_a_key_that_it_lists_is_nobodys() -> None:
    report = founding_report(by=[p for p in CAST if p is not GC])
    assert report.words == "NO_AUTHORITY"
    assert "did not approve" in failing(report)[8][0][1]


def test_a_founding_signed_by_somebody_whom_it_does_not_list() -> None:
    assert founding_report(by=[*CAST, NOBODY]).words == "NO_AUTHORITY"


def test_a_founding_that_lists_two_keys_of_one_person() -> None:
    cast = [*CAST, replace(CEO, key_name="second")]
    assert founding_report(founding(cast=cast), by=CAST).words == "NO_AUTHORITY"


def test_a_founding_that_lists_another_service() -> None:
    cast = [*CAST, Person("svc-intake", "SERVICE")]
    assert founding_report(founding(cast=cast), by=cast).words == "NO_AUTHORITY"


def test_a_founding_for_another_origin_than_the_checkpoints() -> None:
    report = founding_report(founding(origin="other.example/log", log=World().log.vkey))
    assert report.words == "BROKEN_AT 0"


def test_a_founding_that_names_another_log_key() -> None:
    report = founding_report(founding(log=World(log_key="another").log.vkey))
    assert report.words == "BROKEN_AT 0"


def test_a_second_founding_is_broken_where_it_stands() -> None:
    world = founded()
    world.record("ledger.founded", founding(), CAST, stream="ledger")
    report = check_tiles(world)
    assert report.words == "BROKEN_AT 1"
    assert "A-FOUND" in failing(report)[8][0][1]


def test_a_record_that_does_not_begin_with_its_founding() -> None:
    world = World()
    world.note()
    report = check_tiles(world)
    assert report.words == "BROKEN_AT 0"


def test_a_withheld_founding_is_broken_at_0() -> None:
    world = World()
    act = world.act(
        "ledger.founded", founding(), CAST, stream="ledger", class_="board", seen=Seen(0, EMPTY_ROOT.hex())
    )
    world.withhold(act)
    report = check_tiles(world)
    assert report.words == "BROKEN_AT 0"


def test_without_a_key_from_elsewhere_the_report_says_that_nothing_vouches_for_it() -> None:
    from ledger.verify.verify import verify
    from tests.verify.memory import tiles_of

    report = verify(tiles_of(founded().files()))
    assert report.words == "OK"
    assert not report.facts.anchored
    assert report.notes[0].startswith("NOTHING OUTSIDE THIS RECORD VOUCHES FOR ITS KEY")
    assert verify(tiles_of(founded().files()), asked(founded())).notes == ()


def test_a_founding_without_authority_makes_no_bad_signature_of_later_possession_proofs() -> None:
    """Unfolded, entry 0 names no ledger to prove them to; a 7 for that would outrank the 8 at entry 0."""
    world = World()
    world.found(founding(world.origin, world.log.vkey, CAST) | {"unheard": 1})
    world.register(NEW)
    report = check_tiles(world)
    assert (report.words, report.index) == ("NO_AUTHORITY", 0)
    assert 7 not in failing(report)
