-- The record in SQLite. Everything above the line "beside the record" is the record itself and only ever grows;
-- triggers refuse UPDATE and DELETE there. They are a seat belt against accidents: whoever holds the file can drop
-- them. What shows a rewritten record is verification.

-- One row an entry. `seq` is index + 1 (the library numbers from 1); `entry` are the leaf's bytes, `leaf` its hash.
-- `act_size` is how many bytes of `entry`, from byte 8 on, are the act as signed. The four columns that name the act
-- are NULL for a withheld one: its stream and type tell too much, so they live in `withheld`.
CREATE TABLE entries (
  seq      INTEGER PRIMARY KEY,
  event_id TEXT    NOT NULL UNIQUE,
  stream   TEXT,
  version  INTEGER,
  topic    TEXT,
  act_size INTEGER,
  entry    BLOB    NOT NULL,
  leaf     BLOB    NOT NULL CHECK (length(leaf) = 32),
  UNIQUE (stream, version)
) STRICT;

-- The signed note of every commit, forever.
CREATE TABLE checkpoints (
  size INTEGER PRIMARY KEY,
  root BLOB NOT NULL CHECK (length(root) = 32),
  note TEXT NOT NULL
) STRICT;

-- The state to append to: one row, moved by every commit.
CREATE TABLE head (
  one         INTEGER PRIMARY KEY CHECK (one = 1),
  size        INTEGER NOT NULL,
  last        BLOB    NOT NULL CHECK (length(last) = 32),
  peaks       BLOB    NOT NULL,
  recorded_at TEXT    NOT NULL
) STRICT;
INSERT INTO head VALUES (1, 0, zeroblob(32), x'', '');

CREATE TRIGGER entries_stay  BEFORE UPDATE ON entries     BEGIN SELECT RAISE(ABORT, 'the record is only appended to'); END;
CREATE TRIGGER entries_keep  BEFORE DELETE ON entries     BEGIN SELECT RAISE(ABORT, 'the record is only appended to'); END;
CREATE TRIGGER notes_stay    BEFORE UPDATE ON checkpoints BEGIN SELECT RAISE(ABORT, 'the record is only appended to'); END;
CREATE TRIGGER notes_keep    BEFORE DELETE ON checkpoints BEGIN SELECT RAISE(ABORT, 'the record is only appended to'); END;
CREATE TRIGGER head_advances BEFORE UPDATE ON head WHEN NEW.size <= OLD.size
  BEGIN SELECT RAISE(ABORT, 'the head only advances'); END;
CREATE TRIGGER head_keeps    BEFORE DELETE ON head        BEGIN SELECT RAISE(ABORT, 'the head only advances'); END;

-- ---- beside the record: rows may be lost or erased, and no hash changes by it ----

-- What opens the commitments of an entry. A commitment stands once in the record.
CREATE TABLE disclosures (
  seq        INTEGER NOT NULL,
  commitment TEXT    NOT NULL,
  disclosure TEXT    NOT NULL,
  PRIMARY KEY (seq, commitment)
) STRICT, WITHOUT ROWID;

-- The act behind a withheld leaf, which shows only its class and the commitment `digest`.
CREATE TABLE withheld (
  seq     INTEGER PRIMARY KEY,
  digest  TEXT    NOT NULL,
  stream  TEXT    NOT NULL,
  version INTEGER NOT NULL,
  topic   TEXT    NOT NULL,
  act     BLOB    NOT NULL,
  UNIQUE (stream, version)
) STRICT;

-- `format`, `origin`; and `restored` while a restored store waits to be checked.
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- What the eventsourcing library reads: the acts that stand in clear. The rowid must be the bare column, since as an
-- expression it would scan. Withheld acts are not the library's business: the register reads `entries`.
CREATE VIEW stored_events AS
  SELECT seq AS rowid, stream AS originator_id, version AS originator_version, topic,
         substr(entry, 8, act_size) AS state
    FROM entries WHERE act_size IS NOT NULL;
