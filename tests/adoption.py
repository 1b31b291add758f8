"""How a policy is changed, act by act, for the tests of everything that hangs on it.

::

    story = board("2.2")                              # the Board has its bylaws
    text = changed("2.2", "2.3", "a")                 # a text of a new version, which tightens one cadence
    adopt(story, text, effective="2025-11-03")        # drafted, proposed, consulted, voted, approved, published
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from ledger.policy.shipped import definition
from ledger.record.fields import instant, later
from ledger.register import Fact
from tests.given import D3, T3, Story
from tests.kit import CEO, D1, D2, RSO, SECRETARY, T1, Person

BYLAWS: Final = {"board_quorum": 2, "board_majority": "simple"}
DIRECTORS: Final = (D1, D2, D3)
CADENCE: Final = "/assessment/preliminary/cadence"


def digest(letter: str) -> str:
    """A digest that is easy to tell from others."""
    return "sha256:" + letter * 64


@dataclass(frozen=True)
class Made:
    """A text for the tests: its data under a digest."""

    data: dict[str, Any]
    base: str | None
    digest: str

    @property
    def named(self) -> dict[str, Any]:
        """How acts name it."""
        return {
            "policy": self.data["policy"],
            "version": self.data["version"],
            "text_digest": self.digest,
        }

    @property
    def stream(self) -> str:
        return f"policy/{self.data['policy']}/{self.data['version']}"


def board(version: str | None = "2.2", **changes: Any) -> Story:
    """A story in which the Board can decide."""
    return Story(version, settings=BYLAWS, **changes).on("2025-09-01")


def changed(base: str, version: str, letter: str, cadence: str = "at least monthly", **members: Any) -> Made:
    """A text of `version` under the digest of one letter, changed from the shipped `base` in one cadence."""
    data = deepcopy(definition(f"rsp-{base}").policy.data) | {"version": version} | members
    data["assessment"]["preliminary"]["cadence"] = cadence
    return Made(data, base, digest(letter))


def shipped(version: str, base: str, letter: str) -> Made:
    """A shipped version as a text that changes another."""
    return Made(definition(f"rsp-{version}").policy.data, base, digest(letter))


def draft(story: Story, text: Made, by: Person = RSO) -> Fact:
    data = text.named | {"policy_data": text.data, "summary": "clearer"}
    return story.given("draft-policy", data | ({"base_version": text.base} if text.base else {}), by)


def proposal(text: Made, *paths: str, direction: str = "tightens", **members: Any) -> dict[str, Any]:
    stated = [{"path": x, "direction": direction} for x in paths or (CADENCE,)]
    return (
        text.named
        | {
            "rationale": "critics asked",
            "changes": stated,
            "withdraws": [],
            "requested_effective_at": "2025-11-03T00:00:00.000000Z",
        }
        | members
    )


def sending(text: Made, id_: str = "c-1", due: str = "2026-01-31", **members: Any) -> dict[str, Any]:
    return {
        "consultation_id": id_,
        "body": "LTBT",
        "subject": text.stream,
        "text_digest": text.digest,
        "materials": [],
        "opened_at": "2025-09-01T09:00:00.000000Z",
        "response_due": due,
    } | members


def response(id_: str = "c-1", outcome: str = "no_objection", *by: Person, **members: Any) -> dict[str, Any]:
    return {
        "consultation_id": id_,
        "outcome": outcome,
        "text": "as discussed",
        "by_trustees": [x.id for x in by],
    } | members


def consult(
    story: Story, text: Made, id_: str = "c-1", outcome: str = "no_objection", **members: Any
) -> Fact:
    story.given("send-for-consultation", sending(text, id_, **members), SECRETARY)
    return story.given("record-consultation", response(id_, outcome, T1, T3), T1, T3)


def asking(story: Story, text_digest: str, id_: str = "r-1", **members: Any) -> dict[str, Any]:
    return {
        "resolution_id": id_,
        "body": "BOARD",
        "question": "Adopt it?",
        "text_digest": text_digest,
        "electorate": [x.id for x in DIRECTORS],
        "rule": {"quorum": 2, "majority": "simple"},
        "closes_at": later(story.world.now, HOUR),
    } | members


def vote(story: Story, text_digest: str, id_: str = "r-1", votes: str = "ffa", **members: Any) -> None:
    """Open, vote (one letter a director: for, against, abstain as -, recuse, nothing as .) and close."""
    story.given("open-resolution", asking(story, text_digest, id_, **members), SECRETARY)
    words = {"f": "for", "a": "against", "-": "abstain", "r": "recuse"}
    for person, letter in zip(DIRECTORS, votes, strict=True):
        if letter in words:
            cast = {"resolution_id": id_, "text_digest": text_digest, "vote": words[letter]}
            story.given("cast-vote", cast, person)
    close(story)


def close(story: Story) -> None:
    story.world.now = later(story.world.now, HOUR)


A_TEXT: Final = changed("2.2", "2.3", "a")
HOUR: Final = instant("2025-01-01T01:00:00.000000Z") - instant("2025-01-01T00:00:00.000000Z")


def approval(text: Made, id_: str = "r-1", effective: str = "2025-11-03", **members: Any) -> dict[str, Any]:
    at = effective if "T" in effective else f"{effective}T00:00:00.000000Z"
    return text.named | {"resolution_id": id_, "effective_at": at} | members


def publish(
    story: Story, text: Made, id_: str = "p-1", at: str | None = None, covers: tuple[str, ...] = (CADENCE,)
) -> Fact:
    """The document goes out at `at` (now), and the act that says which text it is."""
    story.given("record-publication", publication(text.digest, id_, at or story.world.now), SECRETARY)
    log = {"changelog": {"digest": digest("e"), "covers": list(covers)}} if covers else {}
    return story.given("record-policy-publication", text.named | {"publication_id": id_} | log, SECRETARY)


def publication(document: str, id_: str, at: str, **members: Any) -> dict[str, Any]:
    return {
        "publication_id": id_,
        "what": "policy",
        "url": f"https://example.org/{id_}",
        "digest": document,
        "published_at": at,
        "covers": [],
        "stated": [],
    } | members


def decide(story: Story, text: Made, number: str = "1", effective: str = "2025-11-03", *paths: str) -> Fact:
    """Everything up to the approval; gives the approval."""
    draft(story, text)
    story.given("propose-policy", proposal(text, *paths), CEO, RSO)
    consult(story, text, f"c-{number}")
    vote(story, text.digest, f"r-{number}")
    return story.given("approve-policy", approval(text, f"r-{number}", effective), SECRETARY)


def adopt(story: Story, text: Made, number: str = "1", effective: str = "2025-11-03", *paths: str) -> Fact:
    """Everything, published now."""
    fact = decide(story, text, number, effective, *paths)
    publish(story, text, f"p-{number}", covers=paths or (CADENCE,))
    return fact
