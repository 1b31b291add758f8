"""Data that no page was written for: it is still shown in full, with what was corrected in it."""

from __future__ import annotations

from typing import Any

import pytest

from api.web.kinds import body, headline
from api.web.lines import dated
from api.web.outline import Change, Item, corrected, outline
from ledger.record.act import Act
from ledger.record.event import event_of
from ledger.register import Amendment, Register, View
from tests.http.door import NOW

DATA: dict[str, Any] = {
    "model_id": "heron-4",
    "results": [{"score": "0.46", "passed": True}, {"score": "0.51", "passed": False}],
    "reviewers": ["p-1", "p-2"],
    "limits": {"multiple": 4, "note": None},
    "nothing": [],
    "at": NOW,
    "a/b~c": "odd name",
}


def act_of(type_: str, data: dict[str, Any], *, imported: bool = False) -> Act:
    event = {
        "id": "01JPSQ5R00ABCDEFGHJKMNPQRS",
        "type": type_,
        "schema": 1,
        "stream": "s",
        "effective_at": NOW,
        "not_after": NOW,
        "policy": None,
        "class": "public",
        "actor": {"person": "p-1", "role": "RSO", "capacity": "officer"},
        "data": data,
        "provenance": "live",
    }
    if imported:
        del event["not_after"]
        event["provenance"] = {"imported": {"confidence": "high", "source": "x", "transcribed_by": "p-1"}}
    return Act(event_of(event, ""), (), event, b"")


def view() -> View:
    class Check:
        def key_id(self, kind: str, public: str) -> str: ...  # type: ignore[empty-body]
        def raw(self, kind: str, public: str) -> bytes: ...  # type: ignore[empty-body]
        def holds(self, *_: Any, **__: Any) -> bool: ...  # type: ignore[empty-body]
        def possession_message(self, *_: str) -> bytes: ...  # type: ignore[empty-body]

    return Register((), Check()).at()


def flat(items: tuple[Item, ...]) -> dict[str, str]:
    out: dict[str, str] = {}
    for item in items:
        out |= flat(item.items) if item.items else {item.pointer: item.value}
    return out


def test_every_value_appears() -> None:
    """Must 1 of api/web/outline.py."""
    assert flat(outline(DATA, {})) == {
        "/model_id": "heron-4",
        "/results/0/score": "0.46",
        "/results/0/passed": "yes",
        "/results/1/score": "0.51",
        "/results/1/passed": "no",
        "/reviewers/0": "p-1",
        "/reviewers/1": "p-2",
        "/limits/multiple": "4",
        "/limits/note": "none",
        "/nothing": "none",
        "/at": NOW,
        "/a~1b~0c": "odd name",
    }


def test_changes_stand_where_they_belong() -> None:
    """Must 2 of api/web/outline.py; a path that leads nowhere changes nothing."""
    data, changes = corrected(
        DATA,
        [
            Amendment(index=9, correction="", path="/results/0/score", is_="0.47"),
            Amendment(index=11, correction="", path="/results/0/score", is_="0.48"),
            Amendment(index=12, correction="", path="/limits", is_={"multiple": 5}),
            Amendment(index=13, correction="", path="/no/such", is_="x"),
        ],
    )
    assert data["results"][0]["score"] == "0.48"
    assert changes == {
        "/results/0/score": (Change(9, "0.46"), Change(11, "0.47")),
        "/limits": (Change(12, "Multiple: 4; Note: none"),),
    }
    shown = {item.pointer: item for item in outline(data, changes)}
    assert shown["/limits"].changes
    assert shown["/results"].items[0].items[0].changes == changes["/results/0/score"]


def test_a_type_without_words_is_shown_by_its_outline() -> None:
    """Must 1 of api/web/kinds.py."""
    act = act_of("gate.unheard_of", DATA)
    told, rest = body(act)
    assert (flat(told), rest) == (flat(outline(DATA, {})), ())
    assert headline(act, view()) == "gate.unheard_of"


@pytest.mark.parametrize(
    "type_",
    [
        "ledger.founded",
        "trust.roster_changed",
        "appointment.made",
        "appointment.ended",
        "key.revoked",
        "note.recorded",
        "history.imported",
        "disclosure.erased",
    ],
)
def test_an_unknown_layout_has_a_headline_still(type_: str) -> None:
    """Must 2 of api/web/kinds.py."""
    assert headline(act_of(type_, {"strange": 1}), view())
    told, rest = body(act_of(type_, {"strange": 1}))
    assert flat((*told, *rest)) == {"/strange": "1"}


def test_a_correction_of_what_is_not_public_says_so() -> None:
    assert headline(act_of("entry.corrected", {}), view()) == "Correction of an entry that is not public"


@pytest.mark.parametrize(
    ("precision", "expected"),
    [
        ("day", "2024-03"),
        ("month", "2024-03"),
        ("after", "after 2024-03"),
        ("before", "before 2024-03"),
        ("none", ""),
    ],
)
def test_a_transcript_is_dated_as_its_source_dates_it(precision: str, expected: str) -> None:
    data = {"stated_date": "2024-03", "precision": precision}
    assert dated(act_of("history.imported", data, imported=True)) == expected
    assert dated(act_of("history.imported", data)) == ""
