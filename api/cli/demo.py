"""``countersign demo``: a whole demonstration ledger, made without a question."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from api.bootstrap import House, open_house
from api.cli.anchor import sheet_of, write_sheet
from api.cli.call import Call, common
from api.cli.client import Client
from api.cli.door import Door
from api.cli.heads import Heads
from api.cli.staging import staged
from api.demo import stage, year
from api.settings import Settings, read_settings
from ledger.draft import draft
from ledger.engine.in_force import in_force
from ledger.record.act import Seen
from ledger.record.event import Actor
from ledger.record.sign import sign_event
from ledger.subjects.registry import KINDS


@click.command()
@common
@click.option("--seed", metavar="N", help="Make the same ledger, byte for byte, each time.")
@click.pass_obj
def demo(call: Call, seed: str | None) -> None:
    """Make a demonstration ledger of Quillmere Labs, a fictional organisation.

    Its keys lie open in its folder, so you can sign as anybody there. It is for looking and trying.
    """
    made = make(call, call.folder, seed)
    screen = call.screen
    screen.say(f"Made a demonstration ledger of {made['entries']} entries in {made['dir']}.", "ok")
    screen.say("  Quillmere Labs and everybody in it are fictional; nothing on it was decided by anyone.")
    screen.say(f"\n  Look:    countersign log --dir {made['dir']}")
    screen.say(f"  Verify:  countersign verify --dir {made['dir']}")
    screen.say(
        f"  Sign:    countersign docket --dir {made['dir']}    (keys of everybody are in {made['dir']}/keys)"
    )
    screen.answer(made, str(made["dir"]))


def remember(call: Call, folder: Path) -> None:
    """What was just made here is what this machine knows under that name; the one seen before was another."""
    settings = read_settings(folder.absolute(), {})
    Heads(call.environment).forget(settings.origin)
    with open_house(settings, clock=call.clock) as house:
        Client(Door(call, house), greet=False).head()


def make(call: Call, folder: Path, seed: str | None = None) -> dict[str, Any]:
    """Make it in `folder`, where no ledger stands."""
    random = os.urandom(16) if seed is None else seed.encode()
    with staged(folder) as staging, call.screen.watch("Making the demonstration"):
        settings = Settings(staging, stage.ORIGIN)
        receipts = year.demonstrate(settings, random).stage.receipts
        with open_house(settings, clock=call.clock) as house:
            sheet = sheet_of(house.store, house.office.catch_up(), receipts[0].recorded_at)
            freshen(call, house)
        anchor = write_sheet(staging, sheet)
    remember(call, folder)
    return {
        "dir": str(folder),
        "organisation": stage.ORGANISATION,
        "fictional": True,
        "entries": len(receipts),
        **anchor,
        "checkpoint": receipts[-1].checkpoint,
    }


def freshen(call: Call, house: House) -> None:
    """Draft anew what waits on the docket and has expired: the story ends in the past, its visitors come later."""
    docket, register = house.docket, house.office.catch_up()
    view, now = register.at(), house.office.now()
    for pending in docket.all():
        actor = pending.event["actor"]
        if not pending.expired or pending.event["data"].get("key") in view.roll.keys:
            continue
        made = draft(
            KINDS[pending.event["type"]],
            {"data": pending.event["data"]},
            view=view,
            actor=Actor(**actor),
            policy=in_force(view, at=now),
            now=now,
            entropy=os.urandom,
        )
        head = house.store.head()
        signature = sign_event(
            made.event,
            seen=Seen(head.size, head.root().hex()),
            person=actor["person"],
            role=actor["role"],
            capacity=actor["capacity"],
            statement="approve",
            signed_at=now,
            ledger=house.settings.origin,
            signer=stage.unsealed_signer(house.settings.path("keys"), actor["person"]),
        )
        docket.withdraw(pending.id)
        docket.open(made)
        docket.sign(made.event["id"], signature)
