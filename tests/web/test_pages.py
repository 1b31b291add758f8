"""What pages say, without a browser: what must stand on them and what must not."""

from __future__ import annotations

import re
from html import unescape
from xml.etree import ElementTree

import pytest

from api.web.tree import draw
from api.web.words import ROLES, STATEMENTS, TYPES, clip, day, moment, short
from keys.check import ed25519
from ledger.publish.site import publish
from ledger.record.fields import ROLES as ALL_ROLES
from ledger.record.fields import STATEMENTS as ALL_STATEMENTS
from ledger.record.merkle import inclusion_proof, subtrees
from ledger.record.note import COSIGNER_KEY, Vkey, cosign, parse_note
from ledger.subjects.registry import KINDS
from tests.fixtures.store import LogKey
from tests.http.door import PUBLISHED, SECRETS, Door
from tests.web.ledgers import HOSTILE, JSON, add_hostile

ATOM = "{http://www.w3.org/2005/Atom}"
PAGES = (
    "/",
    "/entries",
    *(f"/entries/{i}" for i in range(14)),
    "/people",
    "/docket",
    "/verify",
    "/verify?held=9",
    "/policy",
    "/clocks",
    "/cases",
    "/findings",
    "/exceptions",
    "/problems",
    "/feed.atom",
    "/no/such/page",
)


class Cosigner(LogKey):
    """A witness's key, always the same for a name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.vkey = Vkey(name, COSIGNER_KEY, self.vkey.public)


def text(door: Door, path: str, status: int = 200) -> str:
    """What a page says, without its tags."""
    answer = door.stranger.get(path, headers={"accept": "text/html"})
    assert answer.status_code == status
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


def test_every_page_of_a_demonstration_says_that_it_is_fictional(reading: Door) -> None:
    """Must 2 of api/web/pages.py."""
    for path in PAGES:
        said = text(reading, path, 404 if path == "/no/such/page" else 200)
        assert "fictional" in said.lower().replace("(fictional)", ""), path


def test_no_page_says_what_is_withheld(reading: Door) -> None:
    """Must 1 of api/web/pages.py."""
    said = "".join(text(reading, path, 404 if path == "/no/such/page" else 200) for path in PAGES)
    assert PUBLISHED in said
    for secret in SECRETS:
        assert secret not in said


def test_the_first_page_tells_the_state_of_the_record(reading: Door) -> None:
    said = text(reading, "/")
    for part in (
        "Register of Quillmere Labs (fictional)",
        "Entries 14",
        "State of the record on 29 December 2025",
        "✓ its signature holds",
        "Outsiders confirm that it only grew – nobody yet",
        "Policy in force version 2.2",
        "Yearly review: every signature recomputed offline; all hold.",
        "– 1 entry for the Board",
        "Chief executive (CEO) p-ceo",
    ):
        assert part in said


def test_a_corrected_value_is_shown_with_both_readings(reading: Door) -> None:
    said = text(reading, "/entries/7")
    assert "measured against a red line (0.50). Heron 4, autonomy tasks" in said
    assert "entered as a yellow line. ▲ corrected by entry 9" in said


def test_what_became_of_sealed_values(reading: Door) -> None:
    assert f"Protocol ✓ published by entry 10 {PUBLISHED}" in text(reading, "/entries/7")
    assert "Matter ■ erased by entry 12" in text(reading, "/entries/11")
    withheld = text(reading, "/entries/8")
    assert "– withheld, for the Board" in withheld
    assert "p-d1" not in withheld


def test_signatures_are_told_in_words(reading: Door) -> None:
    said = text(reading, "/entries/12")
    assert "p-gc as General counsel ✓ approves on 3 November 2025" in said
    assert "having seen 12 entries; key k-" in said


def test_a_draft_is_told_with_what_it_lacks(reading: Door) -> None:
    said = text(reading, "/docket")
    for part in (
        "A new key of p-auditor",
        "✓ approves p-sec as Board secretary",
        "What cures it: BOARD_SECRETARY and one of CEO",
        "countersign sign 01K",
        "The exact text that is signed Digest",
    ):
        assert part in said


def test_time_travel(reading: Door) -> None:
    then = text(reading, "/people?known_at=2025-02-03")
    assert "p-assessor2 Assessor ▲ from 10 February 2025" in then
    assert "revoked" not in then
    assert "p-assessor2 Assessor ✓ in office" in text(reading, "/people?as_of=2025-02-11")
    assert "As the record stood at the end of 3 February 2025: 4 entries" in text(
        reading, "/entries?known_at=2025-02-03&type=&person=&as_of="
    )


def test_older_entries_are_pages_of_their_own(reading: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    from api.web import pages

    monkeypatch.setattr(pages, "ROWS", 5)
    seen: list[int] = []
    path = "/entries?type=note.recorded"
    for _ in range(9):
        body = unescape(reading.stranger.get(path).text)
        seen += [int(n) for n in re.findall(r'<h2><a href="/entries/(\d+)"', body)]
        following = re.search(r'<a href="([^"]*)" rel="next">Older', body)
        if not following:
            break
        path = following[1]
    assert seen == [13, 11, 7, 2]


def test_how_to_check_names_the_two_values(reading: Door) -> None:
    said = text(reading, "/verify?held=9")
    vkey, founding = (reading.stranger.get(f"/log/{name}").text.strip() for name in ("vkey", "founding"))
    assert f"countersign verify http://ledger.example/log \\ --vkey {vkey} \\ --founding {founding}" in said
    root = reading.stranger.get("/api/v1/consistency?from=9").json()["old_root"]
    assert (
        f"✓ it only grew The first 9 entries of 14 had this state hash, which must be the one that you hold: {root}"
        in said
    )
    assert "■ no such state" in text(reading, "/verify?held=99")


def test_the_feed_holds_public_entries_only(reading: Door) -> None:
    answer = reading.stranger.get("/feed.atom")
    assert answer.headers["content-type"] == "application/atom+xml"
    feed = ElementTree.fromstring(answer.content)
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    base = "tag:quillmere.example,2025-01-06:countersign"
    assert ids == [f"{base}/entries/{i}" for i in range(13, -1, -1) if i != 8]
    assert "demonstration, fictional" in (feed.findtext(f"{ATOM}title") or "")


def test_hostile_texts_stay_texts(door: Door) -> None:
    """Must 1 of api/web/render.py."""
    add_hostile(door)
    for i in range(14, 14 + len(HOSTILE) + 1):
        body = door.stranger.get(f"/entries/{i}").text
        assert "<script" not in body
        assert "onerror=alert(1)>" not in body
    assert "49" not in text(door, "/entries/17").split("Its place")[0].replace("2049", "")
    feed = ElementTree.fromstring(door.stranger.get("/feed.atom").content)
    assert len(list(feed.iter(f"{ATOM}entry"))) == 13 + len(HOSTILE) + 1
    assert "⟨U+202E⟩gnp.exe ⟨U+2066⟩ left open, ⟨U+200B⟩hidden⟨U+200B⟩" in text(door, "/entries/16")
    assert '"\\u202egnp.exe' in text(door, "/entries/16")
    drafts = text(door, "/docket")
    assert "Hush" not in drafts
    assert "Withheld draft – withheld, for the Board" in drafts
    assert "■ expired: draft it anew" in drafts
    assert "Hush" in unescape(door.operator.get("/docket").text)
    assert "shown on this machine only" in door.operator.get("/docket").text


def test_confirmations_and_what_waits(door: Door) -> None:
    """A site that is published, confirmed by somebody, and one entry behind."""
    site = door.house.settings.path(door.house.settings.site)
    publish(door.house.store, door.house.office.catch_up(), site, check=ed25519)
    note = parse_note((site / "checkpoint").read_bytes())
    line = cosign(note.text, Cosigner("witness.example/w1"), 1_767_000_000)
    (site / "checkpoint").write_text(str(note) + str(line))
    assert (
        door.stranger.post("/api/v1/acts", content=door.note("Later.").raw, headers=JSON).status_code == 201
    )
    said = text(door, "/")
    assert "Outsiders confirm that it only grew witness.example/w1 It says that they saw it grow" in said
    assert "1 more waits to be published" in said
    assert "14 entries, and 1 entry recorded that waits to be published" in said
    assert "Later." not in said


def test_problems_are_pages_for_people(reading: Door) -> None:
    """Must 2 of api/http/answers.py."""
    said = text(reading, "/entries/99", 404)
    assert "Not found no entry 99" in said
    assert reading.stranger.get("/entries/99").headers["content-type"] == "application/problem+json"
    machine = reading.stranger.get("/api/v1/entries/99", headers={"accept": "text/html"})
    assert machine.headers["content-type"] == "application/problem+json"
    assert reading.stranger.get(machine.json()["type"]).status_code == 200


def test_the_style_is_small_and_kept(reading: Door) -> None:
    page = reading.stranger.get("/").text
    found = re.search(r'href="(/app\.css\?\w+)"', page)
    assert found
    style = reading.stranger.get(found[1])
    assert "immutable" in style.headers["cache-control"]
    assert len(style.content) < 6500
    assert "url(" not in style.text
    assert "@import" not in style.text


@pytest.mark.parametrize("size", [1, 2, 3, 7, 14, 256, 1000, 1_000_003])
def test_the_picture_shows_the_proof(size: int) -> None:
    """Must 1 of api/web/tree.py: its neighbours are those whose hashes make the proof, bottom up."""
    for index in sorted({0, 1 % size, size // 2, size - 1}):
        tree = draw(index, size)
        sides = [(b.lo, b.hi) for b in reversed(tree.boxes) if b.kind == "side"]
        asked: list[tuple[int, int]] = []

        def read(level: int, at: int, asked: list[tuple[int, int]] = asked) -> bytes:
            asked.append((level, at))
            return bytes(32)

        inclusion_proof(index, size, read)
        assert asked == [part for lo, hi in sides for part in subtrees(lo, hi)]
        assert [b for b in tree.boxes if b.kind in ("entry", "state")]
        assert all(0 <= b.left <= 340 - 132 and b.top >= 0 for b in tree.boxes)
        assert max(b.top for b in tree.boxes) + 34 <= tree.height


def test_every_word_of_the_record_has_words_here() -> None:
    assert set(ROLES) == ALL_ROLES
    assert set(STATEMENTS) == ALL_STATEMENTS
    assert set(TYPES) <= set(KINDS)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (moment("2025-03-14T09:04:00.000000Z"), "14 March 2025, 09:04 UTC"),
        (moment("2025-03-14T09:04:07.500000Z"), "14 March 2025, 09:04:07 UTC"),
        (moment("9999-99-99T99:99:99.999999Z"), "9999-99-99T99:99:99.999999Z"),
        (moment("last spring"), "last spring"),
        (day("2025-03-01"), "1 March 2025"),
        (short("sha256:" + "ab" * 32), "abab…abab"),
        (short("p-rso"), "p-rso"),
        (clip("one\n two " * 40), "one two " * 14 + "one two…"),
        (clip("x" * 500), "x" * 120 + "…"),
    ],
)
def test_words(shown: str, expected: str) -> None:
    assert shown == expected
