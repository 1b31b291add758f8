"""A ledger behind its HTTP door, for tests: the demonstration with its cast, a clock that stands still, two clients.

``door.operator`` asks from this machine, ``door.stranger`` from somewhere else. ``door.stage`` drafts and signs as
the people of the demonstration do at home: through a house of its own, without the log's key.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from starlette.testclient import TestClient

from api.bootstrap import House, LogKey, open_house
from api.demo.stage import CAST, ORIGIN, Clock, Dice, Stage, unsealed_signer
from api.http.app import create_app
from api.http.body import Limits
from api.settings import Settings
from ledger.draft import Draft
from ledger.record.act import Act, make_act
from ledger.record.founding import LOG_SERVICE
from ledger.subjects.registry import COMMANDS
from tests.fixtures.story import demonstrate

NOW: Final = "2026-01-05T12:00:00.000000Z"
SECRETS: Final = ("The Board heard of the Heron 5 schedule", "Names and terms")
"""Texts of the demonstration that nobody may read: a withheld act, an erased value."""
PUBLISHED: Final = "Seven of fifteen two-hour tasks passed; transcripts in folder H4-A."


def make_demo(folder: Path) -> Path:
    """The demonstration ledger, as `countersign demo` makes it."""
    demonstrate(Settings(folder, ORIGIN), b"tests")
    return folder


class Still(Clock):
    """A clock that nobody moves."""

    def __call__(self) -> str:
        return self.now


@dataclass
class Door:
    """One ledger, served."""

    app: FastAPI
    operator: TestClient
    stranger: TestClient
    stage: Stage
    house: House

    def act(self, command: str, people: str, form: dict[str, Any]) -> tuple[Act, Draft]:
        """`people` (the actor first) sign a form."""
        names = people.split()
        made = self.stage.draft(command, names[0], form)
        statement = COMMANDS[command].statement
        return make_act(made.event, [self.stage.sign(made, person, statement) for person in names]), made

    def note(self, text: str, person: str = "p-rso") -> Act:
        """A signed note."""
        return self.act("note", person, {"data": {"text": text}})[0]


def serving(
    folder: Path, *, now: str = NOW, writable: bool = True, limits: Limits | None = None
) -> tuple[FastAPI, list[House]]:
    """The application of the ledger in `folder`, and where its house will be once it is open."""
    settings, houses = Settings(folder, ORIGIN), list[House]()

    @contextmanager
    def opened() -> Iterator[House]:
        key = LogKey(ORIGIN, unsealed_signer(folder / "keys", LOG_SERVICE)) if writable else None
        with open_house(settings, key, clock=lambda: now) as house:
            houses.append(house)
            yield house

    return create_app(opened, limits=limits), houses


def client(app: FastAPI, host: str, name: str, **options: Any) -> TestClient:
    """A client at the address `host` that calls the server `name`."""
    return TestClient(app, base_url=f"http://{name}", client=(host, 50000), **options)


@contextmanager
def open_door(
    demo: Path, folder: Path, *, now: str = NOW, writable: bool = True, limits: Limits | None = None
) -> Iterator[Door]:
    """Serve a copy of the ledger `demo` in `folder`."""
    shutil.copytree(demo, folder)
    app, houses = serving(folder, now=now, writable=writable, limits=limits)
    with client(app, "127.0.0.1", "127.0.0.1:8441") as operator, at_home(folder, now) as stage:
        stranger = client(app, "203.0.113.9", "ledger.example")
        yield Door(app, operator, stranger, stage, houses[0])


def at_home(folder: Path, now: str) -> AbstractContextManager[Stage]:
    """The cast with their keys, before the same ledger."""

    @contextmanager
    def opened() -> Iterator[Stage]:
        with open_house(Settings(folder, ORIGIN), clock=lambda: now) as house:
            signers = {person: unsealed_signer(folder / "keys", person) for person, _ in CAST}
            yield Stage(house, Still(now), Dice(str(folder).encode()), dict(signers))

    return opened()
