"""A desk to look at: five trustees with a report on the way, the first one's page served on loopback."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI

from api.desk.app import create_desk
from api.desk.session import Known, Session, keep_known
from intake.trustee import desk
from intake.trustee.vault import Own, set_up
from keys.passphrase import Passphrase
from ledger.record.fields import to_b64u
from tests.intake.trustee.people import LEDGER, entropy, roster_seat
from tests.intake.trustee.world import INTAKE, World

PASSPHRASE = "correct horse battery staple"
HOSTILE = "<script>document.title='taken'</script> {{ 7*7 }} \u202egnp.exe\nsecond line " + "x" * 400


@dataclass
class Desk:
    """The page of one trustee, and the world around it."""

    world: World
    session: Session
    app: FastAPI
    item: str

    def entered(self) -> str:
        return f"/enter?token={self.session.token}"


def seated(world: World, number: int) -> Session:
    """A real home for a trustee, with keys under a passphrase, and a session that tests let in."""
    home = world.home(number)
    for file in home.glob("*"):
        if file.is_file() and file.suffix in (".key", ".json"):
            file.unlink()
    set_up(home, entropy(number), Own(LEDGER, 2025, roster_seat(number)), Passphrase(PASSPHRASE.encode()))
    published = world.folder / "published"
    keep_known(home, Known(to_b64u(INTAKE.raw), str(published)))
    return Session(home, world.now)


def told(world: World, item: str) -> None:
    """The story until T1 can open the report: asked, given by T2 and T5; T2 asks too."""
    with world.sitting(0) as room:
        desk.request(room, item)
    with world.sitting(1) as room:
        desk.request(room, item)
    world.night()
    for number in (1, 4):
        with world.sitting(number) as room:
            for id_, asked in list(room.notes.requests.items()):
                if asked["reader"] == "p-t1":
                    desk.approve(room, id_)
    world.night()
    with world.sitting(0):
        pass


def made(folder: Path) -> Desk:
    world = World(folder)
    item = world.file("The endpoint was switched on for partners. " + HOSTILE, excluded=(3,))
    world.night()
    told(world, item)
    world.file("Another, just listed.", words=b"v" * 16)
    world.night()
    with world.sitting(0):
        pass
    session = seated(world, 0)
    return Desk(world, session, create_desk(session), item)


@pytest.fixture(scope="module")
def told_desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return made(tmp_path_factory.mktemp("desk"))
