-- Short codes, which stand on paper and outlive a wave. What is there already gets its codes from the
-- program when it opens the database, because they are random.

-- Five characters for a place (the id that its service points have in each wave), a unit and a channel;
-- those of simulated waves are apart from those of real ones. The points may be of any number of waves,
-- so no key refers to them.
CREATE TABLE short_codes (
    code TEXT COLLATE "C" NOT NULL PRIMARY KEY CONSTRAINT short_codes_code CHECK (length(code) = 5),
    -- The code with one character for all that are taken for each other: what is typed is looked up
    -- here, and no two codes look alike.
    folded TEXT COLLATE "C" NOT NULL UNIQUE CONSTRAINT short_codes_folded CHECK (length(folded) = 5),
    place TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    channel TEXT COLLATE "C" NOT NULL CONSTRAINT short_codes_channel CHECK (
        channel IN ('kiosk', 'wall_qr', 'receipt_qr', 'link', 'interviewer', 'paper_entry')
    ),
    simulated BOOLEAN NOT NULL,
    made_at_ms BIGINT NOT NULL,
    UNIQUE (place, unit, channel, simulated)
);

-- From a code to the service points of all waves.
CREATE INDEX points_by_place ON points (id, unit, channel);

CREATE TRIGGER short_codes_never_change BEFORE UPDATE ON short_codes
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('a short code never changes');

CREATE TRIGGER short_codes_never_go BEFORE DELETE ON short_codes
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('a short code is never removed');

CREATE TRIGGER short_codes_never_emptied BEFORE TRUNCATE ON short_codes
FOR EACH STATEMENT EXECUTE FUNCTION thuocdo_refuse('a short code is never removed');
