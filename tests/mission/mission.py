"""A whole mission: a demonstration ledger, its intake over HTTP, and five trustees' machines; days pass by hand."""

from __future__ import annotations

import os
import secrets
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from api.bootstrap import House, LogKey, open_house
from api.cli.call import Call
from api.cli.run_intake import open_channel
from api.cli.serve_intake import mirror
from api.demo import unsealed_signer
from api.demo_channel import FOLDER, SERVICE, machines
from api.desk.session import Known
from api.intake.app import Doors, create_app
from api.intake.ledger import OfficeLedger
from api.intake.pages import Living
from api.settings import Settings, read_settings
from intake import epochs, receipt
from intake.bucket import Bucket
from intake.counter import Counter
from intake.receipt import Receipt
from intake.sealing import Seal, seal_due
from intake.store import Store, create
from ledger.errors import StoreUnavailable
from ledger.record.act import Act
from ledger.record.fields import instant, later
from ledger.record.founding import LOG_SERVICE
from ledger.store.port import Receipt as Entered
from tests.cli.conftest import Shell
from tests.http.live import live

START: Final = "2026-01-05T10:00:00.000000Z"
WORDS: Final = "abandon amount liar amount expire adjust cage candy arch gather drum buyer"


@dataclass
class Clock:
    """The time, which moves when a test moves it, and a second at each look."""

    now: str = START

    def __call__(self) -> str:
        self.now = later(self.now, timedelta(seconds=1))
        return self.now

    def midnight(self) -> None:
        """Go to ten minutes past the coming midnight."""
        self.now = f"{later(self.now, timedelta(days=1))[:10]}T00:10:00.000000Z"


@dataclass
class Mission:
    """Everything. `refuses` makes the ledger take no epoch; `bytes_of` is what the intake serves of a day's items."""

    folder: Path
    shell: Shell
    clock: Clock
    house: House
    store: Store
    ledger: OfficeLedger
    pages: Living
    counter: Counter
    known: Known
    vkey: str
    url: str = ""
    refuses: bool = False
    silent: set[int] = field(default_factory=set)

    @property
    def today(self) -> int:
        return epochs.of(instant(self.clock.now).timestamp())

    @property
    def site(self) -> Path:
        return self.folder / "site"

    def home(self, number: int) -> Path:
        return self.folder / FOLDER / f"p-t{number}"

    def of_ledger(self) -> list[object]:
        """The options by which a command finds the published ledger and trusts it."""
        return ["--ledger", self.site, "--vkey", self.vkey]

    def seal(self) -> None:
        """Seal what is due, and publish."""
        seal = Seal(unsealed_signer(self.folder / "keys", SERVICE), self.pages().digest, secrets.token_bytes)
        try:
            seal_due(self.store, self.ledger, seal, self.today)
        except StoreUnavailable:
            assert self.refuses
        self.shell("publish", "--dir", self.folder)

    def night(self, days: int = 1) -> None:
        """The agents send, midnight comes, the day is sealed and published."""
        for _ in range(days):
            for number in range(1, 6):
                if self.home(number).exists() and number not in self.silent:
                    self.desk(number, "agent", group="trustee")
            self.clock.midnight()
            self.seal()

    def desk(self, number: int, *words: object, group: str = "desk", code: int | None = 0, **how: Any) -> Any:
        """A command at a trustee's own machine."""
        return self.shell(group, *words, "--home", self.home(number), "--json", code=code, **how).json()

    def report(self, *words: object, code: int | None = 0, typed: str = WORDS) -> Any:
        """A command of the reporter's, with the words typed where it asks for them."""
        asks = words[0] not in ("check", "ask", "verify")
        given = ["--words-fd", descriptor(typed)] if asks else []
        return self.shell("report", *words, *given, "--json", code=code).json()

    def hand_in(self, sealed: Path) -> Receipt:
        """Upload over HTTP."""
        with urllib.request.urlopen(f"{self.url}/items", sealed.read_bytes(), timeout=20) as answer:
            return receipt.read(answer.read())

    def filed(self, text: str, *more: object) -> tuple[Path, Receipt, Path]:
        """Seal offline, hand in; the sealed file, the receipt, and its three lines on paper."""
        what, sealed = (self.folder.parent / f"{len(text)}.{end}" for end in ("txt", "sealed"))
        what.write_text(text)
        self.report(*self.of_ledger(), "--text", what, "--out", sealed, *more)
        given = self.hand_in(sealed)
        paper = sealed.with_suffix(".receipt")
        paper.write_text(given.lines() + "\n")
        return sealed, given, paper

    def listed(self, item: bytes) -> int:
        """Days pass until the item is listed; the day."""
        for _ in range(3):
            self.night()
            for row in self.store.all("SELECT epoch FROM item WHERE item = ?", item):
                if row[0] < self.today:
                    return int(row[0])
        raise AssertionError("not listed in time")


def descriptor(words: str) -> int:
    reading, writing = os.pipe()
    os.write(writing, words.encode() + b"\n")
    os.close(writing)
    return reading


def opened(folder: Path, shell: Shell, clock: Clock) -> Settings:
    """A demonstration with its channel's key on the record."""
    shell.clock = clock
    settings = read_settings(folder.absolute(), {})
    open_channel(Call(environment={"COUNTERSIGN_STATE": str(shell.state)}, clock=clock), settings)
    return settings


@contextmanager
def mission(folder: Path, shell: Shell, *, trustees: bool = True) -> Iterator[Mission]:
    """Everything, served; `trustees`: their machines are in the folder, and are told where everything is."""
    clock = Clock()
    settings = opened(folder, shell, clock)
    log_key = LogKey(settings.origin, unsealed_signer(folder / "keys", LOG_SERVICE))
    key = unsealed_signer(folder / "keys", SERVICE)
    (folder / "intake").mkdir(exist_ok=True)
    create(folder / "intake" / "intake.db", epochs.of(instant(clock.now).timestamp()))
    with open_house(settings, log_key, clock=clock) as house:
        made: list[Mission] = []

        def record(act: Act) -> Entered:
            if made[0].refuses:
                raise StoreUnavailable("the ledger takes nothing from the intake", "try again")
            return house.office.record(act)

        ledger = OfficeLedger(house.office, key, head=house.store.head, record=record, entropy=os.urandom)
        store = Store(folder / "intake" / "intake.db")
        pages = Living(house.office, SERVICE)
        counter = Counter(store, ledger, key, ledger.origin, secrets.token_bytes)
        known = Known(
            key.public, "http://127.0.0.1:1", str(folder / "site"), str(log_key.vkey), store.first()
        )
        one = Mission(folder, shell, clock, house, store, ledger, pages, counter, known, str(log_key.vkey))
        made.append(one)
        shell.environment["COUNTERSIGN_PASSPHRASE"] = "demonstration"
        shell("publish", "--dir", folder)
        doors = Doors(
            store,
            counter,
            pages,
            mirror(folder / "site"),
            lambda: instant(clock.now).timestamp(),
            Bucket(600, 10),
        )
        with live(create_app(doors)) as url:
            one.url = url
            if trustees:
                view = house.office.catch_up().at()
                machines(
                    folder,
                    view,
                    Known(key.public, url, str(folder / "site"), str(log_key.vkey), store.first()),
                )
            yield one
        store.close()
