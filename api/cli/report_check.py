"""``countersign report check`` and ``find``: was it listed, or was it dropped?

::

    $ countersign report check receipt.txt --ledger SITE --vkey sheet.txt --founding 9f8b…
    Suppressed. Your report was promised and is in no list. These three lines prove it: show them to anyone.

1. A missing list must never be taken for a list without the item.
2. A place with the mark of the words must not be called a report that is whole.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, TextIO

import click

from api.cli.call import Call, common
from api.cli.channel import Channel, day_of
from api.cli.reporting import channel_of, marked, of_ledger, told, typed, words_option
from api.cli.trouble import CannotRun
from intake import receipt
from intake.derive import Secrets
from intake.envelope import item_id, length
from intake.receipt import Decision

MEANING: Final = {
    Decision.LISTED: "Your report is listed and whole.",
    Decision.UNDELIVERED: "The list names your report, but these are other bytes. Show a trustee the lines.",
    Decision.SUPPRESSED: "It was promised and is in no list. The three lines prove it: show them to anyone.",
    Decision.TOO_EARLY: "The last list that was promised is not due yet. Ask again after that day.",
    Decision.CANNOT_TELL: "A list is missing from this copy. Ask with a newer one; still missing is an alarm.",
    Decision.FORGED: "No key of this intake signed these lines.",
}
NOT_LOOKED: Final = "Your report is listed. Its bytes were not looked at: --bytes does that."
EXIT: Final = {Decision.LISTED: 0, Decision.TOO_EARLY: 2, Decision.CANNOT_TELL: 2}


@click.command("check")
@common
@click.argument("receipt_file", metavar="FILE", type=click.File("r"))
@of_ledger
@click.option("--bytes", "mirror", type=click.Path(exists=True, path_type=Path), metavar="FILE",
              help="The sealed bytes as you hold or fetched them: are they the ones that are listed?")  # fmt: skip
@click.pass_obj
def check(call: Call, /, receipt_file: TextIO, mirror: Path | None, **given: Any) -> int:
    """Hold the three lines of a receipt against the public lists.

    Exit code 0: listed. 1: suppressed, undelivered, or no receipt at all. 2: it cannot be told yet.
    """
    with told():
        held = receipt.read_lines(receipt_file.read(4096))
        channel = channel_of(call, given)
        if held.ledger != channel.origin:
            raise CannotRun(
                f"the receipt is for {held.ledger}, this ledger is {channel.origin}", "name that ledger"
            )
        have = mirror.read_bytes() if mirror else None
        decision = _decided(held, channel, day_of(call.clock()), have)
    meaning = NOT_LOOKED if decision is Decision.LISTED and have is None else MEANING[decision]
    call.screen.say(
        f"{decision.value.capitalize()}. {meaning}", "ok" if decision is Decision.LISTED else "bad"
    )
    found = [e for e in range(held.first, held.last + 1) if e in channel.epochs]
    call.screen.answer(
        {
            "decision": decision.value,
            "item": held.item.hex(),
            "first": held.first,
            "last": held.last,
            "lists": found,
            "bytes_checked": have is not None,
        },
        decision.value,
    )
    return EXIT.get(decision, 1)


def _decided(held: receipt.Receipt, channel: Channel, today: int, have: bytes | None) -> Decision:
    def whole(item: bytes) -> bool:
        return have is None or any(item_id(have[: length(d.size)]) == item for d in channel.directories)

    keys = [key for key in channel.keys(held.first) if held.holds(key)]
    return receipt.decide(held, keys[0] if keys else bytes(32), today, channel.epochs, whole)


@click.command("find")
@common
@of_ledger
@words_option
@click.pass_obj
def find(call: Call, /, words_fd: int | None, **given: Any) -> int:
    """Find the places in the public lists that carry the mark of your twelve words.

    A place with your mark is not yet your report whole: only its bytes, or the three lines, tell that.
    """
    with told():
        own = Secrets.of(typed(words_fd))
        places = marked(channel_of(call, given), own)
    for day, item in places:
        call.screen.say(f"List {day.epoch}: a place with your mark, item {item.hex()[:16]}…")
    if not places:
        call.screen.say("No list of this copy has a place with your mark.")
    call.screen.answer([{"epoch": day.epoch, "item": item.hex()} for day, item in places])
    return 0 if places else 1
