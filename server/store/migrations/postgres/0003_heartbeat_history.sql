-- The table of marks gets the name of what it holds: the history of heartbeats. Its partitions are
-- renamed with it, and those of new waves get the new name.

ALTER TABLE device_marks RENAME TO heartbeat_history;

ALTER TABLE heartbeat_history RENAME CONSTRAINT device_marks_pkey TO heartbeat_history_pkey;

DO $$
DECLARE
    partition TEXT;
BEGIN
    FOR partition IN
        SELECT pg_class.relname FROM pg_inherits
        JOIN pg_class ON pg_class.oid = pg_inherits.inhrelid
        WHERE pg_inherits.inhparent = 'heartbeat_history'::regclass
    LOOP
        EXECUTE format(
            'ALTER TABLE %I RENAME TO %I',
            partition, replace(partition, 'device_marks_', 'heartbeat_history_')
        );
        EXECUTE format(
            'ALTER INDEX %I RENAME TO %I',
            partition || '_pkey', replace(partition, 'device_marks_', 'heartbeat_history_') || '_pkey'
        );
    END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION thuocdo_add_partitions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    number BIGINT := nextval('wave_partitions');
    parent TEXT;
    partition TEXT;
BEGIN
    FOREACH parent IN ARRAY ARRAY['submissions', 'level_counts', 'heartbeat_history', 'break_offs'] LOOP
        partition := format('%s_%s', parent, number);
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL EXCLUDING INDEXES)', partition, parent);
        EXECUTE format(
            'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%L)', parent, partition, NEW.id
        );
    END LOOP;
    RETURN NULL;
END
$$;
