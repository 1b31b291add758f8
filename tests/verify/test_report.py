"""The verdict and how it is said. Numbers are those of ledger/verify/report.py and render.py."""

import json

import pytest

from ledger.verify.render import SHOWN, render
from ledger.verify.report import KEPT, TITLES, WORDS, Facts, Finding, Findings, failed, not_run, report
from tests.kit import World
from tests.verify.memory import check_tiles


def of(*findings: Finding, unopened: int = 0) -> object:
    found = Findings()
    found.add(findings)
    return report(found, Facts(withheld_unopened=unopened))


def words(*findings: Finding, unopened: int = 0) -> str:
    return str(of(*findings, unopened=unopened).words)  # type: ignore[attr-defined]


def test_1_the_lowest_numbered_failing_claim_gives_the_verdict() -> None:
    for claim, word in WORDS.items():
        later = [failed(c, 5, "later") for c in range(claim, 13)]
        verdict = words(*reversed(later))
        assert verdict == (f"{word} 5" if word == "BROKEN_AT" else word)


def test_1_all_are_listed() -> None:
    found = of(failed(12, 5, "x"), failed(1, 5, "y"))
    assert [c.number for c in found.claims if c.state == "failed"] == [1, 12]  # type: ignore[attr-defined]


def test_2_broken_at_names_the_smallest_index_of_claims_2_and_3() -> None:
    assert words(failed(2, 9, ""), failed(3, 4, ""), failed(2, 7, ""), failed(10, 1, "")) == "BROKEN_AT 4"
    assert words(failed(3, None, ""), failed(2, 7, "")) == "BROKEN_AT 7"
    assert words(failed(10, 6, ""), failed(10, 2, ""), failed(12, 0, "")) == "BROKEN_AT 2"
    assert words(failed(10, None, "")) == "BROKEN_AT 0"


def test_2_claim_6_has_three_words() -> None:
    stale, fork, back = (failed(6, None, "", "", w) for w in ("STALE", "FORK", "ROLLBACK"))
    assert words(stale) == "STALE"
    assert words(stale, fork) == "FORK"
    assert words(stale, fork, back) == "ROLLBACK"
    assert words(failed(9, 3, "")) == "FORK"


@pytest.mark.parametrize(
    ("found", "code"), [(of(), 0), (of(unopened=1), 0), (of(failed(12, 1, "")), 1), (not_run("a", "b"), 2)]
)
def test_3_exit_codes(found: object, code: int) -> None:
    assert found.exit_code == code  # type: ignore[attr-defined]


def test_3_withheld_acts_that_nobody_opened_make_ok_less() -> None:
    assert words(unopened=1) == "OK_WITH_WITHHELD"
    assert words(failed(12, 1, ""), unopened=1) == "RULE_BROKEN"


def test_4_findings_are_counted_wholly_and_kept_in_part() -> None:
    found = of(*(failed(7, 1000 - i, "x") for i in range(500)))
    (claim,) = (c for c in found.claims if c.number == 7)  # type: ignore[attr-defined]
    assert (claim.count, len(claim.findings)) == (500, KEPT)
    assert found.index == 501  # type: ignore[attr-defined]


def test_5_what_was_not_asked_never_reads_as_held() -> None:
    found = of(Finding(5, None, None, "not checked: no policy"), Finding(7, None, None, "3 were not"))
    states = {c.number: c.state for c in found.claims}  # type: ignore[attr-defined]
    assert (states[5], states[7], states[1]) == ("not checked", "in part", "held")


def test_every_verdict_says_what_it_means_and_what_to_do() -> None:
    for claim in TITLES:
        found = of(failed(claim, 1, "x"))
        assert found.meaning.endswith(".")  # type: ignore[attr-defined]
        assert found.advice.endswith(".")  # type: ignore[attr-defined]


def test_json_is_json_and_has_all_of_it() -> None:
    world = World()
    world.found()
    world.note(by=__import__("tests.kit", fromlist=["NOBODY"]).NOBODY)
    found = check_tiles(world)
    value = json.loads(json.dumps(found.json()))
    assert (value["verdict"], value["index"], value["exit"], value["anchored"]) == (
        "NO_AUTHORITY",
        1,
        1,
        True,
    )
    assert [c["claim"] for c in value["claims"]] == list(range(1, 13))
    assert value["claims"][7]["findings"][0]["where"] == 1
    assert value["checkpoint"]["note"] == world.checkpoint()


def test_render_1_shows_some_and_says_how_many_more() -> None:
    text = render(of(*(failed(7, i, f"why {i}", "cure") for i in range(30))))  # type: ignore[arg-type]
    assert "FAILED (30)" in text
    assert f"entry {SHOWN - 1}: why {SHOWN - 1}" in text
    assert f"entry {SHOWN}: why" not in text
    assert f"and {30 - SHOWN} more" in text
    assert "-> cure" in text


def test_render_2_nothing_of_a_record_reaches_the_terminal_but_as_text() -> None:
    text = render(of(failed(1, 0, "\x1b]0;pwned\x07\u202e\x00\udcff")))  # type: ignore[arg-type]
    assert all(c.isprintable() or c == "\n" for c in text)
    text.encode()


def test_render_of_what_could_not_run() -> None:
    assert render(not_run("no such file.", "name one.")) == "NOT_RUN   no such file.\n  name one.\n"


def test_one_is_counted_as_one() -> None:
    told = render(report(Findings(), Facts(origin="x", entries=1, sealed=1)))
    assert "x, 1 entry, root" in told
    assert "sealed    1 field; 0 not opened" in told
    assert "x, 2 entries, root" in render(report(Findings(), Facts(origin="x", entries=2)))
