"""``countersign record``: fill in a form, read it, sign it, put it on the record, or on the docket if others must sign.

::

    countersign record note --file note.yaml --key p-7.key
    countersign record appoint --form > appoint.yaml

1. What no signature can cure must be said before anybody is asked to sign.
2. Nothing may be signed that was not shown, unless --yes says that it was read before.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from api.cli import client
from api.cli.call import Call, common
from api.cli.door import Door, open_door
from api.cli.foresee import incurable, who_can_help
from api.cli.forms import called, read_form
from api.cli.keyring import Passphrases, key_options
from api.cli.pens import Pen, hold, role_of
from api.cli.replies import recorded, waiting
from api.cli.trouble import CannotRun
from api.cli.words import STATEMENTS, paper, table
from ledger.docket import Pending
from ledger.draft import Draft, check_event, draft
from ledger.engine.in_force import in_force
from ledger.errors import Malformed, Refused
from ledger.record.act import Signature, make_act
from ledger.record.canonical import encode
from ledger.record.entry import MAX_ENTRY_BYTES
from ledger.record.event import Actor
from ledger.subjects.kind import Kind
from ledger.subjects.registry import COMMANDS

FOUND = "found"


@click.command()
@common
@click.argument("command", required=False)
@click.option("--file", "-f", "form", metavar="DRAFT.YAML", help="The form, filled in; - for standard input.")
@click.option("--form", "template", is_flag=True, help="Print the commented template of this form.")
@click.option("--list", "listing", is_flag=True, help="List what can be recorded.")
@key_options
@click.option(
    "--role", "roles", multiple=True, metavar="ROLE", help="Sign as this, where somebody holds several."
)
@click.option(
    "--as", "actor", metavar="PERSON", help="Draft for this person (default: whose key comes first)."
)
@click.option("--capacity", default="officer", show_default=True, help="The capacity to act in, in a word.")
@click.option(
    "--withhold", is_flag=True, help="Keep the whole act from the public (class other than public)."
)
@click.option("--wait-for", "wants", multiple=True, metavar="PERSON", help="Wait for this signature too.")
@click.option("--dry-run", is_flag=True, help="Show the text and who has to sign; sign nothing.")
@click.option("--yes", "-y", is_flag=True, help="You have read it: sign without asking.")
@click.pass_obj
def record(call: Call, /, command: str | None, *, template: bool, listing: bool, **given: Any) -> None:
    """Fill in a form, sign it, put it on the record.

    COMMAND says what is recorded: `countersign record --list`. Each --key signs; when more signatures are needed, the
    draft waits on the docket, and its owner signs it with `countersign sign`.
    """
    if listing:
        return _list(call)
    if command is None:
        raise click.UsageError("Say what to record: `countersign record --list` shows what there is.")
    kind = COMMANDS.get(command)
    if kind is None:
        raise click.UsageError(f"{command!r} cannot be recorded: `countersign record --list` shows what can.")
    if template:
        call.screen.answer({"command": command, "form": kind.form}, kind.form.rstrip())
        return call.screen.say(kind.form.rstrip())
    if command == FOUND:
        raise click.UsageError("Entry 0 is written by `countersign init`.")
    return _record(call, kind, **given)


def _list(call: Call) -> None:
    rows = [(name, _about(kind)) for name, kind in COMMANDS.items() if name != FOUND]
    for line in table(rows, ""):
        call.screen.say(line)
    call.screen.answer(
        [{"command": name, "about": about} for name, about in rows], "\n".join(n for n, _ in rows)
    )


def _about(kind: Kind) -> str:
    """The first sentence of the form's comment."""
    lines = [line.lstrip("# ") for line in kind.form.splitlines() if line.startswith("#")]
    return " ".join(lines).split(". ")[0].rstrip(".")


def _record(
    call: Call,
    kind: Kind,
    *,
    form: str | None,
    key_files: Sequence[Path],
    passphrase_fd: int | None,
    roles: Sequence[str],
    actor: str | None,
    capacity: str,
    withhold: bool,
    wants: Sequence[str],
    dry_run: bool,
    yes: bool,
) -> None:
    if form is None:
        raise click.UsageError(
            f"Give the form: --file DRAFT.YAML (template: countersign record {kind.command} --form)"
        )
    if not key_files and actor is None:
        raise click.UsageError("Give the key to sign with: --key FILE; or --as PERSON to draft for somebody.")
    passphrases = Passphrases(call, passphrase_fd)
    filled = read_form(form, call.clock())
    with open_door(call, write=not dry_run, passphrases=passphrases) as door:
        signer = client.Client(door)
        known = signer.head()
        view = door.register().at()
        now = door.office.now()
        pens = hold(call, view, now, key_files=key_files, roles=roles, passphrases=passphrases)
        who = actor or pens[0].person
        role = next((pen.role for pen in pens if pen.person == who), None) or role_of(view, now, who, roles)
        try:
            made = draft(
                kind,
                filled,
                view=view,
                actor=Actor(who, role, capacity),
                policy=in_force(view),
                now=now,
                entropy=os.urandom,
            )
            check_draft(made)
        except Malformed as e:
            raise Malformed(
                e.what, f"{called(form)}, {e.where}" if e.where else called(form), e.cure
            ) from None
        refusals = incurable(view, made.event, now, withheld=withhold)
        if refusals:
            raise Refused(refusals)
        show(call, made, pens, kind.statement, withheld=withhold)
        if dry_run:
            return _dry(call, door, made, withheld=withhold)
        client.inspect(made.event, call.clock())
        if pens and not yes and not call.screen.confirm("Sign this?"):
            raise CannotRun("Not signed; nothing was recorded", "run the command again when you are sure")
        signatures = [
            pen.sign(
                made.event,
                seen=client.seen(known),
                statement=kind.statement,
                capacity=capacity,
                now=call.clock(),
                ledger=door.origin,
            )
            for pen in pens
        ]
        outcome = submit(door, made, signatures, withheld=withhold, wants=wants)
        if isinstance(outcome, Pending):
            return waiting(door, outcome)
        recorded(call, outcome)
        signer.head()
    return None


def check_draft(made: Draft) -> None:
    """Malformed for what the record could not take, before anybody reads or signs it."""
    check_event(made.event)
    size = len(encode(made.event))
    if size > MAX_ENTRY_BYTES:
        raise Malformed(
            f"the draft has {size} bytes; an entry has at most {MAX_ENTRY_BYTES}",
            "",
            "put long documents in as evidence: the record keeps their digest",
        )


def show(call: Call, made: Draft, pens: Sequence[Pen], statement: str, *, withheld: bool) -> None:
    """The whole text, and who is about to say what about it."""
    call.screen.say(paper(made.event, made.disclosures, withheld=withheld))
    for pen in pens:
        call.screen.say(f"Signed by {pen.person} as {pen.role}: {STATEMENTS[statement]}")


def submit(
    door: Door, made: Draft, signatures: Sequence[Signature], *, withheld: bool, wants: Sequence[str]
) -> Any:
    """The receipt if nothing is missing, else the draft as it waits on the docket."""
    if signatures and not wants and made.event["actor"]["person"] in {s.person for s in signatures}:
        act = make_act(made.event, list(signatures))
        if not door.office.judge(act, withheld=withheld):
            return door.record(act, withheld=withheld, disclosures=made.disclosures)
    outcome: Any = door.house.docket.open(made, withheld=withheld, wants=wants)
    for signature in signatures:
        outcome = door.sign(outcome, signature)
    return outcome


def _dry(call: Call, door: Door, made: Draft, *, withheld: bool) -> None:
    view = door.office.register.at()
    people = who_can_help(view, made.event, [], door.office.now(), withheld=withheld)
    call.screen.say(people.text() or "Nobody on the roll can sign this.")
    call.screen.say("Nothing was signed (--dry-run).")
    call.screen.answer(
        {
            "recorded": False,
            "dry_run": True,
            "event": made.event,
            "must_sign": [list(p) for p in people.must],
            "can_sign": [list(p) for p in people.one_of],
        }
    )
