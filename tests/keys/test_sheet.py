"""keys/sheet.py: the fingerprint sheet, on paper and as one HTML file."""

from __future__ import annotations

import hashlib
import re
from html.parser import HTMLParser

import pytest

from keys import fingerprint, sheet
from keys.check import encoding
from keys.public import PublicKey
from keys.sheet import Holder, Sheet
from tests.keys.authenticator import ORIGIN, RP_ID, Passkey, SshKey, ed25519_key, p256_key, raw_of

FOUNDING = hashlib.sha256(b"test").hexdigest()
HOLDERS = [
    Holder(
        PublicKey("p-7", "ed25519", encoding.encode(raw_of(ed25519_key()))), ("CEO", "Director"), "Ann Lee"
    ),
    Holder(PublicKey("p-2", "webauthn", Passkey(p256_key()).public, RP_ID, (ORIGIN,)), ("RSO",)),
    Holder(PublicKey("p-3", "sshsig", SshKey(p256_key(5), b"ssh:").public)),
]
SHEET = Sheet(
    "ledger.example.org/countersign",
    "Example AI",
    "ledger.example.org/countersign+33a1b2c4+AZoZ",
    FOUNDING,
    HOLDERS,
    "2026-01-02",
)


class Reader(HTMLParser):
    """What a browser would show, and what it would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.shown = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.shown += data + " "


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("shown", [SHEET.text(), read(SHEET.html()).shown], ids=["text", "html"])
def test_1_everything_to_compare_is_named(shown: str) -> None:
    facts = [SHEET.origin, SHEET.organisation, SHEET.vkey, SHEET.made_on]
    facts += [fingerprint.of_vkey(SHEET.vkey), fingerprint.of_founding(FOUNDING), *sheet.COMPARE]
    for holder in HOLDERS:
        facts += [holder.key.person, fingerprint.of_key(holder.key), holder.name, *holder.roles]
    facts += [fingerprint.of_ssh(HOLDERS[2].key) or "", "passkey", "SSH key", "key file"]
    for fact in facts:
        assert words(fact) in words(shown)
    assert sheet.WARNING not in words(shown)


def test_1_a_demonstration_says_so() -> None:
    demo = Sheet(
        SHEET.origin, SHEET.organisation, SHEET.vkey, FOUNDING, [], SHEET.made_on, demonstration=True
    )
    assert sheet.WARNING in words(demo.text())
    assert sheet.WARNING in read(demo.html()).shown


def test_2_one_file_that_loads_and_runs_nothing() -> None:
    page = read(SHEET.html())
    assert not {"script", "img", "link", "iframe", "object", "a"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name in {"src", "href"} or name.startswith("on")]
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in page.attributes
    assert not re.search(r"url\(|@import", SHEET.html())


def test_2_hostile_names_are_escaped() -> None:
    evil = '<script>alert("1")</script>&amp;'
    holder = Holder(HOLDERS[0].key, (evil,), evil)
    page = Sheet(evil, evil, evil + "+1+A", FOUNDING, [holder], evil).html()
    assert "script" not in read(page).tags
    assert read(page).shown.count('<script>alert("1")') >= 5


def test_3_the_same_facts_give_the_same_bytes() -> None:
    again = Sheet(SHEET.origin, SHEET.organisation, SHEET.vkey, FOUNDING, list(HOLDERS), SHEET.made_on)
    assert (again.text(), again.html()) == (SHEET.text(), SHEET.html())


def test_lines_fit_a_page() -> None:
    assert max(map(len, SHEET.text().splitlines())) <= sheet.WIDTH


def test_facts_that_do_not_belong_together() -> None:
    with pytest.raises(ValueError, match="another ledger"):
        Sheet("other.example", "Example AI", SHEET.vkey, FOUNDING, [], "2026-01-02")
    with pytest.raises(ValueError, match="64 hex digits"):
        Sheet(SHEET.origin, "Example AI", SHEET.vkey, "abcd", [], "2026-01-02")
