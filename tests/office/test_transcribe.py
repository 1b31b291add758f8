"""History: public records transcribed by an importer, and by nobody else (DOMAIN §4.20)."""

from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Malformed
from ledger.policy.plain import load, load_file
from ledger.record.act import make_act
from ledger.record.canonical import encode
from ledger.record.event import event_of
from ledger.record.fields import ulid_time
from ledger.subjects.history import read
from ledger.transcribe import transcribe
from tests.kit import IMPORTER, LOG, SECRETARY
from tests.office.desk import Desk, correcting

FILE: Final = Path(__file__).parents[2] / "ledger" / "data" / "rsp-history.yaml"
ENTRY: Final = {
    "id": "H005",
    "date": "2024-03",
    "date_precision": "month",
    "kind": "noncompliance_acknowledged",
    "policy_version": "1.0",
    "model": "Claude 3 family",
    "decided": "Remains at ASL-2.",
    "decided_by": ["CEO", "RSO"],
    "quote": "we classify",
    "note": "through a copy",
    "sources": ["CARD", "PAGE"],
    "confidence": "high",
}
SOURCES: Final = {"CARD": {"name": "Model card", "url": "https://example.org/card.pdf", "via": "X"}}


def history(*entries: Any, **members: Any) -> Any:
    return {"schema": "countersign.history/1", "sources": SOURCES, "entries": list(entries)} | members


def only(**members: Any) -> dict[str, Any]:
    """The event of ENTRY with other members."""
    [event] = transcribe(history(ENTRY | members), "p-imp").events
    return event


# ---- the real file


def test_the_public_history_is_transcribed_where_it_is_sure() -> None:
    made = transcribe(load_file(FILE), "p-imp")
    assert (len(made.events), len(made.left)) == (40, 17)
    assert {confidence for _, confidence in made.left} == {"medium", "low"}
    assert Counter(e["data"]["precision"] for e in made.events) == {
        "day": 30,
        "month": 5,
        "after": 2,
        "before": 2,
        "year": 1,
    }
    titles = [e["data"]["title"][:4] for e in made.events]
    assert titles == sorted(titles)
    assert len({e["id"] for e in made.events}) == 40
    assert not {id_ for id_, _ in made.left} & set(titles)


def test_the_ids_of_the_public_history_never_change() -> None:
    """Importing twice adds nothing, also after an update of this program: these ids stand on records."""
    ids = [e["id"] for e in transcribe(load_file(FILE), "p-imp").events]
    assert ids[0] == "01HANBS500Y6GW1DSKBN0PNHWB"
    digest = "db1c5c373796b8b3b61bce94e2750a09daa20143a550069acc92851aa2ce5c96"
    assert sha256("\n".join(ids).encode()).hexdigest() == digest


def test_every_event_of_the_public_history_can_be_recorded(tmp_path: Path) -> None:
    """End to end: a ledger of its own, all 40, signed by the importer alone, nothing refused in replay."""
    desk = Desk.found(tmp_path, [SECRETARY, IMPORTER, LOG], policy=None)
    desk.clock.now = "2026-11-22T09:00:00.000000Z"

    def bring_in() -> int:
        recorded = 0
        for event in transcribe(load_file(FILE), IMPORTER.id).events:
            if desk.store.index_of(event["id"]) is None:
                desk.office.record(
                    make_act(event, [desk.sign(event, IMPORTER, "attest", capacity="transcriber")])
                )
                recorded += 1
        return recorded

    assert bring_in() == 40
    assert bring_in() == 0
    facts = desk.office.catch_up().at().of_type("history.imported")
    assert len(facts) == 40
    assert [f.effective_at for f in facts] == sorted(f.effective_at for f in facts)
    for fact in facts:
        assert [(s.person, s.role, s.statement) for s in fact.signers] == [("p-imp", "IMPORTER", "attest")]
        assert fact.imported is not None
        assert (fact.imported.confidence, fact.imported.transcribed_by) == ("high", "p-imp")
        assert fact.imported.source
        assert not fact.decides
    desk.close()


def test_a_transcription_is_corrected_by_its_importer(tmp_path: Path) -> None:
    desk = Desk.found(tmp_path, [SECRETARY, IMPORTER, LOG], policy=None)
    event = only()
    desk.office.record(make_act(event, [desk.sign(event, IMPORTER, "attest", capacity="transcriber")]))
    form = correcting(event["id"], "/precision", "month", "day")
    desk.record("correct-entry", [IMPORTER], form)
    desk.close()


# ---- one entry


def test_an_entry_becomes_an_event() -> None:
    event = only()
    assert event_of(event, "").imported is not None
    assert event == {
        "id": event["id"],
        "type": "history.imported",
        "schema": 1,
        "stream": f"history/{event['id']}",
        "effective_at": "2024-03-01T00:00:00.000000Z",
        "policy": None,
        "class": "public",
        "actor": {"person": "p-imp", "role": "IMPORTER", "capacity": "transcriber"},
        "data": {
            "precision": "month",
            "stated_date": "2024-03",
            "subject": "model/Claude 3 family",
            "text": "Remains at ASL-2.\nDecided by: CEO, RSO\nQuote: we classify\nNote: through a copy",
            "title": "H005 noncompliance acknowledged: Claude 3 family",
        },
        "provenance": {
            "imported": {
                "confidence": "high",
                "source": "Model card https://example.org/card.pdf; PAGE",
                "transcribed_by": "p-imp",
            }
        },
    }


def test_an_id_follows_from_the_entry_alone() -> None:
    first = only()
    other = transcribe(history(ENTRY | {"id": "H001"}, ENTRY, sources={}), "p-other").events[1]
    assert other["id"] == first["id"]
    assert only(decided="Remains at ASL-3.")["id"] != first["id"]
    assert ulid_time(first["id"]) == "2024-03-01T00:00:00.000000Z"


@pytest.mark.parametrize(
    ("date", "precision", "effective_at"),
    [
        ("2024", "year", "2024-01-01"),
        ("2024-03", "month", "2024-03-01"),
        ("2024-03-19", "day", "2024-03-19"),
        ("2024-02-29", "day", "2024-02-29"),
        ("2024-03", "after", "2024-03-01"),
        ("2024", "before", "2024-01-01"),
        ("2024-03-19", "none", "2024-03-19"),
        ("1970", "year", "1970-01-01"),
    ],
)
def test_a_date_keeps_its_precision(date: str, precision: str, effective_at: str) -> None:
    event = only(date=date, date_precision=precision)
    assert event["effective_at"] == f"{effective_at}T00:00:00.000000Z"
    assert (event["data"]["stated_date"], event["data"]["precision"]) == (date, precision)


def test_what_a_source_does_not_say_is_not_made_up() -> None:
    text = only(decided_by=["unstated"])["data"]["text"]
    assert "Decided by: the source does not say" in text


@pytest.mark.parametrize(
    ("members", "subject", "about"),
    [
        ({}, "model/Claude 3 family", ": Claude 3 family"),
        ({"model": None}, "policy/rsp/1.0", ": 1.0"),
        ({"model": None, "policy_version": None}, "noncompliance_acknowledged", ""),
        ({"model": "Modèle"}, "model/Mod?le", ": Modèle"),
        ({"model": "x" * 300}, "model/" + "x" * 194, ": " + "x" * 300),
    ],
)
def test_a_subject_is_a_stream(members: dict[str, Any], subject: str, about: str) -> None:
    entry = {k: v for k, v in (ENTRY | members).items() if v is not None}
    [event] = transcribe(history(entry), "p-imp").events
    assert event["data"]["subject"] == subject
    assert event["data"]["title"] == f"H005 noncompliance acknowledged{about}"
    read(event_of(event, ""))


@pytest.mark.parametrize("source", [{}, {"via": "X"}, "a text", None, ["x"]])
def test_a_source_without_a_name_is_called_by_its_key(source: Any) -> None:
    [event] = transcribe(history(ENTRY, sources={"CARD": source}), "p-imp").events
    assert event["provenance"]["imported"]["source"] == "CARD; PAGE"


def test_only_what_is_sure_is_transcribed() -> None:
    made = transcribe(
        history(
            ENTRY, ENTRY | {"id": "H2", "confidence": "medium"}, ENTRY | {"id": "H3", "confidence": "low"}
        ),
        "p-imp",
    )
    assert len(made.events) == 1
    assert made.left == (("H2", "medium"), ("H3", "low"))


# ---- malformed files name the entry


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("confidence", None),
        ("confidence", "sure"),
        ("confidence", ["high"]),
        ("confidence", True),
        ("date", None),
        ("date", 2024),
        ("date", "March 2024"),
        ("date", "2024-13"),
        ("date", "2024-02-31"),
        ("date", "2024-3"),
        ("date", "1969-12"),
        ("date", "0000-01"),
        ("date_precision", None),
        ("date_precision", "week"),
        ("date_precision", "day"),
        ("date_precision", "year"),
        ("kind", None),
        ("kind", ""),
        ("kind", ["a"]),
        ("decided", None),
        ("decided", ""),
        ("decided", 5),
        ("decided_by", None),
        ("decided_by", []),
        ("decided_by", "CEO"),
        ("decided_by", [None]),
        ("sources", None),
        ("sources", []),
        ("sources", "CARD"),
        ("sources", [{"a": 1}]),
        ("model", ["x"]),
        ("model", ""),
        ("model", "two\nlines"),
        ("policy_version", 1),
        ("quote", 5),
        ("note", {"a": "b"}),
    ],
)
def test_a_malformed_entry_is_named(member: str, value: Any) -> None:
    entry = ENTRY | {member: value} if value is not None else {k: v for k, v in ENTRY.items() if k != member}
    if member == "policy_version":
        del entry["model"]
    with pytest.raises(Malformed) as malformed:
        transcribe(history(ENTRY | {"id": "H001"}, entry), "p-imp")
    assert malformed.value.where.startswith("/entries/H005")


@pytest.mark.parametrize("entry", [None, [], "H005", 5, {}, {"id": None}, {"id": ""}, {"id": ["x"]}])
def test_an_entry_without_an_id_is_named_by_its_place(entry: Any) -> None:
    with pytest.raises(Malformed) as malformed:
        transcribe(history(ENTRY, entry), "p-imp")
    assert malformed.value.where.startswith("/entries/1")


def test_an_id_stands_once() -> None:
    with pytest.raises(Malformed, match="H005 stands twice"):
        transcribe(history(ENTRY, ENTRY), "p-imp")


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "text",
        {},
        {"schema": "countersign.history/2", "entries": []},
        {"schema": "countersign.history/1"},
        {"schema": "countersign.history/1", "entries": {}},
        history(sources=["CARD"]),
        history(sources=None),
    ],
    ids=range(9),
)
def test_a_file_of_another_form_is_refused(value: Any) -> None:
    with pytest.raises(Malformed):
        transcribe(value, "p-imp")


@pytest.mark.parametrize("importer", ["", "two words", "é"])
def test_the_importer_is_a_person(importer: str) -> None:
    with pytest.raises(Malformed, match="importer"):
        transcribe(history(ENTRY), importer)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "high", "2024", "day", "H1", "x"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from([*ENTRY, "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*ENTRY, "decided_by_note", "x"]), VALUES), VALUES)
def test_whatever_a_file_holds_only_malformed_comes_out(changes: dict[str, Any], sources: Any) -> None:
    try:
        made = transcribe(history(ENTRY | changes, sources=sources), "p-imp")
    except Malformed:
        return
    for event in made.events:
        read(event_of(event, ""))
        encode(event)


def test_yaml_keeps_a_year_apart_from_a_number() -> None:
    """An unquoted year is an integer in YAML, and is refused rather than guessed at."""
    with pytest.raises(Malformed, match="not a text"):
        only(date=load("date: 2024")["date"])
    assert only(date=load("date: '2024'")["date"], date_precision="year")["effective_at"][:4] == "2024"
