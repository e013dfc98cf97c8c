-- What a server writes again and again to see whether what it writes becomes durable. It says nothing
-- of anybody's answers and is in no backup.
CREATE TABLE readiness (
    id INTEGER PRIMARY KEY CONSTRAINT readiness_id CHECK (id = 1),
    written_at_ms INTEGER NOT NULL
);
INSERT INTO readiness (id, written_at_ms) VALUES (1, 0);
