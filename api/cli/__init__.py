"""The ``countersign`` command. Only `main` lives here, so that asking for help loads next to nothing."""

from __future__ import annotations


def main() -> None:
    """What the console script calls. Exit code 0 done, 1 refused or not verified, 2 could not run."""
    from api.cli.root import countersign

    countersign()
