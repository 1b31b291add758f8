"""ledger.record.event: exactly the members of RECORD §2."""

from collections.abc import Callable
from copy import deepcopy
from hashlib import sha256
from typing import Any

import pytest

from ledger.errors import Malformed
from ledger.record.canonical import encode
from ledger.record.event import Actor, Evidence, Imported, event_digest, event_of

ULID = "01JPSQ5R00ABCDEFGHJKMNPQRS"
COMMITMENT = "A" * 43
DOCUMENT: dict[str, Any] = {
    "digest": "sha256:" + "0a" * 32,
    "media_type": "application/pdf",
    "obtained_at": "2025-03-19T10:00:00.000000Z",
    "size_bytes": 4711,
    "source": "external",
    "title": "Red team report",
}
LIVE: dict[str, Any] = {
    "actor": {"capacity": "decider", "person": "p-7", "role": "RSO"},
    "class": "public",
    "data": {"text": "Drill held."},
    "effective_at": "2025-03-20T16:00:00.000000Z",
    "id": ULID,
    "not_after": "2025-04-19T00:00:00.000000Z",
    "policy": "2.2",
    "provenance": "live",
    "schema": 1,
    "stream": f"note/{ULID}",
    "type": "note.recorded",
}
IMPORTED: dict[str, Any] = {
    **{name: value for name, value in LIVE.items() if name != "not_after"},
    "provenance": {
        "imported": {"confidence": "high", "source": "https://example.org", "transcribed_by": "p-9"}
    },
}


def with_(path: str, value: Any, of: dict[str, Any] = LIVE) -> dict[str, Any]:
    """A copy of the event with the value at `path` set; `...` takes the member away."""
    event = deepcopy(of)
    at: Any = event
    *folders, last = path.split("/")
    for name in folders:
        at = at[int(name) if isinstance(at, list) else name]
    if value is ...:
        del at[int(last) if isinstance(at, list) else last]
    else:
        at[int(last) if isinstance(at, list) else last] = value
    return event


def refused(event: Any) -> Malformed:
    with pytest.raises(Malformed) as caught:
        event_of(event, "/act/event")
    return caught.value


def test_a_live_event_is_read_whole() -> None:
    event = event_of(
        {
            **LIVE,
            "sealed": {"rationale": COMMITMENT},
            "evidence": [DOCUMENT, {**DOCUMENT, "uri": "https://x"}],
        },
        "",
    )
    assert event.id == ULID
    assert event.type == "note.recorded"
    assert event.schema == 1
    assert event.stream == f"note/{ULID}"
    assert (event.effective_at, event.not_after) == (LIVE["effective_at"], LIVE["not_after"])
    assert event.policy == "2.2"
    assert event.class_ == "public"
    assert event.actor == Actor("p-7", "RSO", "decider")
    assert event.data == {"text": "Drill held."}
    assert event.sealed == {"rationale": COMMITMENT}
    assert event.evidence[0] == Evidence(**DOCUMENT, uri=None)
    assert event.evidence[1].uri == "https://x"
    assert event.imported is None
    assert (event.corrects, event.retracts, event.supersedes) == (None, None, None)


def test_an_imported_event_says_who_transcribed_it() -> None:
    event = event_of(IMPORTED, "")
    assert event.imported == Imported("high", "https://example.org", "p-9")
    assert event.not_after is None


@pytest.mark.parametrize("name", ["corrects", "retracts", "supersedes"])
def test_another_event_is_named_by_its_id(name: str) -> None:
    assert getattr(event_of({**LIVE, name: ULID}, ""), name) == ULID
    for value in (None, "", "entry 4", ULID.lower()):
        assert refused({**LIVE, name: value}).where == f"/act/event/{name}"


def test_an_unknown_type_is_kept() -> None:
    """Must 1: an unknown type is kept, an unknown member refused."""
    assert (
        event_of({**LIVE, "type": "moon.landed", "data": {"any": [1, {"x": None}]}}, "").type == "moon.landed"
    )
    assert refused({**LIVE, "mood": "good"}).what == "unknown member 'mood'"


@pytest.mark.parametrize("name", sorted(LIVE))
def test_no_member_may_be_missing(name: str) -> None:
    """Must 1: not even `policy`, which is null before the first."""
    assert f"{name!r} is missing" in refused(with_(name, ...)).what


def test_before_the_first_policy_the_policy_is_null() -> None:
    """RECORD §8: always present."""
    assert event_of({**LIVE, "policy": None}, "").policy is None


def test_a_live_event_has_an_end_and_an_imported_one_has_none() -> None:
    """Must 3."""
    assert refused(with_("not_after", ...)).what == "member 'not_after' is missing"
    assert refused(with_("not_after", None)).where == "/act/event/not_after"
    assert refused({**IMPORTED, "not_after": LIVE["not_after"]}).where == "/act/event/not_after"
    assert refused({**IMPORTED, "not_after": None}).where == "/act/event/not_after"


@pytest.mark.parametrize("name", ["sealed", "evidence"])
@pytest.mark.parametrize("nothing", [{}, [], None, "", "x", 1, True])
def test_sealed_and_evidence_are_absent_when_empty(name: str, nothing: Any) -> None:
    """Must 2: and nothing else stands in their place."""
    assert refused({**LIVE, name: nothing}).where == f"/act/event/{name}"


def test_a_sealed_name_is_no_member_of_data() -> None:
    """Must 2."""
    assert "stands in data too" in refused({**LIVE, "sealed": {"text": COMMITMENT}}).what
    assert event_of({**LIVE, "sealed": {"text2": COMMITMENT}}, "").sealed == {"text2": COMMITMENT}


@pytest.mark.parametrize(
    "commitment", ["A" * 42, "A" * 44, "A" * 42 + "B", "sha256:" + "0" * 64, "", None, 7]
)
def test_a_commitment_is_32_bytes(commitment: Any) -> None:
    assert refused({**LIVE, "sealed": {"why": commitment}}).where == "/act/event/sealed/why"


WRONG: list[tuple[str, Any]] = [
    ("actor", None),
    ("actor", "p-7"),
    ("actor/person", "p 7"),
    ("actor/role", "KING"),
    ("actor/capacity", ""),
    ("class", "secret"),
    ("data", None),
    ("data", []),
    ("effective_at", "2025-03-20"),
    ("id", ULID.lower()),
    ("not_after", "never"),
    ("policy", ""),
    ("policy", 2),
    ("provenance", "imported"),
    ("provenance", None),
    ("provenance", {}),
    ("provenance", {"live": True}),
    ("schema", 0),
    ("schema", "1"),
    ("schema", True),
    ("stream", ""),
    ("stream", "é"),
    ("type", ""),
    ("type", None),
]


@pytest.mark.parametrize(("path", "value"), WRONG)
def test_every_member_has_its_format(path: str, value: Any) -> None:
    assert refused(with_(path, value)).where == f"/act/event/{path}"


@pytest.mark.parametrize(
    ("path", "value"),
    [("confidence", "certain"), ("source", ""), ("transcribed_by", "p 9"), ("source", ...), ("extra", 1)],
)
def test_provenance_of_an_import_is_exact(path: str, value: Any) -> None:
    where = refused(with_(f"provenance/imported/{path}", value, IMPORTED)).where
    assert where.startswith("/act/event/provenance/imported")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("digest", "0a" * 32),
        ("media_type", ""),
        ("obtained_at", "yesterday"),
        ("size_bytes", -1),
        ("size_bytes", "4711"),
        ("source", "rumour"),
        ("title", ""),
        ("uri", ""),
        ("author", "p-7"),
        *((name, ...) for name in DOCUMENT),
    ],
)
def test_evidence_is_exact(name: str, value: Any) -> None:
    document = {**DOCUMENT, name: value}
    if value is ...:
        del document[name]
    assert refused({**LIVE, "evidence": [DOCUMENT, document]}).where.startswith("/act/event/evidence/1")


@pytest.mark.parametrize("event", [None, [], "live", 1, {}])
def test_what_is_no_object_is_no_event(event: Any) -> None:
    assert refused(event).where.startswith("/act/event")


def test_the_digest_covers_every_member() -> None:
    """RECORD §2: SHA-256 of the label and the canonical event; no member can change under it."""
    assert event_digest(LIVE) == "sha256:" + sha256(b"countersign/event/v1\n" + encode(LIVE)).hexdigest()
    changes: list[Callable[[], dict[str, Any]]] = [
        lambda: with_("actor/capacity", "witness"),
        lambda: with_("data/text", "Drill held"),
        lambda: with_("policy", None),
        lambda: with_("not_after", "2025-04-19T00:00:00.000001Z"),
        lambda: {**LIVE, "corrects": ULID},
        lambda: {**LIVE, "sealed": {"why": COMMITMENT}},
    ]
    assert len({event_digest(LIVE), *(event_digest(change()) for change in changes)}) == len(changes) + 1
