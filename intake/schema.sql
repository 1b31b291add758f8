-- The intake's own database. No address, no name, no time finer than an epoch; no row tells a cover from a report:
-- both have every column filled, and tables without rowids keep no order of arrival. Which chunks are whose stands
-- nowhere, and what follows from other columns (a receipt's last epoch) is not kept.

CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- One row an epoch, from the first time that it was looked at. `room` is how many of its places uploads may take
-- (secret until nobody needs it); `directory` is set by the first item promised to it or bundle for it; `data` and `sig` when sealed;
-- `entry` is where the ledger has it.
CREATE TABLE epoch (
    epoch INTEGER PRIMARY KEY,
    places INTEGER NOT NULL,
    room INTEGER NOT NULL,
    directory BLOB,
    data BLOB,
    sig BLOB,
    entry INTEGER
) STRICT;

CREATE TABLE item (
    item BLOB PRIMARY KEY,
    nonce BLOB NOT NULL UNIQUE,
    epoch INTEGER NOT NULL,
    first INTEGER NOT NULL,
    data BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX item_of_epoch ON item (epoch);

CREATE TABLE chunk (
    id BLOB PRIMARY KEY,
    epoch INTEGER NOT NULL,
    data BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX chunk_of_epoch ON chunk (epoch);

CREATE TABLE bundle (
    epoch INTEGER NOT NULL,
    seat INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (epoch, seat)
) STRICT, WITHOUT ROWID;

CREATE TABLE board (epoch INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
