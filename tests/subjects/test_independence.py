"""Independence of trustees, and offices that nobody holds (DOMAIN §4.16)."""

from __future__ import annotations

from typing import Any

from ledger.engine.findings import findings
from tests.given import T3, Story
from tests.kit import INSTRUMENT, RSO, SECRETARY, T1, T2, Person

STRICT = {"independence_within": "P1M"}


def attestation(trustee: str, year: int = 2025) -> dict[str, Any]:
    return {"trustee": trustee, "year": year, "no_financial_stake": True, "ties": "none"}


def codes(story: Story, code: str) -> list[str]:
    return [x.why for x in findings(story.view) if x.code == code]


def ending(person: Person) -> dict[str, Any]:
    return {"person": person.id, "role": person.role, "reason": "left", "instrument": INSTRUMENT["digest"]}


def at(story: Story, day: str) -> Story:
    story.on(day).given("note", {"text": "a day"}, RSO)
    return story


def test_independence_not_attested_raised_for_each_trustee_a_month_into_office() -> None:
    story = at(Story("2.2", settings=STRICT), "2025-02-06")
    assert codes(story, "INDEPENDENCE_NOT_ATTESTED") == []
    missing = [f"{p} has not attested independence for 2025" for p in ("p-t1", "p-t2", "p-t3")]
    assert codes(at(story, "2025-02-07"), "INDEPENDENCE_NOT_ATTESTED") == missing


def test_independence_not_attested_not_raised_once_each_has_signed_their_own() -> None:
    story = at(Story("2.2", settings=STRICT), "2025-02-07")
    story.given("attest-independence", attestation("p-t1"), T1)
    story.given("attest-independence", attestation("p-t2"), T1)
    story.given("attest-independence", attestation("p-t3"), T3)
    assert codes(story, "INDEPENDENCE_NOT_ATTESTED") == ["p-t2 has not attested independence for 2025"]
    story.given("attest-independence", attestation("p-t2"), T2)
    assert codes(story, "INDEPENDENCE_NOT_ATTESTED") == []


def test_independence_not_attested_raised_again_a_month_into_the_next_year() -> None:
    story = at(Story("2.2", settings=STRICT), "2025-01-20")
    story.given("attest-independence", attestation("p-t1"), T1)
    story.given("attest-independence", attestation("p-t2"), T2)
    story.given("attest-independence", attestation("p-t3"), T3)
    assert codes(at(story, "2026-02-01"), "INDEPENDENCE_NOT_ATTESTED") == []
    assert len(codes(at(story, "2026-02-02"), "INDEPENDENCE_NOT_ATTESTED")) == 3
    story.given("attest-independence", attestation("p-t1", 2026), T1)
    assert len(codes(story, "INDEPENDENCE_NOT_ATTESTED")) == 2


def test_independence_not_attested_not_raised_for_a_year_after_the_term() -> None:
    story = at(Story("2.2", settings=STRICT), "2025-01-20")
    story.given("attest-independence", attestation("p-t1"), T1)
    story.given("attest-independence", attestation("p-t2"), T2)
    story.given("attest-independence", attestation("p-t3"), T3)
    story.on("2025-12-20").given("end-appointment", ending(T2), T1, evidence=[INSTRUMENT])
    assert len(codes(at(story, "2026-03-01"), "INDEPENDENCE_NOT_ATTESTED")) == 2


def test_rso_vacant_raised_when_the_office_was_ended() -> None:
    story = Story("2.2", settings=STRICT).on("2025-03-03")
    fact = story.given("end-appointment", ending(RSO), SECRETARY, evidence=[INSTRUMENT])
    (why,) = codes(story, "RSO_VACANT")
    assert why == "nobody is RSO since 2025-03-03"
    assert [x.since for x in findings(story.view) if x.code == "RSO_VACANT"] == [fact.recorded_at]


def test_rso_vacant_not_raised_while_somebody_holds_it_or_stands_in() -> None:
    story = Story("2.2", settings=STRICT).on("2025-03-03")
    assert codes(story, "RSO_VACANT") == []
    story.given("end-appointment", ending(RSO), SECRETARY, evidence=[INSTRUMENT])
    acting = {
        "person": "p-gc",
        "role": "ACTING_RSO",
        "from": "2025-03-03T09:00:00.000000Z",
        "instrument": INSTRUMENT["digest"],
    }
    story.given("appoint", acting, SECRETARY, evidence=[INSTRUMENT])
    assert codes(story, "RSO_VACANT") == []


def test_rso_vacant_not_raised_where_no_policy_asks_for_one() -> None:
    story = Story(None, settings=STRICT).on("2025-03-03")
    story.given("end-appointment", ending(RSO), SECRETARY, evidence=[INSTRUMENT])
    assert codes(story, "RSO_VACANT") == []
