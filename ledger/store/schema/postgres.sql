-- The record in PostgreSQL: the same tables as in sqlite.sql, whose comments hold here too. Made by `create` in the
-- schema `countersign`, one ledger a database. COLLATE "C" sorts by bytes: indexes in a language's order break when
-- the operating system's idea of that language changes.

CREATE TABLE entries (
  seq      bigint PRIMARY KEY,
  event_id text   COLLATE "C" NOT NULL UNIQUE,
  stream   text   COLLATE "C",
  version  bigint,
  topic    text,
  act_size integer,
  entry    bytea  NOT NULL,
  leaf     bytea  NOT NULL CHECK (octet_length(leaf) = 32),
  UNIQUE (stream, version)
);

CREATE TABLE checkpoints (
  size bigint PRIMARY KEY,
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  note text  NOT NULL
);

-- Rewritten by every commit: room in its page lets each rewrite stay there.
CREATE TABLE head (
  one         integer PRIMARY KEY CHECK (one = 1),
  size        bigint NOT NULL,
  last        bytea  NOT NULL CHECK (octet_length(last) = 32),
  peaks       bytea  NOT NULL,
  recorded_at text   NOT NULL
) WITH (fillfactor = 10);
INSERT INTO head VALUES (1, 0, decode(repeat('00', 32), 'hex'), '', '');

CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE integrity_constraint_violation USING MESSAGE = TG_ARGV[0]; END $$;

CREATE TRIGGER stay BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('the record is only appended to');
CREATE TRIGGER stay BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('the record is only appended to');
CREATE TRIGGER stay BEFORE DELETE OR TRUNCATE ON head
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('the head only advances');
CREATE TRIGGER advance BEFORE UPDATE ON head
  FOR EACH ROW WHEN (NEW.size <= OLD.size) EXECUTE FUNCTION refuse('the head only advances');

-- ---- beside the record: rows may be lost or erased, and no hash changes by it ----

CREATE TABLE disclosures (
  seq        bigint NOT NULL,
  commitment text   COLLATE "C" NOT NULL,
  disclosure text   NOT NULL,
  PRIMARY KEY (seq, commitment)
);

CREATE TABLE withheld (
  seq     bigint PRIMARY KEY,
  digest  text   NOT NULL,
  stream  text   COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  topic   text   NOT NULL,
  act     bytea  NOT NULL,
  UNIQUE (stream, version)
);

-- A stream has each version once, whether its act is clear or withheld.
CREATE FUNCTION once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF EXISTS (SELECT FROM added a JOIN entries e USING (stream, version) JOIN withheld w USING (stream, version)) THEN
    RAISE unique_violation USING MESSAGE = 'a stream has a version twice, once in clear and once withheld';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER once AFTER INSERT ON entries REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION once();
CREATE TRIGGER once AFTER INSERT ON withheld REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION once();

CREATE TABLE state (key text PRIMARY KEY, value text NOT NULL);

CREATE VIEW stored_events AS
  SELECT stream AS originator_id, version AS originator_version, topic, substr(entry, 8, act_size) AS state,
         seq AS notification_id
    FROM entries WHERE act_size IS NOT NULL;
