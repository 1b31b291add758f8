"""A ledger that is served elsewhere: believed as far as its checkpoint and its past hold, asked by the clock alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from api.intake.afar import Afar
from api.intake.ledger import OfficeLedger
from intake.counter import Counter
from intake.envelope import cover
from intake.sealing import Seal, seal_due
from intake.store import Store, create
from keys.check import ed25519
from keys.signing import Ed25519Signer
from ledger.errors import StoreUnavailable
from ledger.publish.site import publish
from ledger.record.act import read_act
from ledger.record.epoch import SEALED
from ledger.record.note import LOG_KEY, Vkey
from tests.intake.kit import Drawn
from tests.intake.test_ledger import INTAKE, running
from tests.kit import CEO, GC, SECRETARY, T1, T2
from tests.office.desk import Desk, registering
from tests.office.test_judge_roll import roster
from tests.verify.test_web import Site


class Files(dict[str, bytes]):
    """The files of a folder by their names."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def get(self, name: str, default: bytes | None = None) -> bytes | None:  # type: ignore[override]
        path = self.folder / name
        return path.read_bytes() if path.is_file() else default


class Far:
    """A desk, its published site over HTTP, and an intake's eyes on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.desk = Desk.found(folder)
        self.today = running(self.desk)
        self.desk.record("register-key", [SECRETARY, CEO], registering(INTAKE))
        self.desk.record("change-roster", [T1, T2], roster(T1, T2, from_epoch=self.today))
        self.publish()
        vkey = self.desk.office.store.vkey
        assert vkey
        self.vkey = vkey
        self.served = Site(Files(folder / "site"))
        self.afar = self.look_from(folder / "copy")

    def look_from(self, copy: Path) -> Afar:
        return Afar(self.served.url, self.vkey, copy, self.send, clock=self.desk.clock)

    def publish(self) -> None:
        desk = self.desk
        publish(desk.office.store, desk.office.catch_up(), self.folder / "site", check=ed25519, quorum=None)

    def send(self, act: bytes) -> None:
        self.desk.office.record(read_act(act))
        self.publish()

    def close(self) -> None:
        self.served.server.shutdown()
        self.served.server.server_close()
        self.desk.close()


@pytest.fixture
def far(tmp_path: Path) -> Iterator[Far]:
    made = Far(tmp_path)
    yield made
    made.close()


def test_4_epochs_are_entered_through_its_door_and_found_on_its_published_record(far: Far) -> None:
    far.afar.look()
    key = Ed25519Signer(INTAKE.private)
    ledger = OfficeLedger(far.afar, key, head=far.afar.head, record=far.afar.record, entropy=far.desk.dice)
    create(far.folder / "intake.db", far.today)
    store = Store(far.folder / "intake.db")
    counter = Counter(store, ledger, key, ledger.origin, Drawn("counter"))
    (directory,) = ledger.directories()
    given = counter.accept(cover(directory, Drawn("one")).data, far.today)
    far.desk.clock.move(timedelta(days=3))
    assert len(seal_due(store, ledger, Seal(key, "c" * 64, Drawn("seal")), running(far.desk))) == 3
    facts = far.desk.office.catch_up().at().of_type(SEALED)
    assert [f.index for f in facts] == [
        e for (e,) in store.all("SELECT entry FROM epoch ORDER BY epoch") if e
    ]
    assert given.item.hex() in {row.hex() for (row,) in store.all("SELECT item FROM item")}
    store.close()


def test_2_visitors_cause_no_question(far: Far) -> None:
    far.afar.look()
    far.served.asked.clear()
    far.afar.catch_up().at()
    far.afar.head()
    far.afar.now()
    assert far.served.asked == []


def test_2_a_look_without_news_asks_for_the_checkpoint_alone(far: Far) -> None:
    far.afar.look()
    far.served.asked.clear()
    far.afar.look()
    assert {name for name in far.served.asked if name.startswith("tile")} == set()


def test_3_what_was_read_lies_as_files_that_verify(far: Far) -> None:
    from ledger.verify.asked import Asked
    from ledger.verify.verify import verify

    far.afar.look()
    far.desk.record("register-key", [SECRETARY, CEO], registering(replace(GC, key_name="second")))
    far.publish()
    far.afar.look()
    copy = far.folder / "copy"
    assert (copy / "checkpoint").read_bytes() == (far.folder / "site" / "checkpoint").read_bytes()
    assert verify(str(copy), Asked(vkey=far.vkey)).words.startswith("OK")


def test_1_a_record_that_was_cut_is_refused(far: Far) -> None:
    far.afar.look()
    before = (far.folder / "site" / "checkpoint").read_bytes()
    far.desk.record("register-key", [SECRETARY, CEO], registering(replace(GC, key_name="second")))
    far.publish()
    far.afar.look()
    size = far.afar.catch_up().size
    (far.folder / "site" / "checkpoint").write_bytes(before)
    with pytest.raises(StoreUnavailable, match="were seen"):
        far.afar.look()
    assert far.afar.catch_up().size == size


def test_1_another_key_or_changed_entries_are_refused(far: Far) -> None:
    other = Vkey(far.vkey.name, LOG_KEY, Ed25519Signer(INTAKE.private).raw)
    stranger = Afar(far.served.url, other, far.folder / "other", far.send, clock=far.desk.clock)
    with pytest.raises(StoreUnavailable, match="not signed by the log's key"):
        stranger.look()
    with pytest.raises(StoreUnavailable, match="nothing was read"):
        stranger.catch_up()
    (tile,) = (far.folder / "site" / "tile" / "entries").iterdir()
    found = next(tile.iterdir()) if tile.is_dir() else tile
    data = bytearray(found.read_bytes())
    data[-40] ^= 1
    found.write_bytes(bytes(data))
    with pytest.raises(StoreUnavailable):
        far.look_from(far.folder / "fresh").look()
    assert not (far.folder / "fresh").exists()


def test_a_ledger_that_does_not_answer_is_told_and_what_was_read_stays(far: Far) -> None:
    far.afar.look()
    size = far.afar.catch_up().size
    far.served.server.shutdown()
    far.served.server.server_close()
    with pytest.raises(StoreUnavailable):
        far.afar.look()
    assert far.afar.catch_up().size == size
