-- Checks every constraint once more, on every row.
DO $$
DECLARE own record;
BEGIN
    FOR own IN
        SELECT conname, conrelid::regclass AS of, pg_get_constraintdef(oid) AS definition
        FROM pg_constraint
        WHERE contype IN ('f', 'c') AND conrelid <> 0 AND conparentid = 0 AND coninhcount = 0
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', own.of, own.conname);
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', own.of, own.conname, own.definition);
    END LOOP;
END $$;
LOCK TABLE accounts, bounded, periods, either, codes, sales, small_keys, "Events.of: all", bookings, deferred, no_key, frozen, regions IN SHARE MODE;
INSERT INTO bookings (during) VALUES ('[1970-01-01,1970-01-02)');
