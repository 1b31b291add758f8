"""The PostgreSQL database: ledger/store/postgres_server.py by the numbers of its rules; roles; lost connections."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from threading import Thread

import psycopg
import pytest
from psycopg import errors as pg
from psycopg.conninfo import make_conninfo

from ledger.errors import StoreUnavailable
from ledger.record.disclosure import commitment
from ledger.record.merkle import EMPTY_ROOT
from ledger.store import postgres
from ledger.store.postgres_server import trouble
from tests.fixtures.store import (
    NOW,
    ORIGIN,
    LogKey,
    PostgresPlace,
    append_all,
    assert_whole,
    leaf,
    unavailable,
)

pytestmark = pytest.mark.postgres


def tables(conninfo: str) -> int:
    with psycopg.connect(conninfo) as db:
        [count] = db.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'countersign'"
        ).fetchone() or [-1]
        return int(count)


def test_1_opening_makes_nothing(empty: str) -> None:
    assert "no ledger" in unavailable(lambda: postgres.open_record(empty)).what
    assert tables(empty) == 0


def test_1_a_ledger_is_made_once(postgres_place: PostgresPlace) -> None:
    with postgres_place.open() as record:
        append_all(record, [leaf("a")])
    assert "already" in unavailable(postgres_place.create).what
    with postgres_place.open() as record:
        assert len(assert_whole(record)) == 1
        assert record.origin == ORIGIN


def test_1_of_many_that_make_it_at_once_one_does(empty: str) -> None:
    outcomes: list[str] = []

    def make() -> None:
        try:
            postgres.create(empty, ORIGIN)
            outcomes.append("made")
        except StoreUnavailable as e:
            outcomes.append(e.what)

    threads = [Thread(target=make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("made") == 1
    assert all("already" in outcome for outcome in outcomes if outcome != "made")


def test_2_the_servers_defaults_do_not_weaken_a_commit(empty: str) -> None:
    place = PostgresPlace(empty)
    place.create()
    with psycopg.connect(empty, autocommit=True) as db:
        name = db.info.dbname
        for setting in ("synchronous_commit = off", "default_transaction_isolation = serializable"):
            db.execute(f"ALTER DATABASE {name} SET {setting}".encode())
    with place.open() as record, record.transaction() as c:
        for setting, value in (("synchronous_commit", "on"), ("transaction_isolation", "read committed")):
            c.execute(f"SHOW {setting}")
            assert c.fetchone() == (value,)


def test_2_options_of_the_address_are_kept(postgres_place: PostgresPlace) -> None:
    conninfo = make_conninfo(postgres_place.conninfo, options="-c application_name=office-1")
    with postgres.open_record(conninfo) as record, record.transaction() as c:
        c.execute("SHOW application_name")
        assert c.fetchone() == ("office-1",)


def test_3_a_server_that_is_not_there_is_said_at_once_and_without_the_password() -> None:
    started = time.monotonic()
    with pytest.raises(StoreUnavailable) as away:
        postgres.open_record("postgresql://office:hunter2@127.0.0.1:1/ledger")
    assert time.monotonic() - started < 25  # not the lock timeout of 30 seconds
    assert "cannot be reached" in away.value.what
    assert "ledger at 127.0.0.1" in away.value.what
    assert "hunter2" not in str(away.value) + repr(away.value)


def test_3_a_database_that_is_not_there(postgres_server: str) -> None:
    refused = unavailable(lambda: postgres.open_record(make_conninfo(postgres_server, dbname="nowhere")))
    assert "nowhere" in refused.what


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (pg.DiskFull, "disk is full"),
        (pg.LockNotAvailable, "locked"),
        (pg.ReadOnlySqlTransaction, "only reads"),
        (pg.InvalidPassword, "refuses this user"),
        (pg.AdminShutdown, "cannot be reached"),
        (psycopg.InterfaceError, "cannot be reached"),
        (psycopg.DataError, "whatever"),
    ],
)
def test_3_each_trouble_has_a_name_and_a_cure(error: type[psycopg.Error], word: str) -> None:
    def fail() -> None:
        with trouble("database x at y"):
            raise error("whatever\nDETAIL: more")

    refused = unavailable(fail)
    assert word in refused.what
    assert "DETAIL" not in refused.what


def test_3_locked_for_too_long(postgres_place: PostgresPlace) -> None:
    with (
        postgres.open_record(postgres_place.conninfo, LogKey(), lock_timeout=1) as record,
        psycopg.connect(postgres_place.conninfo) as holder,
    ):
        holder.execute("SELECT * FROM countersign.head FOR UPDATE")
        assert "locked" in unavailable(lambda: record.append([leaf("a")], head=0, now=NOW)).what
        holder.rollback()
        append_all(record, [leaf("a")])
        assert_whole(record)


def test_3_a_ledger_of_another_format(postgres_place: PostgresPlace) -> None:
    postgres_place.execute("UPDATE state SET value = '2' WHERE key = 'format'")
    assert "format" in unavailable(postgres_place.open).what


def test_4_a_ledger_made_half_is_not_there(empty: str) -> None:
    with psycopg.connect(empty, autocommit=True) as db:
        db.execute("CREATE SCHEMA countersign")
        db.execute("CREATE TABLE countersign.withheld (in_the_way integer)")
    unavailable(lambda: postgres.create(empty, ORIGIN))
    assert tables(empty) == 1


def kill_connections(conninfo: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as db:
        db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_recorder_2_connections_that_died_in_the_pool_cost_no_error(postgres_place: PostgresPlace) -> None:
    with postgres_place.open() as record:
        append_all(record, [leaf("a")])
        kill_connections(postgres_place.conninfo)
        record.append([leaf("b")], head=1, now=NOW)
        kill_connections(postgres_place.conninfo)
        assert record.head().size == 2
        assert len(assert_whole(record)) == 2


@pytest.mark.parametrize("point", ["begun", "checked", "inserted", "sealed", "advanced"])
def test_recorder_2_a_connection_that_dies_on_the_way_records_once(
    postgres_place: PostgresPlace, point: str
) -> None:
    broken: list[str] = []

    def die(at: str) -> None:
        if at == point and armed and not broken:
            broken.append(at)
            kill_connections(postgres_place.conninfo)

    armed = False
    with postgres_place.open(failpoint=die) as record:
        append_all(record, [leaf("a")])
        armed = True
        [receipt] = record.append([leaf("b")], head=1, now=NOW)
        assert (receipt.index, broken) == (1, [point])
        assert len(assert_whole(record)) == 2


@contextmanager
def role(place: PostgresPlace, group: str) -> Iterator[PostgresPlace]:
    """The same ledger, as a user who is only in `group`."""
    roles = (files("ledger.store") / "schema" / "roles.sql").read_text(encoding="utf-8")
    place.execute(
        "CREATE TABLE docket (id text)",
        roles,
        roles,
        "DROP ROLE IF EXISTS tester",
        f"CREATE ROLE tester LOGIN IN ROLE {group}",
    )
    try:
        yield PostgresPlace(make_conninfo(place.conninfo, user="tester"))
    finally:
        place.execute("DROP ROLE tester")


def test_the_offices_role_appends_and_erases_and_no_more(postgres_place: PostgresPlace) -> None:
    with role(postgres_place, "countersign_office") as place, place.open() as record:
        record.append([leaf(f"n{n}") for n in range(20)], head=0, now=NOW)
        append_all(record, [leaf("a")])
        record.add_disclosures(0, ["d"])
        assert record.erase_disclosures(0, [commitment("d")]) == 1
        assert_whole(record)
        place.execute("INSERT INTO docket VALUES ('a')", "UPDATE docket SET id = 'b'", "DELETE FROM docket")
        for statement in (
            "UPDATE entries SET topic = 'x'",
            "DELETE FROM entries",
            "TRUNCATE entries",
            "UPDATE checkpoints SET note = 'x'",
            "DELETE FROM checkpoints",
            "DELETE FROM head",
            "INSERT INTO head SELECT 2, size, last, peaks, recorded_at FROM head",
            "UPDATE head SET one = 1",
            "UPDATE disclosures SET disclosure = 'x'",
            "DELETE FROM state",
            "INSERT INTO state VALUES ('x', 'y')",
            "ALTER TABLE entries DISABLE TRIGGER ALL",
            "CREATE TABLE mine (x integer)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                place.execute(statement)
        with pytest.raises(psycopg.IntegrityError):
            place.execute("UPDATE head SET size = 1")
        assert "may not" in unavailable(lambda: record.clear_restored(0, EMPTY_ROOT)).what


def test_the_readers_role_reads_what_may_be_published(postgres_place: PostgresPlace) -> None:
    with postgres_place.open() as record:
        append_all(record, [leaf("a")])
    with role(postgres_place, "countersign_reader") as place:
        place.execute(
            "SELECT seq, entry, leaf FROM entries", "SELECT * FROM checkpoints", "SELECT * FROM head"
        )
        for column in ("event_id", "stream", "version", "topic"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                place.execute(f"SELECT {column} FROM entries")
        for table in ("disclosures", "withheld", "state", "stored_events"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                place.execute(f"SELECT * FROM {table}")
