-- A wave says what it takes, so that no stranger decides it with the first form.

ALTER TABLE waves ADD COLUMN takes TEXT COLLATE "C" NOT NULL DEFAULT 'forms' CONSTRAINT waves_takes CHECK (
    takes IN ('forms', 'sample', 'level_counts')
);

-- Whether it has forms with and without a sample plan from before this migration.
ALTER TABLE waves ADD COLUMN mixed BOOLEAN NOT NULL DEFAULT false;

-- A household wave without records waits for its sample, unless it is there to try a form.
UPDATE waves SET takes = CASE
    WHEN EXISTS (
        SELECT 1 FROM wave_logs WHERE wave_logs.wave = waves.id AND contents = 'level_counts'
    ) THEN 'level_counts'
    WHEN EXISTS (
        SELECT 1 FROM submissions WHERE submissions.wave = waves.id AND psu IS NOT NULL
    ) THEN 'sample'
    WHEN
        content::json ->> 'population' = 'household'
        AND content::json ->> 'simulated' = 'false'
        AND NOT EXISTS (SELECT 1 FROM wave_logs WHERE wave_logs.wave = waves.id)
    THEN 'sample'
    ELSE 'forms'
END;

UPDATE waves SET mixed = takes = 'sample' AND EXISTS (
    SELECT 1 FROM submissions WHERE submissions.wave = waves.id AND psu IS NULL
);

CREATE FUNCTION thuocdo_guard_takes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM wave_logs WHERE wave_logs.wave = OLD.id) THEN
        RAISE EXCEPTION 'a wave with records goes on taking what it takes'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER waves_with_records_take_the_same BEFORE UPDATE OF takes ON waves
FOR EACH ROW WHEN (NEW.takes <> OLD.takes) EXECUTE FUNCTION thuocdo_guard_takes();

-- Once for a statement, which has many rows.
CREATE FUNCTION thuocdo_submissions_fit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1
        FROM (SELECT DISTINCT wave, psu IS NULL AS by_itself FROM inserted) AS offered
        JOIN waves ON waves.id = offered.wave
        WHERE NOT waves.mixed AND waves.takes <> CASE WHEN offered.by_itself THEN 'forms' ELSE 'sample' END
    ) THEN
        RAISE EXCEPTION 'the wave takes something else' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER submissions_are_what_the_wave_takes AFTER INSERT ON submissions
REFERENCING NEW TABLE AS inserted
FOR EACH STATEMENT EXECUTE FUNCTION thuocdo_submissions_fit();

CREATE FUNCTION thuocdo_level_counts_fit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1
        FROM (SELECT DISTINCT wave FROM inserted) AS offered
        JOIN waves ON waves.id = offered.wave
        WHERE waves.takes <> 'level_counts'
    ) THEN
        RAISE EXCEPTION 'the wave takes something else' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER level_counts_are_what_the_wave_takes AFTER INSERT ON level_counts
REFERENCING NEW TABLE AS inserted
FOR EACH STATEMENT EXECUTE FUNCTION thuocdo_level_counts_fit();
