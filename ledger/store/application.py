"""The eventsourcing application that the record runs on: one class of event, and nothing the environment can change.

The library appends through ``save``, maps through our mapper and pools our connections; what it sees of an entry is::

    Act("determination/heron-4/CBRN-3", 3, "determination.made", b'{"event":{…},"signatures":[…]}')

1. The mapper must not re-encode: `state` are the act's bytes, exactly as signed, on the way in and out.
2. It must not import what a row names: the stock mapper resolves a topic to any module on the path.
3. No environment variable may change how the record is kept (snapshots, compressor, cipher, database functions,
   another recorder): a record that only some processes can read, or that skips the chain, is no record.

Importing the library patches ``dataclasses`` for the whole process, so ledger.record and ledger.verify never do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias, cast

from eventsourcing.application import Application
from eventsourcing.persistence import ApplicationRecorder, InfrastructureFactory, Mapper, StoredEvent
from eventsourcing.utils import Environment

Seal: TypeAlias = Callable[[int, bytes], str]
"""``seal(size, root)`` signs a tree head and gives the note."""

Failpoint: TypeAlias = Callable[[str], None]
"""Called with the name of each point of an append that is passed. Tests kill the process there."""

FAILPOINTS: Final = ("begun", "checked", "inserted", "sealed", "advanced", "committed")
"""In order. All but the last lie between BEGIN and COMMIT."""


def pass_by(_point: str) -> None:
    """The failpoint of every process that is not a crash test."""


class Act(StoredEvent):
    """What the library takes for a domain event: originator_id (the stream), originator_version, topic, state.

    It has the very fields of the library's StoredEvent, so mapping it is handing it on.
    """


@dataclass(frozen=True)
class Batch:
    """Acts on their way into ``save``, which asks whatever it gets for its events.

    Handed in one by one, each would be tested against a runtime protocol, which costs more than to hash it.
    """

    acts: Sequence[Act]
    id: str = "batch"
    version: int = 0

    def collect_events(self) -> Sequence[Act]:
        return self.acts


class ActMapper(Mapper[str]):
    """Hands on. See the module's rules 1 and 2."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        return cast("StoredEvent", domain_event)

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        return Act(**vars(stored_event))


class MakeFactory(Protocol):
    """Makes the library's factory of one database from its settings."""

    def __call__(self, env: Environment) -> InfrastructureFactory[Any]: ...


class LedgerApplication(Application[str]):
    """The library's application over our recorders. `settings` are all the settings that it gets."""

    def __init__(self, make_factory: MakeFactory, settings: Mapping[str, str]) -> None:
        self._make_factory = make_factory
        super().__init__(dict(settings))

    def construct_env(self, name: str, env: Mapping[str, str] | None = None) -> Environment:
        """Only what was handed in: os.environ is not asked."""
        fixed = {"ORIGINATOR_ID_TYPE": "text", "CREATE_TABLE": "n", "IS_SNAPSHOTTING_ENABLED": "n"}
        return Environment(name, {**(env or {}), **fixed})

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        return self._make_factory(env)

    def construct_mapper(self) -> Mapper[str]:
        return ActMapper(transcoder=self.construct_transcoder())

    def construct_recorder(self) -> ApplicationRecorder:
        return self.factory.application_recorder()
