"""The intake's doors: what they take, what they show, and that they keep no trace of who came (INTAKE §7, §9)."""

import io
import logging
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.intake.app import Doors, create_app
from api.web.reporter import HEADERS
from intake import board, chunks, envelope, epochs, receipt
from intake.bucket import Bucket
from intake.epochs import DAY
from intake.receipt import Receipt
from intake.upload import Upload
from ledger.record.canonical import decode
from tests.intake.book import House
from tests.intake.kit import EPOCH, FIVE, SERVICE, Drawn, report
from tests.intake.test_counter import bundle, stored


@dataclass(frozen=True)
class File:
    body: bytes
    media_type: str = "text/html; charset=utf-8"


class Page:
    """A page of one file."""

    files: Mapping[str, File] = {"/": File(b"<!doctype html>")}

    def received(self, receipt: Receipt) -> File:
        return File(receipt.lines().encode())

    def refused(self, sentence: str) -> File:
        return File(sentence.encode())


@dataclass
class Served:
    house: House
    web: TestClient
    doors: Doors


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    house = House(tmp_path)
    doors = Doors(
        house.store,
        house.counter,
        Page,
        {"checkpoint": b"a note"}.get,
        lambda: house.today * DAY + 1.0,
        Bucket(100, 1),
    )
    app = create_app(doors)
    with TestClient(app, base_url="https://intake.example", raise_server_exceptions=False) as web:
        yield Served(house, web, doors)
    house.store.close()


def test_an_upload_gets_a_receipt_and_its_bytes_are_shown_when_it_is_listed(served: Served) -> None:
    one = report()
    answer = served.web.post("/items", content=one.data)
    assert answer.status_code == 201
    given = receipt.read(answer.content)
    assert given.holds(SERVICE.raw)
    assert served.web.get(f"/items/{EPOCH}").status_code == 404
    served.house.day(3)
    shown = decode(served.web.get(f"/lists/{EPOCH // 92}").content)
    assert [row["entry"] for row in shown["lists"]] == [0, 1, 2]
    found = 0
    for row in shown["lists"]:
        number = row["data"]["epoch"]
        whole = served.web.get(f"/items/{number}").content
        size = envelope.length(5)
        assert len(whole) == 64 * size
        found += any(whole[n * size : (n + 1) * size] == one.data for n in range(64))
        assert len(served.web.get(f"/chunks/{number}").content) == 32 * chunks.BYTES
        assert board.digest(served.web.get(f"/boards/{number}").content) == row["data"]["board"]
    assert found == 1
    assert epochs.window(EPOCH)[0] // 92 == EPOCH // 92


def test_without_a_script_a_form_sends_the_sealed_file(served: Served) -> None:
    files = {"sealed": ("report.bin", io.BytesIO(report().data), "application/octet-stream")}
    answer = served.web.post("/items", files=files)
    assert answer.status_code == 201
    assert receipt.read_lines(answer.text).holds(SERVICE.raw)
    refused = served.web.post("/items", files={"sealed": ("x", b"x", "text/plain")})
    assert (refused.status_code, refused.text[:7]) == (400, "1 bytes")


@pytest.mark.parametrize("form", [False, True])
def test_an_upload_with_chunks_is_never_on_disk_outside_the_store(
    served: Served, form: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **named: object) -> None:
        raise AssertionError("a temporary file")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", refuse)
    one = Upload(envelope.cover(FIVE, Drawn("c")), tuple(chunks.filler(Drawn(f"{n}")) for n in range(12)))
    assert len(one.to_bytes()) > 3 * 1024 * 1024
    if form:
        answer = served.web.post("/items", files={"sealed": ("x", one.to_bytes(), "text/plain")})
    else:
        answer = served.web.post("/items", content=one.to_bytes())
    assert answer.status_code == 201
    assert stored(served.house) == [1, 12, 0]


def test_what_is_refused_is_told_plainly_and_nothing_is_stored(served: Served) -> None:
    asked = {
        400: b"x",
        413: bytes(9_000_000),
    }
    for status, content in asked.items():
        answer = served.web.post("/items", content=content)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/plain; charset=utf-8")
        assert answer.text.endswith(".")
        assert "Traceback" not in answer.text
    changed = bytearray(report().data)
    changed[5] ^= 1
    told = served.web.post("/items", content=bytes(changed))
    assert (told.status_code, told.text[:43]) == (409, "The trustees have changed, seal again. Seal")
    assert stored(served.house) == [0, 0, 0]


def test_a_flood_gets_no_receipt_and_a_plain_sentence(served: Served) -> None:
    while served.doors.bucket.take(served.doors.clock()):
        pass
    answer = served.web.post("/items", content=report().data)
    assert (answer.status_code, answer.text[:26]) == (503, "Too many uploads at once. ".strip() + " ")
    assert stored(served.house) == [0, 0, 0]


def test_3_too_many_bodies_at_once_are_sent_away(served: Served) -> None:
    served.web.app.state.uploads.now = 8  # type: ignore[attr-defined]
    assert served.web.post("/items", content=report().data).status_code == 503


def test_mail_is_taken_and_shown_at_once(served: Served) -> None:
    one = bundle(1, EPOCH)
    assert served.web.post("/desk", content=one.data).status_code == 201
    assert served.web.get(f"/desk/{EPOCH}").content == one.data
    assert served.web.post("/desk", content=bundle(1, EPOCH, "other").data).status_code == 409
    assert served.web.post("/desk", content=b"x").status_code == 400


PATHS = ["/", "/items/20245", "/lists/220", "/lists/x", "/items/-1", "/items/01", "/log/checkpoint", "/log/nothing",
         "/desk/20245", "/nowhere", "/items/99999999999"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_1_no_answer_says_who_when_or_what_to_keep(served: Served, path: str) -> None:
    answer = served.web.get(path, headers={"user-agent": "somebody", "x-forwarded-for": "203.0.113.9"})
    assert answer.status_code in (200, 404)
    assert HEADERS.items() <= dict(answer.headers).items()
    assert set(answer.headers) - set(HEADERS) <= {"content-length", "content-type"}


def test_2_a_method_that_is_not_there_is_told_plainly(served: Served) -> None:
    assert served.web.delete("/items").status_code == 405
    assert served.web.post("/nowhere").status_code == 405


def test_2_nothing_is_logged_of_a_visit(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "countersign.intake")
    served.web.post("/items", content=report().data, headers={"user-agent": "somebody"})
    served.web.post("/items", content=b"x")
    served.web.get("/nowhere")
    assert [r for r in caplog.records if r.name.startswith(("countersign", "uvicorn", "starlette"))] == []


def test_the_bucket_knows_nobody_and_refills_by_the_clock() -> None:
    one = Bucket(2, 0.5)
    assert [one.take(10), one.take(10), one.take(10)] == [True, True, False]
    assert [one.take(9), one.take(12), one.take(12)] == [False, True, False]
