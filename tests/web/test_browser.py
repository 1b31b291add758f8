"""Every page in a real browser: 390 and 1200 px, light and dark, with and without scripts, by keyboard, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any, Final, Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.web.ledgers import HOSTILE

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
QUESTIONS: Final = ("/policy", "/clocks", "/cases", "/findings", "/exceptions")
PAGES = (
    "/",
    "/?as_of=2025-06-30&known_at=2025-07-01",
    "/models/heron-4",
    "/models/heron-5",
    *QUESTIONS,
    *(f"{path}?as_of=2025-06-30&known_at=2025-07-01" for path in QUESTIONS),
    "/models/heron-9",
    "/entries",
    "/entries?type=note.recorded&person=p-rso&as_of=2025-06-30&known_at=2025-12-31",
    "/entries?type=no.such",
    *(f"/entries/{i}" for i in (0, 1, 3, 5, 6, 7, 8, 9, 10, 11, 12)),
    *(f"/entries/{i}" for i in range(14, 14 + len(HOSTILE) + 1)),
    "/people",
    "/people?known_at=2025-02-04",
    "/docket",
    "/verify?held=9",
    "/verify?held=999",
    "/problems",
    "/problems/refused",
    "/no/such/page",
    "/entries/999",
    "/entries/x",
)
HISTORY = ("/", *QUESTIONS, "/entries", "/entries/1", "/people", "/docket", "/verify")
FRAMES: Final = tuple((width, scheme) for width in (390, 1200) for scheme in SCHEMES)


@contextmanager
def opened(browser: Browser, url: str, path: str, *, expect: int = 200, **options: Any) -> Iterator[Page]:
    """A page, loaded; what the browser complained of, or fetched from elsewhere, fails the test."""
    context = browser.new_context(**options)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(f"{m.type}: {m.text}"))
    page.on("pageerror", lambda e: complaints.append(f"error: {e}"))
    page.on("response", lambda r: complaints.append(f"{r.status}: {r.url}") if r.status >= 500 else None)
    page.on("requestfailed", lambda r: complaints.append(f"failed: {r.url}"))
    page.on("request", lambda r: None if r.url.startswith(url) else complaints.append(f"elsewhere: {r.url}"))
    try:
        answer = page.goto(url + path)
        assert answer is not None
        assert answer.status == expect
        yield page
        if expect != 200:  # the browser itself reports the status of the page that was asked for
            complaints = [c for c in complaints if "Failed to load resource" not in c]
        assert complaints == []
    finally:
        context.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core, as the package brings it along."""
    pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def status(path: str) -> int:
    if path in ("/no/such/page", "/entries/999", "/models/heron-9"):
        return 404
    return 400 if path == "/entries/x" else 200


def look(browser: Browser, url: str, path: str, axe: str) -> None:
    """At every width, in both schemes: nothing to scroll sideways, nothing that axe finds; without a script too."""
    for js in (True, False):
        with opened(browser, url, path, expect=status(path), java_script_enabled=js) as page:
            assert page.title()
            assert page.locator("h1").count() == 1
            if js:
                page.evaluate(axe)
            for width, scheme in FRAMES:
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=scheme)
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, f"{path} is {wide} px wide at {width}"
                if js:
                    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
                    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == [], (width, scheme)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_sound(browser: Browser, demo_url: str, axe: str, path: str) -> None:
    look(browser, demo_url, path, axe)


@pytest.mark.parametrize("path", HISTORY)
def test_every_page_of_a_history_is_sound(browser: Browser, history_url: str, axe: str, path: str) -> None:
    look(browser, history_url, path, axe)


@pytest.mark.parametrize(
    "path", ["/", "/models/heron-5", *QUESTIONS, "/entries", "/entries/7", "/people", "/docket", "/verify"]
)
def test_everything_is_reached_by_keyboard(browser: Browser, demo_url: str, path: str) -> None:
    """Every link, field and summary comes in turn, in the order of the page, and shows that it has the focus."""
    with opened(browser, demo_url, path) as page:
        wanted = page.evaluate(
            """[...document.querySelectorAll('a[href],button,input,select,summary,[tabindex="0"]')]
               .filter(e => e.checkVisibility({contentVisibilityAuto: true}) || e.className === 'skip').length"""
        )
        seen: list[int] = []
        for _ in range(wanted * 4):
            page.keyboard.press("Tab")
            at, outline = page.evaluate(
                """(() => { const e = document.activeElement, all = [...document.querySelectorAll('*')];
                   return [e === document.body ? -1 : all.indexOf(e), getComputedStyle(e).outlineStyle]; })()"""
            )
            if at in seen[:1] or at == -1:
                break
            if at not in seen:  # a date field has several stops
                seen.append(at)
            else:
                continue
            assert outline != "none"
        assert seen == sorted(seen)
        assert len(seen) == wanted


def test_the_skip_link_leads_to_the_text(browser: Browser, demo_url: str) -> None:
    with opened(browser, demo_url, "/entries") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("js", [True, False])
def test_the_list_is_asked_without_a_script(browser: Browser, demo_url: str, js: bool) -> None:
    with opened(browser, demo_url, "/entries", java_script_enabled=js) as page:
        page.select_option("#type", "key.registered")
        page.fill("#known_at", "2025-03-01")
        with page.expect_navigation():
            page.click("button")
        assert page.locator(".tl h2").all_inner_texts() == ["A new key of p-ciso", "A new key of p-assessor2"]
        with page.expect_navigation():
            page.click("text=Show all")
        assert page.locator(".tl h2").count() > 20


@pytest.mark.parametrize("js", [True, False])
def test_a_hash_is_whole_one_click_away(browser: Browser, demo_url: str, js: bool) -> None:
    with opened(browser, demo_url, "/people", java_script_enabled=js) as page:
        key = page.locator("#p-rso details.h").first
        whole = key.locator("code").nth(1)
        assert not whole.is_visible()
        key.locator("summary").click()
        assert whole.is_visible()
        assert len(whole.inner_text()) == 34


@pytest.mark.parametrize("js", [True, False])
def test_a_page_travels_in_time_without_a_script(browser: Browser, demo_url: str, js: bool) -> None:
    """Must 2 of api/web/questions.py."""
    with opened(browser, demo_url, "/", java_script_enabled=js) as page:
        assert page.locator(".matrix tbody tr").count() == 2
        page.fill("#known_at", "2025-06-30")
        with page.expect_navigation():
            page.click("button")
        assert page.locator(".matrix").count() == 0
        assert page.input_value("#known_at") == "2025-06-30"
        with page.expect_navigation():
            page.click("text=Show today")
        with page.expect_navigation():
            page.click("text=heron-5")
        assert page.inner_text("h1") == "heron-5"


def test_on_a_telephone_every_value_of_the_matrix_has_its_label(browser: Browser, demo_url: str) -> None:
    with opened(browser, demo_url, "/", viewport={"width": 390, "height": 800}) as page:
        cells = page.locator(".matrix tbody td")
        assert cells.count() > 4
        assert page.locator(".matrix tbody td .lbl:visible").count() == cells.count()
        page.set_viewport_size({"width": 1200, "height": 800})
        assert page.locator(".matrix tbody td .lbl:visible").count() == 0


def test_hostile_text_is_text(browser: Browser, demo_url: str) -> None:
    with opened(browser, demo_url, "/entries/14") as page:
        assert HOSTILE[0] in page.inner_text("main")
        assert "taken" not in page.evaluate("document.title").split("–")[-1]
        assert page.locator("script, img, iframe, object, [onerror], [style]").count() == 0
    with opened(browser, demo_url, f"/entries/{14 + len(HOSTILE)}") as page:
        assert page.locator('a[href^="javascript"]').count() == 0


def test_officers_never_meet_the_machinery(browser: Browser, demo_url: str) -> None:
    """Words on screens (EXPERIENCE): closed details are not seen."""
    read = ("/", "/models/heron-5", *QUESTIONS, "/entries", "/entries/7", "/entries/8", "/people", "/docket")
    for path in (*read, "/verify"):
        with opened(browser, demo_url, path) as page:
            shown = page.inner_text("body").lower()
            for word in (
                "leaf",
                "tile ",
                "merkle",
                "checkpoint",
                "cosign",
                "witness",
                "hpke",
                "sealed field",
                "tainted",
            ):
                assert word not in shown, (path, word)


def test_a_page_is_fit_for_paper(browser: Browser, demo_url: str) -> None:
    with opened(browser, demo_url, "/entries/7", color_scheme="dark") as page:
        page.emulate_media(media="print")
        assert not page.locator("nav").first.is_visible()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        colour = page.evaluate("getComputedStyle(document.body).color")
        assert max(int(x) for x in colour[4:-1].split(",")) < 80, "dark text on white paper"
