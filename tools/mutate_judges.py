"""Replace each judge by "allow" in turn and run the one test named for it, which must then fail.

    python tools/mutate_judges.py                          every line of tests/judges.txt
    python tools/mutate_judges.py --only ledger.record     the judges whose names begin so
    python tools/mutate_judges.py --registry FILE          another list

A line of the registry names a function, what it says when it allows everything, and the test that must then fail::

    ledger.record.authority._revocation   []     tests/record/test_authority.py::test_only_approval_revokes
    ledger.record.roll.Roll.holds         True   tests/record/test_signatures.py::test_a_body_never_signs

1. The function object must stay the same and get other code, so that every import, registry and alias of it is
   replaced with it.
2. Each mutant must run in a process of its own (a fork after collecting, so it costs milliseconds): no cache and no
   fixture is carried from one to the next.
3. Each test must pass before anything is replaced, else it would prove nothing.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FunctionType
from typing import Any, cast

import pytest

ROOT = Path(__file__).resolve().parent.parent
REGISTRY = ROOT / "tests" / "judges.txt"
ALLOW: dict[str, Callable[..., object]] = {
    "[]": lambda *_, **__: [],
    "True": lambda *_, **__: True,
    "False": lambda *_, **__: False,
    "None": lambda *_, **__: None,
}


@dataclass(frozen=True)
class Judge:
    """One line of the registry."""

    function: str
    allows: str
    test: str


def read_registry(path: Path = REGISTRY) -> list[Judge]:
    """The judges of a registry; empty lines and comments are skipped."""
    rows = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    judges = [Judge(*row) for row in rows if row and not row[0].startswith("#")]
    for judge in judges:
        if judge.allows not in ALLOW:
            raise SystemExit(f"{path.name}: {judge.function} cannot be made to say {judge.allows}")
    return judges


def find(dotted: str) -> FunctionType:
    """The function of this name: in a module, or a method of a class in one."""
    parts = dotted.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for name in parts[cut:]:
            found = getattr(found, name, None)
        if not isinstance(found, FunctionType):
            raise SystemExit(f"{dotted} is no function")
        return found
    raise SystemExit(f"{dotted} is in no module")


def allow(function: FunctionType, allows: str) -> None:
    """Give the function other code: it takes anything and says `allows`."""
    code = cast("FunctionType", ALLOW[allows]).__code__
    function.__code__ = code.replace(co_freevars=function.__code__.co_freevars)


@dataclass(eq=False)  # pytest keeps plugins in sets
class Mutation:
    """A pytest plugin that runs the collected tests its own way: one fork for each question."""

    judges: dict[Judge, FunctionType]
    survivors: list[str] = field(default_factory=list)
    failed: bool = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed |= report.failed or report.skipped

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of pytest's own loop."""
        if session.testsfailed:
            raise session.Interrupted("the tests could not be collected")
        for test in sorted({judge.test for judge in self.judges}):
            if not self.passes(session, test, lambda: None):
                self.survivors.append(f"{test} fails (or is skipped) before anything is replaced")
        for judge, function in self.judges.items():
            if self.passes(session, judge.test, partial(allow, function, judge.allows)):
                self.survivors.append(f"{judge.function} says {judge.allows} and {judge.test} still passes")
        return True

    def passes(self, session: pytest.Session, test: str, change: Callable[[], None]) -> bool:
        """True when the test passes in a fork in which `change` was made."""
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            try:
                quiet = os.open(os.devnull, os.O_WRONLY)
                os.dup2(quiet, 1)
                os.dup2(quiet, 2)
                change()
                passed = False
                for item in self.items(session, test):
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                    passed = not self.failed
                    if not passed:
                        break
                os._exit(0 if passed else 1)
            finally:
                os._exit(1)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    def items(self, session: pytest.Session, test: str) -> Iterator[pytest.Item]:
        """The test, or all of its parameters."""
        return (i for i in session.items if i.nodeid == test or i.nodeid.startswith(f"{test}["))


def main() -> int:
    """Say which judges nobody would miss."""
    parser = argparse.ArgumentParser(description="Is there a test that fails when a judge allows everything?")
    parser.add_argument("--only", default="", help="judges whose dotted names begin so")
    parser.add_argument("--registry", type=Path, default=REGISTRY)
    arguments = parser.parse_args()
    chosen = [j for j in read_registry(arguments.registry) if j.function.startswith(arguments.only)]
    judges = {judge: find(judge.function) for judge in chosen}
    if not judges:
        raise SystemExit(f"no judge begins with {arguments.only!r}")
    began, mutation = time.monotonic(), Mutation(judges)
    slow_to_load = ["-p", "no:schemathesis", "-p", "no:xdist", "-p", "no:pytest_cov"]
    options = ["-qq", "-s", *slow_to_load, "-p", "no:cacheprovider", "-m", "", "--rootdir", str(ROOT)]
    code = pytest.main([*options, *sorted({str(ROOT / j.test) for j in judges})], plugins=[mutation])
    for line in mutation.survivors:
        print(line)
    if code != pytest.ExitCode.OK or mutation.survivors:
        return 1
    print(f"{len(judges)} judges, each missed by its test, in {time.monotonic() - began:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
