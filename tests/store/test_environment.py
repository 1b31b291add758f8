"""ledger/store/application.py, by the numbers of its rules: the environment does not decide how the record is kept."""

import pytest
from eventsourcing.persistence import StoredEvent

from ledger.store.application import Act, ActMapper
from ledger.store.record import Record
from tests.fixtures.store import NOW, Place, leaf

STATE = b'{"event":{"b":1,"a":2}}'


def test_1_the_mapper_hands_the_bytes_on() -> None:
    mapper = ActMapper(transcoder=None)  # type: ignore[arg-type]
    act = Act("note/1", 3, "note.recorded", STATE)
    stored = mapper.to_stored_event(act)
    assert (stored.originator_id, stored.originator_version, stored.topic) == ("note/1", 3, "note.recorded")
    assert stored.state is STATE
    assert mapper.to_domain_event(StoredEvent(**vars(stored))) == act


def test_2_the_mapper_imports_nothing_that_a_row_names() -> None:
    mapper = ActMapper(transcoder=None)  # type: ignore[arg-type]
    read = mapper.to_domain_event(StoredEvent("s", 1, "antigravity:fly", STATE))
    assert isinstance(read, Act)
    assert (read.topic, read.state) == ("antigravity:fly", STATE)


HOSTILE = {
    "PERSISTENCE_MODULE": "eventsourcing.popo",
    "INFRASTRUCTURE_FACTORY": "eventsourcing.popo:Factory",
    "MAPPER_TOPIC": "antigravity:Mapper",
    "TRANSCODER_TOPIC": "antigravity:Transcoder",
    "APPLICATION_RECORDER_TOPIC": "eventsourcing.popo:POPOApplicationRecorder",
    "COMPRESSOR_TOPIC": "zlib",
    "CIPHER_TOPIC": "eventsourcing.cipher:AESCipher",
    "CIPHER_KEY": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0",
    "IS_SNAPSHOTTING_ENABLED": "y",
    "CREATE_TABLE": "y",
    "ORIGINATOR_ID_TYPE": "uuid",
    "SQLITE_DBNAME": ":memory:",
    "SQLITE_LOCK_TIMEOUT": "0",
    "POSTGRES_DBNAME": "elsewhere",
    "POSTGRES_SCHEMA": "elsewhere",
    "POSTGRES_ENABLE_DB_FUNCTIONS": "y",
}


@pytest.mark.parametrize("prefix", ["", "LEDGERAPPLICATION_", "LEDGER_APPLICATION_"])
def test_3_no_environment_variable_changes_the_record(
    place: Place, monkeypatch: pytest.MonkeyPatch, prefix: str
) -> None:
    for name, value in HOSTILE.items():
        monkeypatch.setenv(prefix + name, value)
    with place.open() as record:
        record.append([leaf("a", act=STATE)], head=0, now=NOW)
        application = record._application
        assert application.snapshots is None
        assert (application.mapper.cipher, application.mapper.compressor) == (None, None)
    monkeypatch.undo()
    with place.open() as record:
        assert record.act(0) == STATE
        assert STATE in record.entry(0)


def test_what_the_library_reads_are_the_acts_in_clear(record: Record) -> None:
    record.append([leaf("a", act=STATE), leaf("b")], head=0, now=NOW)
    section = record._application.notification_log.select(start=1, limit=10)
    assert [(n.id, n.originator_id, n.topic) for n in section] == [
        (1, "note/a", "note.recorded"),
        (2, "note/b", "note.recorded"),
    ]
    assert section[0].state == STATE
    assert [e.state for e in record._application.events.get("note/a")] == [STATE]  # type: ignore[attr-defined]
