"""``countersign report ask``, ``prove`` and ``verify``: prove to one official who filed what, and when at the latest.

::

    official   countersign report ask --to "Labour office, room 12" --about example.org/log --out question.json
    reporter   countersign report prove --question question.json --ledger SITE --out proof.json
    official   countersign report verify proof.json --question question.json --ledger SITE

1. A proof must answer one question of one official, so that nobody can pass it on as their own.
2. Without --show-text it must not let anybody read the report.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import click

from api.cli.call import Call, common
from api.cli.reporting import channel_of, create, marked, of_ledger, told, typed, words_option
from api.cli.trouble import CannotRun
from intake import envelope, proof
from intake.derive import Secrets
from ledger.record import fields
from ledger.record.canonical import decode, encode


@click.command("ask")
@common
@click.option("--to", required=True, metavar="TEXT", help="Who asks: your name and office.")
@click.option("--about", required=True, metavar="ORIGIN", help="Which ledger, such as example.org/log.")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The question.",
)
@click.pass_obj
def ask(call: Call, /, to: str, about: str, out: Path) -> int:
    """For an official: make the question that a reporter answers with a proof. Keep it; each serves once."""
    document = {"challenge": fields.to_b64u(secrets.token_bytes(32)), "ledger": about, "to": to}
    create(out, encode(document) + b"\n")
    call.screen.say(f"Written to {out}. Give it to the reporter, and keep it.", "ok")
    call.screen.answer({"file": str(out), **document}, str(out))
    return 0


@click.command("prove")
@common
@of_ledger
@click.option("--question", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
              help="What the official asks (made by `report ask`).")  # fmt: skip
@click.option("--item", metavar="HEX", help="Which of your items, where there are several: its first digits.")
@click.option(
    "--show-text", is_flag=True, help="Let them read the text too; whoever has the bytes can then open them."
)
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="The proof."
)
@words_option
@click.pass_obj
def prove(
    call: Call,
    /,
    question: Path,
    item: str | None,
    words_fd: int | None,
    out: Path,
    *,
    show_text: bool,
    **given: Any,
) -> int:
    """Prove to one official that you filed a report no later than a day, from the words and public lists alone."""
    with told():
        asked = _question(question)
        channel = channel_of(call, given)
        if asked.ledger != channel.origin:
            raise CannotRun(
                f"the question is about {asked.ledger}, this ledger is {channel.origin}", "name that ledger"
            )
        own = Secrets.of(typed(words_fd))
        places = [(day, x) for day, x in marked(channel, own) if x.hex().startswith(item or "")]
        if len(places) != 1:
            many = "several places carry your mark" if places else "no place of these lists carries your mark"
            raise CannotRun(
                many, "`report find` lists them; name one with --item" if places else "fetch newer lists"
            )
        [(day, found)] = places
        made = proof.make(own, asked, day, found, show_text=show_text)
        create(out, made.to_bytes() + b"\n")
    call.screen.say(
        f"Proved to {asked.to}: filed no later than the list of day {day.epoch}. Written to {out}.", "ok"
    )
    if show_text:
        call.screen.say("  It lets them open the text and its files, once they have the bytes.")
    else:
        call.screen.say("  It shows your mark and no text. It does not prove that your employer knew.")
    call.screen.answer(
        {"file": str(out), "epoch": day.epoch, "item": found.hex(), "text": show_text}, str(out)
    )
    return 0


@click.command("verify")
@common
@click.argument("proof_file", metavar="PROOF", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@of_ledger
@click.option("--question", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
              help="The question that you made.")  # fmt: skip
@click.option("--bytes", "mirror", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
              help="The sealed bytes: with a proof that shows the text, it is opened.")  # fmt: skip
@click.pass_obj
def verify(call: Call, /, proof_file: Path, question: Path, mirror: Path | None, **given: Any) -> int:
    """For an official: check a reporter's proof against the public lists."""
    with told():
        channel, data = channel_of(call, given), proof_file.read_bytes().rstrip(b"\n")
        claimed = decode(data)
        number = claimed.get("epoch") if isinstance(claimed, dict) else None
        day = channel.epochs.get(number) if isinstance(number, int) else None
        if day is None:
            raise CannotRun("the list that the proof names is not on this ledger", "fetch a newer copy")
        sealed = None
        if mirror:
            directory = channel.by_digest().get(bytes.fromhex(day.directory))
            raw = mirror.read_bytes()
            sealed = envelope.read(raw[: envelope.length(directory.size)], directory) if directory else None
        body = proof.check_proof(data, _question(question), day, sealed)
    call.screen.say(
        f"It holds: whoever answers filed this item no later than the list of day {day.epoch}.", "ok"
    )
    if body:
        call.screen.say(f"\n{body.text}")
    call.screen.answer({"holds": True, "epoch": day.epoch, "text": body.text if body else None})
    return 0


def _question(path: Path) -> proof.Question:
    members = fields.members(decode(path.read_bytes().rstrip(b"\n")), "", ("challenge", "ledger", "to"))
    to, ledger = fields.text(members["to"], "/to"), fields.text(members["ledger"], "/ledger")
    return proof.Question(to, fields.b64u(members["challenge"], "/challenge", 32), ledger)
