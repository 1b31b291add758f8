"""ledger/witness.py: its five must-sentences, each by number, and the sessions that other witnesses went through."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.check import ed25519
from ledger.durable import Contradiction, Failpoint, pass_by
from ledger.errors import NotFound
from ledger.publish.cosignatures import ask
from ledger.publish.site import publish
from ledger.record.checkpoint import Checkpoint, SignedCheckpoint, sign_checkpoint
from ledger.record.log_keys import LogKeys
from ledger.record.note import Vkey, parse_note
from ledger.witness import Answer, Request, Witness, judge
from tests.fixtures.ledger import W1, Crash, Ledger, crash_at, files
from tests.kit import ORIGIN, NoteKey
from tests.publish.foreign import vector

LOG = NoteKey(ORIGIN)


def witness(folder: Path, *logs: Vkey, failpoint: Failpoint = pass_by) -> Witness:
    return Witness(
        folder, W1, logs or (LOG.vkey,), check=ed25519, clock=lambda: 1_700_000_000, failpoint=failpoint
    )


def confirmed(answer: Answer, note: str) -> bool:
    assert answer.status == 200, answer
    whole = parse_note(note + answer.body)
    return whole.cosigned_by(W1.vkey, ed25519) == 1_700_000_000


@pytest.fixture
def site(tmp_path: Path, ledger: Ledger) -> Path:
    """Published at 5 and at 9 entries."""
    for size in (5, 9):
        publish(ledger.grow(size).store, ledger.register(), tmp_path / "site", check=ed25519)
    return tmp_path / "site"


def request(site: Path, old: int) -> bytes:
    return str(ask(site, old, logs=LogKeys.only(LOG.vkey), check=ed25519)).encode()


def first(ledger: Ledger, size: int = 5) -> bytes:
    return str(Request(0, (), SignedCheckpoint.parse(ledger.store.checkpoint(size)))).encode()


def test_a_session_that_litewitness_went_through(tmp_path: Path) -> None:
    session = vector("witness-session.json")
    one = witness(tmp_path, Vkey.parse(session["log_vkey"]))
    for step in session["steps"]:
        answer = one.add_checkpoint(step["body"].encode())
        assert answer.status == step["spec_status"], step["body"]
        if answer.status == 409:
            assert answer.body == step["response_body"]
            assert answer.media_type == "text/x.tlog.size"
        if answer.status == 200:
            assert confirmed(answer, step["body"].partition("\n\n")[2])


def test_the_checkpoints_of_another_witness(tmp_path: Path) -> None:
    given_ = vector("witness-checkpoints.json")
    one = witness(tmp_path, Vkey.parse(given_["log_vkey"]))
    five, eight = (SignedCheckpoint.parse(given_[f"checkpoint_{n}"]) for n in (5, 8))
    proof = tuple(bytes.fromhex(h) for h in given_["consistency_proof_5_8_hex"])
    assert one.add_checkpoint(str(Request(0, (), five)).encode()).status == 200
    assert one.add_checkpoint(str(Request(5, proof[:-1], eight)).encode()).status == 422
    assert one.add_checkpoint(str(Request(5, proof, eight)).encode()).status == 200


def test_1_only_growth_of_a_known_log_is_confirmed(tmp_path: Path, site: Path, ledger: Ledger) -> None:
    one = witness(tmp_path / "w")
    stranger = sign_checkpoint(Checkpoint(ORIGIN, 5, bytes(32)), NoteKey(ORIGIN, key_name="other"))
    unknown = sign_checkpoint(Checkpoint("other.example/log", 5, bytes(32)), NoteKey("other.example/log"))
    fork = sign_checkpoint(Checkpoint(ORIGIN, 5, bytes(32)), LOG)

    def status(old: int, note: str, *proof: bytes) -> int:
        return one.add_checkpoint(str(Request(old, proof, SignedCheckpoint.parse(note))).encode()).status

    assert status(0, unknown) == 404
    assert status(0, stranger) == 403
    assert status(6, ledger.store.checkpoint(5)) == 400
    assert status(0, ledger.store.checkpoint(5), bytes(32)) == 422, "no proof leads from nothing"
    assert one.add_checkpoint(first(ledger)).status == 200
    assert status(5, fork) in (409, 422)
    assert status(5, ledger.store.checkpoint(9)) == 422
    assert one.add_checkpoint(request(site, 4)) == Answer(409, "5\n")
    assert one.add_checkpoint(request(site, 5)).status == 200
    assert one.add_checkpoint(first(ledger)) == Answer(409, "9\n"), "never backwards"


@pytest.mark.parametrize(("step", "kept"), [(0, 5), (1, 9), (2, 9)])
def test_2_the_new_head_is_kept_before_the_answer(
    tmp_path: Path, site: Path, ledger: Ledger, step: int, kept: int
) -> None:
    folder = tmp_path / "w"
    assert witness(folder).add_checkpoint(first(ledger)).status == 200
    with pytest.raises(Crash):
        witness(folder, failpoint=crash_at(step)).add_checkpoint(request(site, 5))
    held = witness(folder).last(ORIGIN)
    assert held is not None
    assert held.size == kept
    assert witness(folder).add_checkpoint(request(site, kept)).status == 200


def test_2_a_witness_that_lost_its_memory_confirms_nothing(tmp_path: Path, ledger: Ledger) -> None:
    one = witness(tmp_path / "w")
    one.add_checkpoint(first(ledger, 1))
    (path,) = (tmp_path / "w").iterdir()
    for text in ("", sign_checkpoint(Checkpoint(ORIGIN, 1, bytes(32)), NoteKey(ORIGIN, key_name="other"))):
        path.write_text(text)
        with pytest.raises(Contradiction, match="confirm nothing"):
            one.add_checkpoint(first(ledger, 1))


@given(st.binary(max_size=300))
def test_3_anything_may_be_sent(body: bytes) -> None:
    answer = judge(body, {ORIGIN: LOG.vkey}, lambda origin: None, ed25519)
    assert isinstance(answer, Answer)
    assert answer.status == 400


@pytest.mark.parametrize(
    ("why", "edit"),
    [
        ("leading zero", lambda b: b.replace(b"old 5\n", b"old 05\n")),
        ("two spaces", lambda b: b.replace(b"old 5\n", b"old  5\n")),
        ("carriage return", lambda b: b.replace(b"old 5\n", b"old 5\r\n")),
        ("another empty line", lambda b: b.replace(b"\n\n", b"\n\n\n", 1)),
        ("a short hash", lambda b: b.replace(b"\n\n", b"\nKgEA\n\n", 1)),
        ("64 hashes", lambda b: b.replace(b"\n\n", b"\n" + (b"KgEA" * 10 + b"KgE=\n") * 64 + b"\n", 1)),
        ("not base64", lambda b: b.replace(b"\n\n", b"\n!\n\n", 1)),
        ("another line feed", lambda b: b + b"\n"),
        ("a line more", lambda b: b + b"nonsense\n"),
        ("too long", lambda b: b + b"x" * 1_000_000),
        ("not UTF-8", lambda b: b"\xff" + b),
        ("no signature", lambda b: b.rpartition(b"\n\n")[0]),
    ],
)
def test_3_what_is_nearly_a_request_is_none(
    tmp_path: Path, site: Path, why: str, edit: Callable[[bytes], bytes]
) -> None:
    body = edit(request(site, 5))
    unsigned = why == "a line more"
    assert witness(tmp_path / "w").add_checkpoint(body).status == (403 if unsigned else 400), why


def test_4_a_log_key_never_confirms(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="0x04"):
        Witness(tmp_path, LOG, (LOG.vkey,), check=ed25519, clock=lambda: 0)


def test_5_the_same_is_confirmed_again(tmp_path: Path, site: Path, ledger: Ledger) -> None:
    one = witness(tmp_path / "w")
    assert confirmed(one.add_checkpoint(first(ledger)), ledger.store.checkpoint(5))
    again = str(Request(5, (), SignedCheckpoint.parse(ledger.store.checkpoint(5)))).encode()
    assert confirmed(one.add_checkpoint(again), ledger.store.checkpoint(5))
    assert len(files(tmp_path / "w")) == 1


def test_asking_for_what_is_not_there(tmp_path: Path, site: Path) -> None:
    with pytest.raises(NotFound):
        ask(tmp_path / "nowhere", 0, logs=LogKeys.only(LOG.vkey), check=ed25519)
    with pytest.raises(NotFound):
        ask(site, 10, logs=LogKeys.only(LOG.vkey), check=ed25519)
    assert not (tmp_path / "nowhere").exists()


def test_a_request_reads_as_it_is_written(site: Path) -> None:
    body = request(site, 5)
    assert str(Request.parse(body)).encode() == body
