"""The eventsourcing library's own contract for application recorders: what it relies on, our recorders keep."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from eventsourcing.persistence import ApplicationRecorder
from eventsourcing.tests.persistence import (
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)

from ledger.store.record import Record
from tests.fixtures.store import Place, PostgresPlace, SQLitePlace, assert_whole


class _OnALedger:
    """Gives the library's cases a recorder on a fresh ledger; afterwards the chain must hold all they inserted."""

    record: Record

    def on(self, place: Place) -> Iterator[None]:
        with place.open() as self.record:
            yield
            assert_whole(self.record)

    def new_originator_id(self) -> str:
        return str(uuid4())

    def create_recorder(self) -> ApplicationRecorder:
        return self.record._application.recorder


class _OnSQLite(_OnALedger):
    @pytest.fixture(autouse=True)
    def ledger(self, sqlite_place: SQLitePlace) -> Iterator[None]:
        yield from self.on(sqlite_place)


class TestSQLite(_OnSQLite, ApplicationRecorderTestCase[ApplicationRecorder]):
    pass


class TestSQLiteOrder(_OnSQLite, NonInterleavingNotificationIDsBaseCase):
    pass


class _OnPostgres(_OnALedger):
    pytestmark = pytest.mark.postgres

    @pytest.fixture(autouse=True)
    def ledger(self, postgres_place: PostgresPlace) -> Iterator[None]:
        yield from self.on(postgres_place)


class TestPostgres(_OnPostgres, ApplicationRecorderTestCase[ApplicationRecorder]):
    def test_subscribe(self) -> None:
        """Wakes by NOTIFY."""
        self.optional_test_insert_subscribe()


class TestPostgresOrder(_OnPostgres, NonInterleavingNotificationIDsBaseCase):
    pass


del ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase  # abstract: nothing to collect
