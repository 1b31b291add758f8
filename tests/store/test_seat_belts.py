"""The database refuses changes to the record by itself. A seat belt: verification is the control."""

import psycopg
import pytest

from ledger.store.record import Record
from tests.fixtures.store import Place, PostgresPlace, append_all, assert_whole, leaf

CHANGES = (
    "UPDATE entries SET topic = 'x'",
    "UPDATE entries SET seq = seq + 10",
    "DELETE FROM entries WHERE seq = 2",
    "UPDATE checkpoints SET note = 'x'",
    "DELETE FROM checkpoints",
    "UPDATE head SET size = 1",
    "UPDATE head SET last = (SELECT leaf FROM entries WHERE seq = 1)",
    "DELETE FROM head",
    "INSERT INTO head SELECT 2, size, last, peaks, recorded_at FROM head",
    "INSERT INTO entries SELECT 9, event_id, 's', 1, topic, act_size, entry, leaf FROM entries WHERE seq = 1",
    "INSERT INTO entries SELECT 9, 'e', stream, version, topic, act_size, entry, leaf FROM entries WHERE seq = 1",
    "INSERT INTO entries SELECT 9, 'e', 's', 1, topic, act_size, entry, substr(leaf, 2) FROM entries WHERE seq = 1",
)


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["entries", "checkpoints", "head"])
def test_a_table_is_not_emptied(postgres_place: PostgresPlace, table: str) -> None:
    with postgres_place.open() as record:
        append_all(record, [leaf("a")])
        with pytest.raises(psycopg.IntegrityError):
            postgres_place.execute(f"TRUNCATE {table}")
        assert_whole(record)


@pytest.mark.parametrize("statement", CHANGES)
def test_a_change_to_the_record_is_refused(place: Place, record: Record, statement: str) -> None:
    append_all(record, [leaf("a"), leaf("b"), leaf("c")])
    before = list(record.entries())
    with pytest.raises(place.refused):
        place.execute(statement)
    assert list(record.entries()) == before
    assert_whole(record)
