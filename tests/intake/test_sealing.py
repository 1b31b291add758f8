"""Sealing: each epoch once, whatever dies when, and a cover is a cover in every row (INTAKE §3, §9)."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from intake import chunks, envelope, epochs, receipt
from intake.errors import NonceKnown
from intake.port import in_force
from intake.receipt import Decision, decide
from intake.sealing import seal_due
from intake.store import create
from intake.upload import Upload
from ledger.errors import StoreUnavailable
from ledger.record.canonical import encode
from ledger.record.epoch import Epoch, epoch
from tests.intake.book import Book, House
from tests.intake.kit import EPOCH, FIVE, ORIGIN, SERVICE, THREE, Drawn, hpke, report
from tests.intake.test_counter import later

ROOT = Path(__file__).parents[2]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.store.close()


def test_an_epoch_lists_64_places_whatever_was_handed_in(house: House) -> None:
    one = report()
    given = house.accept(one.data)
    assert house.day(3) == [EPOCH, EPOCH + 1, EPOCH + 2]
    for entry in house.book.entries:
        assert epoch(entry.data()) == entry
        assert (len(entry.items), len(entry.chunks)) == (64, 32)
        assert house.listed(entry.epoch).epoch == entry
    decided = decide(given, SERVICE.raw, house.today, house.book.lists(), lambda item: True)
    assert decided is Decision.LISTED


def test_a_dropped_item_is_proved_by_its_receipt(house: House) -> None:
    """The server promises and drops: the receipt and the lists together are evidence."""
    given = house.accept(report().data)
    with house.store.change() as db:
        db.execute("DELETE FROM item")
    house.day(3)
    decided = decide(given, SERVICE.raw, house.today, house.book.lists(), lambda item: True)
    assert decided is Decision.SUPPRESSED
    assert receipt.read_lines(given.lines()) == given


def test_3_after_an_outage_each_missed_epoch_is_sealed_with_its_own_number(house: House) -> None:
    house.book.down = True
    with pytest.raises(StoreUnavailable):
        house.day(2)
    assert house.book.entries == []
    house.book.down = False
    assert house.day(1) == [EPOCH + 2]
    assert [e.epoch for e in house.book.entries] == [EPOCH, EPOCH + 1, EPOCH + 2]
    assert house.day(0) == []


def test_2_what_was_sealed_is_entered_with_the_same_bytes_however_often(house: House) -> None:
    house.day()
    first = house.book.entries[0]
    with house.store.change() as db:
        db.execute("UPDATE epoch SET entry = NULL")
    house.day(0)
    assert house.book.entries == [first]


def test_an_epoch_without_a_directory_waits(tmp_path: Path) -> None:
    house = House(tmp_path, later(FIVE, EPOCH + 5))
    with pytest.raises(StoreUnavailable, match="no directory is in force"):
        house.day()
    house.book.rosters.append(FIVE)
    assert house.day(0) == [EPOCH]
    house.store.close()


@pytest.mark.parametrize(
    ("instant", "number"),
    [
        ("1970-01-01T00:00:00+00:00", 0),
        ("2024-02-28T23:59:59+00:00", 19781),
        ("2024-02-29T00:00:00+00:00", 19782),
        ("2024-02-29T23:59:59+00:00", 19782),
        ("2024-03-01T00:00:00+00:00", 19783),
        ("2025-02-28T23:59:59+00:00", 20147),
        ("2025-03-01T00:00:00+00:00", 20148),
        ("2025-06-06T12:00:00+00:00", 20245),
        ("2025-12-31T23:59:59+00:00", 20453),
        ("2026-01-01T00:00:00+00:00", 20454),
        ("2025-06-06T01:00:00+14:00", 20244),  # still the day before where epochs are counted
        ("2025-06-06T22:00:00-11:00", 20246),
        ("2025-03-30T03:30:00+02:00", 20177),  # summer time began that night
    ],
)
def test_1_an_epoch_is_a_day_of_utc_whatever_the_month_and_zone(instant: str, number: int) -> None:
    assert epochs.of(datetime.fromisoformat(instant).timestamp()) == number


@pytest.mark.parametrize("day", ["2024-02-29", "2025-02-28", "2025-12-31"])
def test_1_an_epoch_is_sealed_when_its_day_has_ended_and_not_before(tmp_path: Path, day: str) -> None:
    begins = datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp()
    number = epochs.of(begins)
    create(tmp_path / "intake.db", number)
    house = House.__new__(House)
    old = later(FIVE, number)
    house.book, house.path, house.chance = Book(old), tmp_path / "intake.db", Drawn("day")
    house.book.enter = lambda one: one.epoch  # type: ignore[method-assign]
    house.reopen()
    sealed = [seal_due(house.store, house.book, house.seal, epochs.of(begins + s)) for s in (86_399, 86_400)]
    assert sealed == [[], [number]]
    house.store.close()


def test_in_force_is_the_directory_recorded_last() -> None:
    new = later(FIVE, EPOCH + 5)
    assert in_force([FIVE, new], EPOCH + 4) == FIVE
    assert in_force([FIVE, new], EPOCH + 5) == new
    assert in_force([FIVE], FIVE.from_epoch - 1) is None


# ---- covers


def test_4_rows_do_not_tell_covers_from_reports(tmp_path: Path) -> None:
    house = House(tmp_path, THREE)
    real = [envelope.cover(THREE, Drawn(f"{n}")) for n in range(40)]  # as good as any to the server
    for one in real:
        house.accept(one.data)
    house.day()
    ids = {one.item for one in real}
    rows = house.store.all("SELECT * FROM item WHERE epoch = ?", EPOCH)
    assert 0 < sum(row[0] in ids for row in rows) < 64
    for item, nonce, number, first, data in rows:
        assert [len(x) for x in (item, nonce, data)] == [32, 16, envelope.length(3)]
        assert (number, first) == (EPOCH, EPOCH)  # the first day of this intake: nobody came before
    order = [item for (item,) in house.store.all("SELECT item FROM item WHERE epoch = ?", EPOCH)]
    assert order == sorted(order)
    house.store.close()


def test_4_what_comes_with_chunks_has_the_row_of_a_cover_and_of_a_text(tmp_path: Path) -> None:
    house = House(tmp_path, THREE)
    pieces = tuple(chunks.filler(Drawn(f"piece {n}")) for n in range(3))
    one = Upload(envelope.cover(THREE, Drawn("with chunks")), pieces)
    first = house.accept(one.to_bytes())
    assert house.accept(one.to_bytes()) == first
    house.day(3)
    ((epoch,),) = house.store.all("SELECT epoch FROM item WHERE item = ?", one.envelope.item)
    rows = house.store.all("SELECT * FROM item WHERE epoch = ?", epoch)
    assert {tuple(type(v) for v in row) for row in rows} == {(bytes, bytes, int, int, bytes)}
    assert {len(d) for (d,) in house.store.all("SELECT data FROM chunk WHERE epoch = ?", epoch)} == {
        chunks.BYTES
    }
    assert len(house.store.all("SELECT 1 FROM chunk WHERE epoch = ?", epoch)) == 32
    assert house.accept(one.to_bytes()) == first
    house.store.close()


def test_4_handing_in_what_is_listed_tells_nobody_whether_it_was_a_report(tmp_path: Path) -> None:
    house = House(tmp_path, THREE)
    pieces = tuple(chunks.filler(Drawn(f"piece {n}")) for n in range(2))
    real = Upload(envelope.cover(THREE, Drawn("with chunks")), pieces)
    house.accept(real.to_bytes())
    house.day(3)
    ((epoch,),) = house.store.all("SELECT epoch FROM item WHERE item = ?", real.envelope.item)
    listed = house.store.all("SELECT item, data FROM item WHERE epoch = ?", epoch)
    theirs = [d for (d,) in house.store.all("SELECT data FROM chunk WHERE epoch = ?", epoch)][:2]
    for _, data in listed:
        assert house.accept(data).chunks == ""
        assert house.accept(data + b"".join(theirs)).holds(SERVICE.raw)
        with pytest.raises(NonceKnown):
            house.accept(data + chunks.filler(Drawn("never handed in")))
    house.store.close()


def test_4_after_a_flood_covers_seem_to_have_waited_as_long_as_uploads(tmp_path: Path) -> None:
    house = House(tmp_path, THREE)
    with house.store.change() as db:  # no room before the eleventh day, and there for six
        made = [(EPOCH + n, 6 if n == 10 else 0) for n in range(11)]
        db.executemany("INSERT INTO epoch (epoch, places, room) VALUES (?, 64, ?)", made)
    real = {}
    for n in range(6):
        house.today = EPOCH + n // 3 * 4
        one = envelope.cover(THREE, Drawn(f"flood {n}"))
        real[one.item] = house.accept(one.data)
    assert {r.last for r in real.values()} == {EPOCH + 10}
    house.today = EPOCH
    house.day(11)
    rows = house.store.all("SELECT item, first FROM item WHERE epoch = ?", EPOCH + 10)
    covers = [first for item, first in rows if item not in real]
    assert len(covers) == 58
    assert set(covers) == {first for item, first in rows if item in real} == {EPOCH, EPOCH + 4}
    one_cover = next(item for item, _ in rows if item not in real)
    ((data,),) = house.store.all("SELECT data FROM item WHERE item = ?", one_cover)
    given = house.accept(data)
    assert (given.first in {EPOCH, EPOCH + 4}, given.last) == (True, EPOCH + 10)
    house.store.close()


def test_4_reports_do_not_lie_before_covers_on_the_disk(tmp_path: Path) -> None:
    house = House(tmp_path, THREE)
    real = set()
    for n in range(60):
        one = envelope.cover(THREE, Drawn(f"{n}"))
        house.accept(one.data)
        real.add(one.item)
    house.day()
    rows = house.store.all("SELECT item, data FROM item WHERE epoch = ?", EPOCH)
    disk = house.path.read_bytes()
    places = [(disk.index(data[9000:9032]), item in real) for item, data in rows]
    reports = [at for at, is_real in places if is_real]
    covers = [at for at, is_real in places if not is_real]
    assert min(len(reports), len(covers)) > 10
    before = sum(r < c for r in reports for c in covers) / (len(reports) * len(covers))
    assert 0.1 < before < 0.9  # in the order of arrival it would be 1
    wal = house.path.with_name(house.path.name + "-wal")
    assert wal.stat().st_size < 3 * envelope.length(3) // 4  # where the ledger has it, and nothing older
    house.store.close()


def test_4_every_sealed_epoch_names_its_directory(house: House) -> None:
    house.accept(report().data)
    house.day(4)
    assert {d for (d,) in house.store.all("SELECT directory FROM epoch WHERE data IS NOT NULL")} == {
        FIVE.digest
    }


def test_1_no_file_of_the_intake_holds_anything_but_these_columns(house: House) -> None:
    house.accept(report().data)
    house.day()
    found = {
        (table, column[1])
        for (table,) in house.store.all("SELECT name FROM sqlite_master WHERE type = 'table'")
        for column in house.store.all(f"PRAGMA table_info({table})")
    }
    assert found == {
        ("state", "name"), ("state", "value"),
        ("epoch", "epoch"), ("epoch", "places"), ("epoch", "room"), ("epoch", "directory"), ("epoch", "data"),
        ("epoch", "sig"), ("epoch", "entry"),
        ("item", "item"), ("item", "nonce"), ("item", "epoch"), ("item", "first"), ("item", "data"),
        ("chunk", "id"), ("chunk", "epoch"), ("chunk", "data"),
        ("bundle", "epoch"), ("bundle", "seat"), ("bundle", "data"),
        ("board", "epoch"), ("board", "data"),
    }  # fmt: skip


def test_an_excluded_trustee_sees_of_a_report_what_it_sees_of_a_cover(tmp_path: Path) -> None:
    """All that seat 3 can open, count or measure in an epoch, with the report that excludes it and without."""

    def seen(folder: str, *, filed: bool) -> list[object]:
        house = House(tmp_path / folder)
        if filed:
            house.accept(report(excluded=(3,)).data)
        house.day(3)
        views: list[object] = [len(house.book.entries)]
        for entry in house.book.entries:
            rows = house.store.all("SELECT data FROM item WHERE epoch = ? ORDER BY item", entry.epoch)
            opened = [envelope.read(d, FIVE).share(FIVE, 3, hpke(3)) for (d,) in rows]
            views.append((opened, {len(d) for (d,) in rows}, len(encode(entry.data())), len(entry.chunks)))
        house.store.close()
        return views

    for folder in ("with", "without"):
        (tmp_path / folder).mkdir()
    assert seen("with", filed=True) == seen("without", filed=False)


# ---- kill -9


class Mortal:
    """Chance, key or ledger that kills the process at its n-th use: nothing is caught, nothing is cleaned up."""

    def __init__(self, at: int) -> None:
        self.left = at

    def beat(self) -> None:
        self.left -= 1
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)


class MortalBook(Book):
    """Dies before or after an epoch reached the ledger."""

    def __init__(self, mortal: Mortal, file: Path) -> None:
        super().__init__(THREE, file=file)
        self.mortal = mortal

    def enter(self, one: Epoch) -> int:
        self.mortal.beat()
        entry = super().enter(one)
        self.mortal.beat()
        return entry


def live(folder: Path, at: int, seed: int) -> None:
    """One life of an intake: three uploads, a day, and so on; each receipt is written down before the next step."""
    from intake.counter import Counter
    from intake.sealing import Seal
    from intake.store import Store, create

    mortal = Mortal(at)

    class Signer:
        def sign_bytes(self, message: bytes) -> bytes:
            mortal.beat()
            signed = SERVICE.sign_bytes(message)
            mortal.beat()
            return signed

    def chance(n: int) -> bytes:
        mortal.beat()
        return os.urandom(n)

    signer = Signer()
    path, book = folder / "intake.db", MortalBook(mortal, folder / "ledger.json")
    if not path.exists():
        create(path, EPOCH)
    store = Store(path)
    counter = Counter(store, book, signer, ORIGIN, chance)
    today = store.last_sealed() + 1
    with (folder / "receipts").open("a") as receipts:
        for n in range(2):
            given = counter.accept(envelope.cover(THREE, Drawn(f"{seed} {n}")).data, today)
            receipts.write(given.to_bytes().decode() + "\n")
            receipts.flush()
    seal_due(store, book, Seal(signer, "c" * 64, chance), today + 1)


def lives(folder: Path, kills: list[int]) -> None:
    """Kill an intake at each of these beats, then let one live, and hold it to its promises."""
    code = 0
    for seed, at in enumerate([*kills, *[10**9] * 4]):
        life = f"from tests.intake.test_sealing import *; live(Path({str(folder)!r}), {at}, {seed})"
        command = [sys.executable, "-c", life]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        code = run.returncode
        assert code in (0, -signal.SIGKILL), run.stderr
    assert code == 0
    book = Book(THREE, file=folder / "ledger.json")
    numbers = [e.epoch for e in book.entries]
    assert numbers == list(range(EPOCH, EPOCH + len(numbers)))
    given = [receipt.read(line.encode()) for line in (folder / "receipts").read_text().splitlines()]
    assert given
    for one in given:
        decided = decide(one, SERVICE.raw, numbers[-1] + 1, book.lists(), lambda item: True)
        assert decided in (Decision.LISTED, Decision.TOO_EARLY)


@pytest.mark.slow
def test_1_killed_at_any_instant_it_keeps_every_promise(tmp_path: Path) -> None:
    lives(tmp_path, [3, 6, 40, 10**3])


@pytest.mark.soak
def test_1_killed_at_every_instant_it_keeps_every_promise(tmp_path: Path) -> None:
    lives(tmp_path, [*range(24), *range(24, 600, 23)])
