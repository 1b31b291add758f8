"""``countersign docket``: the drafts that wait for signatures, and the files in which they travel."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from api.cli import client
from api.cli.call import Call, common
from api.cli.door import Door, open_door
from api.cli.envelope import enclose, read_envelope, write_envelope
from api.cli.foresee import roles_of
from api.cli.heads import Heads
from api.cli.keyring import Passphrases
from api.cli.replies import missing_text, pending_json, receipt_json, recorded, waiting
from api.cli.sign import find
from api.cli.words import TITLES, human, paper, summary
from keys.check import ed25519
from ledger.docket import Pending
from ledger.draft import Draft
from ledger.errors import Malformed, NotFound
from ledger.record.act import signature_of
from ledger.record.checkpoint import SignedCheckpoint

PAGE: Final = 50


@click.group(invoke_without_command=True)
@common
@click.pass_context
def docket(ctx: click.Context) -> None:
    """The drafts that wait for signatures. By itself: list them."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_drafts)


@docket.command("list")
@common
@click.option("--start", type=click.IntRange(0), default=0, metavar="N", help="Pass by the N oldest.")
@click.option("--limit", type=click.IntRange(1), default=PAGE, show_default=True, help="At most so many.")
@click.pass_obj
def list_drafts(call: Call, start: int, limit: int) -> None:
    """List the drafts, oldest first, and what each waits for."""
    with open_door(call) as door:
        door.register()
        drafts = door.house.docket.page(start, limit)
        screen, count = call.screen, door.house.docket.count()
        screen.say({0: "No draft waits.", 1: "1 draft waits."}.get(count, f"{count} drafts wait."))
        for pending in drafts:
            _line(door, pending)
        if start + len(drafts) < count:
            screen.say(
                f"\n{count - start - len(drafts)} more: countersign docket list --start {start + len(drafts)}"
            )
        screen.answer([pending_json(p) for p in drafts], "\n".join(p.id for p in drafts) or None)


def _line(door: Door, pending: Pending) -> None:
    event, screen = pending.event, door.call.screen
    screen.say()
    title = TITLES.get(event["type"], event["type"])
    tone = "bad" if pending.expired else "wait"
    word = "expired" if pending.expired else "waiting"
    screen.say(f"{pending.id}  {word}  {title}: {summary(event['type'], event['data'])}", tone)  # type: ignore[arg-type]
    actor = event["actor"]
    screen.say(f"  drafted for {actor['person']} as {actor['role']} on {human(pending.opened_at)}")
    signed = ", ".join(f"{s.person} as {s.role} ({s.statement})" for s in pending.signatures)
    screen.say(f"  signed by {signed or 'nobody yet'}")
    screen.say(missing_text(door, pending))


@docket.command()
@common
@click.argument("draft", required=False, metavar="[DRAFT-ID]")
@click.pass_obj
def show(call: Call, draft: str | None) -> None:
    """Show the whole text of a draft, and what is missing."""
    with open_door(call) as door:
        door.register()
        pending = find(door, draft)
        client.unopened(pending.event, pending.disclosures)
        call.screen.say(paper(pending.event, pending.disclosures, withheld=pending.withheld))
        _line(door, pending)
        call.screen.answer(pending_json(pending), pending.id)


@docket.command()
@common
@click.argument("draft", metavar="DRAFT-ID")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.pass_obj
def withdraw(call: Call, draft: str, *, yes: bool) -> None:
    """Take a draft off the docket.

    Nothing of it was on the record.
    """
    with open_door(call) as door:
        door.register()
        pending = find(door, draft)
        title = TITLES.get(pending.event["type"], pending.event["type"])
        if not yes and not call.screen.confirm(f"Withdraw {pending.id} ({title})?"):
            return
        door.house.docket.withdraw(pending.id)
        call.screen.say(f"Withdrew {pending.id}.", "ok")
        call.screen.answer({"withdrawn": pending.id})


@docket.command()
@common
@click.argument("draft", metavar="DRAFT-ID")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--since", type=click.IntRange(1), multiple=True, metavar="SIZE", help="A size that a signer saw last."
)
@click.pass_obj
def export(call: Call, draft: str, file: Path, since: Sequence[int]) -> None:
    """Write a draft to a file, to be signed elsewhere.

    It can be read, checked and signed there without access to the ledger.
    """
    with open_door(call) as door:
        register = door.register()
        pending = find(door, draft)
        logs = register.roll.logs()
        assert logs is not None  # noqa: S101  an open ledger has an entry 0
        head = SignedCheckpoint.parse(door.house.store.checkpoint())
        last = Heads(call.environment).get(door.origin)
        sizes = [*since, *([last.size] if last else [])]
        envelope = enclose(
            pending, door.house.store, str(logs.signer(head, ed25519) or logs.newest), _signers(door), sizes
        )
        write_envelope(file, envelope)
    call.screen.say(f"Wrote {file}.", "ok")
    call.screen.say(f"  It is signed with: countersign sign {file.name} --key FILE")
    if pending.disclosures:
        call.screen.say("  It holds the withheld values in clear: send it to its signers only.", "wait")
    call.screen.answer({"file": str(file), "id": pending.id}, str(file))


def _signers(door: Door) -> list[dict[str, Any]]:
    """Everybody who could sign now, with their keys and roles."""
    view = door.office.register.at()
    place = view.place(door.office.now())
    live = [k.public for k in view.roll.keys.values() if k.valid(view.bound, view.bound)]
    return [{"key": k.key, "person": k.person, "roles": roles_of(view.roll, k.person, place)} for k in live]


@docket.command("add-signature")
@common
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--passphrase-fd", type=click.IntRange(0), metavar="N", help="Read the log key's passphrase from here."
)
@click.pass_obj
def add_signature(call: Call, file: Path, passphrase_fd: int | None) -> None:
    """Take the signatures in a file onto the docket.

    Records the act if they are the last that were missing.
    """
    value = read_envelope(file)
    signatures = [signature_of(s, f"/signatures/{i}") for i, s in enumerate(value["signatures"])]
    if not signatures:
        raise Malformed(
            f"{file} holds no signature", "", f"sign it first: countersign sign {file.name} --key FILE"
        )
    with open_door(call, write=True, passphrases=Passphrases(call, passphrase_fd)) as door:
        checker = client.Client(door)
        checker.head()
        door.register()
        event = value["event"]
        if value["ledger"] != door.origin:
            raise Malformed(f"{file} is for {value['ledger']}", "", f"this ledger is {door.origin}")
        if (at := door.house.store.index_of(event["id"])) is not None:
            call.screen.say(f"Already on the record, as entry {at}.", "ok")
            call.screen.answer(receipt_json(door.house.store.receipt(at)), str(at))
            return None
        outcome: Any = _on_docket(door, value)
        have = {(s.person, s.sig if isinstance(s.sig, str) else "") for s in outcome.signatures}
        for signature in signatures:
            known = (signature.person, signature.sig if isinstance(signature.sig, str) else "") in have
            if isinstance(outcome, Pending) and not known:
                outcome = door.sign(outcome, signature)
        if isinstance(outcome, Pending):
            return waiting(door, outcome)
        recorded(call, outcome)
        checker.head()
    return None


def _on_docket(door: Door, value: dict[str, Any]) -> Pending:
    """The draft as it waits here; one that was drafted elsewhere is put on the docket."""
    event_id = value["event"]["id"]
    try:
        pending = door.house.docket.get(event_id)
    except NotFound:
        door.call.screen.aside("This draft was not on the docket; putting it there.")
        made = Draft(value["event"], tuple(value["disclosures"]))
        return door.house.docket.open(made, withheld=bool(value["withheld"]), wants=tuple(value["wants"]))
    if pending.event != value["event"] or pending.withheld != bool(value["withheld"]):
        raise Malformed(
            f"the draft {event_id} on the docket is another than the one in the file", "", "export it again"
        )
    return pending
