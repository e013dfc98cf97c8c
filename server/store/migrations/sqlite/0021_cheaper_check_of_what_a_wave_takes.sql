-- The same rule as in 0020, which every form pays for: it is found in an index alone, after the row is there.

CREATE INDEX waves_takes ON waves (id, takes, mixed);

DROP TRIGGER submissions_are_what_the_wave_takes;

CREATE TRIGGER submissions_are_what_the_wave_takes AFTER INSERT ON submissions
WHEN
    (SELECT takes FROM waves WHERE id = NEW.wave AND NOT mixed)
    <> CASE WHEN NEW.psu IS NULL THEN 'forms' ELSE 'sample' END
BEGIN SELECT RAISE(ABORT, 'the wave takes something else'); END;
