"""ledger/export/pack.py: its four must-sentences, each by number."""

import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from ledger.errors import StoreUnavailable
from ledger.export import pack
from ledger.export.pack import MANIFEST, Part, write
from ledger.record.canonical import decode
from tests.fixtures.ledger import files

PARTS = [
    Part("leaves/10.json", lambda: b"ten"),
    Part("checkpoint", lambda: b"head"),
    Part("leaves/9.json", lambda: b"9"),
]


def test_1_the_same_parts_give_the_same_bytes(tmp_path: Path) -> None:
    write(PARTS, {"format": 1}, tmp_path / "a.zip")
    write(PARTS[::-1], {"format": 1}, tmp_path / "b.zip")
    data = (tmp_path / "a.zip").read_bytes()
    assert data == (tmp_path / "b.zip").read_bytes()
    assert sha256(data).hexdigest() == "93bad3daab343a22cfc1be3934f6e52d036109fa962683ca6a0ed640cd3ffb45"


def test_1_a_folder_holds_the_same_files(tmp_path: Path) -> None:
    write(PARTS, {"format": 1}, tmp_path / "a.zip")
    write(PARTS, {"format": 1}, tmp_path / "a")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.namelist() == sorted(archive.namelist())
        assert {x.filename: archive.read(x) for x in archive.infolist()} == files(tmp_path / "a")
        assert {x.compress_type for x in archive.infolist()} == {zipfile.ZIP_STORED}


def test_2_the_manifest_names_every_other_file(tmp_path: Path) -> None:
    write(PARTS, {"format": 1, "class": "board"}, tmp_path / "a")
    found = files(tmp_path / "a")
    manifest = decode(found.pop(MANIFEST))
    assert {k: v for k, v in manifest.items() if k != "files"} == {"format": 1, "class": "board"}
    assert manifest["files"] == [
        {"name": name, "sha256": sha256(data).hexdigest(), "size": len(data)}
        for name, data in sorted(found.items())
    ]


@pytest.mark.parametrize("name", ["a", "a.zip"])
def test_2_a_file_that_changes_meanwhile_stops_it(tmp_path: Path, name: str) -> None:
    values = iter([b"one", b"two"])
    with pytest.raises(StoreUnavailable, match="entries/000 changed while"):
        write([Part("entries/000", lambda: next(values))], {}, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a", "a.zip"])
def test_3_nothing_is_replaced(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("precious")
    with pytest.raises(StoreUnavailable, match="exists already"):
        write(PARTS, {}, tmp_path / name)
    assert (tmp_path / name).read_text() == "precious"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("name", ["no/such/a.zip", "ledger/a.zip"])
def test_3_a_place_that_cannot_be_written_says_so(tmp_path: Path, name: str) -> None:
    (tmp_path / "ledger").write_text("a file")
    with pytest.raises(StoreUnavailable) as raised:
        write(PARTS, {}, tmp_path / name)
    assert raised.value.cure


def test_4_what_is_too_much_for_a_zip_goes_into_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pack, "MOST_FILES", 2)
    with pytest.raises(StoreUnavailable, match="write a folder instead: name it a"):
        write(PARTS, {}, tmp_path / "a.zip")
    write(PARTS, {}, tmp_path / "a")
    monkeypatch.setattr(pack, "MOST_FILES", 3)
    monkeypatch.setattr(pack, "MOST_BYTES", 7)
    with pytest.raises(StoreUnavailable, match="3 files of 8 bytes"):
        write(PARTS, {}, tmp_path / "b.zip")
