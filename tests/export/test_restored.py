"""ledger/restored.py: its five must-sentences, each by number."""

import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from keys.check import ed25519
from ledger.durable import Contradiction
from ledger.errors import Malformed, NotFound, StoreUnavailable
from ledger.publish.site import publish
from ledger.record.checkpoint import Checkpoint, SignedCheckpoint, sign_checkpoint
from ledger.record.log_keys import LogKeys
from ledger.record.quorum import parse_quorum
from ledger.restored import Answer, check_restored, read_published
from ledger.store import sqlite
from tests.fixtures.ledger import POLICY, Ledger
from tests.kit import NoteKey

Check = Callable[..., tuple[int, tuple[Answer, ...]]]


@pytest.fixture
def restored(tmp_path: Path, ledger: Ledger) -> Iterator[Ledger]:
    """A ledger of ten entries, restored. `ledger` is the one that it was made from, and goes on to fifteen."""
    ledger.grow(10)
    ledger.store.backup(tmp_path / "backup.db")
    ledger.grow(12)
    ledger.grow(15)
    again = Ledger(tmp_path / "again")
    again.close()
    again.path.unlink()
    sqlite.restore(tmp_path / "backup.db", again.path)
    again.open()
    assert again.size == 10
    yield again
    again.close()


def check(
    restored: Ledger, published: str, *answers: Answer, **options: Any
) -> tuple[int, tuple[Answer, ...]]:
    cleared = check_restored(
        restored.store,
        published,
        logs=LogKeys.only(restored.vkey.vkey),
        check=ed25519,
        answers=answers,
        **options,
    )
    head = restored.store.checkpoint(cleared.size)
    assert cleared.root == SignedCheckpoint.parse(head).checkpoint.root.hex()
    return cleared.size, cleared.despite


def closed(restored: Ledger) -> bool:
    try:
        restored.fill(1)
    except StoreUnavailable:
        return True
    return False


@pytest.fixture
def ten(ledger: Ledger, restored: Ledger) -> str:
    return ledger.store.checkpoint(10)


@pytest.mark.parametrize("size", [1, 10])
def test_1_a_store_that_extends_what_was_published_opens(restored: Ledger, ledger: Ledger, size: int) -> None:
    assert closed(restored)
    assert check(restored, ledger.store.checkpoint(size)) == (size, ())
    assert restored.store.restored() is None
    assert not closed(restored)


@pytest.mark.parametrize("size", [12, 15])
def test_1_fewer_entries_than_were_published_keep_it_closed(
    restored: Ledger, ledger: Ledger, size: int
) -> None:
    with pytest.raises(
        Contradiction, match=f"ROLLBACK: the published checkpoint has {size} entries"
    ) as raised:
        check(restored, ledger.store.checkpoint(size))
    assert "newer backup" in raised.value.cure
    assert closed(restored)


def test_1_another_history_keeps_it_closed(tmp_path: Path, restored: Ledger) -> None:
    other = Ledger(tmp_path / "other", "other").found().grow(10)
    with pytest.raises(Contradiction, match="FORK: the first 10 entries"):
        check(restored, other.store.checkpoint())
    assert closed(restored)


def test_1_what_a_witness_shows_binds_like_what_was_published(
    tmp_path: Path, restored: Ledger, ledger: Ledger, ten: str
) -> None:
    with pytest.raises(
        Contradiction, match="ROLLBACK: the checkpoint from W1 has 12 entries, the restored store 10"
    ):
        check(restored, ledger.store.checkpoint(1), Answer("W1", 12, ledger.store.checkpoint(12)))
    other = Ledger(tmp_path / "other", "other").found().grow(10)
    with pytest.raises(Contradiction, match=r"FORK: .* the checkpoint from W2"):
        check(restored, ten, Answer("W2", 10, other.store.checkpoint()))
    assert closed(restored)
    assert check(restored, ledger.store.checkpoint(1), Answer("W1", 10, ten)) == (10, ())


def test_1_a_changed_store_stays_closed(restored: Ledger, ten: str) -> None:
    restored.place.unbelt()
    restored.place.execute(
        "UPDATE entries SET entry = CAST(replace(entry, 'board', 'staff') AS BLOB) WHERE seq = 5"
    )
    with pytest.raises(Contradiction, match="FORK"):
        check(restored, ten)
    assert closed(restored)


def test_2_a_claim_without_a_checkpoint_stops_it_until_a_person_overrules(restored: Ledger, ten: str) -> None:
    claim = Answer("W1", 12)
    with pytest.raises(StoreUnavailable, match="W1 says that it confirmed 12 entries; known here are 10"):
        check(restored, ten, claim)
    with pytest.raises(StoreUnavailable):
        check(restored, ten, claim, despite=["W2"])
    assert closed(restored)
    assert check(restored, ten, claim, despite=["W1"]) == (10, (claim,))
    assert not closed(restored)


def test_2_nobody_goes_on_against_a_checkpoint_under_the_logs_key(
    restored: Ledger, ledger: Ledger, ten: str
) -> None:
    shown = Answer("W1", 12, ledger.store.checkpoint(12))
    with pytest.raises(Contradiction, match="ROLLBACK"):
        check(restored, ten, shown, despite=["W1"])
    assert closed(restored)


def test_3_a_quorum_must_have_answered(restored: Ledger, ten: str) -> None:
    quorum = parse_quorum(POLICY)
    for answers in ([], [Answer("W1", 10)]):
        with pytest.raises(StoreUnavailable, match="the quorum all did not"):
            check(restored, ten, *answers, quorum=quorum)
    with pytest.raises(Malformed, match="'W3' is no witness of the policy"):
        check(restored, ten, Answer("W3", 10), quorum=quorum)
    assert closed(restored)
    assert check(restored, ten, Answer("W1", 10), Answer("W2", 9), quorum=quorum) == (10, ())


def test_3_no_quorum_is_asked_where_the_policy_asks_none(restored: Ledger, ten: str) -> None:
    assert check(restored, ten, quorum=parse_quorum("quorum none\n")) == (10, ())


def test_4_only_the_logs_own_signature_counts(restored: Ledger, ten: str) -> None:
    origin = restored.vkey.name
    stranger = NoteKey(origin, key_name="other")
    forged = sign_checkpoint(Checkpoint(origin, 10, bytes(32)), stranger)
    with pytest.raises(StoreUnavailable, match="the published checkpoint is not signed by"):
        check(restored, forged)
    with pytest.raises(StoreUnavailable, match="the checkpoint from W1 is not signed by"):
        check(restored, ten, Answer("W1", 10, forged))
    with pytest.raises(Malformed, match="the checkpoint from W1 has 10 entries, not 11"):
        check(restored, ten, Answer("W1", 11, ten))
    with pytest.raises(Malformed):
        check(restored, "nonsense")
    assert closed(restored)


def test_5_a_store_that_was_not_restored_is_left_alone(ledger: Ledger) -> None:
    with pytest.raises(NotFound, match="was not restored"):
        check(ledger, ledger.store.checkpoint())


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def address(tmp_path: Path, ledger: Ledger) -> Iterator[str]:
    """A site, served."""
    publish(ledger.store, ledger.register(), tmp_path / "site", check=ed25519)
    handler = functools.partial(Quiet, directory=str(tmp_path / "site"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_the_published_checkpoint_is_read_from_wherever_it_is(
    tmp_path: Path, ledger: Ledger, address: str
) -> None:
    note = ledger.store.checkpoint()
    for where in (
        address,
        address + "/",
        address + "/checkpoint",
        str(tmp_path / "site"),
        str(tmp_path / "site/checkpoint"),
    ):
        assert read_published(where) == note


def test_a_place_without_a_checkpoint(tmp_path: Path, address: str) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be read"):
        read_published(address + "/nowhere")
    with pytest.raises(StoreUnavailable, match="cannot be read"):
        read_published("http://127.0.0.1:1")
    for where in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(NotFound, match="no checkpoint at"):
            read_published(str(where))
    (tmp_path / "file").write_text("nonsense")
    with pytest.raises(Malformed, match="is no checkpoint"):
        read_published(str(tmp_path / "file"))
    with pytest.raises(Malformed, match="is no checkpoint"):
        read_published(address + "/vkey?")
