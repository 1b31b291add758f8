"""Bundles and tiles made by hand: bombs, doubled and climbing names, torn parts, sizes that nobody could hold."""

import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ledger.record.canonical import encode
from ledger.record.checkpoint import Checkpoint, sign_checkpoint
from ledger.record.tiles import join_entries
from ledger.verify.report import Report
from ledger.verify.verify import verify
from tests.kit import World, write_files, write_zip
from tests.verify.memory import asked, bundle_of, failing, tiles_of


def three() -> World:
    world = World()
    world.found()
    world.note()
    world.secret_note()
    return world


WORLD = three()
FILES = WORLD.bundle_files()
ENTRIES = "entries/000.p/3"


def packed(folder: Path, files: dict[str, bytes], *more: tuple[str, bytes]) -> Report:
    path = write_zip(folder / "bundle.zip", files)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, data in more:
            archive.writestr(name, data)
    return verify(str(path), asked(WORLD))


def test_an_honest_bundle_verifies_as_zip_and_as_folder(tmp_path: Path) -> None:
    assert packed(tmp_path, FILES).words == "OK"
    write_files(tmp_path / "folder", FILES)
    assert verify(str(tmp_path / "folder"), asked(WORLD)).words == "OK"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", sorted(FILES))
def test_a_name_that_stands_twice_is_malformed(tmp_path: Path, name: str) -> None:
    report = packed(tmp_path, FILES, (name, b"another"))
    assert report.words == "MALFORMED"
    assert "twice" in failing(report)[1][0][1]


@pytest.mark.parametrize(
    "name",
    [
        "../checkpoint",
        "/etc/passwd",
        "entries/../../x",
        "a\\b",
        "c:/x",
        "entries//000",
        "a\nb",
        "a\x1b[2J",
        "./x",
    ],
)
def test_a_name_that_climbs_or_cannot_be_printed_is_malformed(tmp_path: Path, name: str) -> None:
    report = packed(tmp_path, FILES, (name, b"x"))
    assert report.words == "MALFORMED"
    assert not (tmp_path.parent / "checkpoint").exists()


def test_files_that_the_layout_does_not_name_are_not_read(tmp_path: Path) -> None:
    assert packed(tmp_path, FILES, ("README.txt", b"x"), ("deep/er/file", b"y")).words == "OK"


@pytest.mark.parametrize(
    "name", [ENTRIES, "checkpoint", "disclosures.jsonl", "manifest.json", "earlier/2", "policy.tlog"]
)
def test_a_bomb_is_read_no_further_than_its_kind_allows(tmp_path: Path, name: str) -> None:
    """100 MB of zeros in 100 kB: nothing here may hold it in memory or unpack it to disk."""
    path = tmp_path / "bundle.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for other, data in FILES.items():
            if other != name:
                archive.writestr(other, data)
        with archive.open(name, "w", force_zip64=True) as file:
            for _ in range(100):
                file.write(bytes(1 << 20))
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = verify(str(path), asked(WORLD))
    assert report.exit_code == (0 if name == "manifest.json" else 1)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 80_000


def test_a_bomb_of_line_feeds_ends(tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in FILES.items():
            if name != "disclosures.jsonl":
                archive.writestr(name, data)
        archive.writestr("disclosures.jsonl", b"\n" * (64 << 20))
    report = verify(str(path), asked(WORLD))
    assert report.verdict == "BROKEN_AT"
    assert [c.count for c in report.claims if c.number == 10] == [100]


@pytest.mark.parametrize("flag", [0x1, 0x2040])
def test_an_encrypted_file_is_not_read(tmp_path: Path, flag: int) -> None:
    path = write_zip(tmp_path / "bundle.zip", FILES)
    data = bytearray(path.read_bytes())
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data[at + 8 : at + 10] = struct.pack("<H", flag)
    path.write_bytes(bytes(data))
    assert verify(str(path), asked(WORLD)).exit_code == 1


@pytest.mark.parametrize("method", [1, 9, 12, 14, 93, 98, 65535])
def test_other_ways_of_packing_are_not_read(tmp_path: Path, method: int) -> None:
    path = write_zip(tmp_path / "bundle.zip", FILES)
    data = bytearray(path.read_bytes())
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data[at + 10 : at + 12] = struct.pack("<H", method)
    path.write_bytes(bytes(data))
    assert verify(str(path), asked(WORLD)).exit_code == 1


def test_a_list_of_too_many_files_is_not_read(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "bundle.zip", FILES)
    data = bytearray(path.read_bytes())
    end = data.rfind(b"PK\x05\x06")
    struct.pack_into("<HHI", data, end + 8, 65_535, 65_535, 0xFFFF_FFFF)
    path.write_bytes(bytes(data))
    report = verify(str(path), asked(WORLD))
    assert report.words == "MALFORMED"
    assert "too many files" in failing(report)[1][0][1]


@pytest.mark.parametrize("cut", [1, 10, 22, 23, 100, 1000])
def test_a_torn_zip_is_malformed(tmp_path: Path, cut: int) -> None:
    path = write_zip(tmp_path / "bundle.zip", FILES)
    path.write_bytes(path.read_bytes()[:-cut])
    assert verify(str(path), asked(WORLD)).words == "MALFORMED"


def test_a_zip_whose_part_is_damaged_is_broken_there(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "bundle.zip", FILES)
    with zipfile.ZipFile(path) as archive:
        offset = archive.getinfo(ENTRIES).header_offset + 30 + len(ENTRIES)
    data = bytearray(path.read_bytes())
    data[offset + 40] ^= 0xFF
    path.write_bytes(bytes(data))
    report = verify(str(path), asked(WORLD))
    assert report.exit_code == 1
    assert 2 in failing(report)


def test_an_empty_zip_holds_no_checkpoint(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w"):
        pass
    assert verify(str(tmp_path / "bundle.zip"), asked(WORLD)).words == "BAD_SIGNATURE"


# ---- sizes


def signed(size: int, root: bytes = bytes(32)) -> dict[str, bytes]:
    note = sign_checkpoint(Checkpoint(WORLD.origin, size, root), WORLD.log)
    return {"checkpoint": note.encode()}


@pytest.mark.parametrize("size", [4, 256, 257, 10**6, 10**15, 2**53])
def test_a_checkpoint_of_any_size_ends_at_what_is_missing(size: int) -> None:
    for files, source in ((FILES, bundle_of), (WORLD.files(), tiles_of)):
        report = verify(source(files | signed(size)), asked(WORLD))
        assert report.words == "BROKEN_AT 0"


def test_a_full_tile_serves_for_its_first_entries() -> None:
    """A reader that lacks .p/W takes the full tile's first W."""
    world = three()
    before = world.files()
    while len(world.entries) < 256:
        world.entries.append(world.entries[-1])
    full = join_entries(world.entries)
    del before["tile/entries/000.p/3"]
    assert verify(tiles_of(before | {"tile/entries/000": full}), asked(WORLD)).words == "OK"


@pytest.mark.parametrize(
    ("tile", "words"),
    [
        (b"", "BROKEN_AT 0"),
        (b"\x00", "BROKEN_AT 0"),
        (b"\xff\xff" + bytes(100), "BROKEN_AT 0"),
        (join_entries(WORLD.entries)[:-1], "BROKEN_AT 2"),
        (join_entries(WORLD.entries) + b"\x00", "BROKEN_AT 3"),
        (join_entries(WORLD.entries[:2]), "BROKEN_AT 2"),
        (join_entries([*WORLD.entries, b""]), "BROKEN_AT 3"),
        (join_entries([b""] * 256), "MALFORMED"),
        (join_entries([b""] * 300), "MALFORMED"),
        (join_entries([b"x" * 65_535] * 256), "MALFORMED"),
    ],
    ids=[
        "empty",
        "half a length",
        "beyond the end",
        "cut",
        "trailing",
        "fewer",
        "more",
        "256 empty",
        "300",
        "largest",
    ],
)
def test_a_tile_of_entries_that_is_none(tile: bytes, words: str) -> None:
    assert verify(bundle_of(FILES | {ENTRIES: tile}), asked(WORLD)).words == words


def test_a_cut_inside_the_last_entry_is_found_there_and_hides_nothing_before_it() -> None:
    """Found at 0, it would also have said that entry 0 is missing and that nobody's key is on the roll."""
    report = verify(bundle_of(FILES | {ENTRIES: join_entries(WORLD.entries)[:-1]}), asked(WORLD))
    assert report.words == "BROKEN_AT 2"
    assert 8 not in failing(report)
    assert all(where in (2, None) for found in failing(report).values() for where, _ in found)


@pytest.mark.parametrize("tile", [b"", bytes(31), bytes(64), bytes(128), bytes(8192), bytes(9000)])
def test_a_tile_of_hashes_that_is_none_is_broken_under_it(tile: bytes) -> None:
    report = verify(tiles_of(WORLD.files() | {"tile/0/000.p/3": tile}), asked(WORLD))
    assert report.words == "BROKEN_AT 0"
    assert list(failing(report)) == [3]


def test_a_missing_tile_is_a_finding() -> None:
    files = WORLD.files()
    for name, claim in (("tile/0/000.p/3", 3), ("tile/entries/000.p/3", 2)):
        report = verify(tiles_of({k: v for k, v in files.items() if k != name}), asked(WORLD))
        assert report.words == "BROKEN_AT 0"
        assert claim in failing(report)


def test_a_missing_checkpoint_is_not_signed() -> None:
    for files, source in ((FILES, bundle_of), (WORLD.files(), tiles_of)):
        left = {k: v for k, v in files.items() if k != "checkpoint"}
        assert verify(source(left), asked(WORLD)).words == "BAD_SIGNATURE"


# ---- disclosures


def disclosed(*lines: bytes, opened: bool = False) -> Report:
    data = b"".join(lines) + (FILES["disclosures.jsonl"] if opened else b"")
    return verify(bundle_of(FILES | {"disclosures.jsonl": data}), asked(WORLD))


TRUE = WORLD.opened[0][1]


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"{}\n",
        b"[" * 5000 + b"\n",
        b'{"disclosure":"x","index":2}\n',
        b'{"disclosure":"x","index":-1}\n',
        b'{"disclosure":5,"index":2}\n',
        b'{"disclosure":"","index":2}\n',
        b'{"index":2,"disclosure":"x"}\n',
        b'{"disclosure":"x","index":2,"more":1}\n',
        b'{"disclosure":"x","index":2}',
        b"\xff\xfe\n",
        encode({"disclosure": TRUE, "index": 2}).replace(b":", b": ", 1) + b"\n",
        encode({"disclosure": TRUE, "index": 1}) + b"\n",
        encode({"disclosure": TRUE, "index": 3}) + b"\n",
        encode({"disclosure": TRUE, "index": 2**53 - 1}) + b"\n",
        encode({"disclosure": TRUE + "A", "index": 2}) + b"\n",
        encode({"disclosure": "x" * (1 << 21), "index": 2}) + b"\n",
    ],
)
def test_a_disclosure_that_opens_nothing_fails_claim_10(line: bytes) -> None:
    report = disclosed(line)
    assert report.verdict == "BROKEN_AT"
    assert list(failing(report)) == [10]


def test_a_disclosure_that_stands_twice_opens_once() -> None:
    line = encode({"disclosure": TRUE, "index": 2}) + b"\n"
    assert disclosed(line, line).words == "OK"
    assert disclosed().words == "OK_WITH_WITHHELD"


@pytest.mark.parametrize("manifest", [b"", b"{", b"[1]", b"\xff" * 1000])
def test_nothing_in_the_manifest_is_believed(manifest: bytes) -> None:
    assert verify(bundle_of(FILES | {"manifest.json": manifest}), asked(WORLD)).words == "OK"


def test_a_zip_of_65534_names_and_a_bundle_of_strange_names_end(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for i in range(5000):
            archive.writestr(f"leaves/{i}{'0' * 30}.json", b"")
        for name, data in FILES.items():
            if not name.startswith("entries"):
                archive.writestr(name, data)
    path = tmp_path / "bundle.zip"
    path.write_bytes(buffer.getvalue())
    report: Any = verify(str(path), asked(WORLD))
    assert report.exit_code == 1
