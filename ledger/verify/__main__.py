"""``python -m ledger.verify PATH_OR_URL``: verify a ledger without trusting whoever keeps it.

::

    python -m ledger.verify bundle.zip --vkey fingerprints.txt --founding 9f8b… --earlier checkpoint-of-march
    python countersign-verify.pyz https://example.org/log --vkey 'example.org/log+33d7b496+AeHTu4Q3…' --json

Exit code 0: everything checked held. 1: something did not. 2: it could not run.

1. Nothing but the report may go to stdout; progress goes to stderr, and only where somebody watches.
2. What is wrong with the arguments must end in exit 2 with a sentence, never in a traceback.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.errors import Malformed
from ledger.verify.asked import Asked
from ledger.verify.report import Report, not_run
from ledger.verify.source import CannotRun, plainly
from ledger.verify.verify import verify

if TYPE_CHECKING:
    from ledger.record.quorum import Quorum

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def main(arguments: list[str] | None = None) -> int:
    """Run, print the report, give back the exit code."""
    options = _parser().parse_args(arguments)
    progress = _Progress()
    try:
        report = verify(options.place, replace(read_asked(options), progress=progress))
    except CannotRun as e:
        report = not_run(e.why, e.cure, options.place)
    except KeyboardInterrupt:
        report = not_run("interrupted", "with --resume it goes on where it was", options.place)
    progress.end()
    _print(report, options)
    return report.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="countersign-verify", description=__doc__.partition("\n")[0])
    add = parser.add_argument
    add("place", metavar="PATH_OR_URL", help="a database, a folder or address of tiles, a bundle")
    add("--vkey", metavar="FILE|TEXT", help="the log's verifier key, from outside the record")
    add("--founding", metavar="HEX", help="the leaf hash of entry 0, from outside the record")
    add(
        "--earlier", metavar="FILE", action="append", default=[], help="a checkpoint from before (repeatable)"
    )
    add("--policy", metavar="FILE", help="which witnesses must have cosigned (tlog-policy)")
    add("--max-age", metavar="DUR", help="the oldest that it may be: 90m, 36h, 7d")
    add("--disclosures", metavar="FILE", help="what opens withheld values: disclosures.jsonl")
    add(
        "--jobs",
        metavar="N",
        type=int,
        default=0,
        help="processes (default: as many as there are processors)",
    )
    add("--resume", metavar="FILE", help="a state file: read only what is new since it was written")
    add("--json", action="store_true", help="the report as JSON")
    add("--quiet", action="store_true", help="only the verdict")
    return parser


def read_asked(options: argparse.Namespace) -> Asked:
    """What the reader brings; CannotRun when it cannot be read."""
    from ledger.record.note import Vkey

    try:
        founding = options.founding
        if founding is not None and not re.fullmatch(r"[0-9a-f]{64}", founding):
            raise CannotRun("--founding is no leaf hash", "it has 64 lower-case hex digits")
        return Asked(
            vkey=Vkey.parse(_vkey_text(options.vkey)) if options.vkey else None,
            founding=founding,
            earlier=tuple((name, _read(name)) for name in options.earlier),
            policy=_policy(_read(options.policy)) if options.policy else None,
            max_age=_duration(options.max_age) if options.max_age else None,
            now=datetime.now(UTC),
            disclosures=Path(options.disclosures) if options.disclosures else None,
            jobs=options.jobs if options.jobs > 0 else _processors(),
            resume=Path(options.resume) if options.resume else None,
        )
    except Malformed as e:
        raise CannotRun(f"an argument cannot be read: {e}", e.cure or "see --help") from None


def _policy(data: bytes) -> Quorum:
    from ledger.record.quorum import parse_quorum

    return parse_quorum(data)


def _vkey_text(given: str) -> str:
    """The first line of a file that is a vkey, or the text itself."""
    if re.fullmatch(r"[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+", given):
        return given
    text = _read(given).decode("utf-8", "replace")
    found = re.search(r"[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+", text)
    if not found:
        raise CannotRun(f"{given} holds no verifier key", "it reads <name>+<8 hex digits>+<base64>")
    return found[0]


def _read(name: str) -> bytes:
    try:
        with Path(name).open("rb") as file:
            return file.read(1_000_001)
    except (OSError, ValueError) as e:
        raise CannotRun(f"{name} cannot be read: {plainly(e)}", "name an existing file") from None


def _duration(text: str) -> timedelta:
    match = re.fullmatch(r"([0-9]{1,6})([smhdw])", text)
    if not match:
        raise CannotRun(f"--max-age {text[:40]!r} is no duration", "write 90m, 36h, 7d or 2w")
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


def _processors() -> int:
    import os

    return min(8, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


class _Progress:
    """A line on stderr, rewritten, once a second has passed."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._next = self._start + 1.0
        self.shown = False

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now < self._next or not sys.stderr.isatty():
            return
        self._next, self.shown = now + 0.2, True
        print(f"\r{what} {done} of {total}\x1b[K", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Take the line away."""
        if self.shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _print(report: Report, options: argparse.Namespace) -> None:
    if options.json:
        import json

        print(json.dumps(report.json(), indent=1, sort_keys=True))
    elif options.quiet:
        print(report.words)
    else:
        from ledger.verify.render import render

        sys.stdout.write(render(report))


if __name__ == "__main__":
    sys.exit(main())
