"""``countersign init``: founds a ledger from a founding form.

::

    countersign init --form > founding.yaml
    countersign init --dir countersign --file founding.yaml

1. The ledger appears whole or not at all; keys that were made meanwhile are used again by the next try.
2. A seed is refused: keys that anybody can make again belong to demonstrations only.
3. It must end by printing the trust anchor, and say how to keep it.
4. What this machine remembers of another ledger of that name is given up only once this one is founded.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path
from typing import Any, Final

import click

from api.bootstrap import Founder, LogKey, found, open_house
from api.cli.anchor import HOW_TO_KEEP, HTML, TEXT, sheet_of, write_sheet
from api.cli.call import Call, common
from api.cli.client import Client
from api.cli.door import Door
from api.cli.forms import load_yaml
from api.cli.heads import Heads
from api.cli.keyring import LOG_VARIABLE, Passphrases, open_file, open_key
from api.cli.staging import KEYS, check_free, staged
from api.cli.trouble import CannotRun
from api.cli.words import counted
from api.settings import Settings
from keys.files import create, private_path
from keys.passphrase import VARIABLE
from keys.signing import Ed25519Signer, Signer
from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import Json
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.founding import LOG_SERVICE
from ledger.record.note import valid_name
from ledger.subjects.opening import read_position
from ledger.subjects.rosters import day

FORM: Final = Path(__file__).with_name("founding_form.yaml")
DEFINITIONS: Final = Path(__file__).parents[2] / "ledger" / "policy" / "definitions"
_REQUIRED: Final = ("origin", "organisation", "people")
_OPTIONAL: Final = ("policy", "rotation", "settings", "database", "position", "predecessor")
NEW: Final = "new"
ROSTER: Final = "trust-roster.yaml"


@click.command()
@common
@click.option("--file", "-f", "form", metavar="FOUNDING.YAML", help="The founding form, filled in.")
@click.option("--form", "template", is_flag=True, help="Print the commented founding form.")
@click.option(
    "--passphrase-fd",
    type=click.IntRange(0),
    metavar="N",
    help=f"Read the passphrase of new keys from this descriptor (else {VARIABLE}, else a prompt for each).",
)
@click.option("--seed", hidden=True, metavar="N")
@click.option("--yes", "-y", is_flag=True, help="Do not ask before founding.")
@click.pass_obj
def init(
    call: Call, form: str | None, passphrase_fd: int | None, seed: str | None, *, template: bool, yes: bool
) -> None:
    """Found a ledger from a founding form.

    Makes the log's key and those that the form asks for, has every founding key sign entry 0, and prints the log key
    and the founding entry: the two values by which this ledger is known.
    """
    if seed is not None:
        raise click.UsageError(
            "A seed makes keys that anybody can make again: only `countersign demo` takes one."
        )
    if template:
        text = FORM.read_text(encoding="utf-8")
        call.screen.answer({"form": text}, text.rstrip())
        return call.screen.say(text.rstrip())
    if form is None:
        raise click.UsageError(
            "Give the founding form: --file FOUNDING.YAML (template: countersign init --form)"
        )
    values = read_founding(form)
    return _found(call, values, Path(form).parent, Passphrases(call, passphrase_fd), yes=yes)


def read_founding(name: str) -> dict[str, Any]:
    """The founding form; Malformed says what is wrong with it."""
    form = f.members(load_yaml(name), Path(name).name, _REQUIRED, _OPTIONAL)
    origin = f.text(form["origin"], "/origin")
    if not valid_name(origin) or len(origin) > 200:
        raise Malformed(
            f"{origin!r} cannot name a ledger", "/origin", "write a domain and a path, without spaces"
        )
    f.text(form["organisation"], "/organisation")
    if re.match(r"postgres(ql)?://[^/@]*:", f.text(form.get("database", "ledger.db"), "/database")):
        cure = "put it into ~/.pgpass or PGPASSWORD: this address stands in countersign.toml, open to read"
        raise Malformed("a password in the database's address", "/database", cure)
    for i, item in enumerate(f.array(form["people"], "/people")):
        where = f"/people/{i}"
        f.members(item, where, ("person", "roles"), ("key", "from"))
        f.person(item["person"], f"{where}/person")
        if not f.array(item["roles"], f"{where}/roles"):
            raise Malformed("no role", f"{where}/roles", "name at least one, such as DIRECTOR")
        for role in item["roles"]:
            f.one_of(role, f.ROLES, f"{where}/roles")
        if item.get("key") is not None:
            f.text(item["key"], f"{where}/key")
    if form.get("position") is not None:
        read_position(form["position"], "/position")
    if not any(item.get("key") for item in form["people"]):
        raise Malformed("nobody has a key", "/people", "give at least one founder `key: new` or a key file")
    return form


def _found(call: Call, form: dict[str, Any], beside: Path, passphrases: Passphrases, *, yes: bool) -> None:
    folder, screen = call.folder, call.screen
    check_free(folder.absolute())
    heads = Heads(call.environment)
    before = heads.get(form["origin"])
    policy = _policy(form.get("policy"), beside)
    if not yes and screen.interactive:
        people = ", ".join(f"{p['person']} ({', '.join(p['roles'])})" for p in form["people"])
        screen.say(f"Found {form['origin']} of {form['organisation']} in {folder}, with {people}.")
        if not screen.confirm("Found it? Entry 0 is never changed."):
            raise CannotRun("Not founded", "run the command again when you are sure")
    with staged(folder, keep=True) as staging:
        made = _make(call, form, staging, beside=beside, passphrases=passphrases, policy=policy)
    # Only now: a founding that came to nothing must not cost what was remembered.
    heads.forget(form["origin"])
    with open_house(call.settings(), None, clock=call.clock) as house:
        Client(Door(call, house), greet=False).head()
    if before is not None:
        screen.aside(
            f"This machine knew another ledger by the name {form['origin']}, with {counted(before.size, 'entry')}; "
            "now it knows this one.",
            "wait",
        )
    screen.say(f"Founded {form['origin']} in {folder}.", "ok")
    screen.say(f"\n  log key         {made['vkey']}\n  founding entry  {made['founding']}\n")
    screen.say("  " + HOW_TO_KEEP.format(sheet=folder / HTML))
    screen.say(
        f"\n  Keys made here lie in {folder / KEYS}. Move each to its owner, and keep none of them there"
    )
    screen.say(f"  but {LOG_SERVICE}.key, which the ledger needs.")
    if roster := _roster_form(folder, form, call.clock()):
        screen.say(
            f"\n  Next, as entry 1: the trust directory, to which reports are sealed. Fill in {roster}"
        )
        screen.say(
            f"  with a seat of each trustee, then: countersign record change-roster --file {roster} --key …"
        )
    screen.answer({"dir": str(folder), "sheet": str(folder / TEXT), **made}, str(made["founding"]))


def _roster_form(folder: Path, form: dict[str, Any], now: str) -> Path | None:
    """The form of the trust roster, begun with what is known of it; None where no two trustees were appointed."""
    trustees = [p["person"] for p in form["people"] if "TRUSTEE" in p["roles"]]
    if len(trustees) < 2:
        return None
    seats = "".join(f"  # - the contents of {person}'s .seat.json\n" for person in trustees)
    path = folder / ROSTER
    path.write_text(
        "# The trust roster, entry 1: whose keys open reports. Two trustees approve it, and everyone who has a seat.\n"
        "# k is how many of the seats open together.\n"
        "data:\n  v: 1\n"
        f"  ledger: {form['origin']}\n"
        f"  from_epoch: {day(now)}\n"
        f"  panels: [{{id: ltbt, name: Long-Term Benefit Trust, k: 2, seats: {list(range(len(trustees)))}}}]\n"
        f"  seats:\n{seats}",
        encoding="utf-8",
    )
    return path


def _make(
    call: Call,
    form: dict[str, Any],
    staging: Path,
    *,
    beside: Path,
    passphrases: Passphrases,
    policy: Json,
) -> dict[str, Any]:
    settings = Settings(staging, form["origin"], database=form.get("database", "ledger.db"))
    keys = staging / KEYS
    keys.mkdir(exist_ok=True, mode=0o700)
    log_key = LogKey(form["origin"], _new_key(call, keys, LOG_SERVICE, passphrases, LOG_VARIABLE))
    founders = list(_founders(call, form["people"], keys, beside, passphrases))
    first = found(
        settings,
        log_key,
        founders,
        organisation=form["organisation"],
        clock=call.clock,
        entropy=os.urandom,
        policy=policy,
        house_settings=form.get("settings"),
        rotation=form.get("rotation", ()),
        position=form.get("position"),
        predecessor=_predecessor(form.get("predecessor"), beside),
    )
    with open_house(settings, None, clock=call.clock) as house:
        sheet = sheet_of(house.store, house.office.catch_up(), first.recorded_at)
    return {**write_sheet(staging, sheet), "checkpoint": first.checkpoint, "people": len(founders)}


def _predecessor(value: Any, beside: Path) -> dict[str, str] | None:
    """The ledger that this one follows: its last cosigned checkpoint, as a file, and its founding hash."""
    if value is None:
        return None
    f.members(value, "/predecessor", ("checkpoint", "founding"))
    path = beside / Path(f.text(value["checkpoint"], "/predecessor/checkpoint")).expanduser()
    try:
        note = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Malformed(f"{path} cannot be read", "/predecessor/checkpoint", "name the note's file") from None
    return {
        "checkpoint": str(SignedCheckpoint.parse(note).note),
        "founding": f.hex64(value["founding"], "/predecessor/founding"),
    }


def _founders(
    call: Call, people: list[dict[str, Any]], keys: Path, beside: Path, passphrases: Passphrases
) -> Iterator[Founder]:
    for item in people:
        person, named = item["person"], item.get("key")
        signer: Signer | None = None
        if named == NEW:
            signer = _new_key(call, keys, person, passphrases)
        elif named is not None:
            signer = open_key(call, beside / Path(named).expanduser(), passphrases)
        yield Founder(person, tuple(item["roles"]), signer, item.get("from"))


def _new_key(
    call: Call, folder: Path, person: str, passphrases: Passphrases, variable: str = VARIABLE
) -> Ed25519Signer:
    """A key made here; one that an interrupted founding left is opened and used."""
    path = private_path(folder, person)
    called = "the log key" if person == LOG_SERVICE else f"the key of {person}"
    if path.exists():
        call.screen.aside(f"Using {called} made by the founding that was interrupted.")
        return open_file(path, passphrases, f"Passphrase of {called}: ", variable)
    secret = passphrases.source(f"New passphrase for {called}: ", twice=True, variable=variable)()
    create(folder, person, person, passphrase=secret)
    return open_file(path, passphrases.given(secret), "", variable)


def _policy(form: Json, beside: Path) -> Json:
    """The policy of entry 0, from the files that the form names."""
    if form is None:
        return None
    f.members(form, "/policy", ("data",), ("text",))
    path = beside / str(form["data"])
    if not path.exists() and (DEFINITIONS / str(form["data"])).is_file():
        path = DEFINITIONS / str(form["data"])
    data = load_yaml(str(path))
    if not isinstance(data, dict) or not isinstance(data.get("version"), str):
        raise Malformed(f"{path.name} is no policy: it has no version", "/policy/data")
    text = beside / str(form["text"]) if "text" in form else path
    try:
        with text.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
    except OSError as e:
        raise CannotRun(
            f"{text} cannot be read: {e.strerror}", "give its path relative to the form"
        ) from None
    return {"version": data["version"], "data": data, "text_digest": f"sha256:{digest}"}
