"""The command itself: a group that loads a command's module only when that command is called.

1. ``countersign --help`` must load nothing but click; a test in a fresh interpreter counts.
2. Every way to fail ends here and comes out as an exit code and a sentence, never as a stack trace.
"""

from __future__ import annotations

import difflib
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click
from click.shell_completion import CompletionItem

from api.cli.call import Call, common
from api.cli.screen import Screen, json_text
from api.cli.table import TABLE
from api.cli.trouble import DEBUG, Reason, Trouble, explain


class LazyGroup(click.Group):
    """Commands by name from the table; their modules are imported on call."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(TABLE)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in TABLE:
            return None
        module, _, name = TABLE[cmd_name].target.partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101  the table is ours
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in TABLE and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], TABLE, 1)
            hint = f" Did you mean {near[0]!r}?" if near else " `countersign --help` lists what there is."
            raise click.UsageError(f"There is no command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for section in dict.fromkeys(entry.section for entry in TABLE.values()):
            with formatter.section(section):
                formatter.write_dl([(name, e.help) for name, e in TABLE.items() if e.section == section])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        names = [
            CompletionItem(name, help=entry.help)
            for name, entry in TABLE.items()
            if name.startswith(incomplete)
        ]
        return names + click.Command.shell_complete(self, ctx, incomplete)

    def main(self, args: Sequence[str] | None = None, **extra: Any) -> NoReturn:  # type: ignore[override]
        """Run and exit; the one place where errors become words and codes."""
        words = list(sys.argv[1:] if args is None else args)
        extra.setdefault("obj", Call())
        extra.setdefault("prog_name", "countersign")
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        try:
            code = super().main(words, **{**extra, "standalone_mode": False})
            sys.stdout.flush()
        except BrokenPipeError:  # the reader has seen enough: `countersign log | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except Exception as error:
            if os.environ.get(DEBUG) == "1" and not isinstance(
                error, click.exceptions.Abort | click.ClickException
            ):
                raise
            sys.exit(tell(error, as_json="--json" in words))
        sys.exit(code if isinstance(code, int) else 0)


def tell(error: Exception, *, as_json: bool) -> int:
    """Tell an error, on stderr or as the JSON document; gives the exit code."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message())
        return 0
    if isinstance(error, click.exceptions.Abort):
        trouble = Trouble("stopped", 2, (Reason("Stopped. Nothing was signed or recorded after that"),))
    elif isinstance(error, click.ClickException):
        ctx = getattr(error, "ctx", None)
        path = ctx.command_path if ctx else "countersign"
        trouble = Trouble("usage", 2, (Reason(error.format_message(), f"`{path} --help` says how it goes"),))
    else:
        trouble = explain(error)
    if as_json:
        click.echo(json_text(trouble.document()))
    else:
        Screen().show(trouble.text(), "bad", err=True)
    return trouble.exit_code


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["--help", "-h"]})
@common
@click.version_option(package_name="countersign", message="%(prog)s %(version)s")
def countersign() -> None:
    """Keep, sign and check the record of capability and safeguard decisions.

    \b
    New here?            countersign run
    A ledger of your own? countersign init --form > founding.yaml
    """
