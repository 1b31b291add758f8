"""``countersign completion``: the script that lets a shell complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from api.cli.call import Call, common
from api.cli.trouble import CannotRun

_HOW = {
    "bash": "countersign completion bash > ~/.local/share/bash-completion/completions/countersign",
    "zsh": "countersign completion zsh > ~/.zfunc/_countersign    (with fpath+=~/.zfunc before compinit)",
    "fish": "countersign completion fish > ~/.config/fish/completions/countersign.fish",
}


@click.command()
@common
@click.argument("shell", type=click.Choice(list(_HOW)))
@click.pass_obj
def completion(call: Call, shell: str) -> None:
    """Print the completion script for SHELL, to be put where the shell looks for such files."""
    kind = get_completion_class(shell)
    root = click.get_current_context().find_root()
    if kind is None:
        raise CannotRun(f"{shell} is not known to this version of click", "use bash, zsh or fish")
    made = kind(root.command, {}, "countersign", "_COUNTERSIGN_COMPLETE")
    script = made.source_template % made.source_vars()
    call.screen.answer({"shell": shell, "script": script, "install": _HOW[shell]}, script)
    call.screen.say(script)
    call.screen.aside(f"Put it in place with: {_HOW[shell]}")
