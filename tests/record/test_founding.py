"""ledger.record.founding: entry 0. Who must sign it is asked in test_signatures."""

from copy import deepcopy
from typing import Any

import pytest

from ledger.errors import Malformed
from ledger.record.founding import founding
from ledger.record.note import COSIGNER_KEY
from ledger.record.people import Appointment
from tests import kit
from tests.kit import CEO, LOG, START

DATA = kit.founding()


def refused(data: Any) -> Malformed:
    with pytest.raises(Malformed) as caught:
        founding(data)
    return caught.value


def test_entry_0_is_read_whole() -> None:
    data = {
        **DATA,
        "policy": {"data": {"thresholds": []}, "text_digest": "sha256:" + "0" * 64, "version": "2.2"},
        "position": {"models": []},
        "predecessor": {"checkpoint": "note", "founding": "0" * 64},
        "rotation": ["BOARD_SECRETARY", "CEO"],
        "settings": {"late": "P7D"},
    }
    read = founding(data)
    assert read.origin == "test.example/log"
    assert read.organisation == "Quillmere Labs"
    assert str(read.log) == DATA["log"]["vkey"]
    assert read.people == tuple(DATA["people"])
    assert read.appointments[0] == Appointment(CEO.id, "CEO", START, None)
    assert {k.person: k.key for k in read.keys}[LOG.id] == LOG.key
    assert (read.policy, read.position, read.predecessor) == (
        data["policy"],
        data["position"],
        data["predecessor"],
    )
    assert read.rotation == ("BOARD_SECRETARY", "CEO")
    assert read.settings == {"late": "P7D"}
    assert read.demo


def test_what_may_be_absent_is_absent() -> None:
    read = founding({name: value for name, value in DATA.items() if name != "demo"})
    assert (read.policy, read.position, read.predecessor, read.rotation, read.demo) == (
        None,
        None,
        None,
        (),
        False,
    )


@pytest.mark.parametrize("name", sorted(set(DATA) - {"demo"}))
def test_what_must_stand_there_stands_there(name: str) -> None:
    assert refused({n: v for n, v in DATA.items() if n != name}).what == f"member {name!r} is missing"


POLICY = {"data": {}, "text_digest": "sha256:" + "0" * 64, "version": "2.2"}
WRONG: list[tuple[str, Any]] = [
    ("appointments", None),
    ("appointments/0/from", "2025"),
    ("appointments/0/to", None),
    ("appointments/0/role", "KING"),
    ("appointments/0/person", ""),
    ("appointments/0/instrument", "sha256:" + "0" * 64),
    ("demo", False),
    ("demo", None),
    ("format", 2),
    ("format", 0),
    ("format", "1"),
    ("keys", {}),
    ("keys/0", None),
    ("keys/0/kind", "rsa"),
    ("keys/0/proof", "AA"),
    ("log", DATA["log"]["vkey"]),
    ("log/vkey", ""),
    ("log/vkey", None),
    ("log/vkey", DATA["log"]["vkey"] + "="),
    ("log/vkey", str(kit.NoteKey("test.example/log", COSIGNER_KEY).vkey)),
    ("log/name", "x"),
    ("organisation", "Quillmere Labs"),
    ("organisation/name", ""),
    ("organisation/town", "x"),
    ("origin", ""),
    ("origin", None),
    ("people", None),
    ("people/0", "p 1"),
    ("policy", {}),
    ("policy", {**POLICY, "version": ""}),
    ("policy", {**POLICY, "text_digest": "0" * 64}),
    ("policy", {**POLICY, "data": None}),
    ("policy", {**POLICY, "name": "RSP"}),
    ("predecessor", None),
    ("predecessor", {"checkpoint": "note"}),
    ("predecessor", {"checkpoint": "", "founding": "0" * 64}),
    ("predecessor", {"checkpoint": "note", "founding": "0"}),
    ("rotation", None),
    ("rotation", ["KING"]),
    ("settings", None),
    ("settings", []),
    ("mood", "good"),
]


@pytest.mark.parametrize(("path", "value"), WRONG, ids=range(len(WRONG)))
def test_every_member_has_its_form(path: str, value: Any) -> None:
    data: Any = deepcopy(DATA)
    *folders, last = path.split("/")
    at = data
    for name in folders:
        at = at[int(name) if isinstance(at, list) else name]
    at[int(last) if isinstance(at, list) else last] = value
    refused(data)


@pytest.mark.parametrize("data", [None, [], "x", 1])
def test_what_is_no_object_founds_nothing(data: Any) -> None:
    assert refused(data).where == "/data"
