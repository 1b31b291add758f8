"""Forge a copy of a demonstration ledger, as its own operator could, to see what shows it.

::

    python tools/forge.py LEDGER COPY 7 0.46 0.06             one text in entry 7, and nothing else
    python tools/forge.py LEDGER COPY 7 0.46 0.06 --rehash    and every hash after it, signed by the true log key

`--rehash` is all that somebody with the database and the log key can do: new leaf hashes, links, tree and checkpoints.
What they cannot make anew is what other people hold: their signing keys, and the states of the record that they kept.

1. The ledger itself must not be touched; the copy is a database by itself.
"""

import argparse
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from api.bootstrap import LogKey
from api.demo.stage import unsealed_signer
from api.settings import Settings, read_settings
from ledger.record.canonical import decode, encode
from ledger.record.checkpoint import Checkpoint, sign_checkpoint
from ledger.record.founding import LOG_SERVICE
from ledger.record.merkle import Frontier, leaf_hash


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ledger", type=Path, help="a demonstration ledger's folder")
    parser.add_argument("copy", type=Path, help="the database to write")
    parser.add_argument("index", type=int, help="which entry")
    parser.add_argument("old", help="what stands there")
    parser.add_argument("new", help="what should have stood there")
    parser.add_argument("--rehash", action="store_true", help="make every hash after it anew, and sign")
    options = parser.parse_args()
    settings = read_settings(options.ledger.absolute(), {})
    options.copy.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(settings.path(settings.database))) as source,
        closing(sqlite3.connect(options.copy)) as db,
    ):
        source.backup(db)
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        replace(db, options.index, options.old.encode(), options.new.encode())
        if options.rehash:
            rehash(db, settings)
        db.commit()
    done = (
        "and made every hash after it anew, signed by the log's own key"
        if options.rehash
        else "and nothing else"
    )
    print(
        f"Entry {options.index} of {options.copy} says {options.new} now, where it said {options.old}, {done}."
    )


def replace(db: sqlite3.Connection, index: int, old: bytes, new: bytes) -> None:
    """Change one entry's text where it lies."""
    found = db.execute("SELECT entry FROM entries WHERE seq = ?", (index + 1,)).fetchone()
    if found is None or old not in found[0]:
        sys.exit(f"entry {index} does not say {old.decode()}")
    db.execute("UPDATE entries SET entry = ? WHERE seq = ?", (found[0].replace(old, new), index + 1))


def rehash(db: sqlite3.Connection, settings: Settings) -> None:
    """Link, hash and sign the whole record again."""
    key = LogKey(settings.origin, unsealed_signer(settings.path(settings.log_key).parent, LOG_SERVICE))
    tree, last = Frontier(), bytes(32)
    for seq, raw in db.execute("SELECT seq, entry FROM entries ORDER BY seq").fetchall():
        entry = encode({**decode(raw), "prev": last.hex()})
        last = leaf_hash(entry)
        tree.append(last)
        note = sign_checkpoint(Checkpoint(settings.origin, tree.size, tree.root()), key)
        db.execute("UPDATE entries SET entry = ?, leaf = ? WHERE seq = ?", (entry, last, seq))
        db.execute("UPDATE checkpoints SET root = ?, note = ? WHERE size = ?", (tree.root(), note, tree.size))


if __name__ == "__main__":
    main()
