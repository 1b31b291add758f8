"""Backup and restore: a copy of the ledger in one folder, and a ledger made from it that waits to be checked.

::

    backup(store, Path("2025-03-20"), settings=text, published=note)

    2025-03-20/record.db         the whole store, withheld values and drafts too: keep it as you keep the ledger
    2025-03-20/countersign.toml  its settings
    2025-03-20/policy.tlog       which witnesses must confirm, if that was set
    2025-03-20/published         the checkpoint that was public before the copy was made, if any was

    restore(Path("2025-03-20"), Path("ledger"), put)     then: ledger.restored.check_restored

Keys are not in it: the log key is backed up by itself (``countersign keys backup``), where a thief of the one does not
get the other.

1. A backup must appear whole or not at all, replace nothing, and be readable by this user only.
2. The checkpoint in it must be older than the copy, so that the copy extends it.
3. A folder must become a ledger only when everything in it is in place; nothing that is there is replaced.
4. A restored store must refuse to be written to until it was checked against what had been published.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from ledger.durable import new_folder, read_file, trouble, writing
from ledger.errors import NotFound, StoreUnavailable
from ledger.store.port import Store

DATABASE: Final = "record.db"
SETTINGS: Final = "countersign.toml"
PUBLISHED: Final = "published"
POLICY: Final = "policy.tlog"


def backup(
    store: Store, to: Path, *, settings: str, published: str | None, policy: str | None = None
) -> None:
    """Copy a store in use, its settings, and the checkpoint that was public when this was called, into a new folder.

    `policy` is the text of the witnesses' policy, without which a restored ledger would publish unconfirmed states.
    """
    with new_folder(to) as folder:
        folder.path.chmod(0o700)
        folder.create(SETTINGS, settings.encode())
        if policy is not None:
            folder.create(POLICY, policy.encode())
        if published is not None:
            folder.create(PUBLISHED, published.encode())
        store.backup(folder.path / DATABASE)


def settings_of(source: Path) -> str:
    """The settings in a backup; NotFound when it is none."""
    with trouble(source):
        settings = read_file(source / SETTINGS)
        whole = settings is not None and (source / DATABASE).is_file()
    if settings is None or not whole:
        raise NotFound(
            f"{source} is no backup",
            f"name a folder with {DATABASE} and {SETTINGS}, made by `countersign backup`",
        )
    return settings.decode("utf-8", "replace")


def restore(source: Path, to: Path, put: Callable[[Path], None]) -> str | None:
    """Make a ledger in the folder `to`; gives the checkpoint that was public when the backup was made, if one was.

    `put` puts the store of a backup file into its place (``sqlite.restore``, ``transfer.restore``), marked as restored.
    """
    settings = settings_of(source)
    with trouble(source):
        policy = read_file(source / POLICY)
    with writing(to) as folder:
        if folder.read(SETTINGS) is not None:
            raise StoreUnavailable(f"{to} holds a ledger already", "restore into an empty folder")
        put(source / DATABASE)
        if policy is not None and folder.read(POLICY) is None:
            folder.create(POLICY, policy)
        folder.create(SETTINGS, settings.encode())
    with trouble(source):
        published = read_file(source / PUBLISHED)
    return None if published is None else published.decode("utf-8", "replace")
