-- What each role may do with a ledger in PostgreSQL. Run it once as the owner, after the ledger was made:
--
--     psql "$OWNER" --file roles.sql
--     psql "$OWNER" --command "CREATE ROLE office_1 LOGIN PASSWORD '…' IN ROLE countersign_office"
--
-- The owner makes, restores and upgrades the ledger and is used by no running process: it could drop the triggers.

-- The office appends. It may INSERT and SELECT, and move the head, which a trigger lets only advance. UPDATE on the
-- head's four columns is also what PostgreSQL asks for `SELECT … FOR UPDATE`, by which appends take their turn. (A
-- SECURITY DEFINER function would hide the same right behind one more thing to read.) DELETE on the two tables that
-- may lose rows serves erasure; the record itself it can neither change nor delete nor empty.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'countersign_office') THEN CREATE ROLE countersign_office; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'countersign_reader') THEN CREATE ROLE countersign_reader; END IF;
END $$;

GRANT USAGE ON SCHEMA countersign TO countersign_office, countersign_reader;
GRANT SELECT, INSERT ON countersign.entries, countersign.checkpoints TO countersign_office;
GRANT SELECT, UPDATE (size, last, peaks, recorded_at) ON countersign.head TO countersign_office;
GRANT SELECT, INSERT, DELETE ON countersign.disclosures, countersign.withheld TO countersign_office;
GRANT SELECT ON countersign.state, countersign.stored_events TO countersign_office;

-- What other rooms keep beside the record (the docket) is the office's to change. Run this file again after an upgrade.
DO $$ DECLARE other record; BEGIN
  FOR other IN SELECT relname FROM pg_class WHERE relnamespace = 'countersign'::regnamespace AND relkind = 'r'
    AND relname NOT IN ('entries', 'checkpoints', 'head', 'disclosures', 'withheld', 'state')
  LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON countersign.%I TO countersign_office', other.relname);
  END LOOP;
END $$;

-- Whoever publishes or audits reads what may be published, and nothing beside it: not the disclosures, not the withheld
-- acts, not the columns that name an act.
GRANT SELECT (seq, entry, leaf) ON countersign.entries TO countersign_reader;
GRANT SELECT ON countersign.checkpoints, countersign.head TO countersign_reader;
