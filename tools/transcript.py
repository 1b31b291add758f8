"""Run the commands that the documents show, and hold the text against what they really print.

::

    python tools/transcript.py            write what they print into the documents, where those say something else
    python tools/transcript.py --check    only say where they differ

What is run stands in the document itself, between two markers: lines that begin with ``$``, each followed by what it
prints.

    <!-- transcript -->
    ```console
    $ countersign verify -q
    OK
    ```
    <!-- end -->

1. Every command of a document must be run, in order, by one shell in a new folder that has our tools.
2. Hashes, ids, times and places must count as equal, and nothing else: `mask` is the whole list.
3. An output that differs in nothing else must be left as it stands, so that a run changes no line without need.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import NamedTuple, Self

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = (ROOT / "README.md", ROOT / "docs" / "operating.md")
BLOCK = re.compile(r"(<!-- transcript -->\n```console\n)(.*?)(```\n<!-- end -->)", re.DOTALL)
READY = "Ctrl-C stops it."
PATIENCE = 120
"""Seconds for one command."""

INSTEAD = {
    "make run": "countersign run & SERVER=$!",
    ". .venv/bin/activate": "true",
    "make -C .. pyz": f"python {ROOT}/tools/make_pyz.py ../dist/countersign-verify.pyz",
}
"""What is run in place of what a reader types: in a test the environment is there, and a server must not stay."""

MASKS = [
    (re.compile(pattern), mask)
    for pattern, mask in (
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", "TIME"),
        (r"\d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d UTC", "TIME"),
        (r"\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b", "ULID"),
        (r"\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{44}", "+VKEY"),
        (r"^— (\S+) \S+$", r"— \1 SIGNATURE"),
        (r"^[A-Za-z0-9+/]{43}=$", "HASH"),
        (r"\b[0-9a-f]{64}\b", "HASH"),
        (r"\b[0-9a-f]{12}…", "HASH…"),
        (r"\bk-[0-9a-f]{8,32}(…?)", r"KEY\1"),
        (r"(?<=127\.0\.0\.1:)\d{4,5}", "PORT"),
    )
]
ASIDES = re.compile(
    r"(No server runs on this ledger|The server named in office\.json|Recording through the server).*"
)
"""Whether a server was asked in time, and where between two lines that is said, is the machine's affair."""


class Step(NamedTuple):
    """One command and what it printed."""

    command: str
    output: tuple[str, ...]

    def __str__(self) -> str:
        return "".join(f"{line}\n" for line in (f"$ {self.command}", *self.output))


class Shell:
    """One bash for all blocks, so that a variable that is set stays set."""

    def __init__(self, folder: Path) -> None:
        (folder / "tools").symlink_to(ROOT / "tools")
        self._place = f"{folder.resolve()}/"
        kept = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR")
        environment = {name: os.environ[name] for name in kept if name in os.environ}
        environment |= {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(folder),
            "COUNTERSIGN_STATE": str(folder / ".state" / "heads.json"),
            "PYTHONUNBUFFERED": "1",
            "PYTHONUTF8": "1",
        }
        self._bash = subprocess.Popen(
            ["bash", "--norc", "--noprofile"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.stop()
        self._bash.communicate(timeout=PATIENCE)

    def run(self, command: str) -> Step:
        """Run one command; a server counts as done when it says how it is stopped."""
        meant = INSTEAD.get(command, command)
        serves = "SERVER" in meant
        end = "<end of output>"
        assert self._bash.stdin  # noqa: S101
        assert self._bash.stdout  # noqa: S101
        self._bash.stdin.write(f"{meant}\n" if serves else f"{meant}\necho '{end}'\n")
        self._bash.stdin.flush()
        lines: list[str] = []
        watchdog = Timer(PATIENCE, self.stop)
        watchdog.start()
        for raw in self._bash.stdout:
            line = raw.rstrip().replace(self._place, "")
            if line == end:
                break
            if not ASIDES.fullmatch(line):
                lines.append(line)
            if serves and line == READY:
                break
        watchdog.cancel()
        return Step(command, tuple(lines))

    def stop(self) -> None:
        """End the shell and everything that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self._bash.pid, signal.SIGTERM)


def mask(line: str) -> str:
    """A line without what is new each time."""
    for pattern, masked in MASKS:
        line = pattern.sub(masked, line)
    return line.rstrip()


def steps_of(block: str) -> Iterator[Step]:
    """The commands of a block, with what the text says that they print."""
    command, output = "", list[str]()
    for line in block.splitlines():
        if line.startswith("$ "):
            if command:
                yield Step(command, tuple(output))
            command, output = line.removeprefix("$ "), []
        elif command:
            output.append(line)
    if command:
        yield Step(command, tuple(output))


def same(told: Step, real: Step) -> bool:
    """True when only hashes, ids, times and places differ."""
    return [mask(x) for x in told.output] == [mask(x) for x in real.output]


def play(text: str) -> tuple[str, list[tuple[Step, Step]]]:
    """Run every command of a text; the text as it should be, and each step that differs: as told, as it is."""
    wrong: list[tuple[Step, Step]] = []
    with tempfile.TemporaryDirectory() as folder, Shell(Path(folder)) as shell:

        def block(found: re.Match[str]) -> str:
            steps = []
            for told in steps_of(found[2]):
                real = shell.run(told.command)
                if not same(told, real):
                    wrong.append((told, real))
                steps.append(told if same(told, real) else real)
            return found[1] + "".join(map(str, steps)) + found[3]

        return BLOCK.sub(block, text), wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args()
    differ = 0
    for document in DOCUMENTS:
        text, wrong = play(document.read_text(encoding="utf-8"))
        differ += len(wrong)
        for told, real in wrong:
            print(f"{document.name} says:\n{told}and it is:\n{real}")
        if not options.check:
            document.write_text(text, encoding="utf-8")
    return int(options.check and differ > 0)


if __name__ == "__main__":
    sys.exit(main())
