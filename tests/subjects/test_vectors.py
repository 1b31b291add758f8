"""Golden vectors of acts: for every type the bytes of its events, their digests, and what is no such event.

They are the format's memory: what stands in tests/vectors/acts stands on somebody's record, so it is never changed.
New cases are completed by ``python tools/make_act_vectors.py``.
"""

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import Malformed
from ledger.record.canonical import decode, encode
from ledger.record.event import EVENT_LABEL, event_digest, event_of
from ledger.subjects.registry import KINDS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "vectors" / "acts"
CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case['what']}")
    for path in sorted(FOLDER.glob("*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))
]


def test_every_type_has_its_vectors_and_every_vector_its_type() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(KINDS)


@pytest.mark.parametrize("type_", sorted(KINDS))
def test_every_type_is_shown_accepted_and_refused(type_: str) -> None:
    cases = json.loads((FOLDER / f"{type_}.json").read_text(encoding="utf-8"))
    assert {case["accepted"] for case in cases} == {True, False}
    assert len({case["what"] for case in cases}) == len(cases)
    assert len({case["digest"] for case in cases}) == len(cases)


@pytest.mark.parametrize("type_", sorted(KINDS))
def test_every_schema_number_is_shown(type_: str) -> None:
    """A new layout brings a case of its own; those of the old ones stay and are still accepted."""
    cases = json.loads((FOLDER / f"{type_}.json").read_text(encoding="utf-8"))
    shown = {decode(case["canonical"].encode())["schema"] for case in cases if case["accepted"]}
    assert shown == set(range(1, KINDS[type_].schema + 1))


@pytest.mark.parametrize(("type_", "case"), CASES)
def test_a_vector_reads_as_it_says(type_: str, case: dict[str, Any]) -> None:
    raw = case["canonical"].encode()
    event = decode(raw)
    assert event["type"] == type_
    assert encode(event) == raw
    assert case["digest"] == event_digest(event) == "sha256:" + sha256(EVENT_LABEL + raw).hexdigest()
    kind = KINDS[type_]
    if case["accepted"]:
        kind.read(kind.present(event_of(event, "")))
        return
    with pytest.raises(Malformed) as malformed:
        kind.read(kind.present(event_of(event, "")))
    assert malformed.value.where == case["where"]


def test_the_tool_finds_the_vectors_complete() -> None:
    command = [sys.executable, str(ROOT / "tools" / "make_act_vectors.py"), "--check"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
