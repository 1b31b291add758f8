"""`report`: an anonymous report sealed into a file."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from api.cli.channel import read_channel
from intake import chunks, envelope, upload
from intake.derive import Secrets
from intake.upload import Upload
from ledger.verify.asked import Asked
from tests.cli.conftest import Shell

WORDS = "abandon amount liar amount expire adjust cage candy arch gather drum buyer"
TEXT = "The endpoint was switched on for partners on 4 June, against the gate.\n"


def descriptor(words: str) -> int:
    reading, writing = os.pipe()
    os.write(writing, words.encode() + b"\n")
    os.close(writing)
    return reading


@pytest.fixture
def what(tmp_path: Path) -> Path:
    path = tmp_path / "what.txt"
    path.write_text(TEXT)
    return path


def sealed(demo: Shell, path: Path) -> Upload:
    assert demo.dir
    channel = read_channel(str(demo.dir / "ledger.db"), Asked())
    return upload.read(path.read_bytes(), channel.directories[-1])


def test_a_report_is_sealed_to_the_trustees_of_a_verified_ledger(
    demo: Shell, what: Path, tmp_path: Path
) -> None:
    out = tmp_path / "letter.sealed"
    told = demo(
        *("report", "--ledger", demo.dir, "--text", what, "--exclude", "p-t4", "--out", out, "--json"),
        *("--words-fd", descriptor(WORDS)),
    ).json()
    assert told["openers"] == ["p-t1", "p-t2", "p-t3", "p-t5"]
    assert told["words"] is None
    made = sealed(demo, out)
    assert made.envelope.item.hex() == told["item"]
    assert out.stat().st_mode & 0o777 == 0o600
    own = Secrets.of(WORDS)
    body = made.envelope.body(own.cek(made.envelope.nonce))
    assert body is not None
    assert (body.text, body.excluded, body.kind) == (TEXT, (3,), "report")
    assert body.holds(made.envelope.prefix)


def test_every_report_has_one_length(demo: Shell, what: Path, tmp_path: Path) -> None:
    sizes = set()
    for n, text in enumerate(("x", "y" * 9_000)):
        what.write_text(text)
        demo("report", "--ledger", demo.dir, "--text", what, "--no-proof", "--out", tmp_path / f"{n}")
        sizes.add((tmp_path / f"{n}").stat().st_size)
    assert sizes == {envelope.length(5)}


def test_a_no_proof_filing_follows_from_no_words(demo: Shell, what: Path, tmp_path: Path) -> None:
    out = tmp_path / "letter.sealed"
    told = demo("report", "--ledger", demo.dir, "--text", what, "--no-proof", "--out", out)
    assert "It is not filed yet." in told.out
    assert len(out.read_bytes()) == envelope.length(5)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--exclude", "p-nobody"], "p-nobody has no seat"),
        (["--exclude", "p-t1", "--exclude", "p-t2", "--exclude", "p-t3"], "opens with 3 and has 2"),
        (["--panel", "moon"], "o panel 'moon'"),
        (["--follow-up"], "--no-proof has none"),
        ([], "exists, and is left as it is"),
    ],
)
def test_what_cannot_be_sealed_is_told_and_nothing_is_written(
    demo: Shell, what: Path, tmp_path: Path, options: list[str], says: str
) -> None:
    out = tmp_path / "letter.sealed"
    if not options:
        out.write_text("mine")
    words = ["report", "--ledger", demo.dir, "--text", what, "--no-proof", "--out", out]
    assert says in demo(*words, *options, code=2).err
    assert not out.exists() or out.read_text() == "mine"


def test_5_a_follow_up_does_not_reach_whom_its_report_excluded_by_mistake(
    demo: Shell, what: Path, tmp_path: Path
) -> None:
    out = tmp_path / "letter.sealed"
    words = ["report", "--ledger", demo.dir, "--text", what, "--out", out, "--follow-up", "--json"]
    assert "would read this follow-up" in demo(*words, "--words-fd", descriptor(WORDS), code=2).out
    assert not out.exists()
    told = demo(*words, "--words-fd", descriptor(WORDS), "--exclude-nobody").json()
    assert len(told["openers"]) == 5
    out.unlink()
    told = demo(*words, "--words-fd", descriptor(WORDS), "--exclude", "p-t4").json()
    assert len(told["openers"]) == 4


def test_mistyped_words_are_told(demo: Shell, what: Path, tmp_path: Path) -> None:
    out = tmp_path / "letter.sealed"
    told = demo(
        *("report", "--ledger", demo.dir, "--text", what, "--out", out),
        *("--words-fd", descriptor(WORDS.replace("buyer", "buzz"))),
        code=2,
    )
    assert "buzz" not in told.err
    assert not out.exists()


def test_too_long_a_text_is_refused_before_anything_is_sealed(
    demo: Shell, what: Path, tmp_path: Path
) -> None:
    what.write_text("x" * 20_000)
    out = tmp_path / "letter.sealed"
    assert (
        "bytes too long"
        in demo("report", "--ledger", demo.dir, "--text", what, "--no-proof", "--out", out, code=2).err
    )


def test_files_are_cleaned_before_they_are_attached(demo: Shell, what: Path, tmp_path: Path) -> None:
    photo, paper = tmp_path / "photo.jpg", tmp_path / "memo.pdf"
    exif = Image.Exif()
    exif[0x010F] = "CameraOfReporter"
    Image.new("RGB", (32, 32), "red").save(photo, exif=exif)
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Author"] = "AuthorReporter"
        pdf.save(paper)
    assert b"CameraOfReporter" in photo.read_bytes()
    out = tmp_path / "letter.sealed"
    told = demo(
        *("report", "--ledger", demo.dir, "--text", what, "--out", out),
        *("--attach", photo, "--attach", paper, "--words-fd", descriptor(WORDS)),
    )
    assert "taken out" in told.err
    made = sealed(demo, out)
    body = made.envelope.body(Secrets.of(WORDS).cek(made.envelope.nonce))
    assert body is not None
    pieces = {chunks.chunk_id(piece): piece for piece in made.pieces}
    picture, document = (chunks.content(a, pieces) for a in body.attachments)
    assert [a.name for a in body.attachments] == ["photo.png", "memo.pdf"]
    assert b"CameraOfReporter" not in picture
    assert Image.open(io.BytesIO(picture)).size == (32, 32)
    with pikepdf.open(io.BytesIO(document)) as pdf:
        assert "/Info" not in pdf.trailer


def test_without_a_terminal_words_are_not_shown(demo: Shell, what: Path, tmp_path: Path) -> None:
    out = tmp_path / "letter.sealed"
    told = demo("report", "--ledger", demo.dir, "--text", what, "--out", out, code=2)
    assert "no terminal to show the twelve words on" in told.err
    assert not out.exists()
