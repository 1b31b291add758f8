"""ledger/publish/site.py: its eight must-sentences, each by number."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from keys.check import ed25519
from ledger.durable import Contradiction, Failpoint, pass_by
from ledger.errors import NotFound, StoreUnavailable
from ledger.publish.cosignatures import add_cosignature
from ledger.publish.site import Published, publish
from ledger.record.canonical import decode
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.log_keys import LogKeys
from ledger.record.merkle import leaf_hash, root_of
from ledger.record.note import cosign
from ledger.record.quorum import parse_quorum
from ledger.record.tiles import ENTRIES, Tile, split_entries, split_hashes, tiles_of
from ledger.store import sqlite
from ledger.verify.asked import Asked
from ledger.verify.verify import verify
from tests.fixtures.ledger import POLICY, W1, W2, Crash, Ledger, crash_at, files
from tests.kit import ORIGIN, NoteKey

Publish = Callable[..., Published]


def bring_up(ledger: Ledger, site: Path, *, failpoint: Failpoint = pass_by, whole: bool = False) -> Published:
    return publish(ledger.store, ledger.register(), site, check=ed25519, whole=whole, failpoint=failpoint)


def read_as_a_stranger(site: Path, ledger: Ledger) -> int:
    """What somebody does who has the folder and the log's key: fetch, rehash, compare. Gives the size."""
    signed = SignedCheckpoint.parse((site / "checkpoint").read_bytes())
    assert signed.holds(ledger.vkey.vkey, ed25519)
    head = signed.checkpoint
    held: dict[tuple[int, int], list[bytes]] = {}
    for tile in tiles_of(head.size):
        data = (site / tile.path).read_bytes()
        items = split_entries(data) if tile.level == ENTRIES else split_hashes(data)
        assert len(items) == tile.width
        held[tile.level, tile.index] = items
    leaves = [leaf_hash(e) for (level, _), items in held.items() if level == ENTRIES for e in items]
    assert root_of(leaves) == head.root
    for (level, index), items in held.items():
        if level >= 0:
            step = 256**level
            first = index * 256 * step
            assert items == [
                root_of(leaves[first + i * step : first + (i + 1) * step]) for i in range(len(items))
            ]
    return head.size


@pytest.mark.parametrize("sizes", [(1,), (255, 256, 257), (300, 310, 512), (1, 700), (600, 600, 601)])
def test_a_site_is_what_tlog_tiles_says(tmp_path: Path, ledger: Ledger, sizes: tuple[int, ...]) -> None:
    for size in sizes:
        ledger.grow(size)
        assert bring_up(ledger, tmp_path / "site").size == size
        assert read_as_a_stranger(tmp_path / "site", ledger) == size
    assert (tmp_path / "site/vkey").read_text() == f"{ledger.vkey.vkey}\n"
    assert (tmp_path / "site/founding").read_text() == f"{leaf_hash(ledger.store.entry(0)).hex()}\n"
    assert sorted(p.name for p in (tmp_path / "site/earlier").iterdir()) if len(set(sizes)) > 1 else True


def test_1_tiles_are_durable_before_the_checkpoint_that_needs_them(tmp_path: Path, ledger: Ledger) -> None:
    steps: list[str] = []
    bring_up(ledger.grow(300), tmp_path / "site", failpoint=steps.append)
    checkpoint = steps.index("written checkpoint")
    tiles = [i for i, step in enumerate(steps) if step.startswith("placed tile/")]
    assert len(tiles) == len(list(tiles_of(300)))
    assert max(tiles) < steps.index("settled", max(tiles)) < checkpoint
    assert steps[checkpoint + 1 : checkpoint + 3] == ["placed checkpoint", "settled"]


def test_2_fewer_entries_than_were_published_are_a_rollback(tmp_path: Path) -> None:
    site = tmp_path / "site"
    long, short = Ledger(tmp_path / "a").found(), Ledger(tmp_path / "b").found()
    bring_up(long.grow(300), site)
    before = files(site)
    with pytest.raises(Contradiction) as raised:
        bring_up(short.grow(290), site)
    assert raised.value.word == "ROLLBACK"
    assert "300" in raised.value.what
    assert "290" in raised.value.what
    assert "backup" in raised.value.cure
    assert files(site) == before
    assert bring_up(short.grow(310), site).size == 310, "once the same entries are back it goes on"


@pytest.mark.parametrize("published", [256, 290, 300, 512])
def test_2_other_entries_than_were_published_are_a_fork(tmp_path: Path, published: int) -> None:
    site = tmp_path / "site"
    one, other = Ledger(tmp_path / "a", "one").found(), Ledger(tmp_path / "b", "other").found()
    bring_up(one.grow(published), site)
    before = files(site)
    for size in (max(published, 300), 600):
        other.grow(size)
        with pytest.raises(Contradiction) as raised:
            bring_up(other, site)
        assert raised.value.word == "FORK"
        assert str(published) in raised.value.what
        assert files(site) == before


def test_2_a_waiting_checkpoint_binds_like_a_public_one(tmp_path: Path) -> None:
    site, quorum = tmp_path / "site", parse_quorum(POLICY)
    long, short = Ledger(tmp_path / "a").found(), Ledger(tmp_path / "b").found()
    publish(long.grow(9).store, long.register(), site, check=ed25519, quorum=quorum)
    with pytest.raises(Contradiction, match="ROLLBACK: 9 entries were published or shown to witnesses"):
        publish(short.grow(8).store, short.register(), site, check=ed25519, quorum=quorum)


def test_3_a_tampered_tile_is_named_and_left_as_evidence(tmp_path: Path, ledger: Ledger) -> None:
    site = tmp_path / "site"
    bring_up(ledger.grow(300), site)
    path = site / "tile/0/001.p/44"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    before = files(site)
    with pytest.raises(Contradiction) as raised:
        bring_up(ledger.grow(301), site)
    assert raised.value.word == "TAMPERED"
    assert str(site) in raised.value.what
    assert files(site) == before


@pytest.mark.parametrize(
    "name", ["tile/0/000", "tile/entries/000", "tile/entries/001.p/44", "tile/1/000.p/1", "founding"]
)
def test_3_a_whole_look_finds_any_changed_file(tmp_path: Path, ledger: Ledger, name: str) -> None:
    site = tmp_path / "site"
    bring_up(ledger.grow(300), site)
    data = bytearray((site / name).read_bytes())
    data[7] ^= 1
    (site / name).write_bytes(data)
    with pytest.raises(Contradiction) as raised:
        bring_up(ledger, site, whole=True)
    assert raised.value.word == "TAMPERED"
    assert name in raised.value.what or "do not belong" in raised.value.what
    assert (site / name).read_bytes() == data


@pytest.mark.parametrize("text", [b"", b"nonsense\n", b"other.example/log\n1\nKgAA\n\n"])
def test_3_a_checkpoint_of_somebody_else_is_not_replaced(tmp_path: Path, ledger: Ledger, text: bytes) -> None:
    site = tmp_path / "site"
    bring_up(ledger, site)
    (site / "checkpoint").write_bytes(text)
    with pytest.raises(Contradiction, match=r"^TAMPERED: .*checkpoint"):
        bring_up(ledger, site)
    assert (site / "checkpoint").read_bytes() == text


def test_3_another_ledgers_folder_is_refused(tmp_path: Path, ledger: Ledger) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/vkey").write_text("somebody+else\n")
    with pytest.raises(Contradiction, match="another ledger publishes here"):
        bring_up(ledger, tmp_path / "site")


def test_4_a_publication_interrupted_anywhere_is_finished_by_the_next(tmp_path: Path, ledger: Ledger) -> None:
    start = tmp_path / "start"
    bring_up(ledger.grow(254), start)
    sealed = ledger.note(sealed="x")
    ledger.say("disclosure.published", sealed, ledger.opened[sealed][0].commitment())
    ledger.grow(259)
    shutil.copytree(start, tmp_path / "clean")
    bring_up(ledger, tmp_path / "clean")
    clean, public = files(tmp_path / "clean"), set()
    for step in count():
        site = tmp_path / f"site{step}"
        shutil.copytree(start, site)
        try:
            bring_up(ledger, site, failpoint=crash_at(step))
        except Crash:
            public.add(read_as_a_stranger(site, ledger))
            bring_up(ledger, site)
            assert files(site) == clean, f"after a crash at step {step}"
        else:
            assert step > 10
            break
    assert public == {254, 259}


KILL = """
import os, signal, sys
from pathlib import Path
from keys import check
from ledger.office import Office
from ledger.publish.site import publish
from ledger.store import sqlite
store = sqlite.open_record(Path(sys.argv[1]))
register = Office(store, check, clock=str, entropy=bytes).catch_up()
steps = iter(range(int(sys.argv[3])))
def failpoint(step):
    if next(steps, None) is None:
        os.kill(os.getpid(), signal.SIGKILL)
publish(store, register, Path(sys.argv[2]), check=check.ed25519, failpoint=failpoint)
"""


@pytest.mark.parametrize("step", [0, 3, 5, 8])
def test_4_a_killed_publication_leaves_no_lock_and_no_half_file(
    tmp_path: Path, ledger: Ledger, step: int
) -> None:
    site = tmp_path / "site"
    ledger.grow(300)
    bring_up(ledger, tmp_path / "clean")
    run = subprocess.run([sys.executable, "-c", KILL, str(ledger.path), str(site), str(step)], check=False)
    assert run.returncode == -signal.SIGKILL
    assert not (site / "checkpoint").exists()
    bring_up(ledger, site)
    assert files(site) == files(tmp_path / "clean")


def test_4_a_folder_that_lost_files_is_filled_again(tmp_path: Path, ledger: Ledger) -> None:
    site = tmp_path / "site"
    bring_up(ledger.grow(300), site)
    clean = files(site)
    (site / "tile/entries/000").unlink()
    bring_up(ledger, site, whole=True)
    assert files(site) == clean
    (site / "tile/1/000.p/1").unlink()
    bring_up(ledger, site)
    assert files(site) == clean


def test_5_entries_that_do_not_give_the_signed_root_are_never_written(tmp_path: Path, ledger: Ledger) -> None:
    ledger.grow(300)
    ledger.place.unbelt()
    ledger.place.execute(
        "UPDATE entries SET entry = CAST(replace(entry, 'board', 'staff') AS BLOB) WHERE seq = 299"
    )
    with pytest.raises(StoreUnavailable, match="do not give the root that was signed"):
        bring_up(ledger, tmp_path / "site")
    assert set(files(tmp_path / "site")) <= {"vkey", "founding"}


def test_5_a_checkpoint_of_another_key_is_never_written(tmp_path: Path, ledger: Ledger) -> None:
    ledger.close()
    ledger.store = sqlite.open_record(ledger.path, NoteKey(ORIGIN, key_name="other"))
    ledger.office.store = ledger.store
    ledger.fill(1)
    with pytest.raises(StoreUnavailable, match="not signed by the key that the record names"):
        bring_up(ledger, tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_6_without_its_quorum_the_public_checkpoint_waits(tmp_path: Path, ledger: Ledger) -> None:
    site, quorum = tmp_path / "site", parse_quorum(POLICY)

    def again() -> Published:
        return publish(ledger.store, ledger.register(), site, check=ed25519, quorum=quorum)

    first = again()
    assert (first.size, first.waiting and first.waiting.size) == (0, 1)
    assert first.behind_since == ledger.register().times[0]
    assert not (site / "checkpoint").exists()
    assert (site / "tile/0/000.p/1").exists()
    text = SignedCheckpoint.parse((site / "cosignatures/1").read_bytes()).note.text
    for witness, public in ((W1, 0), (W2, 1)):
        line = str(cosign(text, witness, 1_700_000_000))
        standing = add_cosignature(
            site, line, logs=LogKeys.only(ledger.vkey.vkey), check=ed25519, quorum=quorum
        )
        assert standing.public == public
        assert (standing.waiting is None) == bool(public)
    assert read_as_a_stranger(site, ledger) == 1
    ledger.note()
    ledger.note()
    after = again()
    assert after.size == 1, "the checkpoint before stays public"
    assert after.waiting is not None
    assert after.waiting.size == 3
    assert "confirmed by nobody" in after.waiting.missing
    assert after.behind_since == ledger.register().times[1]
    assert read_as_a_stranger(site, ledger) == 1


def test_7_only_published_values_lie_open(tmp_path: Path, ledger: Ledger) -> None:
    site = tmp_path / "site"
    shown, kept = ledger.note(sealed="shown"), ledger.note(sealed="kept")
    hidden = ledger.note("an act for the Board", class_="board", withheld=True, sealed="inside")
    open_ = ledger.note("an act released", class_="board", withheld=True)

    def lines() -> list[tuple[int, str]]:
        bring_up(ledger, site)
        data = (site / "disclosures.jsonl").read_bytes() if (site / "disclosures.jsonl").exists() else b""
        return [(v["index"], v["disclosure"]) for v in map(decode, data.splitlines())]

    assert lines() == []
    shown_value, open_act = ledger.opened[shown][0], ledger.opened[open_][0]
    ledger.say("disclosure.published", shown, shown_value.commitment())
    assert lines() == [(shown, shown_value.text)]
    ledger.say("disclosure.published", open_, open_act.commitment())
    inside = ledger.opened[hidden][0]
    ledger.say("disclosure.published", hidden, inside.commitment())
    assert lines() == [(shown, shown_value.text), (open_, open_act.text)], (
        "a value inside a withheld act waits for it"
    )
    ledger.say("disclosure.erased", shown, shown_value.commitment())
    assert lines() == [(open_, open_act.text)]
    assert kept not in [index for index, _ in lines()]


def test_8_partial_tiles_of_every_published_size_stay(tmp_path: Path, ledger: Ledger) -> None:
    site = tmp_path / "site"
    for size in (250, 255, 256, 258):
        bring_up(ledger.grow(size), site)
    for size in (250, 255):
        assert len((site / Tile(0, 0, size).path).read_bytes()) == 32 * size
        assert len(split_entries((site / Tile(ENTRIES, 0, size).path).read_bytes())) == size
        kept = SignedCheckpoint.parse((site / f"earlier/{size}").read_bytes())
        assert kept.holds(ledger.vkey.vkey, ed25519)
        assert kept.checkpoint.size == size
    assert not (site / "earlier/258").exists()


def test_publishing_reads_and_writes_only_what_is_new(tmp_path: Path, ledger: Ledger) -> None:
    site = tmp_path / "site"
    bring_up(ledger.grow(3000), site)
    (site / "tile/entries/003").unlink()
    result = bring_up(ledger.grow(3010), site)
    assert result.written == 4, "a bundle, a tile, the checkpoint and the one before"
    assert not (site / "tile/entries/003").exists(), "it did not look there"
    assert bring_up(ledger, site).written == 0


def test_the_offline_verifier_agrees(tmp_path: Path, ledger: Ledger) -> None:
    site = tmp_path / "site"
    for size in (255, 256, 300, 513):
        index = ledger.note(sealed=f"value {size}")
        ledger.say("disclosure.published", index, ledger.opened[index][0].commitment())
        bring_up(ledger.grow(max(size, ledger.size)), site)
    asked = Asked(vkey=ledger.vkey.vkey, founding=(site / "founding").read_text().strip())
    assert verify(str(site), asked).words == "OK_WITH_WITHHELD"
    path = site / "tile/entries/000"
    path.write_bytes(path.read_bytes().replace(b"Drill", b"Drink", 1))
    assert verify(str(site), asked).verdict == "BROKEN_AT"


def test_nothing_to_publish(tmp_path: Path) -> None:
    empty = Ledger(tmp_path / "a")
    with pytest.raises(NotFound, match="nothing was recorded yet"):
        bring_up(empty, tmp_path / "site")


def test_a_disk_that_cannot_be_written_says_so(tmp_path: Path, ledger: Ledger) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/tile").write_text("in the way")
    with pytest.raises(StoreUnavailable) as raised:
        bring_up(ledger, tmp_path / "site")
    assert "tile" in raised.value.what
    assert raised.value.cure


@pytest.mark.slow
def test_a_tree_of_three_levels(tmp_path: Path) -> None:
    ledger, site = Ledger(tmp_path / "ledger").found().grow(65_000), tmp_path / "site"
    bring_up(ledger, site)
    bring_up(ledger.grow(66_000), site)
    assert read_as_a_stranger(site, ledger) == 66_000
    assert (site / "tile/2/000.p/1").exists()
    bring_up(ledger.grow(66_001), site)
    bring_up(ledger, tmp_path / "fresh")
    fresh, grown = files(tmp_path / "fresh"), files(site)
    assert {name: grown[name] for name in fresh} == fresh
