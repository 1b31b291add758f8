"""Handing in: what is promised, what is refused, and that nothing is stored without a receipt (INTAKE §3, §9)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from intake import board, capacity, chunks, directory, envelope, mail
from intake.body import Body
from intake.derive import Secrets
from intake.errors import BundleKnown, DirectoryChanged, Full, NonceKnown
from intake.upload import Upload, longest
from ledger.errors import Malformed
from ledger.record.canonical import decode, encode
from tests.intake.book import House
from tests.intake.kit import EPOCH, FIVE, SERVICE, THREE, WORDS, Drawn, key, report


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.store.close()


def later(one: directory.Directory, from_epoch: int, name: str = "later") -> directory.Directory:
    """The same trustees from another day on."""
    data = decode(one.data)
    data["from_epoch"], data["panels"][0]["name"] = from_epoch, name
    return directory.read(encode(data))


def small(number: int) -> Upload:
    """A cover: as good as any report to whoever hands it in."""
    return Upload(envelope.cover(THREE, Drawn(f"small {number}")))


def stored(house: House) -> list[int]:
    return [house.store.all(f"SELECT count(*) FROM {table}")[0][0] for table in ("item", "chunk", "bundle")]


def test_1_a_receipt_is_for_bytes_that_are_there(house: House) -> None:
    one = report()
    given = house.accept(one.data)
    assert given.holds(SERVICE.raw)
    assert (given.item, given.first, given.last, given.chunks) == (one.item, EPOCH, EPOCH + 2, "")
    house.store.close()
    house.reopen()
    assert house.store.all("SELECT data FROM item") == [(one.data,)]


def test_2_the_same_bytes_get_their_first_receipt_for_ever(house: House) -> None:
    one = report()
    first = house.accept(one.data)
    house.day()
    assert house.accept(one.data) == first
    house.day(2)
    assert house.accept(one.data) == first
    assert first.item in {i.item for e in house.book.entries for i in e.items}


def test_2_other_bytes_under_a_known_nonce_are_refused(house: House) -> None:
    nonce = bytes(16)
    first = envelope.seal(FIVE, Body("report", "ltbt", "one"), nonce, Drawn("one"), WORDS)
    other = envelope.seal(FIVE, Body("report", "ltbt", "two"), nonce, Drawn("two"), Secrets(bytes(16)))
    house.accept(first.data)
    before = stored(house)
    with pytest.raises(NonceKnown):
        house.accept(other.data)
    assert stored(house) == before


BAD = {
    "nothing": lambda d: b"",
    "one byte": lambda d: b"\x01",
    "truncated": lambda d: d[:-1],
    "too long": lambda d: d + b"\x00",
    "half a chunk": lambda d: d + bytes(chunks.BYTES // 2),
    "33 chunks": lambda d: d + bytes(33 * chunks.BYTES),
    "a chunk twice": lambda d: d + bytes(chunks.BYTES) * 2,
    "another format": lambda d: b"\x02" + d[1:],
    "another number of seats": lambda d: d[:1] + b"\x03" + d[2:],
}


@pytest.mark.parametrize("spoil", BAD.values(), ids=BAD)
def test_1_what_is_malformed_is_refused_and_nothing_is_stored(house: House, spoil: object) -> None:
    assert callable(spoil)
    with pytest.raises(Malformed):
        house.accept(spoil(report().data))
    assert stored(house) == [0, 0, 0]


def test_3_another_directory_is_told_to_seal_again(house: House) -> None:
    with pytest.raises(DirectoryChanged):
        house.accept(envelope.cover(later(FIVE, EPOCH), Drawn("x")).data)
    assert stored(house) == [0, 0, 0]


def test_an_upload_carries_its_chunks_into_its_epoch(house: House) -> None:
    named, pieces = chunks.attach("a", "image/png", b"x" * 300_000, Drawn("file"))
    one = envelope.seal(
        FIVE, Body("report", "ltbt", "see", (), (named,)), bytes(16), Drawn("with file"), WORDS
    )
    given = house.accept(Upload(one, tuple(pieces)).to_bytes())
    assert given.chunks == chunks.digest(tuple(c.id for c in named.chunks))
    house.day(3)
    listed = next(e for e in house.book.entries if e.place(one.item))
    assert {c.id.hex() for c in named.chunks} <= set(listed.chunks)
    assert len(Upload(one, tuple(pieces)).to_bytes()) < longest(5)


def test_an_epoch_without_chunk_places_has_no_room(house: House) -> None:
    found = set()
    for n in range(4):
        pieces = [chunks.filler(Drawn(f"{n} {m}")) for m in range(20)]
        one = envelope.cover(FIVE, Drawn(f"c{n}"))
        found.add(house.accept(Upload(one, tuple(pieces)).to_bytes()).last)
    epochs = [e for (e,) in house.store.all("SELECT epoch FROM item")]
    assert sorted(epochs) == [EPOCH, EPOCH + 1, EPOCH + 2, EPOCH + 3]
    assert found == {EPOCH + 2, EPOCH + 3}


def test_two_items_of_a_day_are_not_told_by_their_epochs(house: House) -> None:
    for n in range(30):
        house.accept(envelope.cover(FIVE, Drawn(f"{n}")).data)
    spread = dict(house.store.all("SELECT epoch, count(*) FROM item GROUP BY epoch"))
    assert set(spread) == {EPOCH, EPOCH + 1, EPOCH + 2}
    assert all(3 <= n <= 20 for n in spread.values())


def test_two_reports_of_one_author_share_no_bytes_before_the_first_is_listed(house: House) -> None:
    """Sealed under the same words on the same day: the public sees nothing that two strangers' reports do not have."""
    first = report("The endpoint is on.", chance="first", excluded=(3,))
    again = envelope.seal(
        FIVE, Body("follow_up", "ltbt", "It is still on.", (3,)), Drawn("n")(16), Drawn("again"), WORDS
    )
    given = [house.accept(one.data) for one in (first, again)]
    assert (given[0].first, given[0].last, given[0].chunks) == (
        given[1].first,
        given[1].last,
        given[1].chunks,
    )
    house.day(3)
    places = {p.item: p for e in house.book.entries for p in e.items if p.item in (first.item, again.item)}
    assert len({p.nonce for p in places.values()} | {p.bind for p in places.values()}) == 4
    assert len(first.data) == len(again.data)
    same = {first.data[at : at + 8] for at in range(len(first.data) - 7)}
    shared = [at for at in range(len(again.data) - 7) if again.data[at : at + 8] in same]
    assert shared == list(range(34 - 7))  # the format and the directory, as in every envelope of the epoch


def test_a_flood_enters_by_its_promised_epochs_and_then_it_says_that_it_is_full(tmp_path: Path) -> None:
    house, promised = House(tmp_path, THREE), {}
    with house.store.change() as db:  # rooms of two, so that the flood is small
        db.executemany(
            "INSERT INTO epoch (epoch, places, room) VALUES (?, 64, 2)", [(EPOCH + n,) for n in range(31)]
        )
    for n in range(62):
        given = house.accept(small(n).to_bytes())
        assert EPOCH + 2 <= given.last <= EPOCH + 30
        promised[given.item] = given.last
    with pytest.raises(Full, match="full for the coming thirty days"):
        house.accept(small(62).to_bytes())
    assert stored(house)[0] == 62
    rows = dict(house.store.all("SELECT item, epoch FROM item"))
    assert all(rows[item] <= last for item, last in promised.items())
    house.day()
    assert {i.item for i in house.book.entries[0].items} >= {item for item, e in rows.items() if e == EPOCH}
    assert house.accept(small(62).to_bytes()).last == EPOCH + 31  # there is room again
    house.store.close()


def test_3_a_flood_doubles_the_epochs_that_lie_far_ahead() -> None:
    taken: dict[int, int] = {}
    rows: dict[int, tuple[int, int]] = {}

    def has_room(epoch: int) -> bool:
        if epoch not in rows:
            before = rows.get(epoch - 1, (64, 0))[0]
            count = capacity.places(epoch, EPOCH, before)
            rows[epoch] = (count, capacity.room(count, Drawn(str(epoch))))
        return taken.get(epoch, 0) < rows[epoch][1]

    chance = Drawn("flood")
    while (epoch := capacity.choose(EPOCH, has_room, chance)) is not None:
        taken[epoch] = taken.get(epoch, 0) + 1
    assert [rows[EPOCH + n][0] for n in range(31)] == [64] * 9 + [128, 256] + [512] * 20
    assert all(32 * p // 64 <= taken[e] == r <= 48 * p // 64 for e, (p, r) in rows.items())


def test_3_nobody_enters_an_epoch_of_other_trustees(tmp_path: Path) -> None:
    new = later(FIVE, EPOCH + 1)
    house = House(tmp_path, FIVE, new)
    for n in range(8):
        assert house.accept(envelope.cover(FIVE, Drawn(f"old {n}")).data).last == EPOCH + 2
    assert {e for (e,) in house.store.all("SELECT epoch FROM item")} == {EPOCH}
    house.accept(envelope.cover(new, Drawn("new")).data)
    house.day(3)
    assert [e.directory for e in house.book.entries] == [FIVE.digest.hex(), *[new.digest.hex()] * 2]
    with pytest.raises(DirectoryChanged):
        house.accept(envelope.cover(FIVE, Drawn("too late")).data)
    house.store.close()


def test_3_what_was_promised_under_the_old_trustees_is_kept_when_they_change_at_once(house: House) -> None:
    """A compromised key changes the roster without notice: items promised to later epochs stay where they were."""
    items = [envelope.cover(FIVE, Drawn(f"{n}")) for n in range(12)]
    for one in items:
        house.accept(one.data)
    house.book.rosters.append(later(FIVE, EPOCH + 1))
    house.day(4)
    listed = {i.item for e in house.book.entries for i in e.items}
    assert {one.item for one in items} <= listed
    assert {e.directory for e in house.book.entries[:3]} == {FIVE.digest.hex()}
    assert house.book.entries[3].directory != FIVE.digest.hex()


def bundle(seat: int, epoch: int, name: str = "bundle") -> mail.Bundle:
    slots = [board.filler(epoch, 4 * seat + n, Drawn(f"{name}{n}")) for n in range(4)]
    return mail.pack(FIVE, seat, epoch, ({}, slots), key(seat, "device"))


def test_4_one_bundle_a_seat_for_the_running_epoch(house: House) -> None:
    one = bundle(0, EPOCH)
    house.counter.bundle(one.data, EPOCH)
    house.counter.bundle(one.data, EPOCH)
    with pytest.raises(BundleKnown):
        house.counter.bundle(bundle(0, EPOCH, "other").data, EPOCH)
    with pytest.raises(Malformed, match="the running epoch is"):
        house.counter.bundle(bundle(1, EPOCH - 1).data, EPOCH)
    with pytest.raises(Malformed, match="device"):
        house.counter.bundle(one.data[:-1] + bytes((one.data[-1] ^ 1,)), EPOCH)
    house.day()
    entry = house.book.entries[0]
    assert entry.desk == (one.digest,)
    (whole,) = house.store.all("SELECT data FROM board")[0]
    assert whole[: 4 * board.BYTES] == b"".join(one.messages)
    assert len(whole) == 20 * board.BYTES
    assert board.digest(whole) == entry.board


def test_a_clock_that_goes_back_promises_no_sealed_epoch(house: House) -> None:
    house.day(2)
    house.today = EPOCH
    given = house.accept(report().data)
    assert given.first == EPOCH + 2


def test_3_epochs_double_only_when_promises_reach_far() -> None:
    assert [capacity.places(EPOCH + n, EPOCH, 64) for n in (0, 3, 8, 9)] == [64, 64, 64, 128]
    assert [capacity.places(EPOCH + 9, EPOCH, p) for p in (128, 256, 512)] == [256, 512, 512]
    assert {capacity.room(64, Drawn(str(n))) for n in range(400)} == set(range(32, 49))
