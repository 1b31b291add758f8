"""Who can open what: any k of those whom the reporter chose, nobody else, and forgers by name (INTAKE §2, §4)."""

from dataclasses import replace
from hashlib import sha256

import pytest

from intake import compartment, envelope, opening, requests
from intake.body import Body
from intake.errors import DishonestSealer, TooFewEligible, TooFewShares, Unopened, WrongShare
from keys import hybrid
from ledger.errors import Malformed
from tests.intake.kit import (
    EPOCH,
    FIVE,
    THREE,
    WORDS,
    Drawn,
    every,
    hpke,
    key,
    plains,
    report,
    seed,
    together,
)

REPORT = report()
WITHOUT_3 = report(excluded=(3,))
ONE_TIME = seed("one time")
PUBLIC = hybrid.hpke_public(ONE_TIME)


@pytest.mark.parametrize("seats", every(range(5), 3), ids=str)
def test_2_any_three_of_five_open(seats: tuple[int, ...]) -> None:
    for reader in seats:
        opened = together(REPORT, (reader, *(s for s in seats if s != reader)))
        assert opened
        assert opened.body.text == "What happened."
        assert opened.author == WORDS.author.raw


@pytest.mark.parametrize("seats", every((0, 1, 2, 4), 3), ids=str)
def test_2_any_three_of_those_who_are_eligible_open(seats: tuple[int, ...]) -> None:
    opened = together(WITHOUT_3, seats)
    assert opened
    assert opened.body.excluded == (3,)


@pytest.mark.parametrize("seats", [*every(range(5), 2), *every(range(5), 1)], ids=str)
def test_fewer_than_k_have_too_few(seats: tuple[int, ...]) -> None:
    with pytest.raises(TooFewShares) as e:
        together(REPORT, seats)
    assert (e.value.have, e.value.k) == (len(seats), 3)


def test_who_is_excluded_finds_what_a_cover_holds() -> None:
    cover = envelope.cover(FIVE, Drawn("cover"))
    assert WITHOUT_3.share(FIVE, 3, hpke(3)) is None
    assert cover.share(FIVE, 3, hpke(3)) is None
    assert (
        len(WITHOUT_3.data)
        == len(cover.data)
        == len(REPORT.data)
        == envelope.length(5)
        == 114 + 1424 * 5 + 16_400
    )


def test_another_panel_finds_nothing() -> None:
    directors = report(panel="directors")
    assert plains(directors, range(5)).keys() == {1, 3, 4}


def test_a_panel_with_too_few_left_is_refused_before_sealing() -> None:
    with pytest.raises(TooFewEligible) as e:
        report(excluded=(0, 1, 2))
    assert (e.value.left, e.value.k) == (2, 3)
    with pytest.raises(Malformed, match="no panel"):
        report(panel="board")


def _mine(seat: int) -> compartment.Compartment:
    mine = REPORT.share(FIVE, seat, hpke(seat))
    assert mine
    return mine


FORGED = {
    "another share": lambda p: p[:4] + bytes((p[4] ^ 1,)) + p[5:],
    "nothing": lambda p: compartment.NOTHING,
    "noise": lambda p: b"\x55" * 256,
    "another seat": lambda p: p[:3] + bytes((5,)) + p[4:],
    "a tail": lambda p: p[:-1] + b"\x01",
    "another k": lambda p: p[:2] + b"\x02" + p[3:],
    "too short": lambda p: p[:-1],
    "not eligible itself": lambda p: p[:36] + (0b11011).to_bytes(2, "big") + p[38:],
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_1_a_forged_share_names_its_sender_before_anything_is_combined(forge: object) -> None:
    assert callable(forge)
    helpers = plains(REPORT, (1, 2, 4))
    with pytest.raises(WrongShare) as e:
        opening.combine(REPORT, FIVE, _mine(0), helpers | {2: forge(helpers[2])})
    assert e.value.seats == (2,)


def test_1_two_forgers_are_both_named_and_the_others_open_without_them() -> None:
    helpers = plains(REPORT, (1, 2, 3, 4))
    bad = {seat: helpers[seat][:4] + bytes(32) + helpers[seat][36:] for seat in (1, 4)}
    with pytest.raises(WrongShare) as e:
        opening.combine(REPORT, FIVE, _mine(0), helpers | bad)
    assert e.value.seats == (1, 4)
    assert opening.combine(REPORT, FIVE, _mine(0), {s: helpers[s] for s in (2, 3)}) == WORDS.cek(REPORT.nonce)


def test_3_good_shares_that_give_no_key_accuse_the_sealer() -> None:
    """The sealer commits to shares of another secret: no helper is named."""
    nonce, chance = bytes(16), Drawn("dishonest")
    shares = {s + 1: chance(32) for s in range(5)}
    prefix = b"".join((
        bytes((1, 5)), FIVE.digest, nonce, bytes(64),
        *(compartment.commitment(nonce, s, shares[s + 1]) for s in range(5)),
    ))  # fmt: skip
    made = [compartment.Compartment(0, 3, s, shares[s + 1], tuple(range(5))) for s in range(5)]
    sealed = b"".join(
        hybrid.seal(FIVE.hpke(s), made[s].to_bytes(), envelope._info(prefix, s)) for s in range(5)
    )
    one = envelope.read(prefix + sealed + bytes(16_400), FIVE)
    mine = one.share(FIVE, 0, hpke(0))
    assert mine
    with pytest.raises(DishonestSealer):
        opening.combine(one, FIVE, mine, plains(one, (1, 2)))


def test_4_a_difference_that_nobody_committed_to_accuses_nobody() -> None:
    helpers = plains(REPORT, (1, 2))
    other = replace(_mine(0), eligible=(0, 1, 2, 3))
    with pytest.raises(TooFewShares):
        opening.combine(REPORT, FIVE, other, helpers)


# ---- asking and giving


def asked(item: bytes = REPORT.item, epoch: int = EPOCH, reader: int = 0) -> requests.Request:
    return requests.ask(FIVE, item, epoch, PUBLIC, (reader, key(reader, "sign")))


@pytest.mark.parametrize("helper", [1, 2, 3, 4])
def test_a_share_given_opens_for_its_reader(helper: int) -> None:
    given = requests.give(asked(), REPORT, FIVE, EPOCH + 1, (helper, hpke(helper)))
    assert given.opened(ONE_TIME) == plains(REPORT, (helper,))[helper]
    assert requests.read_share(given.members(), helper) == given


def refused(
    request: requests.Request, one: envelope.Envelope = REPORT, today: int = EPOCH + 1, helper: int = 2
) -> None:
    with pytest.raises(Unopened):
        requests.give(request, one, FIVE, today, (helper, hpke(helper)))


def test_1_a_helper_refuses_a_request_that_its_reader_did_not_sign() -> None:
    refused(replace(asked(), reader=1))
    refused(replace(asked(), sig=bytes(64)))
    refused(replace(asked(), epoch=EPOCH + 1))
    refused(replace(asked(), ledger="other.example/log"))
    refused(replace(asked(), reader=9))


def test_1_a_substituted_one_time_key_is_refused() -> None:
    refused(replace(asked(), one_time_key=hybrid.hpke_public(bytes(32))))


def test_1_a_request_is_good_for_seven_epochs() -> None:
    requests.give(asked(), REPORT, FIVE, EPOCH + 7, (2, hpke(2)))
    refused(asked(), today=EPOCH + 8)
    refused(asked(), today=EPOCH - 1)


def test_1_a_reader_whom_the_reporter_excluded_gets_no_share() -> None:
    refused(asked(WITHOUT_3.item, reader=3), WITHOUT_3)


def test_1_who_has_no_share_gives_none_and_nobody_helps_themselves() -> None:
    refused(asked(WITHOUT_3.item), WITHOUT_3, helper=3)
    refused(asked(reader=2))


def test_1_another_envelope_under_the_request_is_refused() -> None:
    refused(asked(), report(chance="other"))


def test_2_a_share_opens_for_nothing_else() -> None:
    given = requests.give(asked(), REPORT, FIVE, EPOCH, (2, hpke(2)))
    for other in (
        replace(given, helper=1),
        replace(given, reader=1),
        replace(given, item=bytes(32)),
        replace(given, one_time_key=sha256(b"other").digest()),
    ):
        with pytest.raises(Unopened):
            other.opened(ONE_TIME)
    with pytest.raises(Unopened):
        given.opened(bytes(32))


def test_a_share_comes_from_its_own_helper() -> None:
    given = requests.give(asked(), REPORT, FIVE, EPOCH, (2, hpke(2)))
    with pytest.raises(Malformed):
        requests.read_share(given.members(), 1)


def test_requests_read_strictly() -> None:
    assert requests.read_request(asked().members()) == asked()
    for bad in ({"type": "share"}, {"item": "x"}, {"more": 1}, {"reader": -1}, {"one_time_key": "AA"}):
        with pytest.raises(Malformed):
            requests.read_request(asked().members() | bad)


# ---- substitution


def test_another_directory_is_refused() -> None:
    with pytest.raises(Malformed, match="an envelope to this directory has"):
        envelope.read(REPORT.data, THREE)
    with pytest.raises(Malformed, match="another directory"):
        envelope.read(REPORT.data[:2] + bytes(32) + REPORT.data[34:], FIVE)


def test_a_substituted_compartment_opens_nothing() -> None:
    other = report(chance="other")
    start = len(REPORT.prefix) + 1392 * 2
    swapped = envelope.read(REPORT.data[:start] + other.compartment(2) + REPORT.data[start + 1392 :], FIVE)
    with pytest.raises(Unopened):
        swapped.share(FIVE, 2, hpke(2))
    with pytest.raises(Unopened):
        swapped.body(WORDS.cek(REPORT.nonce))


def test_4_a_body_moved_to_another_envelope_is_from_a_stranger() -> None:
    """Whoever learned a text and its signature cannot file it again as the author's."""
    first = REPORT.body(WORDS.cek(REPORT.nonce))
    assert first
    assert first.holds(REPORT.prefix)
    assert not first.holds(report(chance="other").prefix)
    assert not replace(first, text="Something else.").holds(REPORT.prefix)
    assert opening.Opened(first, False).author is None


def test_a_filing_without_proof_derives_nothing() -> None:
    made = envelope.seal(FIVE, Body("report", "ltbt", "No words."), bytes(16), Drawn("no proof"))
    opened = together(made, (0, 1, 2))
    assert opened
    assert (opened.author, opened.body.reply_key, opened.signed) == (None, None, False)
    assert len(made.data) == len(REPORT.data)
