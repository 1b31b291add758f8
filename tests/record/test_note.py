"""ledger.record.note: signed notes and cosignatures."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.check import ed25519
from ledger.errors import Malformed
from ledger.record.note import (
    COSIGNER_KEY,
    LOG_KEY,
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    Line,
    Note,
    Vkey,
    cosign,
    cosigned_at,
    cosigned_message,
    parse_note,
    sign_note,
    valid_name,
)
from tests.kit import NoteKey

LOG = NoteKey("example.org/log")
OTHER = NoteKey("example.org/log", key_name="other")
WITNESS = NoteKey("trust.example/w1", COSIGNER_KEY, "w1")
TEXT = "example.org/log\n41\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
# C2SP tlog-cosignature's own example; its key is not given, its form is.
SPEC = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def refused(data: Any) -> Malformed:
    with pytest.raises(Malformed) as caught:
        parse_note(data)
    return caught.value


# ---- verifier keys


def test_a_verifier_key_is_read_as_it_is_written() -> None:
    """Must 2."""
    key = Vkey.parse(NEUMANN)
    assert (key.name, key.type, key.id.hex(), str(key)) == ("PeterNeumann", 1, "c74f20a3", NEUMANN)
    assert Vkey.parse(str(WITNESS.vkey)) == WITNESS.vkey


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "++",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        NEUMANN + "==",
        NEUMANN + "=",
        NEUMANN + "A===",
        NEUMANN[:-1],
        NEUMANN[:-1] + "X",
        NEUMANN + "\n",
        " " + NEUMANN,
        NEUMANN.replace("c74f20a3", "C74F20A3"),
        NEUMANN.replace("c74f20a3", "c74f20a4"),
        NEUMANN.replace("c74f20a3", "74f20a3"),
        NEUMANN.replace("PeterNeumann", "Peter Neumann"),
        NEUMANN.replace("PeterNeumann", "Peter\u00a0Neumann"),
        NEUMANN.replace("PeterNeumann", "Peter\u2028Neumann"),
        NEUMANN.replace("PeterNeumann", "Peter\x01Neumann"),
        NEUMANN.replace("PeterNeumann", "Peter\ud800Neumann"),
        NEUMANN.replace("PeterNeumann", ""),
        NEUMANN.replace("/", "_"),
        NEUMANN + "\u0661",
        # The key id of a key of 35 bytes is right, its length is not; and the same with 31.
        str(Vkey("a", LOG_KEY, bytes(35))),
        str(Vkey("a", COSIGNER_KEY, bytes(31))),
        "a+" + Vkey("a", 6, b"xy").id.hex() + "+" + "Bnh6",
    ],
)
def test_no_other_text_is_a_verifier_key(text: str) -> None:
    """Must 2: one encoding only, whose id belongs to its name and key."""
    with pytest.raises(Malformed):
        Vkey.parse(text)


def test_a_key_of_another_type_is_read_and_signs_nothing() -> None:
    """Must 4: ML-DSA cosigners (0x06) may stand in a file that we read."""
    other = Vkey("example.org/log", 6, bytes(1312))
    assert Vkey.parse(str(other)) == other
    note = Note(TEXT, (Line(other.name, other.id, bytes(64)),))
    assert not note.signed_by(other, lambda *_: True)
    assert note.cosigned_by(other, lambda *_: True) is None


def test_stray_bits_in_a_key_of_another_type_are_refused() -> None:
    """Must 2: one encoding for every type."""
    text = str(Vkey("a", 6, b"x"))
    assert text.endswith("Bng=")
    with pytest.raises(Malformed):
        Vkey.parse(text.replace("Bng=", "Bnh="))


@pytest.mark.parametrize("name", ["example.org/log", "é", "日本", "\ufeff", "a/b:c"])
def test_names_are_text_without_spaces(name: str) -> None:
    assert valid_name(name)
    key = NoteKey(name)
    assert parse_note(sign_note(TEXT, key)).signed_by(Vkey.parse(str(key.vkey)), ed25519)


# ---- notes


def test_a_signed_note_is_read_and_checked() -> None:
    note = parse_note(sign_note(TEXT, LOG))
    assert note.text == TEXT
    assert note.signed_by(LOG.vkey, ed25519)
    assert not note.signed_by(OTHER.vkey, ed25519)
    assert parse_note(str(note).encode()) == note


def test_the_specifications_example_is_read_and_written_again() -> None:
    note = parse_note(SPEC)
    assert str(note) == SPEC
    assert [line.name for line in note.lines] == ["example.com/behind-the-sofa", "witness.example.com/w1"]
    assert [len(line.signature) for line in note.lines] == [64, 72]


def test_a_changed_text_is_not_signed() -> None:
    for other in (TEXT.replace("41", "42"), TEXT + "\n", "\n" + TEXT, TEXT.replace("C", "D")):
        assert not Note(other, parse_note(sign_note(TEXT, LOG)).lines).signed_by(LOG.vkey, ed25519)


def test_lines_of_unknown_keys_are_ignored() -> None:
    """Must 3: also of the same name with another key."""
    note = parse_note(sign_note(TEXT, OTHER, LOG) + str(Line("stranger", b"1234", b"x")))
    assert note.signed_by(LOG.vkey, ed25519)
    assert note.signed_by(OTHER.vkey, ed25519)
    assert not parse_note(sign_note(TEXT, OTHER)).signed_by(LOG.vkey, ed25519)


def test_a_line_of_a_known_key_that_does_not_hold_voids_the_note() -> None:
    """Must 3: before and after a good one."""
    good = sign_note(TEXT, LOG)
    head, line = good.rsplit("\n\n", 1)
    bad = str(Line(LOG.vkey.name, LOG.vkey.id, bytes(64)))
    assert not parse_note(f"{head}\n\n{bad}").signed_by(LOG.vkey, ed25519)
    assert not parse_note(f"{head}\n\n{line}{bad}").signed_by(LOG.vkey, ed25519)
    assert not parse_note(f"{head}\n\n{bad}{line}").signed_by(LOG.vkey, ed25519)
    assert parse_note(f"{head}\n\n{line}{line}").signed_by(LOG.vkey, ed25519)


@pytest.mark.parametrize("length", [1, 63, 65, 72])
def test_a_signature_of_another_length_holds_nowhere(length: int) -> None:
    note = Note(TEXT, (Line(LOG.vkey.name, LOG.vkey.id, bytes(length)),))
    assert not parse_note(str(note)).signed_by(LOG.vkey, ed25519)


SIGNED = sign_note(TEXT, LOG)
LINE = SIGNED.rsplit("\n\n", 1)[1]


@pytest.mark.parametrize(
    "data",
    [
        "",
        "\n",
        "\n\n",
        TEXT,
        TEXT + "\n",
        TEXT + LINE,
        SIGNED[:-1],
        SIGNED + "\n",
        SIGNED + "x",
        SIGNED + "\n\n",
        SIGNED.replace("\n", "\r\n"),
        SIGNED.replace("41", "4\t1"),
        SIGNED.replace("41", "4\x001"),
        SIGNED.replace("— ", "- "),
        SIGNED.replace("— ", "—"),
        SIGNED.replace("— ", "—  "),
        SIGNED.replace("— ", " — "),
        SIGNED[:-1] + " \n",
        SIGNED[:-1] + " x\n",
        TEXT + "\n— example.org/log\n",
        TEXT + "\n— example.org/log \n",
        TEXT + f"\n— example.org/log {b64(b'1234')}\n",
        TEXT + f"\n— example.org/log {b64(b'12345')}=\n",
        TEXT + f"\n— example.org/log {b64(b'12345')[:-1]}\n",
        TEXT + f"\n— example.org/log {b64(b'12345')[:-2]}V=\n",
        TEXT + f"\n— example+log {b64(b'12345')}\n",
        TEXT + f"\n—  {b64(b'12345')}\n",
        TEXT + f"\n— a\u00a0b {b64(b'12345')}\n",
        SIGNED.encode("utf-16"),
        SIGNED.encode() + b"\xff",
        SIGNED.replace("41", "4\ud8001"),
    ],
)
def test_what_is_not_a_note_is_refused(data: Any) -> None:
    """Must 1."""
    refused(data)


def test_the_text_ends_at_the_last_empty_line() -> None:
    """Must 1: so nothing that looks like a signature inside the text is one."""
    text = f"one\n\n{LINE}\n\ntwo\n"
    note = parse_note(sign_note(text, LOG))
    assert note.text == text
    assert len(note.lines) == 1


def test_del_and_higher_controls_are_text() -> None:
    """Must 1: the specification forbids those below U+0020 only."""
    assert parse_note(sign_note("a\x7f\x80\u2028\n", LOG)).text == "a\x7f\x80\u2028\n"


@pytest.mark.parametrize("text", ["", "no line feed", "a\rb\n", "a\tb\n", "\ud800\n"])
def test_nothing_else_is_signed(text: str) -> None:
    """Must 1: what could not be read again is not written."""
    with pytest.raises((Malformed, UnicodeEncodeError)):
        sign_note(text, LOG)


def test_as_many_signatures_are_read_as_the_specification_asks_and_no_flood() -> None:
    """signed-note: at least 16; the limit of 100 is that of the Go implementation."""
    line = str(Line("stranger", b"1234", bytes(64)))
    assert len(parse_note(TEXT + "\n" + line * MAX_SIGNATURES).lines) == MAX_SIGNATURES == 100
    assert "101 signatures" in refused(TEXT + "\n" + line * 101).what
    room = MAX_NOTE_BYTES - len(sign_note("\n", LOG).encode())
    assert len(parse_note(sign_note("x" * room + "\n", LOG)).text) == room + 1
    with pytest.raises(Malformed, match="1000001 bytes"):
        sign_note("x" * (room + 1) + "\n", LOG)
    assert "limit" in refused("x" * (MAX_NOTE_BYTES + 1)).what
    assert "limit" in refused(b"x" * (MAX_NOTE_BYTES + 1)).what


@given(
    st.binary(max_size=60).map(lambda b: TEXT.encode() + b"\n" + b)
    | st.binary(max_size=60)
    | st.text(max_size=40)
)
def test_whatever_comes_in_only_malformed_comes_out(data: str | bytes) -> None:
    try:
        note = parse_note(data)
    except Malformed:
        return
    assert str(note) == (data if isinstance(data, str) else data.decode())


@given(st.integers(0, len(SIGNED.encode()) - 1), st.integers(1, 255))
def test_no_changed_byte_keeps_a_note_signed(at: int, flip: int) -> None:
    raw = bytearray(SIGNED.encode())
    raw[at] ^= flip
    try:
        note = parse_note(bytes(raw))
    except Malformed:
        return
    assert not note.signed_by(LOG.vkey, ed25519)


# ---- cosignatures


def cosigned(*lines: Line) -> Note:
    return parse_note(SIGNED + "".join(map(str, lines)))


def test_a_cosignature_tells_when_the_witness_saw_the_checkpoint() -> None:
    """Must 4 (tlog-cosignature v1)."""
    line = cosign(TEXT, WITNESS, 1679315147)
    assert line.signature[:8] == (1679315147).to_bytes(8, "big")
    assert cosigned_message(TEXT, 1679315147) == b"cosignature/v1\ntime 1679315147\n" + TEXT.encode()
    note = cosigned(line)
    assert note.cosigned_by(WITNESS.vkey, ed25519) == 1679315147
    assert note.signed_by(LOG.vkey, ed25519)
    assert cosigned().cosigned_by(WITNESS.vkey, ed25519) is None


def test_a_cosignature_at_the_first_second_counts() -> None:
    assert cosigned(cosign(TEXT, WITNESS, 0)).cosigned_by(WITNESS.vkey, ed25519) == 0


def test_a_cosignature_holds_for_its_time_and_text_only() -> None:
    """Must 4."""
    line = cosign(TEXT, WITNESS, 1000)
    moved = Line(line.name, line.id, (1001).to_bytes(8, "big") + line.signature[8:])
    assert cosigned_at(line, TEXT, WITNESS.vkey, ed25519) == 1000
    assert cosigned_at(moved, TEXT, WITNESS.vkey, ed25519) is None
    assert cosigned_at(line, TEXT.replace("41", "42"), WITNESS.vkey, ed25519) is None
    assert cosigned(line, moved).cosigned_by(WITNESS.vkey, ed25519) is None
    assert cosigned(moved, line).cosigned_by(WITNESS.vkey, ed25519) is None


@pytest.mark.parametrize("length", [1, 8, 64, 71, 73, 80])
def test_a_cosignature_of_another_length_holds_nowhere(length: int) -> None:
    line = Line(WITNESS.vkey.name, WITNESS.vkey.id, bytes(length))
    assert cosigned(line).cosigned_by(WITNESS.vkey, lambda *_: True) is None


def test_a_time_beyond_63_bits_holds_nowhere() -> None:
    """tlog-cosignature: it must not exceed 2^63 - 1."""
    for seconds, holds in ((2**63 - 1, True), (2**63, False), (2**64 - 1, False)):
        signature = seconds.to_bytes(8, "big") + WITNESS.sign(cosigned_message(TEXT, seconds))
        line = Line(WITNESS.vkey.name, WITNESS.vkey.id, signature)
        assert (cosigned(line).cosigned_by(WITNESS.vkey, ed25519) is not None) == holds


def test_a_cosignature_is_no_signature_of_the_log_and_the_other_way_round() -> None:
    """Must 4: one pair of keys under both types does not let one pass for the other."""
    as_log = NoteKey("example.org/log", LOG_KEY, "both")
    as_witness = NoteKey("example.org/log", COSIGNER_KEY, "both")
    assert as_log.vkey.id != as_witness.vkey.id
    signed = parse_note(sign_note(TEXT, as_log))
    assert signed.cosigned_by(as_witness.vkey, ed25519) is None
    assert not signed.signed_by(as_witness.vkey, ed25519)
    seen = cosigned(cosign(TEXT, as_witness, 1000))
    assert not seen.signed_by(as_log.vkey, ed25519)
    assert seen.cosigned_by(as_log.vkey, ed25519) is None
    forged = Line(as_log.vkey.name, as_log.vkey.id, cosign(TEXT, as_witness, 1000).signature)
    assert cosigned(forged).cosigned_by(as_log.vkey, ed25519) is None
    assert not cosigned(forged).signed_by(as_log.vkey, ed25519)
    with pytest.raises(ValueError, match="0x01"):
        sign_note(TEXT, as_witness)
    with pytest.raises(ValueError, match="0x04"):
        cosign(TEXT, as_log, 1000)
