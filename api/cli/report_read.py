"""``countersign report read``: come back with the twelve words for the panel's answers.

::

    $ countersign report read --from https://intake.example.org --ledger SITE --vkey sheet.txt --founding 9f8b…
    From p-t1 and p-t5, since 12 June 2025:
    …
    Nobody from the panel will ask who you are.

1. Only whole lists, boards and epochs must be asked for, and words must go nowhere.
2. A board must be the one that the ledger names for its day, else it is said that it is missing.
3. An answer that one trustee signed alone must be shown as that; one that an excluded trustee signed is not shown.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import click

from api.cli.call import Call, common
from api.cli.channel import Channel
from api.cli.reporting import channel_of, marked, of_ledger, told, typed, words_option
from api.cli.trouble import CannotRun
from api.desk.fetch import source_of
from intake import board, envelope, reply
from intake.derive import Secrets
from intake.errors import Unopened
from intake.trustee.mirror import Source
from ledger.errors import CountersignError, Malformed


@click.command("read")
@common
@of_ledger
@click.option(
    "--from",
    "intake",
    required=True,
    metavar="PLACE",
    help="The intake's address, or a folder of what it publishes.",
)
@words_option
@click.pass_obj
def read(call: Call, /, intake: str, words_fd: int | None, **given: Any) -> int:
    """Look with the twelve words whether the panel has answered.

    The newest board is enough: an answer stands on it for 28 days. Exit code 1: there is none for these words.
    """
    with told():
        own = Secrets.of(typed(words_fd))
        channel = channel_of(call, given)
        if not channel.epochs:
            raise CannotRun("this copy of the ledger has no daily list", "ask with a newer copy")
        newest = channel.epochs[max(channel.epochs)]
        source = _source(intake)
        whole = _fetched(source, newest.epoch, newest.board)
        excluded = _excluded(source, channel, own)
        answers = _answers(whole, channel, own, newest.epoch, excluded)
    for one in answers:
        by = " and ".join(one["by"]) + (", one trustee alone" if one["alone"] else "")
        call.screen.say(f"From {by}:\n\n{one['text']}\n")
    if not answers:
        call.screen.say("No messages for these words today. Answers come as slowly as daily mail.")
    call.screen.say(reply.NOBODY_WILL_ASK)
    call.screen.answer(
        {"answers": answers, "board": newest.epoch, "note": reply.NOBODY_WILL_ASK},
        "\n".join(x["text"] for x in answers),
    )
    return 0 if answers else 1


def _source(place: str) -> Source:
    try:
        return source_of(place)
    except CountersignError as e:
        raise CannotRun.of(e) from None


def _fetched(source: Source, epoch: int, digest: str) -> bytes:
    """The board that the ledger names; CannotRun when it is not there, or is another."""
    try:
        source.listing(epoch)  # the window of lists says what stands where
        found = source.board(digest)
    except CountersignError as e:
        raise CannotRun.of(e) from None
    if found is None or sha256(found).hexdigest() != digest:
        cure = "ask again later, or from another mirror; tell a trustee when it stays away"
        raise CannotRun(f"the board of list {epoch} is not there as the ledger names it", cure)
    return found


def _excluded(source: Source, channel: Channel, own: Secrets) -> frozenset[str]:
    """Whom the reports of these words excluded, from the envelopes themselves."""
    found: set[str] = set()
    for day, item in marked(channel, own):
        directory = channel.by_digest().get(bytes.fromhex(day.directory))
        source.listing(day.epoch)
        data = source.envelope(item.hex())
        if directory is None or data is None or envelope.item_id(data) != item:
            continue
        try:
            sealed = envelope.read(data, directory)
            body = sealed.body(own.cek(sealed.nonce))
        except (Malformed, Unopened):
            continue
        if body is not None and body.holds(sealed.prefix):
            found |= {directory.roster.seats[seat].person for seat in body.excluded}
    return frozenset(found)


def _answers(
    whole: bytes, channel: Channel, own: Secrets, epoch: int, excluded: frozenset[str]
) -> list[dict[str, Any]]:
    out: dict[str, dict[str, Any]] = {}
    directories = channel.by_digest()
    for content in board.find(whole, epoch, own.tag_key, own.reply_seed):
        try:
            found = reply.read(content, directories, own.reply_key, excluded)
        except (Malformed, Unopened):
            continue
        seats = directories[found.directory].roster.seats
        out[found.id.hex()] = {
            "alone": found.alone,
            "by": [seats[seat].person for seat in found.seats],
            "id": found.id.hex(),
            "since": found.first,
            "text": found.text,
        }
    return sorted(out.values(), key=lambda one: (one["since"], one["id"]))
