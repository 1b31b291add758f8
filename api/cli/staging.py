"""Makes a ledger's folder beside its place and moves it there when it is whole, so nothing half-made is ever taken for
a ledger.

::

    with staged(Path("countersign"), keep=True) as folder:     countersign.unfinished/
        …                                                      then countersign/

1. Where a ledger or anything else stands, nothing may be made.
2. What an interrupted making left behind must not be lost silently: keys made by people are used again (`keep`).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from api.cli.trouble import CannotRun
from api.settings import FILE

UNFINISHED: Final = ".unfinished"
KEYS: Final = "keys"


@contextmanager
def staged(folder: Path, *, keep: bool = False) -> Iterator[Path]:
    """A folder to make a ledger in; it takes its place when the block ends well. `keep` its keys when it does not."""
    folder = folder.absolute()
    check_free(folder)
    staging = folder.with_name(folder.name + UNFINISHED)
    try:
        staging.mkdir(parents=True, exist_ok=True, mode=0o700)
        clear(staging, keep=keep)
    except OSError as e:
        raise _cannot(folder, e) from None
    try:
        yield staging
    except BaseException:
        clear(staging, keep=keep)
        for path in (staging / KEYS, staging):
            if path.is_dir() and not any(path.iterdir()):
                path.rmdir()
        raise
    _place(staging, folder)


def check_free(folder: Path) -> None:
    """CannotRun where something stands already."""
    if (folder / FILE).exists():
        raise CannotRun(f"{folder} holds a ledger already", "name another folder with --dir")
    if folder.exists() and not folder.is_dir():
        raise CannotRun(f"{folder} is a file", "name a folder with --dir")
    try:
        if folder.is_dir() and any(folder.iterdir()):
            raise CannotRun(f"{folder} is not empty", "name a new folder with --dir")
    except OSError as e:
        raise _cannot(folder, e) from None


def clear(staging: Path, *, keep: bool) -> None:
    """Remove what an interrupted making left, but for the keys when they are to be kept."""
    for path in staging.iterdir():
        if keep and path.name == KEYS:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _place(staging: Path, folder: Path) -> None:
    try:
        if not folder.exists():
            staging.rename(folder)
            return
        for path in sorted(
            staging.iterdir(), key=lambda p: p.name == FILE
        ):  # the settings last: they make a ledger
            path.rename(folder / path.name)
        staging.rmdir()
    except OSError as e:
        raise CannotRun(
            f"the ledger is whole in {staging}, but cannot be moved to {folder}: {e.strerror}",
            "move it there yourself; nothing is lost",
        ) from None


def _cannot(folder: Path, error: OSError) -> CannotRun:
    return CannotRun(f"{folder} cannot be made: {error.strerror}", "choose a place that you may write to")
