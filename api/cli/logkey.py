"""``countersign keys rotate-log``: another key signs the log from now on (RECORD §5, ADR 0012).

::

    countersign keys rotate-log --key p-sec.key --key p-ceo.key      makes svc-log-2.key, records, puts it in place
    countersign keys rotate-log --as p-sec                           makes it and the draft; those who may sign it
    countersign keys rotate-log                                      once they did: puts the new key in place

1. The old key attests and stays where it is; only the setting is changed, and only once the record names the new key.
2. Run again it goes on where it stopped, and makes no second key or draft.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from api.bootstrap import LogKey
from api.cli.attesting import CAPACITY, drafted, signatures
from api.cli.call import Call, common
from api.cli.client import Client
from api.cli.door import Door, LazyLogKey, open_door
from api.cli.keychange import next_name
from api.cli.keyring import LOG_VARIABLE, Passphrases, open_file
from api.cli.options import key_options
from api.cli.pens import hold, role_of
from api.cli.recording import submit
from api.cli.replies import missing_text, recorded, waiting
from api.cli.trouble import CannotRun
from api.settings import FILE, Settings, read_settings
from keys import files
from keys.files import read_public
from keys.signing import prove_possession
from ledger.docket import Pending
from ledger.durable import writing
from ledger.record.event import Actor
from ledger.record.fields import b64u
from ledger.record.founding import LOG_SERVICE
from ledger.record.log_keys import LogKeys
from ledger.record.note import LOG_KEY, Vkey
from ledger.record.people import ROTATED
from ledger.subjects.registry import KINDS

OVERLAP: Final = 1000


@click.command("rotate-log")
@common
@key_options
@click.option(
    "--role", "roles", multiple=True, metavar="ROLE", help="Sign as this, where somebody holds several."
)
@click.option(
    "--as", "actor", metavar="PERSON", help="Draft for this person (default: whose key comes first)."
)
@click.option(
    "--overlap",
    type=click.IntRange(0),
    default=OVERLAP,
    show_default=True,
    help="Entries that the old key signs still.",
)
@click.option(
    "--reason", default="planned change", show_default=True, help="Why, as it will stand on the record."
)
@click.option("--yes", "-y", is_flag=True, help="You have read it: sign without asking.")
@click.pass_obj
def rotate_log(
    call: Call,
    *,
    key_files: Sequence[Path],
    passphrase_fd: int | None,
    roles: Sequence[str],
    actor: str | None,
    overlap: int,
    reason: str,
    yes: bool,
) -> None:
    """Put another key in the place of the log's own.

    Makes the new key and has the present one attest; then those sign whom the founding names for it. Run it again once
    they have: it puts the new key in place.
    """
    passphrases = Passphrases(call, passphrase_fd)
    with open_door(call, write=True, passphrases=passphrases) as door:
        settings = read_settings(call.folder.absolute(), {})
        known = Client(door).head()
        if _put_in_place(call, door, settings):
            return None
        waits = [d for d in door.house.docket.all() if d.event["type"] == ROTATED and not d.expired]
        if waits:
            call.screen.say(missing_text(door, waits[0]))
            return waiting(door, waits[0])
        view, now = door.register().at(), door.office.now()
        pens = hold(call, view, now, key_files=key_files, roles=roles, passphrases=passphrases)
        who = actor or (pens[0].person if pens else None)
        if who is None:
            raise click.UsageError(
                "Give the key to sign with: --key FILE; or --as PERSON to draft for somebody."
            )
        role = next((pen.role for pen in pens if pen.person == who), None) or role_of(view, now, who, roles)
        old = LazyLogKey(settings, passphrases).unlock()
        new = _new_key(call, settings, passphrases, logs_of(door))
        data = {
            "overlap": overlap,
            "proof": prove_possession(new.signer, door.origin, LOG_SERVICE),
            "reason": reason,
            "vkey": str(new.vkey),
        }
        made = drafted(call, door, KINDS[ROTATED], data, actor=Actor(who, role, CAPACITY))
        signed = signatures(call, door, made, pens, log_key=old, known=known, yes=yes)
        outcome = submit(door, made, signed, withheld=False, wants=())
        if isinstance(outcome, Pending):
            return waiting(door, outcome)
        recorded(call, outcome)
        _put_in_place(call, door, settings)
    return None


def _put_in_place(call: Call, door: Door, settings: Settings) -> bool:
    """Name the record's newest log key in the settings, if it lies beside the present one; True when that was done."""
    logs, present = logs_of(door), settings.path(settings.log_key)
    if vkey_of(settings.origin, present) == logs.newest:
        return False
    found = [p for p in sorted(present.parent.glob("*.key")) if vkey_of(settings.origin, p) == logs.newest]
    if not found:
        raise CannotRun(
            f"the record names another log key, and it is not in {present.parent}",
            "put its .key and .pub.json there and run this again",
        )
    name = (
        str(found[0].relative_to(settings.folder))
        if found[0].is_relative_to(settings.folder)
        else str(found[0])
    )
    with writing(settings.folder) as folder:
        folder.replace(FILE, replace(settings, log_key=name).text().encode())
    call.screen.say(f"The log is signed with {found[0].name} from now on.", "ok")
    call.screen.say(
        "  Restart the server if one runs, print a new sheet (countersign keys sheet), and tell the witnesses."
    )
    call.screen.answer({"log_key": name, "vkey": str(logs.newest)}, str(logs.newest))
    return True


def vkey_of(origin: str, key: Path) -> Vkey | None:
    """The verifier key of a key file by its public half; None where that is not beside it, or of another kind."""
    public = key.with_suffix(".pub.json")
    record = read_public(public) if public.exists() else None
    return Vkey(origin, LOG_KEY, b64u(record.public, "", 32)) if record and record.kind == "ed25519" else None


def logs_of(door: Door) -> LogKeys:
    """The log's keys, as the record names them."""
    logs = door.register().roll.logs()
    assert logs is not None  # noqa: S101  an open ledger has an entry 0
    return logs


def _new_key(call: Call, settings: Settings, passphrases: Passphrases, logs: LogKeys) -> LogKey:
    """A new log key beside the present one; one that an interrupted rotation left is opened and used."""
    present = settings.path(settings.log_key)
    for path in sorted(present.parent.glob(f"{LOG_SERVICE}*.key")):
        if vkey_of(settings.origin, path) not in (None, *logs.vkeys):
            call.screen.aside(f"Using {path.name}, made before for a rotation that did not come about.")
            return LogKey(
                settings.origin, open_file(path, passphrases, f"Passphrase of {path.name}: ", LOG_VARIABLE)
            )
    name = next_name(present.parent, present.stem)
    secret = passphrases.source("New passphrase for the new log key: ", twice=True, variable=LOG_VARIABLE)()
    files.create(present.parent, name, LOG_SERVICE, passphrase=secret)
    made = files.private_path(present.parent, name)
    call.screen.say(f"Made {made}. Keep a copy of it elsewhere: countersign keys backup.", "ok")
    return LogKey(settings.origin, open_file(made, passphrases.given(secret), "", LOG_VARIABLE))
