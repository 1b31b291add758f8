"""What ``countersign record`` does once it has a form: draft, foresee, show, ask, sign, record or put on the docket.

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
from api.cli.call import Call
from api.cli.door import Door, open_door
from api.cli.foresee import incurable, who_can_help
from api.cli.forms import called, edit_form, read_form
from api.cli.keyring import Passphrases
from api.cli.pens import Pen, hold, role_of
from api.cli.replies import recorded, waiting
from api.cli.trouble import CannotRun
from api.cli.words import STATEMENTS, paper
from ledger.docket import Pending
from ledger.draft import Draft, check_event, draft
from ledger.engine.in_force import in_force
from ledger.errors import Malformed, Refused
from ledger.record.act import Signature, make_act
from ledger.record.canonical import encode
from ledger.record.entry import MAX_ENTRY_BYTES
from ledger.record.event import Actor
from ledger.subjects.kind import Kind


def record_form(
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
    if form is None and call.screen.interactive:
        form = edit_form(kind.command, kind.form)
        if form is None:
            raise CannotRun("The form was left as it is; nothing was recorded", "fill it in and save it")
        call.screen.aside(f"Saved as {form}.")
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
                policy=in_force(view, at=now),
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
        call.screen.say(f"To be signed by {pen.person} as {pen.role}: {STATEMENTS[statement]}")


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
