"""``countersign record``: fill in a form, read it, sign it, put it on the record, or on the docket if others must sign.

::

    countersign record note --file note.yaml --key p-7.key
    countersign record appoint --form > appoint.yaml

1. Forms must be printed without loading what records them.
"""

from __future__ import annotations

from typing import Any

import click

from api.cli.call import Call, common
from api.cli.options import key_options
from api.cli.words import table
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
    from api.cli.recording import record_form

    return record_form(call, kind, **given)


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
