-- A wave says what it takes, so that no stranger decides it with the first form.

ALTER TABLE waves ADD COLUMN takes TEXT NOT NULL DEFAULT 'forms' CONSTRAINT waves_takes CHECK (
    takes IN ('forms', 'sample', 'level_counts')
);

-- Whether it has forms with and without a sample plan from before this migration.
ALTER TABLE waves ADD COLUMN mixed INTEGER NOT NULL DEFAULT 0 CONSTRAINT waves_mixed CHECK (mixed IN (0, 1));

-- A household wave without records waits for its sample, unless it is there to try a form.
UPDATE waves SET takes = CASE
    WHEN EXISTS (
        SELECT 1 FROM wave_logs WHERE wave_logs.wave = waves.id AND contents = 'level_counts'
    ) THEN 'level_counts'
    WHEN EXISTS (
        SELECT 1 FROM submissions WHERE submissions.wave = waves.id AND psu IS NOT NULL
    ) THEN 'sample'
    WHEN
        json_extract(content, '$.population') = 'household'
        AND NOT json_extract(content, '$.simulated')
        AND NOT EXISTS (SELECT 1 FROM wave_logs WHERE wave_logs.wave = waves.id)
    THEN 'sample'
    ELSE 'forms'
END;

UPDATE waves SET mixed = takes = 'sample' AND EXISTS (
    SELECT 1 FROM submissions WHERE submissions.wave = waves.id AND psu IS NULL
);

CREATE TRIGGER waves_with_records_take_the_same BEFORE UPDATE OF takes ON waves
WHEN NEW.takes <> OLD.takes AND EXISTS (SELECT 1 FROM wave_logs WHERE wave_logs.wave = OLD.id)
BEGIN SELECT RAISE(ABORT, 'a wave with records goes on taking what it takes'); END;

CREATE TRIGGER submissions_are_what_the_wave_takes BEFORE INSERT ON submissions
WHEN
    (SELECT takes FROM waves WHERE id = NEW.wave AND NOT mixed)
    <> CASE WHEN NEW.psu IS NULL THEN 'forms' ELSE 'sample' END
BEGIN SELECT RAISE(ABORT, 'the wave takes something else'); END;

CREATE TRIGGER level_counts_are_what_the_wave_takes BEFORE INSERT ON level_counts
WHEN (SELECT takes FROM waves WHERE id = NEW.wave) <> 'level_counts'
BEGIN SELECT RAISE(ABORT, 'the wave takes something else'); END;
