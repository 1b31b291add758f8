"""Whatever bytes it is fed, the verifier answers with a report, and never with OK for what was not signed.

``ledger.verify.verify`` 1: it must never raise.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.errors import Malformed
from ledger.record.canonical import encode
from ledger.record.people import ROLL_TYPES
from ledger.verify.report import Report
from ledger.verify.verify import FAULT, verify
from tests.kit import CAST, CEO, RSO, SECRETARY, NoteKey, World, disclosure_lines, founding, write_zip
from tests.verify.memory import asked, bundle_of, check_bundle, tiles_of


def small() -> World:
    world = World()
    world.found()
    world.note()
    world.secret_note()
    world.sealed_note()
    world.revoke(RSO)
    return world


WORLD = small()
TILES = WORLD.files(earlier=[2])
BUNDLE = WORLD.bundle_files(earlier=[2], policy="quorum none\n") | {"timestamps/5.tsr": b"x"}
CHOSEN = WORLD.chosen_files(0, 2, 3, 4)
OPTIONS = asked(WORLD)

blobs = st.one_of(
    st.binary(max_size=300), st.text(max_size=100).map(lambda t: t.encode("utf-8", "surrogatepass"))
)

numbers = st.none() | st.integers(-(2**63), 2**63 - 1)


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """Bytes with something flipped, cut, doubled or put in."""
    kind = draw(st.sampled_from(["flip", "cut", "double", "insert", "replace"]))
    at = draw(st.integers(0, max(0, len(data) - 1)))
    if kind == "replace" or not data:
        return draw(blobs)
    if kind == "flip":
        return data[:at] + bytes([data[at] ^ draw(st.integers(1, 255))]) + data[at + 1 :]
    if kind == "cut":
        return data[:at]
    if kind == "double":
        return data[:at] + data[at : at + draw(st.integers(1, 50))] + data[at:]
    return data[:at] + draw(blobs) + data[at:]


def answered(report: Report) -> Report:
    """A report with a verdict about the record; the whole of it can be printed."""
    from ledger.verify.render import render

    assert report.exit_code in (0, 1), report.meaning
    assert render(report).isprintable() or "\n" in render(report)
    encode(report.json() | {"claims": []})
    return report


@settings(max_examples=120)
@given(st.data())
@pytest.mark.parametrize("name", ["tiles", "bundle", "chosen"])
def test_any_damage_to_any_file_is_answered(name: str, data: st.DataObject) -> None:
    files, source = {
        "tiles": (TILES, tiles_of),
        "bundle": (BUNDLE, bundle_of),
        "chosen": (CHOSEN, bundle_of),
    }[name]
    which = data.draw(st.sampled_from(sorted(files)))
    changed = dict(files)
    changed[which] = data.draw(damaged(files[which]))
    report = answered(verify(source(changed), OPTIONS))
    if changed[which] != files[which] and which.startswith(("tile/entries", "entries", "tile/0", "leaves")):
        assert report.exit_code == 1


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from([*TILES, *BUNDLE, *CHOSEN]), blobs, max_size=6))
def test_files_of_any_bytes_are_answered(files: dict[str, bytes]) -> None:
    for source in (tiles_of, bundle_of):
        assert answered(verify(source(files), OPTIONS)).exit_code == 1
        answered(verify(source(files)))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_zip_is_answered(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "bundle.zip"
    whole = write_zip(path, BUNDLE).read_bytes()
    path.write_bytes(data.draw(damaged(whole)))
    assert not verify(str(path), OPTIONS).meaning.startswith(FAULT)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_database_is_answered(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "record.db"
    path.unlink(missing_ok=True)
    whole = bytearray(WORLD.write_database(path).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(whole))
    assert not verify(str(path), OPTIONS).meaning.startswith(FAULT)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(-3, 12), st.none() | st.integers(-(2**63), 2**63 - 1) | blobs, st.none() | blobs
        ),
        max_size=5,
    )
)
def test_rows_of_anything_are_answered(tmp_path: Path, rows: list[tuple[int, Any, Any]]) -> None:
    path = tmp_path / "record.db"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE entries (seq INTEGER PRIMARY KEY, entry, leaf)")
        db.execute("CREATE TABLE checkpoints (size INTEGER PRIMARY KEY, note)")
        db.execute("CREATE TABLE disclosures (seq, disclosure)")
        for seq, first, second in rows:
            db.execute("INSERT OR IGNORE INTO entries VALUES (?, ?, ?)", (seq, first, second))
            db.execute("INSERT OR IGNORE INTO checkpoints VALUES (?, ?)", (seq, second))
            db.execute("INSERT INTO disclosures VALUES (?, ?)", (seq, first))
        db.commit()
    assert answered(verify(str(path), OPTIONS)).exit_code == 1


# ---- well-hashed and well-signed, and wrong inside

scalars = st.none() | st.booleans() | st.integers(-5, 2**53 - 1) | st.text(max_size=20)
jsons: Any = st.recursive(
    scalars,
    lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text("abkeyrol_", max_size=6), v, max_size=3),
)


@st.composite
def twisted(draw: st.DrawFn, value: Any) -> Any:
    """A JSON value with one of its parts replaced, removed or doubled, at any depth."""
    if isinstance(value, dict) and value and draw(st.integers(0, 3)):
        key = draw(st.sampled_from(sorted(value)))
        if not draw(st.integers(0, 6)):
            return {k: v for k, v in value.items() if k != key}
        return value | {key: draw(twisted(value[key]))}
    if isinstance(value, list) and value and draw(st.integers(0, 3)):
        at = draw(st.integers(0, len(value) - 1))
        return value[:at] + draw(st.sampled_from([[], [value[at]] * 2])) + value[at + 1 :] or [draw(jsons)]
    return draw(jsons)


@settings(max_examples=80)
@given(st.data())
def test_a_signed_founding_that_says_anything_is_answered(data: st.DataObject) -> None:
    world = World()
    try:
        world.found(data.draw(twisted(founding())))
    except (Malformed, AttributeError):
        return
    world.note()
    answered(check_bundle(world))


DATA: dict[str, Any] = {
    "appointment.made": {
        "from": WORLD.now,
        "instrument": "sha256:" + "1" * 64,
        "person": "p-x",
        "role": "CISO",
    },
    "appointment.ended": {
        "instrument": "sha256:" + "1" * 64,
        "person": "p-rso",
        "reason": "x",
        "role": "RSO",
    },
    "key.registered": {
        **RSO.listed(),
        "kind": "webauthn",
        "origins": ["https://x"],
        "proof": {},
        "rp_id": "x",
    },
    "key.revoked": {"compromised_from": 1, "key": CEO.key, "reason": "x"},
    "log.rotated": {
        "overlap": 1,
        "proof": "A" * 86,
        "reason": "x",
        "vkey": str(NoteKey(WORLD.origin, key_name="log 2").vkey),
    },
    "trust.roster_changed": {
        "from_epoch": 1,
        "ledger": WORLD.origin,
        "panels": [{"id": "ltbt", "k": 2, "name": "x", "seats": [0, 1]}],
        "seats": [
            {"device": RSO.public, "hpke": "A" * 1622, "person": "p-t1", "seat": 0, "sign": CEO.public}
        ],
        "v": 1,
    },
    "disclosure.erased": {"authority": "CEO", "commitments": ["x"], "index": 4, "reason": "x"},
}


@settings(max_examples=120)
@given(st.data())
def test_a_signed_act_that_says_anything_is_answered(data: st.DataObject) -> None:
    assert ROLL_TYPES - DATA.keys() == {"ledger.founded"}
    type_ = data.draw(st.sampled_from(sorted(DATA)))
    world = World()
    world.found()
    payload = data.draw(twisted(DATA[type_]))
    try:
        event = world.event(type_, payload, SECRETARY)
        event = data.draw(st.one_of(st.just(event), twisted(event)))
        from ledger.record.act import make_act

        world.append(make_act(event, [world.signature(event, p) for p in CAST[:4]]).raw)
    except (Malformed, TypeError, KeyError, AttributeError):
        return
    world.note()
    answered(check_bundle(world))


@settings(max_examples=80)
@given(st.data())
def test_a_well_linked_entry_that_says_anything_is_answered(data: st.DataObject) -> None:
    world = small()
    at = data.draw(st.integers(0, len(world.entries) - 1))
    from ledger.record.canonical import decode

    try:
        raw = encode(data.draw(twisted(decode(world.entries[at]))))
    except Malformed:
        return
    world.entries[at] = raw
    tail = world.entries[at + 1 :]
    world.entries = world.entries[: at + 1]
    world.entries += tail
    world.relink(at + 1)
    answered(check_bundle(world))


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(-1, 9), st.one_of(jsons.map(str), st.just(WORLD.opened[0][1]))), max_size=4
    )
)
def test_disclosures_of_anything_are_answered(lines: list[tuple[int, str]]) -> None:
    try:
        extra = disclosure_lines(lines)
    except Malformed:
        return
    answered(verify(bundle_of(BUNDLE | {"disclosures.jsonl": extra}), OPTIONS))
