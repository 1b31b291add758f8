"""ledger.record.checkpoint: the signed state of the log."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.check import ed25519
from ledger.errors import Malformed
from ledger.record.checkpoint import Checkpoint, SignedCheckpoint, sign_checkpoint
from ledger.record.note import COSIGNER_KEY, sign_note
from tests.kit import NoteKey

LOG = NoteKey("example.org/log")
HEAD = Checkpoint("example.org/log", 41, bytes(range(32)))
TEXT = "example.org/log\n41\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"


def test_a_checkpoint_is_three_lines() -> None:
    """Must 1 (tlog-checkpoint)."""
    assert HEAD.text() == TEXT
    assert Checkpoint.parse(TEXT) == HEAD


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda s: "\n" not in s),
    st.integers(0, 10**16 - 1),
    st.binary(min_size=32, max_size=32),
)
def test_what_is_written_is_read(origin: str, size: int, root: bytes) -> None:
    """Must 1."""
    head = Checkpoint(origin, size, root)
    assert Checkpoint.parse(head.text()) == head


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        TEXT[:-1],
        TEXT + "\n",
        TEXT + "extension\n",
        "\n" + TEXT,
        TEXT.replace("example.org/log", ""),
        TEXT.replace("41", ""),
        TEXT.replace("41", "041"),
        TEXT.replace("41", "-1"),
        TEXT.replace("41", "+41"),
        TEXT.replace("41", "4_1"),
        TEXT.replace("41", " 41"),
        TEXT.replace("41", "41 "),
        TEXT.replace("41", "0x29"),
        TEXT.replace("41", "٤١"),
        TEXT.replace("41", "1" * 17),
        TEXT.replace("41", "1" * 5000),
        TEXT.replace("8=", "8"),
        TEXT.replace("8=", "8=="),
        TEXT.replace("8=", "9="),
        TEXT.replace("AAEC", "AA-C"),
        TEXT.replace("AAEC", "AAÄC"),
        TEXT.replace("AAEC", " AAEC"),
        TEXT.replace("AAEC", ""),
        TEXT.replace("AAEC", "AAECAAEC"),
        TEXT.replace("\n", "\r\n"),
    ],
)
def test_a_checkpoint_has_one_encoding(text: str) -> None:
    """Must 1: three lines, no needless zero, padded base64 of 32 bytes without stray bits."""
    with pytest.raises(Malformed):
        Checkpoint.parse(text)


def test_a_signed_checkpoint_holds_under_the_key_of_its_origin() -> None:
    """Must 2."""
    signed = SignedCheckpoint.parse(sign_checkpoint(HEAD, LOG))
    assert signed.checkpoint == HEAD
    assert signed.holds(LOG.vkey, ed25519)
    assert not signed.holds(NoteKey("example.org/log", key_name="other").vkey, ed25519)


def test_another_logs_key_does_not_sign_for_this_origin() -> None:
    """Must 2: not even when its signature over the text is good."""
    other = NoteKey("example.com/log")
    with pytest.raises(ValueError, match="does not sign for"):
        sign_checkpoint(HEAD, other)
    stolen = SignedCheckpoint.parse(sign_note(TEXT, other))
    assert stolen.note.signed_by(other.vkey, ed25519)
    assert not stolen.holds(other.vkey, ed25519)


def test_a_witness_does_not_sign_for_the_log() -> None:
    with pytest.raises(ValueError, match="0x01"):
        sign_checkpoint(HEAD, NoteKey("example.org/log", COSIGNER_KEY))


def test_a_note_that_is_no_checkpoint_is_refused() -> None:
    with pytest.raises(Malformed, match="three lines"):
        SignedCheckpoint.parse(sign_note("Ognuno sta solo\n", LOG))
