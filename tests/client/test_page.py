"""The reporter's page in a real browser: the whole story, and every way in which an intake may betray it."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from api.web.reporter import HEADERS
from intake import chunks, envelope, opening, proof, receipt, upload
from intake.body import Body
from intake.derive import Secrets
from intake.errors import Mistyped
from ledger.record.fields import to_b64u
from ledger.record.note import LOG_KEY
from tests.client.server import ORIGIN, Intake, NoteKey, make_app, make_intake, today
from tests.http.live import live

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
TEXT: Final = "The T4 evaluation of Heron 4 was skipped. Look at the run logs of June."
CHALLENGE: Final = bytes(range(32))
OFFICIAL: Final = "I. Meyer, Inspectorate"


@pytest.fixture
def intake() -> Intake:
    return make_intake()


@pytest.fixture
def url(intake: Intake) -> Iterator[str]:
    with live(make_app(intake)) as address:
        yield address


@contextmanager
def opened(browser: Browser, url: str, **options: Any) -> Iterator[Page]:
    """The page; what the browser complained of, stored, or fetched from elsewhere fails the test."""
    context = browser.new_context(**options)
    page = context.new_page()
    complaints: list[str] = []

    def console(message: Any) -> None:
        if (
            "Failed to load resource" not in message.text
        ):  # the browser's own word for an answer that is no 200
            complaints.append(f"{message.type}: {message.text}")

    page.on("console", console)
    page.on("pageerror", lambda e: complaints.append(f"error: {e}"))
    page.on(
        "request",
        lambda r: None if r.url.startswith((url, "blob:")) else complaints.append(f"elsewhere: {r.url}"),
    )
    try:
        page.goto(url)
        yield page
        assert complaints == []
        assert context.cookies() == []
        if page.url.startswith(url):
            kept = "[localStorage.length, sessionStorage.length, history.state, location.hash]"
            assert page.evaluate(kept) == [0, 0, None, ""]
    finally:
        context.close()


def coach(page: Page) -> None:
    page.click("main [data-go=coach]")
    for n in range(1, 5):
        page.check(f"#c{n}")
    page.click("#coach button[type=submit]")


def write(page: Page, text: str = TEXT, exclude: tuple[int, ...] = (), panel: str = "ltbt") -> None:
    coach(page)
    page.check(f"#panel-{panel}")
    for seat in exclude:
        page.check(f"#seat-{seat}")
    page.click("#who button[type=submit]")
    page.fill("#text", text)


def words_back(page: Page) -> str:
    """On from the text: the words are shown, typed back, and gone."""
    page.click("#write button[type=submit]")
    expect(page.locator("#words li")).to_have_count(12)
    words = " ".join(page.locator("#words li").all_inner_texts())
    page.click("#words-kept")
    page.fill("#typed", words)
    page.click("#type button[type=submit]")
    return words


def hand_in(page: Page) -> str:
    """The three lines."""
    page.click("#seal")
    expect(page.locator("#lines")).to_be_visible()
    return page.inner_text("#lines").strip()


def opened_by(intake: Intake, number: int, seats: tuple[int, ...]) -> Body:
    """What these trustees read in an upload."""
    one = upload.read(intake.uploads[number], intake.directory).envelope
    shares = {s: one.share(intake.directory, s, intake.seeds[s]) for s in seats}
    mine, *helpers = [share for share in shares.values() if share]
    cek = opening.combine(one, intake.directory, mine, {h.seat: h.to_bytes() for h in helpers})
    read = opening.read(one, cek)
    assert read
    return read.body


def found(page: Page, view: str, fill: dict[str, str]) -> str:
    """What a view says when its form is sent."""
    page.click(f"nav [data-go={view}]")
    for field, value in fill.items():
        page.fill(f"#{field}", value)
    page.click(f"#{view} button[type=submit]")
    expect(page.locator(f"#{view}-found ul").first).to_be_visible()
    return page.inner_text(f"#{view}-found")


def story(browser: Browser, url: str, intake: Intake, **options: Any) -> None:
    """From the coach to the proof, with Python on the other side."""
    with opened(browser, url, **options) as page:
        write(page, exclude=(3,))
        words = words_back(page)
        lines = hand_in(page)
        promised = receipt.read_lines(lines)
        assert promised.holds(intake.service.raw)
        sealed = upload.read(intake.uploads[0], intake.directory).envelope
        assert sealed.item == promised.item
        assert sealed.share(intake.directory, 3, intake.seeds[3]) is None
        body = opened_by(intake, 0, (0, 2, 4))
        assert (body.text, body.excluded, body.panel) == (TEXT, (3,), "ltbt")
        assert (body.author, body.reply_key) == (Secrets.of(words).author.raw, Secrets.of(words).reply_key)

        assert "Too early" in found(page, "check", {"three": lines})
        intake.answer(words, "Thank you. We are looking at the logs.", (0, 2))
        intake.answer(words, "This one nobody else signed.", (1,))
        intake.answer(words, "From somebody whom you left out.", (3,))
        intake.seal(today())

        said = found(page, "answers", {"answer-words": f"  {words.upper()} "})
        assert "Your report is listed and whole" in said
        assert "From two trustees t-ada and t-chen" in re.sub(r"\s+", " ", said)
        assert "From one trustee alone" in said
        assert "left out" not in said
        assert "Nobody from the panel will ask who you are." in said

        said = found(page, "check", {"three": lines})
        for word in ("Listed", "On the record", "The same intake", "The same trustees", "Confirmed"):
            assert word in said

        fill = {"prove-words": words, "official": OFFICIAL, "challenge": to_b64u(CHALLENGE)}
        found(page, "prove", fill)
        shown = page.inner_text("#prove-found pre").encode()
        question = proof.Question(OFFICIAL, CHALLENGE, promised.ledger)
        assert proof.check_proof(shown, question, intake.lists[today()].epoch, sealed) is None
        page.check("#with-text")
        page.click("#prove button[type=submit]")
        expect(page.locator("#prove-found")).to_contain_text("It opens the report")
        shown = page.inner_text("#prove-found pre").encode()
        read = proof.check_proof(shown, question, intake.lists[today()].epoch, sealed)
        assert read
        assert read.text == TEXT

        page.click("nav [data-go=answers]")
        page.click("#write-more")
        page.fill("#text", "One more thing.")
        page.click("#write button[type=submit]")
        page.click("#seal")
        expect(page.locator("#lines")).to_be_visible()
        more = opened_by(intake, 1, (0, 1, 4))
        assert (more.kind, more.text, more.excluded) == ("follow_up", "One more thing.", (3,))
        assert (more.author, more.reply_key) == (body.author, None)
    words_sent = any(word.encode() in b"".join(intake.uploads) for word in (words, TEXT))
    assert not words_sent
    assert not any(word in path for path in intake.asked for word in words.split())


def test_the_whole_story(browser: Browser, url: str, intake: Intake) -> None:
    story(browser, url, intake)


def test_the_whole_story_without_webassembly(
    chromium_without_wasm: Browser, url: str, intake: Intake
) -> None:
    with opened(chromium_without_wasm, url) as page:
        assert page.evaluate("typeof WebAssembly") == "undefined"
    story(chromium_without_wasm, url, intake, viewport={"width": 390, "height": 800}, color_scheme="dark")


def test_the_answers_of_the_page_carry_what_protects_the_reporter(browser: Browser, url: str) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        sent = page.goto(url)
        assert sent
        carried = sent.all_headers()
        assert {name: carried.get(name) for name in HEADERS} == dict(HEADERS)
        assert not {"etag", "last-modified", "set-cookie"} & set(carried)
        inject = "document.body.insertAdjacentHTML('beforeend', '<i>x</i>')"
        assert (
            page.evaluate(f"() => {{ try {{ {inject}; return 'ran' }} catch {{ return 'refused' }} }}")
            == "refused"
        )


def test_every_view_is_sound(browser: Browser, url: str, intake: Intake, axe: str) -> None:
    """390 and 1200 px, light and dark: nothing to scroll sideways, nothing that axe finds, one heading."""

    def look(page: Page) -> None:
        view = page.evaluate("document.querySelector('[data-view]:not([hidden])').dataset.view")
        assert page.locator("h1:visible").count() == 1
        for width in (390, 1200):
            for scheme in SCHEMES:
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=scheme)
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, f"{view} is {wide} px wide at {width}"
                violations = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
                found = [(v["id"], [n["html"] for n in v["nodes"]]) for v in violations]
                assert found == [], (view, width, scheme)

    with opened(browser, url) as page:
        page.evaluate(axe)
        look(page)
        page.click("main [data-go=coach]")
        look(page)
        page.click("#coach button[type=submit]")
        expect(page.locator("#trouble")).to_contain_text("each of the four")
        look(page)
        page.click("[data-view=coach] [data-go=start]")
        write(page, "At 14:05 my manager said so. Mail me: a@example.org", (1,))
        files: list[Any] = [png_file(), {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"x"}]
        page.set_input_files("#files", files)
        expect(page.locator("#marks")).to_be_visible()
        look(page)
        page.click("[data-view=write] [data-go=who]")
        look(page)
        page.click("#who button[type=submit]")
        page.click("#write button[type=submit]")
        look(page)
        words = " ".join(page.locator("#words li").all_inner_texts())
        page.click("#words-kept")
        look(page)
        page.fill("#typed", words)
        page.click("#type button[type=submit]")
        intake.wicked = "full"
        page.click("#seal")
        expect(page.locator("#retry")).to_be_visible()
        look(page)
        intake.wicked = ""
        page.click("#again")
        expect(page.locator("#lines")).to_be_visible()
        lines = page.inner_text("#lines")
        look(page)
        intake.answer(words, "Thank you.", (0, 2))
        intake.answer(words, "Alone.", (4,))
        intake.seal(today())
        found(page, "answers", {"answer-words": words})
        look(page)
        found(page, "check", {"three": lines})
        look(page)
        found(page, "prove", {"prove-words": words, "official": OFFICIAL, "challenge": to_b64u(CHALLENGE)})
        look(page)


def test_the_story_by_keyboard_alone(browser: Browser, url: str, intake: Intake) -> None:
    with opened(browser, url) as page:
        press = page.keyboard.press

        def to(selector: str) -> None:
            for _ in range(60):
                if page.evaluate("s => document.activeElement.matches(s)", selector):
                    shown = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                    assert shown != "none", selector
                    return
                press("Tab")
            raise AssertionError(f"{selector} is not reached")

        to("main [data-go=coach]")
        press("Enter")
        for n in range(1, 5):
            to(f"#c{n}")
            press("Space")
        to("#coach button[type=submit]")
        press("Enter")
        page.wait_for_selector("#who:visible")
        to("#panel-ltbt")
        press("ArrowDown")
        expect(page.locator("#panel-directors")).to_be_checked()
        to("#seat-4")
        press("Space")
        to("#who button[type=submit]")
        press("Enter")
        to("#text")
        page.keyboard.type("By keyboard.")
        to("#write button[type=submit]")
        press("Enter")
        page.wait_for_selector("#words li")
        words = " ".join(page.locator("#words li").all_inner_texts())
        to("#words-kept")
        press("Enter")
        to("#typed")
        page.keyboard.type(words)
        to("#type button[type=submit]")
        press("Enter")
        page.wait_for_selector("#seal:visible")
        to("#seal")
        press("Enter")
        page.wait_for_selector("#lines:visible")
        body = opened_by(intake, 0, (2, 3))
        assert (body.text, body.panel, body.excluded) == ("By keyboard.", "directors", (4,))


def test_too_few_left_is_said_and_refused(browser: Browser, url: str) -> None:
    with opened(browser, url) as page:
        coach(page)
        for seat in (0, 1, 2):
            page.check(f"#seat-{seat}")
        expect(page.locator("#eligible")).to_contain_text("Too few: it takes 3, and 2 would be left.")
        page.click("#who button[type=submit]")
        expect(page.locator("#trouble")).to_contain_text("Too few are left")
        expect(page.locator("#text")).not_to_be_visible()


def test_a_wrong_word_typed_back_goes_no_further(browser: Browser, url: str) -> None:
    with opened(browser, url) as page:
        write(page)
        page.click("#write button[type=submit]")
        words = " ".join(page.locator("#words li").all_inner_texts())
        page.click("#words-kept")
        page.fill("#typed", words.rsplit(" ", 1)[0] + " zoo")
        page.click("#type button[type=submit]")
        expect(page.locator("#trouble")).to_contain_text("not what was shown")
        expect(page.locator("#seal")).not_to_be_visible()


def test_filing_without_words_leaves_nothing_to_prove(browser: Browser, url: str, intake: Intake) -> None:
    with opened(browser, url) as page:
        write(page)
        page.click("#write button[type=submit]")
        page.click("#no-words")
        expect(page.locator("#summary")).to_contain_text("no answer can reach you")
        lines = hand_in(page)
        body = opened_by(intake, 0, (0, 1, 2))
        assert (body.text, body.author, body.reply_key, body.tag_key, body.sig) == (
            TEXT,
            None,
            None,
            None,
            None,
        )
        intake.seal(today())
        assert "Listed" in found(page, "check", {"three": lines})


def png_file(note: bytes = b"") -> Any:
    """A small picture, with a note in it that no eye sees."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + bytes((x * 20, y * 20, 99) * 1) * 1 for y in range(8) for x in range(1))
    head = part(b"IHDR", struct.pack(">IIBBBBB", 1, 8, 8, 2, 0, 0, 0))
    text = part(b"tEXt", b"Author\x00" + note) if note else b""
    data = b"\x89PNG\r\n\x1a\n" + head + text + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")
    return {"name": "Ada at her desk.png", "mimeType": "image/png", "buffer": data}


@pytest.mark.parametrize("original", [False, True])
def test_a_picture_is_drawn_anew_unless_asked_otherwise(
    browser: Browser, url: str, intake: Intake, original: bool
) -> None:
    note = b"Camera of Ada Okafor"
    with opened(browser, url) as page:
        write(page)
        page.set_input_files(
            "#files", [png_file(note), {"name": "m.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}]
        )
        if original:
            page.check("#original-0")
        words_back(page)
        hand_in(page)
    sent = upload.read(intake.uploads[0], intake.directory)
    picture, other = opened_by(intake, 0, (0, 1, 2)).attachments
    pieces = {chunks.chunk_id(piece): piece for piece in sent.pieces}
    drawn = chunks.content(picture, pieces)
    assert drawn.startswith(b"\x89PNG")
    assert (note in drawn) is original
    assert (picture.name, picture.media_type, other.name) == ("picture-1.png", "image/png", "file-2.pdf")
    assert chunks.content(other, pieces) == b"%PDF"


def filed(page: Page) -> str:
    write(page)
    words_back(page)
    return hand_in(page)


def test_a_dropped_report_is_called_so_when_every_list_is_there(
    browser: Browser, url: str, intake: Intake
) -> None:
    intake.wicked = "drops"
    with opened(browser, url) as page:
        lines = filed(page)
        for day in range(3):
            intake.seal(today() + day)
        assert "Too early" in found(page, "check", {"three": lines})
        page.clock.set_fixed_time((today() + 3) * 86_400_000)
        said = found(page, "check", {"three": lines})
        assert "Dropped" in said
        assert "The public record holds these lists" in said


def test_a_skipped_list_is_never_taken_for_one_without_the_report(
    browser: Browser, url: str, intake: Intake
) -> None:
    with opened(browser, url) as page:
        intake.wicked = "drops"
        lines = filed(page)
        intake.wicked = "skips"
        for day in range(3):
            intake.seal(today() + day)
        page.clock.set_fixed_time((today() + 3) * 86_400_000)
        assert "Cannot tell" in found(page, "check", {"three": lines})


def test_other_bytes_under_a_listed_name_are_noticed(browser: Browser, url: str, intake: Intake) -> None:
    with opened(browser, url) as page:
        write(page)
        words = words_back(page)
        lines = hand_in(page)
        intake.wicked = "other bytes"
        intake.seal(today())
        assert "Undelivered" in found(page, "check", {"three": lines})
        said = found(page, "answers", {"answer-words": words})
        assert "names your mark over other bytes: use the three lines" in said


def test_a_list_that_the_ledger_lacks_is_said(browser: Browser, url: str, intake: Intake) -> None:
    with opened(browser, url) as page:
        lines = filed(page)
        intake.wicked = "ledger refuses"
        intake.seal(today())
        said = found(page, "check", {"three": lines})
        assert "Listed" in said
        assert "Not on the record" in said


@pytest.mark.parametrize("wicked", ["forges", "promises another"])
def test_a_receipt_that_promises_nothing_is_not_shown_as_one(
    browser: Browser, url: str, intake: Intake, wicked: str
) -> None:
    with opened(browser, url) as page:
        write(page)
        words_back(page)
        intake.wicked = wicked
        page.click("#seal")
        expect(page.locator("#retry-why")).to_contain_text("It promises nothing")
        expect(page.locator("#lines")).not_to_be_visible()
        intake.wicked = ""
        page.click("#again")
        expect(page.locator("#lines")).to_be_visible()
    assert intake.uploads[0] == intake.uploads[1], "a second try hands in the same bytes"


def test_a_refused_report_can_be_taken_elsewhere(browser: Browser, url: str, intake: Intake) -> None:
    intake.wicked = "full"
    with opened(browser, url, accept_downloads=True) as page:
        write(page)
        words_back(page)
        page.click("#seal")
        expect(page.locator("#retry-why")).to_contain_text("no room for more reports today")
        with page.expect_download() as download:
            page.click("#save-sealed")
        saved = Path(download.value.path()).read_bytes()
    assert upload.read(saved, intake.directory).envelope.directory == intake.directory.digest


@pytest.mark.parametrize("swapped", ["trustees", "intake", "log"])
def test_what_the_record_does_not_name_is_not_sealed_to(
    browser: Browser, intake: Intake, swapped: str
) -> None:
    """A swapped key on the page: the record says otherwise, and nothing is sealed."""
    if swapped == "trustees":
        intake.entries[1] = intake.entries[1].replace(b'"from_epoch"', b'"from_epoch "')
    elif swapped == "intake":
        intake.entries[2] = intake.entries[2].replace(b"svc-intake", b"svc-office")
    else:
        intake.log = NoteKey(ORIGIN, LOG_KEY, "another")
    with live(make_app(intake)) as url, opened(browser, url) as page:
        coach(page)
        expect(page.locator("#trouble")).to_contain_text("Do not report here")
        expect(page.locator("#who")).not_to_be_visible()


def test_any_codename_looks_like_one_without_messages(browser: Browser, url: str, intake: Intake) -> None:
    """No login, no oracle: the same files are asked for, whoever asks."""
    paths: list[list[str]] = []
    own = "abandon amount liar amount expire adjust cage candy arch gather drum buyer"
    intake.answer(own, "Thank you.", (0, 1))
    intake.seal(today())
    for words in (own, "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong"):
        with opened(browser, url) as page:
            intake.asked.clear()
            said = found(page, "answers", {"answer-words": words})
            assert ("From two trustees" in said) is (words == own)
            paths.append(list(intake.asked))
    assert paths[0] == paths[1] != []


def test_mistyped_words_are_called_mistyped(browser: Browser, url: str) -> None:
    with opened(browser, url) as page:
        page.click("nav [data-go=answers]")
        page.fill("#answer-words", "zoo zoo zoo")
        page.click("#answers button[type=submit]")
        expect(page.locator("#trouble")).to_contain_text("mistyped")
    with pytest.raises(Mistyped):
        Secrets.of("zoo zoo zoo")


@pytest.mark.parametrize("how", ["button", "keys"])
def test_leaving_leaves_nothing(browser: Browser, url: str, how: str) -> None:
    with opened(browser, url) as page:
        write(page)
        if how == "button":
            page.click("#leave")
        else:
            for _ in range(3):
                page.keyboard.press("Escape")
        page.wait_for_url("about:blank")
        page.go_back()
        assert TEXT not in page.content()


def test_without_a_script_a_sealed_file_is_taken(browser: Browser, url: str, intake: Intake) -> None:
    body = Body("report", "ltbt", "Sealed offline.")
    sealed = envelope.seal(intake.directory, body, bytes(16), lambda n: bytes([7]) * n)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(url)
    shown = page.inner_text("body")
    assert "nothing is ever sealed for you on the server" in shown
    assert "Start a report" not in shown
    assert "Leave this page" not in shown
    for name, data, says in (("sealed", sealed.data, "Received"), ("other", b"no envelope", "Not taken")):
        given: Any = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
        page.set_input_files("#sealed-file", given)
        page.click("form.ask button")
        assert page.inner_text("h1") == says
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        if says == "Received":
            promised = receipt.read_lines(page.inner_text("pre"))
            assert promised.item == sealed.item
            assert promised.holds(intake.service.raw)
            page.goto(url)
    assert opened_by(intake, 0, (0, 1, 2)).text == "Sealed offline."
    context.close()


def test_words_that_people_never_meet(browser: Browser, url: str) -> None:
    """Words on screens (EXPERIENCE)."""
    with opened(browser, url) as page:
        text = page.evaluate("document.body.textContent").lower()
    for word in (
        "leaf",
        "tile",
        "hpke",
        "merkle",
        "checkpoint",
        "cosign",
        "witness",
        "epoch",
        "envelope",
        "codename",
    ):
        if word != "witness":  # "a relay, a witness or a trustee": somebody to hand the bytes to
            assert word not in text, word
