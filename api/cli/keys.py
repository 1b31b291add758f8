"""``countersign keys``: make a key, show it, prove it for registration, change it, list those on the record.

::

    countersign keys new p-7 --out ~/keys                        p-7.key, p-7.pub.json
    countersign keys prove --key ~/keys/p-7.key                  p-7.reg.json: hand this to the board secretary
    countersign record register-key --file p-7.reg.json --key SECRETARY.key --key RSO.key

1. A key must be made and used on its owner's machine; what leaves it is the public half and the proof.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from api.cli.anchor import sheet_of, write_sheet
from api.cli.call import Call, common
from api.cli.door import open_door
from api.cli.foresee import roles_of
from api.cli.keychange import backup, rotate
from api.cli.keyfiles import beside, owner, registration, write_new
from api.cli.keyring import Passphrases, is_ssh, open_key
from api.cli.logkey import rotate_log
from api.cli.options import passphrase_option
from api.cli.trouble import CannotRun
from api.cli.words import table
from keys import files, fingerprint
from keys.check import encoding
from keys.public import PublicKey
from keys.ssh import public_blob
from ledger.record.roll import SERVICE, SERVICE_PREFIX
from ledger.register import View

_PATH = click.Path(path_type=Path)


@click.group()
@common
def keys() -> None:
    """Make, show, list, prove and rotate keys."""


@keys.command()
@common
@click.argument("person")
@click.option(
    "--out", type=_PATH, default=Path(), metavar="FOLDER", help="Where to put the files (default: here)."
)
@click.option("--name", metavar="NAME", help="Name of the files (default: the person's id).")
@click.option(
    "--ssh", type=_PATH, metavar="FILE", help="Use this SSH key: only its public record is written."
)
@passphrase_option
@click.pass_obj
def new(
    call: Call, *, person: str, out: Path, name: str | None, ssh: Path | None, passphrase_fd: int | None
) -> None:
    """Make a key for PERSON, sealed with a passphrase.

    Writes NAME.key, and NAME.pub.json to hand out.
    """
    name = name or person
    if not out.is_dir():
        raise CannotRun(f"There is no folder {out}", "make it first")
    if ssh is not None:
        record = PublicKey(person, "sshsig", encoding.encode(public_blob(_pub(ssh))))
        made = files.write_public(out, name, record)
        call.screen.say(f"Wrote {made} for the SSH key {ssh}; ssh-keygen will sign with it.", "ok")
    else:
        secret = Passphrases(call, passphrase_fd).source(
            f"New passphrase for the key of {person}: ", twice=True
        )
        record = files.create(out, name, person, passphrase=secret())
        made = files.private_path(out, name)
        call.screen.say(f"Made {made}. Keep it, and a copy of it, where only {person} can reach it.", "ok")
    _tell(call, record, made)


@keys.command()
@common
@click.argument("file", type=_PATH)
@click.pass_obj
def show(call: Call, file: Path) -> None:
    """Show a key's public half and its fingerprint.

    FILE is .pub.json, .key or an SSH key. Compare the fingerprint with its owner, face to face.
    """
    if is_ssh(file):
        record = PublicKey("nobody", "sshsig", encoding.encode(public_blob(_pub(file))))
        call.screen.say(f"SSH key {fingerprint.of_key(record)}\n  OpenSSH  {fingerprint.of_ssh(record)}")
        return call.screen.answer({"kind": record.kind, "key": record.key_id}, record.key_id)
    record = files.read_public(file if file.name.endswith(".pub.json") else file.with_suffix(".pub.json"))
    return _tell(call, record, file)


def _tell(call: Call, record: PublicKey, file: Path) -> None:
    call.screen.say(f"  person       {record.person}\n  kind         {record.kind}")
    call.screen.say(f"  fingerprint  {fingerprint.of_key(record)}")
    if ssh := fingerprint.of_ssh(record):
        call.screen.say(f"  OpenSSH      {ssh}")
    call.screen.answer({**record.members(), "file": str(file)}, record.key_id)


@keys.command("list")
@common
@click.pass_obj
def list_keys(call: Call) -> None:
    """List people, their roles and keys, from the record."""
    with open_door(call) as door:
        door.register()
        view, now = door.office.register.at(), door.office.now()
        people = [_person(view, person, now) for person in view.roll.people]
        for person in people:
            roles = ", ".join(person["roles"]) or "no role now"
            call.screen.say(f"{person['person']}: {roles}")
            rows = [(k["key"], k["kind"], f"entry {k['registered']}", _state(k)) for k in person["keys"]]
            for line in table(rows):
                call.screen.say(line)
        call.screen.answer(people, "\n".join(p["person"] for p in people))


def _person(view: View, person: str, now: str) -> dict[str, Any]:
    place = view.place(now)
    held = [SERVICE] if person.startswith(SERVICE_PREFIX) else roles_of(view.roll, person, place)
    listed = [
        {"key": k.public.key, "kind": k.public.kind, "registered": k.registered, "revoked": k.revoked}
        for k in view.roll.keys_of(person)
    ]
    return {"person": person, "roles": held, "keys": listed}


def _state(key: dict[str, Any]) -> str:
    return "live" if key["revoked"] is None else f"revoked by entry {key['revoked']}"


@keys.command()
@common
@click.option("--key", "key_file", type=_PATH, required=True, metavar="FILE", help="The new key.")
@click.option("--person", metavar="PERSON", help="Whose key it is (default: as its public record says).")
@click.option("--ledger", metavar="ORIGIN", help="The ledger's name (default: that of --dir).")
@click.option(
    "--out", type=_PATH, metavar="FILE", help="Where to write (default: NAME.reg.json beside the key)."
)
@passphrase_option
@click.pass_obj
def prove(
    call: Call,
    *,
    key_file: Path,
    person: str | None,
    ledger: str | None,
    out: Path | None,
    passphrase_fd: int | None,
) -> None:
    """Prove that you hold a key, for its registration. Writes the form of `record register-key`."""
    signer = open_key(call, key_file, Passphrases(call, passphrase_fd))
    holder = person or owner(key_file)
    target = out or beside(key_file, ".reg.json")
    data = registration(signer, holder, ledger or call.settings().origin)
    write_new(target, data)
    call.screen.say(f"Wrote {target}: the proof that {holder} holds {signer.key_id}.", "ok")
    call.screen.say(f"  Two officers register it: countersign record register-key --file {target} --key …")
    call.screen.answer({"file": str(target), **data}, str(target))


@keys.command()
@common
@click.option("--out", type=_PATH, metavar="FOLDER", help="Write fingerprints.txt and .html there.")
@click.pass_obj
def sheet(call: Call, out: Path | None) -> None:
    """Print the fingerprint sheet of the ledger and its people."""
    with open_door(call) as door:
        made = sheet_of(door.house.store, door.register(), call.clock())
    if out is not None:
        if not out.is_dir():
            raise CannotRun(f"There is no folder {out}", "make it first")
        write_sheet(out, made)
        call.screen.say(f"Wrote {out / 'fingerprints.txt'} and {out / 'fingerprints.html'}.", "ok")
    else:
        call.screen.say(made.text().rstrip())
    call.screen.answer(
        {
            "origin": made.origin,
            "vkey": made.vkey,
            "founding": made.founding,
            "vkey_fingerprint": fingerprint.of_vkey(made.vkey),
            "keys": [
                {"person": h.key.person, "key": h.key.key_id, "roles": list(h.roles)} for h in made.holders
            ],
        },
        made.founding,
    )


keys.add_command(rotate)
keys.add_command(backup)
keys.add_command(rotate_log)


def _pub(path: Path) -> Path:
    return path if path.suffix == ".pub" else path.with_name(path.name + ".pub")
