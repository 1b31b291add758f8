"""``countersign report``: an anonymous report, sealed on your own machine for the trustees alone.

::

    countersign report --ledger SITE --vkey sheet.txt --founding 9f8b… --text what.txt --out letter.sealed

1. Nothing but the sealed file may be written: no words, no text, no setting, no history.
2. The twelve words must be shown once and typed back.
3. The trustees' keys must come from a ledger that verifies, whole, never from a server's word.
4. What is sealed must be told apart from what is filed.
5. A follow-up must not reach whom its report excluded because somebody forgot: who is excluded is always said.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any, Final

import click

from api.cli.call import Call, common
from api.cli.channel import day_of
from api.cli.report_check import check, find
from api.cli.report_proof import ask, prove, verify
from api.cli.report_read import read
from api.cli.reporting import channel_of, create, told, typed, words_option
from api.cli.trouble import CannotRun
from intake import codename
from intake.derive import Secrets
from intake.directory import Directory
from intake.errors import Mistyped
from intake.filing import File, Written, require, seal

COACH: Final = (
    "What in the text could name you: a date, a habit of writing, a detail that only you saw?",
    "Who else could know this? If it is you alone, say less, or wait.",
    "Does a file carry a mark made for you alone? A copy from somewhere else may be safer.",
    "Are you on your own device and network, and not at work?",
)


@click.group(invoke_without_command=True)
@common
@click.option(
    "--ledger", "place", metavar="PATH_OR_URL", help="The published ledger: an address, a folder or a bundle."
)
@click.option("--vkey", metavar="FILE|TEXT", help="The log's key, from the fingerprint sheet.")
@click.option("--founding", metavar="HEX", help="The founding entry's hash, from the fingerprint sheet.")
@click.option(
    "--text",
    type=click.Path(allow_dash=True),
    metavar="FILE",
    help="What you have to say; - is the standard input.",
)
@click.option("--attach", type=click.Path(exists=True, dir_okay=False, path_type=Path), multiple=True, metavar="FILE",
              help="A file to attach; may be repeated. Pictures are drawn anew, PDFs cleaned.")  # fmt: skip
@click.option("--originals", is_flag=True, help="Attach files as they are.")
@click.option("--panel", metavar="ID", help="Who may open it (the first panel of the directory).")
@click.option(
    "--exclude",
    multiple=True,
    metavar="PERSON",
    help="A trustee who gets no part of the key; may be repeated.",
)
@click.option(
    "--exclude-nobody", is_flag=True, help="For a follow-up: the first report excluded nobody either."
)
@click.option("--follow-up", is_flag=True, help="Add to an earlier report: asks for its twelve words.")
@click.option(
    "--no-proof", is_flag=True, help="No words: nobody can answer you, and nobody can make you prove it."
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="The sealed file."
)
@words_option
@click.pass_context
def report(ctx: click.Context, /, **given: Any) -> int | None:
    """Seal an anonymous report into a file, for the trustees alone.

    Nothing is sent. Hand the file in on the intake's page, from any device; its receipt is three lines.
    """
    if ctx.invoked_subcommand is not None:
        return None
    call: Call = ctx.obj
    for name in ("place", "text", "out"):
        if not given[name]:
            raise click.UsageError(f"--{'ledger' if name == 'place' else name} is missing.", ctx)
    with told():
        return _seal(call, given)


def _seal(call: Call, given: dict[str, Any]) -> int:
    screen = call.screen
    if given["follow_up"] and given["no_proof"]:
        raise click.UsageError("A follow-up is signed by the words; --no-proof has none.")
    if given["follow_up"] and not given["exclude"] and not given["exclude_nobody"]:
        cure = "name them again with --exclude, or say --exclude-nobody; nothing remembers it"
        raise CannotRun("whoever the first report excluded would read this follow-up", cure)
    if given["out"].exists():
        raise CannotRun(f"{given['out']} exists, and is left as it is", "name another file with --out")
    channel = channel_of(call, given)
    directory = channel.directory(day_of(call.clock()))
    panel = given["panel"] or directory.roster.panels[0].id
    written = Written(
        text=_text(given["text"]),
        panel=panel,
        excluded=_seats(directory, given["exclude"]),
        files=_files(call, given["attach"], originals=given["originals"]),
        follow_up=given["follow_up"],
    )
    require(directory, written)
    screen.aside("Before it is sealed:")
    for question in COACH:
        screen.aside(f"  · {question}")
    words = None if given["no_proof"] else _new_words(call, given)
    upload = seal(directory, written, Secrets.of(words) if words else None, secrets.token_bytes)
    create(given["out"], upload.to_bytes())
    opening = directory.panel(panel)
    left = [directory.roster.seats[s].person for s in directory.eligible(panel, written.excluded)]
    screen.say(f"Sealed into {given['out']}. It is not filed yet.", "ok")
    screen.say(f"  {opening.k} of {', '.join(left)} can open it together, and nobody else.")
    screen.say("  Hand it in on the intake's page, and keep the three lines that you get.")
    screen.answer(
        {
            "file": str(given["out"]),
            "item": upload.envelope.item.hex(),
            "panel": panel,
            "k": opening.k,
            "openers": left,
            "attachments": len(written.files),
            "words": None if given["words_fd"] is not None or not words else words,
        },
        str(given["out"]),
    )
    return 0


def _text(name: str) -> str:
    try:
        with click.open_file(name, "r", encoding="utf-8") as file:
            return str(file.read(200_000))
    except UnicodeDecodeError:
        raise CannotRun(
            f"{name} is no UTF-8 text", "save it as plain text, and attach anything else"
        ) from None
    except OSError as e:
        raise CannotRun(f"{name} cannot be read: {e.strerror}", "name a text file") from None


def _seats(directory: Directory, persons: tuple[str, ...]) -> tuple[int, ...]:
    seats = {seat.person: seat.seat for seat in directory.roster.seats}
    for person in persons:
        if person not in seats:
            raise CannotRun(f"{person} has no seat", f"the seats belong to {', '.join(seats)}")
    return tuple(sorted({seats[person] for person in persons}))


def _files(call: Call, paths: tuple[Path, ...], *, originals: bool) -> tuple[File, ...]:
    if not paths:
        return ()
    from intake.cleaning import clean, media_type_of

    out = []
    for path in paths:
        content = path.read_bytes()
        if originals:
            out.append(File(path.name, media_type_of(path.name), content))
            continue
        cleaned = clean(path.name, content)
        for what in cleaned.removed:
            call.screen.aside(f"{path.name}: taken out: {what}")
        for warning in cleaned.warnings:
            call.screen.aside(f"{path.name}: {warning}", "wait")
        out.append(File(cleaned.name, cleaned.media_type, cleaned.content))
    return tuple(out)


def _new_words(call: Call, given: dict[str, Any]) -> str:
    """The words of this report: typed for a follow-up, else drawn, shown once and typed back."""
    if given["follow_up"] or given["words_fd"] is not None:
        return typed(given["words_fd"])
    words = codename.draw(secrets.token_bytes)
    if not call.screen.interactive:
        if call.json:
            return words
        raise CannotRun(
            "there is no terminal to show the twelve words on", "give some with --words-fd, or use --no-proof"
        )
    screen = call.screen
    screen.say("\nYour twelve words. Write them down; they are shown once and stored nowhere:\n")
    row = words.split()
    for at in range(0, len(row), 4):
        screen.say(
            "    " + "  ".join(f"{at + n + 1:>2} {word:<9}" for n, word in enumerate(row[at : at + 4]))
        )
    screen.say("")
    while True:
        click.pause("Press a key when you have written them down; the screen is cleared then.")
        click.clear()
        try:
            if codename.entropy(click.prompt("Type them back", hide_input=False)) == codename.entropy(words):
                return words
        except Mistyped:
            pass
        screen.say("These are not the words.")
        for at in range(0, len(row), 4):
            screen.say("    " + "  ".join(row[at : at + 4]))


for _command in (check, find, read, ask, prove, verify):
    report.add_command(_command)
