-- Heartbeats carry a rising counter, so that one that is sent again changes nothing.

CREATE TABLE heartbeat_counters (
    device BLOB NOT NULL PRIMARY KEY CONSTRAINT heartbeat_counters_device CHECK (length(device) = 16),
    -- To which the counter belongs: a random number of this database. It is in no backup, so a
    -- restored database has another one, and no heartbeat of before is taken by it.
    nonce BLOB NOT NULL CONSTRAINT heartbeat_counters_nonce CHECK (length(nonce) = 16),
    -- That of the last heartbeat that was taken.
    counter INTEGER NOT NULL CONSTRAINT heartbeat_counters_counter CHECK (counter >= 0)
) STRICT, WITHOUT ROWID;
