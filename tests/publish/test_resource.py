"""ledger/publish/resource.py: its four must-sentences, each by number."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.check import ed25519
from ledger.errors import NotFound
from ledger.publish.resource import Served
from ledger.publish.site import publish
from ledger.record.tiles import Tile, split_entries, tiles_of
from tests.fixtures.ledger import Ledger


def served_at(ledger: Ledger, size: int) -> Served:
    return Served(ledger.store, lambda: ledger.store.checkpoint(size))


def test_1_nothing_beyond_the_published_checkpoint(ledger: Ledger) -> None:
    ledger.grow(300)
    published = ledger.store.checkpoint()
    ledger.grow(600)
    served = Served(ledger.store, lambda: published)
    assert served.get("checkpoint").body == published.encode()
    assert len(split_entries(served.get("tile/entries/001.p/44").body)) == 44
    for path in (
        "tile/entries/001.p/45",
        "tile/entries/001",
        "tile/0/001",
        "tile/0/002.p/1",
        "tile/1/000.p/2",
        "tile/2/000.p/1",
    ):
        with pytest.raises(NotFound):
            served.get(path)


def test_2_every_size_up_to_it(tmp_path: Path, ledger: Ledger) -> None:
    served = served_at(ledger.grow(520), 520)
    publish(ledger.store, ledger.register(), tmp_path, check=ed25519)
    for size in (1, 2, 255, 256, 257, 300, 511, 512, 520):
        for tile in tiles_of(size):
            body = served.get(tile.path).body
            assert len(body) == 32 * tile.width or tile.level < 0
            if (tmp_path / tile.path).exists():
                assert body == (tmp_path / tile.path).read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "checkpoint/",
        "Checkpoint",
        "tile",
        "tile/0/000.p/256",
        "tile/0/000.p/0",
        "tile/00/000",
        "tile/64/000",
        "tile/0/1",
        "tile/0/x000/000",
        "tile/0/../0/000",
        "tile/entries/000.p/1\n",
        "tile/entries/x999/x999/x999/x999/x999/x999/x999/999",
        "tile/0/x999/x999/x999/x999/x999/999.p/1",
        "tile/0/٠٠٠",
        "\ud800",
    ],
)
def test_3_strange_paths_are_not_found(ledger: Ledger, path: str) -> None:
    with pytest.raises(NotFound):
        served_at(ledger, 1).get(path)


def test_3_no_text_does_anything_else(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger").found()
    served = served_at(ledger, 1)

    @given(
        st.one_of(
            st.text(), st.from_regex(r"tile/(entries|[0-9]{1,2})/(x[0-9]{3}/)*[0-9]{3}(\.p/[0-9]{1,3})?")
        )
    )
    def ask(path: str) -> None:
        try:
            served.get(path)
        except NotFound:
            return
        assert path in {"checkpoint", "tile/0/000.p/1", "tile/entries/000.p/1"}

    ask()
    ledger.close()


def test_4_what_may_be_kept(ledger: Ledger) -> None:
    served = served_at(ledger, 1)
    checkpoint, tile = served.get("checkpoint"), served.get(Tile(0, 0, 1).path)
    assert (checkpoint.media_type, checkpoint.cacheable) == ("text/plain; charset=utf-8", False)
    assert (tile.media_type, tile.cacheable) == ("application/octet-stream", True)
