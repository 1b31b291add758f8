"""``countersign policy``: read, weigh and compare versions of a policy, and tell which of them governed.

::

    countersign policy diff rsp-2.1 rsp-2.2
    countersign policy lint our-policy.yaml
    countersign policy versions --as-of 2025-11-03         (the only one that asks a ledger)

1. A name must mean a shipped version before it means a file: write ./rsp-2.2 for a file that is called so.
"""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.call import Call, common
from api.cli.versions import versions
from ledger.errors import Malformed
from ledger.policy import lint as weighing
from ledger.policy import render
from ledger.policy.diff import diff as compare
from ledger.policy.load import load_text
from ledger.policy.schema import Policy
from ledger.policy.shipped import definition, definitions


@click.group()
@common
def policy() -> None:
    """Read, weigh and compare versions of a policy.

    A NAME is a shipped version, such as rsp-2.2, or a YAML file.
    """


policy.add_command(versions)


@policy.command()
@common
@click.argument("name")
@click.pass_obj
def show(call: Call, name: str) -> None:
    """What one version asks, on a page or two."""
    read = _read(name)
    call.screen.say(render.show(read).rstrip())
    call.screen.answer(read.data, render.name(read))


@policy.command()
@common
@click.argument("name")
@click.pass_obj
def lint(call: Call, name: str) -> None:
    """The weaknesses of one version, each with its cure."""
    read = _read(name)
    found = weighing.lint(read)
    call.screen.say(render.lint_text(read, found).rstrip())
    call.screen.answer(
        {"policy": read.policy, "version": read.version, "weaknesses": render.lint_json(found)},
        "\n".join(f"{w.code} {w.path}" for w in found) or None,
    )


@policy.command()
@common
@click.argument("old")
@click.argument("new")
@click.pass_obj
def diff(call: Call, old: str, new: str) -> None:
    """Every change from OLD to NEW, what loosens first."""
    before, after = _read(old), _read(new)
    changes = compare(before, after)
    call.screen.say(render.diff_text(before, after, changes).rstrip())
    call.screen.answer(
        {"old": before.version, "new": after.version, "changes": render.diff_json(changes)},
        "\n".join(f"{c.direction} {c.path}" for c in changes) or None,
    )


def _read(name: str) -> Policy:
    path = Path(name)
    if name in definitions() or not path.is_file():
        return definition(name).policy
    try:
        return load_text(path.read_bytes())
    except Malformed as e:
        raise Malformed(e.what, f"{name}, {e.where}" if e.where else name, e.cure) from None
