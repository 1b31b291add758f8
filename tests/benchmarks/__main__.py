"""``make bench [ARGS="--entries 1000000 --write"]``: all measurements, as one table.

``--write`` puts the table into docs/performance.md, between its two marks.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks import append, browser, channel, ledger, proofs, verifying
from tests.benchmarks.harness import Row, table
from tests.benchmarks.material import median_act, world, write_database

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
BEGIN, END = "<!-- table -->", "<!-- end of table -->"


def main() -> int:
    """Measure, print, and perhaps write."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000, help="size of the record that is verified")
    parser.add_argument(
        "--postgres", default=os.environ.get("COUNTERSIGN_BENCH_POSTGRES"), help="a server's conninfo"
    )
    parser.add_argument("--write", action="store_true", help="keep the table in docs/performance.md")
    parser.add_argument(
        "--ledger", action="store_true", help="only what a long ledger of mixed entries costs"
    )
    asked = parser.parse_args()
    rows = []
    for row in ledger.rows(asked.entries) if asked.ledger else _rows(asked.entries, asked.postgres):
        rows.append(row)
        print(table([row]).splitlines()[-1], flush=True)
    text = f"{_machine()}\n\n{table(rows)}\n"
    print("\n" + text)
    if asked.write:
        page = PAGE.read_text()
        before, _, rest = page.partition(BEGIN)
        _, _, after = rest.partition(END)
        PAGE.write_text(f"{before}{BEGIN}\n{text}{END}{after}")
    return 0


def _rows(entries: int, postgres: str | None) -> Iterator[Row]:
    yield from append.rows(postgres)
    yield from proofs.rows()
    yield from browser.rows()
    yield from channel.rows()
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.db"
        write_database(small, world(30))
        yield verifying.startup(small)
    yield from verifying.rows(entries)
    yield from ledger.rows(entries)


def _machine() -> str:
    cores = os.cpu_count()
    day = datetime.now(UTC).date().isoformat()
    return (
        f"{day}, Python {platform.python_version()}, {platform.system()} {platform.machine()}, {cores} cores, "
        f"acts of {len(median_act())} bytes (the demonstration's median)."
    )


if __name__ == "__main__":
    sys.exit(main())
