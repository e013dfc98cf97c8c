-- The table of marks gets the name of what it holds: the history of heartbeats. SQLite cannot rename a
-- rule of a column, so the table is made anew.

CREATE TABLE heartbeat_history (
    -- What heartbeats have proved: at this time the device had begun so many sessions, and its clock
    -- was so far off. Kept when one of the two has changed. A later heartbeat never has a lower
    -- sequence, unless the device has begun to number anew, because its memory was wiped.
    wave TEXT NOT NULL,
    device BLOB NOT NULL CONSTRAINT heartbeat_history_device CHECK (length(device) = 16),
    received_at_ms INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    clock_skew_s INTEGER NOT NULL,
    -- Whether it is the first after the numbering began anew.
    restarted INTEGER NOT NULL CONSTRAINT heartbeat_history_restarted CHECK (restarted IN (0, 1)),
    PRIMARY KEY (wave, device, sequence, received_at_ms)
) STRICT, WITHOUT ROWID;

INSERT INTO heartbeat_history (wave, device, received_at_ms, sequence, clock_skew_s, restarted)
SELECT wave, device, received_at_ms, sequence, clock_skew_s, restarted FROM device_marks;

DROP TABLE device_marks;
