"""The trustee's desk in a real browser: 390 px and wide, light and dark, with and without scripts, by keyboard."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.desk.conftest import PASSPHRASE, Desk, made
from tests.http.live import live

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
SHOTS: Final = os.environ.get("DESK_SHOTS")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return made(tmp_path_factory.mktemp("desk-web"))


@pytest.fixture(scope="module")
def url(desk: Desk) -> Iterator[str]:
    with live(desk.app) as address:
        yield address


class Sitting:
    """One browser in which the desk was entered; what it complained of."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.complaints: list[str] = []
        page.on("console", lambda m: self.complaints.append(f"{m.type}: {m.text}"))
        page.on("pageerror", lambda e: self.complaints.append(f"error: {e}"))
        page.on(
            "request",
            lambda r: None if r.url.startswith(url) else self.complaints.append(f"elsewhere: {r.url}"),
        )

    def look(self, name: str, axe: str, *, js: bool) -> None:
        """Sound at every width, in both schemes: nothing to scroll sideways, nothing that axe finds."""
        assert self.page.locator("h1").count() == 1
        if js:
            self.page.evaluate(axe)
        for width in (390, 1200):
            for scheme in SCHEMES:
                self.page.set_viewport_size({"width": width, "height": 800})
                self.page.emulate_media(color_scheme=scheme)
                if SHOTS:
                    shot = Path(SHOTS) / f"{name}-{width}-{scheme}.png"
                    self.page.screenshot(path=shot, full_page=True)
                if js:
                    wide = self.page.evaluate("document.documentElement.scrollWidth")
                    assert wide <= width, f"{name} is {wide} px wide at {width}"
                    found = self.page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
                    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == [], (width, scheme)
        self.page.set_viewport_size({"width": 1200, "height": 800})


@pytest.fixture(scope="module")
def axe() -> str:
    pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def test_a_trustee_needs_nothing_but_the_page(browser: Browser, desk: Desk, url: str, axe: str) -> None:
    """From the locked desk to an answer that waits for its second signature, looking at every page on the way."""
    context = browser.new_context()
    sitting = Sitting(context.new_page(), url)
    page = sitting.page
    page.goto(url + desk.entered())
    sitting.look("locked", axe, js=True)
    page.get_by_label("Passphrase of this machine").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What waits for you").wait_for()
    sitting.look("waits", axe, js=True)
    page.get_by_role("button", name="Open and read it").click()
    page.get_by_role("heading", name="Clocks").wait_for()
    page.get_by_label("What the reporter will read").fill("Thank you. We look into it.")
    page.get_by_role("button", name="Hand it to the mail").click()
    page.get_by_text("waits for a second signature").wait_for()
    for summary in ("Assess it", "Record what was done", "Conclude it", "Put it on the public record"):
        page.get_by_text(summary, exact=True).click()
    sitting.look("report", axe, js=True)
    page.get_by_label("Is it for this panel?").select_option("in_scope")
    page.get_by_label("Could the reporter be harmed for it?").select_option("likely")
    page.locator("form", has=page.locator("#scope")).get_by_role("button").click()
    page.get_by_role("heading", name="Assessed").wait_for()
    page.get_by_role("link", name="What waits").click()
    page.get_by_role("button", name="Give my part to p-t2").click()
    page.get_by_text("Nobody asks").wait_for()
    page.get_by_role("button", name="Ask the colleagues to open it with me").click()
    page.get_by_text("asked on").wait_for()
    sitting.look("waits-later", axe, js=True)
    for name, link in (("cases", "Cases and clocks"), ("mail", "Mail")):
        page.get_by_role("link", name=link).click()
        sitting.look(name, axe, js=True)
    page.get_by_role("button", name="Lock the desk").click()
    page.get_by_role("heading", name="Unlock your desk").wait_for()
    assert page.locator("script, img, iframe, [onerror], [style]").count() == 0
    assert sitting.complaints == []
    cookies = context.cookies()
    assert [(c["httpOnly"], c["sameSite"]) for c in cookies] == [(True, "Strict")]
    # The same without a script: this browser's cookie still counts.
    plain = browser.new_context(java_script_enabled=False, storage_state=context.storage_state())
    context.close()
    without = Sitting(plain.new_page(), url)
    without.page.goto(url)
    without.page.fill("#passphrase", PASSPHRASE)
    without.page.click("main button")
    without.page.click("text=Fetch today")
    without.page.go_back()
    without.page.goto(f"{url}/report/{desk.item}")
    without.look("report-plain", axe, js=False)
    assert "switched on for partners" in without.page.inner_text("main")
    plain.close()


def test_the_words_on_the_desk_are_those_of_trustees(browser: Browser, desk: Desk, url: str) -> None:
    """Words on screens (EXPERIENCE): no machinery."""
    desk.session.lock()
    context = browser.new_context()
    page = context.new_page()
    cookie = {"name": "desk", "value": desk.session._cookie, "url": url}
    context.add_cookies([cookie])  # type: ignore[list-item]
    page.goto(url)
    page.fill("#passphrase", PASSPHRASE)
    page.click("main button")
    for path in ("/", "/cases", "/mail", f"/report/{desk.item}"):
        page.goto(url + path)
        shown = page.inner_text("body").lower()
        for word in (
            "epoch",
            "hpke",
            "merkle",
            "checkpoint",
            "cosign",
            "witness",
            "compartment",
            "share",
            "envelope",
        ):
            assert word not in shown, (path, word)
    context.close()
