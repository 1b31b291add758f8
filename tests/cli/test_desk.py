"""`desk` and `trustee agent`: the same acts as the page, from the command line, with --json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from intake import mail
from ledger.record.fields import to_b64u
from tests.cli.conftest import Shell
from tests.desk.conftest import PASSPHRASE, seated
from tests.intake.trustee.world import INTAKE, World, roster


class Trustees:
    """The command line of five trustees, and the intake that they fetch from: a folder."""

    def __init__(self, world: World, shell: Shell) -> None:
        self.world, self.shell = world, shell
        shell.environment["COUNTERSIGN_PASSPHRASE"] = PASSPHRASE
        shell.clock = world.now
        self.published = world.folder / "published"
        (world.folder / "roster.json").write_bytes(roster())
        for number in (0, 1, 4):
            seated(world, number)
            self.run(
                number,
                "trust",
                *("--directory", world.folder / "roster.json", "--intake-key", to_b64u(INTAKE.raw)),
                *("--source", self.published),
            )

    def run(self, number: int, *words: object, code: int | None = 0, group: str = "desk", **how: Any) -> Any:
        self.shell.environment["COUNTERSIGN_TRUSTEE"] = str(self.world.home(number))
        return self.shell(group, *words, "--json", code=code, **how).json()

    def night(self) -> None:
        """Agents send, the intake seals, its bytes are published."""
        for number in (0, 1, 4):
            self.run(number, "agent", group="trustee")
            sent = (self.world.home(number) / "sent" / str(self.world.today)).read_bytes()
            self.world.intake.upload(sent)
        today = self.world.today
        self.world.intake.seal(today)
        self.world.today += 1
        kept = {"list": {str(today): self.world.intake.lists[today]}}
        with self.world.room(0) as room:
            from intake.trustee import mirror

            copy = mirror.Mirror(self.published)
            alarms = mirror.pull(self.world.lines[2], copy, room.intake_key, [today], self.world.today)
        assert alarms == []
        assert kept["list"][str(today)] == copy.listing(today)


@pytest.fixture
def trustees(shell: Shell, tmp_path: Path) -> Trustees:
    return Trustees(World(tmp_path / "world"), shell)


@pytest.mark.slow
def test_the_whole_way_by_commands(trustees: Trustees, tmp_path: Path) -> None:
    world = trustees.world
    world.today -= 2
    for _ in range(2):
        trustees.night()
    item = world.file("The endpoint was switched on.", excluded=(3,))
    trustees.night()
    [waiting] = trustees.run(0, "fetch")["waiting"]
    assert (waiting["item"], waiting["have"], waiting["need"]) == (item, 1, 3)
    asked = trustees.run(0, "request", item[:12])
    assert asked["mail"]["messages"] > 0
    trustees.night()
    for number in (1, 4):
        [request] = trustees.run(number, "fetch")["requests"]
        assert request["reader"] == "p-t1"
        trustees.run(number, "approve", request["id"])
    trustees.night()
    assert trustees.run(0, "fetch")["waiting"][0]["have"] == 3
    opened = trustees.run(0, "open", item[:12])
    assert opened["parts"][0]["text"] == "The endpoint was switched on."
    form = tmp_path / "assessed.json"
    form.write_text(
        json.dumps({"concerns": ["p-ceo"], "detriment": "likely", "note": "", "scope": "in_scope"})
    )
    trustees.run(0, "event", item[:12], "assessed", "--file", form)
    drafted = trustees.run(0, "reply", item[:12], "--file", "-", stdin="Thank you.")["id"]
    parcel = tmp_path / "parcel"
    trustees.run(0, "meet", "--out", parcel)
    trustees.run(1, "meet", "--in", parcel)
    trustees.run(1, "sign", drafted)
    trustees.run(1, "meet", "--out", parcel)
    trustees.run(0, "meet", "--in", parcel)
    shown = trustees.run(0, "list")
    assert shown["reports"][0]["case"]["stage"] == "assessed"
    assert shown["reports"][0]["replies"][0]["by"] == ["p-t1", "p-t2"]
    assert "update_sent" in [e["type"] for e in shown["reports"][0]["case"]["events"]]


def test_the_agent_needs_no_passphrase_and_sends_once(trustees: Trustees) -> None:
    del trustees.shell.environment["COUNTERSIGN_PASSPHRASE"]
    assert trustees.run(0, "agent", group="trustee")["sent"] is True
    assert trustees.run(0, "agent", group="trustee")["sent"] is False
    [sent] = (trustees.world.home(0) / "sent").iterdir()
    assert len(sent.read_bytes()) == mail.length(5)


def test_nothing_opens_with_a_wrong_passphrase(trustees: Trustees) -> None:
    trustees.shell.environment["COUNTERSIGN_PASSPHRASE"] = "something else entirely"
    assert "passphrase" in json.dumps(trustees.run(0, "list", code=2))


def test_an_unknown_report_is_a_sentence(trustees: Trustees) -> None:
    assert "does not name one report" in json.dumps(trustees.run(0, "request", "abcdef", code=2))


def test_a_desk_must_be_told_whom_to_trust(shell: Shell, tmp_path: Path) -> None:
    world = World(tmp_path / "world")
    seated(world, 0)
    (world.home(0) / "known.json").unlink()
    shell.environment |= {"COUNTERSIGN_TRUSTEE": str(world.home(0)), "COUNTERSIGN_PASSPHRASE": PASSPHRASE}
    assert "desk trust" in shell("desk", "list", code=1).err
    assert "desk trust" in shell("desk", code=1).err
