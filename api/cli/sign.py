"""``countersign sign``: read a draft that waits, and sign it, on the docket or in a file.

::

    countersign sign 01KB… --key p-2.key
    countersign sign draft.json --key p-2.key          without access to the ledger; see `docket export`

1. Everything that ``client`` can check is checked before the text is shown; the text is shown before it is signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from api.cli import client
from api.cli.call import Call, common
from api.cli.door import Door, open_door
from api.cli.envelope import checked, named, read_envelope, write_envelope
from api.cli.heads import Heads, Known
from api.cli.keyring import Passphrases, key_id_of
from api.cli.options import key_options
from api.cli.pens import Pen, hold
from api.cli.replies import recorded, waiting
from api.cli.trouble import CannotRun
from api.cli.words import STATEMENTS, paper
from ledger.docket import Pending
from ledger.errors import NotFound, Refusal, Refused
from ledger.record.act import Signature, signature_json
from ledger.subjects.registry import KINDS


@click.command()
@common
@click.argument("draft", required=False, metavar="[DRAFT-ID|FILE]")
@key_options
@click.option(
    "--role", "roles", multiple=True, metavar="ROLE", help="Sign as this, where somebody holds several."
)
@click.option(
    "--statement",
    type=click.Choice(list(STATEMENTS)),
    help="What you say (default: approve a decision, attest an observation).",
)
@click.option("--capacity", default="officer", show_default=True, help="The capacity to sign in, in a word.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Write the signed file here instead."
)
@click.option("--yes", "-y", is_flag=True, help="You have read it: sign without asking.")
@click.pass_obj
def sign(
    call: Call,
    /,
    draft: str | None,
    key_files: Sequence[Path],
    passphrase_fd: int | None,
    roles: Sequence[str],
    **given: Any,
) -> None:
    """Read a waiting draft and sign it.

    DRAFT-ID is the id of a draft on the docket, or its beginning; it can be left out when one draft waits. FILE is a
    draft from `countersign docket export`, for signing on another machine.
    """
    if not key_files:
        raise click.UsageError("Give the key to sign with: --key FILE")
    passphrases = Passphrases(call, passphrase_fd)
    if draft is not None and (Path(draft).is_file() or "/" in draft or draft.endswith(".json")):
        return _sign_file(call, Path(draft), key_files, roles, passphrases, **given)
    return _sign_docket(call, draft, key_files, roles, passphrases, **given)


def _sign_docket(
    call: Call,
    name: str | None,
    key_files: Sequence[Path],
    roles: Sequence[str],
    passphrases: Passphrases,
    *,
    statement: str | None,
    capacity: str,
    yes: bool,
    out: Path | None,
) -> None:
    if out is not None:
        raise click.UsageError("--out is for drafts in a file.")
    with open_door(call, write=True, passphrases=passphrases) as door:
        signer = client.Client(door)
        known = signer.head()
        view = door.register().at()
        pending = find(door, name)
        pens = hold(
            call,
            view,
            door.office.now(),
            key_files=key_files,
            roles=roles,
            passphrases=passphrases,
            actor=pending.event["actor"],
        )
        client.inspect(pending.event, call.clock())
        _present(call, pending.event, pending.disclosures, pens, statement, withheld=pending.withheld)
        _agree(call, yes=yes)
        outcome: Any = pending
        for signature in _signatures(
            call, pending.event, pens, known, ledger=door.origin, statement=statement, capacity=capacity
        ):
            outcome = door.sign(outcome, signature)
        if isinstance(outcome, Pending):
            return waiting(door, outcome)
        recorded(call, outcome)
        signer.head()
    return None


def find(door: Door, name: str | None) -> Pending:
    """The draft that a person means by its id, the beginning of it, or by saying nothing."""
    drafts = door.house.docket.all()
    found = [d for d in drafts if name is None or d.id.startswith(name.upper())]
    if len(found) == 1:
        return found[0]
    if name is not None and not found:
        at = door.house.store.index_of(name)
        if at is not None:
            raise NotFound(
                f"{name} is on the record already, as entry {at}", f"see it: countersign show {at}"
            )
        raise NotFound(f"No draft {name} is on the docket", "`countersign docket` lists those that wait")
    if not found:
        raise NotFound("No draft waits on the docket", "`countersign record` makes one")
    ids = ", ".join(d.id for d in found)
    raise CannotRun(f"{len(found)} drafts wait: {ids}", "say which: countersign sign DRAFT-ID")


def _sign_file(
    call: Call,
    path: Path,
    key_files: Sequence[Path],
    roles: Sequence[str],
    passphrases: Passphrases,
    *,
    statement: str | None,
    capacity: str,
    yes: bool,
    out: Path | None,
) -> None:
    value = read_envelope(path)
    heads = Heads(call.environment)
    with named(path):
        known, first = checked(value, heads, call.clock())
    if first:
        client.welcome(call, known, value["ledger"])
    client.inspect(value["event"], call.clock())
    pens = [_pen(call, file, value, roles, passphrases) for file in key_files]
    _present(call, value["event"], value["disclosures"], pens, statement, withheld=bool(value["withheld"]))
    _agree(call, yes=yes)
    for signature in _signatures(
        call, value["event"], pens, known, ledger=value["ledger"], statement=statement, capacity=capacity
    ):
        others = [s for s in value["signatures"] if s.get("person") != signature.person]
        value["signatures"] = [*others, signature_json(signature)]
    target = out or path
    write_envelope(target, value)
    heads.keep(value["ledger"], known)
    people = [pen.person for pen in pens]
    call.screen.say(f"Signed by {', '.join(people)} in {target}.", "ok")
    call.screen.say(f"  Send it back; it goes on with: countersign docket add-signature {target.name}")
    call.screen.answer({"signed": True, "file": str(target), "signed_by": people}, str(target))


def _pen(
    call: Call, path: Path, value: dict[str, Any], roles: Sequence[str], passphrases: Passphrases
) -> Pen:
    """Person and role as the file says them; whether that is so, the ledger finds out."""
    key_id, opener = key_id_of(call, path, passphrases)
    signers = [s for s in value["signers"] if isinstance(s, dict)]
    signer = next((s for s in signers if s.get("key") == key_id), None)
    if signer is None:
        why = f"the key in {path} ({key_id}) is none of those that may sign this draft"
        raise Refused([Refusal("C-KEY", why, "sign with a key that is on the ledger's roll")])
    person, actor = str(signer.get("person")), value["event"]["actor"]
    all_roles = [str(r) for r in signer.get("roles", [])]
    wanted = roles or ([actor["role"]] if person == actor["person"] else all_roles)
    held = [r for r in all_roles if r in wanted]
    if len(held) != 1:
        what = f"{person} holds {' and '.join(all_roles) or 'no role'}"
        raise CannotRun(what, "say in which of these roles you sign: --role ROLE")
    return Pen(person, held[0], opener)


def _present(
    call: Call,
    event: dict[str, Any],
    disclosures: Sequence[str],
    pens: Sequence[Pen],
    statement: str | None,
    *,
    withheld: bool,
) -> None:
    unread = client.unopened(event, disclosures)
    call.screen.say(paper(event, disclosures, withheld=withheld))
    for pen in pens:
        said = STATEMENTS[_statement(event, statement)]
        call.screen.say(f"To be signed by {pen.person} as {pen.role}: {said}")
    if unread:
        what = "value" if len(unread) == 1 else "values"
        call.screen.aside(f"You would sign the withheld {what} {', '.join(unread)} without reading.", "wait")


def _statement(event: dict[str, Any], statement: str | None) -> str:
    if statement is None and event["type"] not in KINDS:
        raise CannotRun(f"{event['type']} is not known to this program", "say what you state: --statement")
    return statement or KINDS[event["type"]].statement


def _agree(call: Call, *, yes: bool) -> None:
    if not yes and not call.screen.confirm("Sign this?"):
        raise CannotRun("Not signed", "run the command again when you are sure")


def _signatures(
    call: Call,
    event: dict[str, Any],
    pens: Sequence[Pen],
    known: Known,
    *,
    ledger: str,
    statement: str | None,
    capacity: str,
) -> list[Signature]:
    actor = event["actor"]
    return [
        pen.sign(
            event,
            seen=client.seen(known),
            statement=_statement(event, statement),
            capacity=actor["capacity"] if pen.person == actor["person"] else capacity,
            now=call.clock(),
            ledger=ledger,
        )
        for pen in pens
    ]
