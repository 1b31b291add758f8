"""``countersign demo``: a whole demonstration ledger, made without a question."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from api import demo as story
from api.cli.call import Call, common
from api.cli.heads import Heads
from api.cli.trouble import CannotRun
from api.settings import FILE, Settings


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


def make(call: Call, folder: Path, seed: str | None = None) -> dict[str, Any]:
    """Make it in `folder`, where no ledger stands."""
    if (folder / FILE).exists():
        raise CannotRun(
            f"{folder} holds a ledger already", "name another folder with --dir, or remove this one"
        )
    random = os.urandom(16) if seed is None else seed.encode()
    settings = Settings(folder.absolute(), story.ORIGIN)
    with call.screen.watch("Making the demonstration"):
        receipts = story.demonstrate(settings, random)
    Heads(call.environment).forget(story.ORIGIN)  # the one seen before, if any, was another
    return {
        "dir": str(folder),
        "origin": story.ORIGIN,
        "organisation": story.ORGANISATION,
        "fictional": True,
        "entries": len(receipts),
        "founding": receipts[0].leaf_hash.hex(),
        "checkpoint": receipts[-1].checkpoint,
    }
