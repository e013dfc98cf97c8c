-- What servers write again and again to see whether what they write becomes durable. It says nothing
-- of anybody's answers and is in no backup.
CREATE TABLE readiness (
    id SMALLINT PRIMARY KEY CONSTRAINT readiness_id CHECK (id = 1),
    written_at_ms BIGINT NOT NULL
);
INSERT INTO readiness (id, written_at_ms) VALUES (1, 0);
