"""``countersign keys rotate`` and ``keys backup``: a key in place of another, and a copy for a bad day.

1. The old key counts until the record says otherwise; the command must say so.
2. Only a sealed key may be copied.
"""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.call import Call, common
from api.cli.keyfiles import beside, copy_sealed, registration, write_new
from api.cli.keyring import Passphrases
from api.cli.options import passphrase_option
from api.cli.trouble import CannotRun
from keys import files

_PATH = click.Path(path_type=Path)


@click.command()
@common
@click.option("--key", "key_file", type=_PATH, required=True, metavar="FILE", help="The key in use now.")
@click.option("--name", metavar="NAME", help="Name of the new files (default: the old name with -2, -3, …).")
@click.option("--ledger", metavar="ORIGIN", help="The ledger's name (default: that of --dir).")
@click.option(
    "--reason", default="planned change", show_default=True, help="Why, as it will stand on the record."
)
@passphrase_option
@click.pass_obj
def rotate(
    call: Call,
    *,
    key_file: Path,
    name: str | None,
    ledger: str | None,
    reason: str,
    passphrase_fd: int | None,
) -> None:
    """Make a new key in place of one in use.

    Writes the new key, its proof for registration, and the form that ends the old one.
    """
    old = files.read_public(key_file.with_suffix(".pub.json"))
    folder, origin = key_file.parent, ledger or call.settings().origin
    name = name or next_name(folder, key_file.stem)
    passphrases = Passphrases(call, passphrase_fd)
    secret = passphrases.source(f"New passphrase for the key of {old.person}: ", twice=True)()
    files.create(folder, name, old.person, passphrase=secret)
    made = files.private_path(folder, name)
    signer = files.open_signer(made, lambda: secret)
    proof, ending = folder / f"{name}.reg.json", folder / f"{key_file.stem}.revoke.json"
    write_new(proof, registration(signer, old.person, origin))
    write_new(ending, {"key": old.key_id, "reason": reason})
    screen = call.screen
    screen.say(f"Made {made}.", "ok")
    steps = [
        f"  1. Two officers register it:  countersign record register-key --file {proof} --key …",
        f"  2. You end the old one:       countersign record revoke-key --file {ending} --key {made}",
        "  Until the second step the old key counts too.",
    ]
    for text in steps:
        screen.say(text)
    screen.answer({"file": str(made), "register": str(proof), "revoke": str(ending), "key": signer.key_id})


@click.command()
@common
@click.argument("key_files", metavar="FILE...", nargs=-1, required=True, type=_PATH)
@click.option("--to", required=True, metavar="FOLDER", type=_PATH, help="Where to: another disk, a stick.")
@click.pass_obj
def backup(call: Call, *, key_files: tuple[Path, ...], to: Path) -> None:
    """Copy sealed key files to another place."""
    if not to.is_dir():
        raise CannotRun(f"There is no folder {to}", "make it first")
    made = [copy_sealed(path, to) for path in key_files]
    for path in key_files:
        public = beside(path, ".pub.json")
        if public.exists():
            (to / public.name).write_bytes(public.read_bytes())
    for copy in made:
        call.screen.say(f"Copied to {copy}. It opens with the same passphrase.", "ok")
    call.screen.answer({"files": [str(p) for p in made]}, "\n".join(map(str, made)))


def next_name(folder: Path, name: str) -> str:
    """The next free name after `name`: p-7-2, p-7-3, …"""
    stem, _, number = name.rpartition("-")
    base, at = (stem, int(number)) if stem and number.isdigit() and "-" in stem else (name, 1)
    while (folder / f"{base}-{at + 1}.key").exists():
        at += 1
    return f"{base}-{at + 1}"
