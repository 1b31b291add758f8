"""Desk mail, the board and answers: one length, news or not, and nothing put in their place is believed (INTAKE §4)."""

from dataclasses import replace

import pytest

from intake import board, mail, reply
from intake.derive import Secrets
from intake.errors import Unopened
from intake.reply import Reply
from ledger.errors import Malformed
from ledger.record.canonical import decode, encode
from tests.intake.kit import EPOCH, FIVE, THREE, WORDS, Drawn, hpke, key, seed

NEWS = ({"text": "please help me to open", "type": "note"},)


def slots(seat: int, epoch: int = EPOCH) -> list[bytes]:
    return [board.filler(epoch, 4 * seat + n, Drawn(f"slot {seat} {n}")) for n in range(4)]


def letter(from_: int = 0, to: int = 2, epoch: int = EPOCH) -> bytes:
    return mail.write(mail.Letter(FIVE.digest, epoch, from_, to, NEWS), key(from_, "sign"))


def bundle(letters: dict[int, bytes]) -> mail.Bundle:
    return mail.pack(FIVE, 0, EPOCH, (letters, slots(0)), key(0, "device"))


QUIET, LOUD = bundle({}), bundle({2: letter()})


def test_1_a_bundle_has_one_length_with_and_without_news() -> None:
    assert len(QUIET.data) == len(LOUD.data) == mail.length(5) == 91_175
    assert mail.read(LOUD.data, FIVE) == LOUD


def test_2_a_letter_is_for_one_seat_only() -> None:
    found = mail.open_box(LOUD, FIVE, 2, hpke(2))
    assert found
    assert found.messages == NEWS
    for seat in (1, 3, 4):
        assert mail.open_box(LOUD, FIVE, seat, hpke(seat)) is None
        assert mail.open_box(QUIET, FIVE, seat, hpke(seat)) is None
    for seat, secret in ((1, hpke(2)), (0, hpke(0))):
        with pytest.raises(Unopened):
            mail.open_box(LOUD, FIVE, seat, secret)


def test_2_a_bundle_changed_or_of_another_directory_is_refused() -> None:
    for at in (0, 1, 2, 3, 36, 40, 60_000, 80_000, 91_174):
        bad = bytearray(LOUD.data)
        bad[at] ^= 1
        with pytest.raises(Malformed):
            mail.read(bytes(bad), FIVE)
    for data in (b"", LOUD.data[:-1], LOUD.data + b"\x00"):
        with pytest.raises(Malformed):
            mail.read(data, FIVE)
    with pytest.raises(Malformed):
        mail.read(LOUD.data, THREE)


@pytest.mark.parametrize(
    "bad",
    [
        letter(from_=1),
        letter(to=3),
        letter(epoch=EPOCH + 1),
        mail.write(mail.Letter(FIVE.digest, EPOCH, 0, 2, NEWS), key(1, "sign")),
        mail.write(mail.Letter(bytes(32), EPOCH, 0, 2, NEWS), key(0, "sign")),
        letter()[:200] + b"!" + letter()[201:],
        b"\x00\x00\x40\x00" + bytes(16_380),
    ],
    ids=[
        "another sender",
        "another seat",
        "another epoch",
        "another key",
        "another directory",
        "changed",
        "padding",
    ],
)
def test_2_a_letter_that_is_not_the_senders_for_this_box_opens_as_nothing(bad: bytes) -> None:
    with pytest.raises(Unopened):
        mail.open_box(bundle({2: bad}), FIVE, 2, hpke(2))


def test_2_trustees_who_meet_read_the_same_letter_from_a_file() -> None:
    assert mail.read_letter(letter(), key(0, "sign").raw).messages == NEWS
    with pytest.raises(Malformed, match="not signed by its sender"):
        mail.read_letter(letter(), key(1, "sign").raw)


def test_3_what_does_not_fit_is_refused_before_it_is_sealed() -> None:
    long = mail.Letter(FIVE.digest, EPOCH, 0, 2, ({"text": "x" * 16_400},))
    with pytest.raises(Malformed, match="bytes of text"):
        mail.write(long, key(0, "sign"))


# ---- answers


def answer(text: str = "We have read it.", to: bytes = WORDS.reply_key) -> Reply:
    return Reply(FIVE.digest, EPOCH, seed("id")[:16], reply.address(to), text)


KNOWN = {FIVE.digest: FIVE}
BOTH = answer().signed(2, key(2, "sign")).signed(0, key(0, "sign"))


def test_2_two_sign_and_one_is_shown_as_alone() -> None:
    found = reply.read(BOTH.to_bytes(), KNOWN, WORDS.reply_key)
    assert (found.seats, found.alone, found.text) == ((0, 2), False, "We have read it.")
    alone = reply.read(answer().signed(1, key(1, "sign")).to_bytes(), KNOWN, WORDS.reply_key)
    assert alone.alone


SUBSTITUTED = {
    "another text": replace(BOTH, text="Tell us who you are."),
    "another epoch": replace(BOTH, first=EPOCH + 1),
    "another directory": replace(BOTH, directory=THREE.digest),
    "to somebody else": replace(BOTH, to=reply.address(Secrets(bytes(16)).reply_key)),
    "a seat that did not sign": replace(BOTH, signatures=((1, BOTH.signatures[0][1]), BOTH.signatures[1])),
    "one good, one forged": replace(BOTH, signatures=(BOTH.signatures[0], (3, bytes(64)))),
    "a seat beyond the directory": replace(BOTH, signatures=((9, BOTH.signatures[0][1]),)),
    "nobody": replace(BOTH, signatures=()),
    "not sorted": replace(BOTH, signatures=BOTH.signatures[::-1]),
    "three": replace(BOTH, signatures=(*BOTH.signatures, (3, bytes(64)))),
}


@pytest.mark.parametrize("bad", SUBSTITUTED.values(), ids=SUBSTITUTED)
def test_1_a_substituted_reply_is_refused(bad: Reply) -> None:
    with pytest.raises(Unopened):
        reply.read(bad.to_bytes(), KNOWN, WORDS.reply_key)


def test_4_nobody_excluded_is_among_the_signers() -> None:
    with pytest.raises(Unopened):
        reply.read(BOTH.to_bytes(), KNOWN, WORDS.reply_key, excluded=("p-3",))
    assert reply.read(BOTH.to_bytes(), KNOWN, WORDS.reply_key, excluded=("p-2",)) == BOTH


def test_replies_read_strictly() -> None:
    data = decode(BOTH.to_bytes())
    wrong: list[dict[str, object]] = [{"v": 2}, {"more": 1}, {"id": "ab"}, {"text": ""}, {"signatures": {}}]
    for bad in wrong:
        with pytest.raises(Unopened):
            reply.read(encode(data | bad), KNOWN, WORDS.reply_key)
    with pytest.raises(Unopened):
        reply.read(b"{", KNOWN, WORDS.reply_key)


# ---- the board


def composed(e: int = EPOCH, j: int = 9) -> bytes:
    seat, slot = divmod(j, 4)
    mine = slots(seat, e)
    mine[slot] = board.post(BOTH.to_bytes(), (WORDS.reply_key, WORDS.tag_key), e, j)
    return board.compose(5, e, {seat: mine}, Drawn("board"))


def test_3_an_answer_is_found_wherever_it_stands() -> None:
    for j in (0, 9, 19):
        found = board.find(composed(j=j), EPOCH, WORDS.tag_key, WORDS.reply_seed)
        assert [reply.read(c, KNOWN, WORDS.reply_key) for c in found] == [BOTH]


def test_2_any_other_words_find_no_messages() -> None:
    other = Secrets(bytes(16))
    assert board.find(composed(), EPOCH, other.tag_key, other.reply_seed) == []
    assert board.find(composed(), EPOCH + 1, WORDS.tag_key, WORDS.reply_seed) == []
    assert board.find(composed(), EPOCH, WORDS.tag_key, other.reply_seed) == []
    assert board.find(b"", EPOCH, WORDS.tag_key, WORDS.reply_seed) == []


def test_3_a_message_moved_to_another_place_is_not_found() -> None:
    whole = composed(j=9)
    moved = whole[: 8 * board.BYTES] + whole[9 * board.BYTES : 10 * board.BYTES] + whole[9 * board.BYTES :]
    assert len(board.find(moved, EPOCH, WORDS.tag_key, WORDS.reply_seed)) == 1
    swapped = whole[board.BYTES : 10 * board.BYTES] + whole[: board.BYTES] + whole[10 * board.BYTES :]
    assert board.find(swapped, EPOCH, WORDS.tag_key, WORDS.reply_seed) == []


def test_1_a_missing_bundle_leaves_filler_of_the_same_length() -> None:
    assert len(composed()) == len(board.compose(5, EPOCH, {}, Drawn("empty"))) == 20 * board.BYTES
