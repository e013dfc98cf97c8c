-- What a device gives out as a file is sealed to a key of its server.

CREATE TABLE outbox_keys (
    -- The secret half of the key, which opens such files. There is one.
    number INTEGER NOT NULL PRIMARY KEY CONSTRAINT outbox_keys_number CHECK (number = 1),
    secret BLOB NOT NULL CONSTRAINT outbox_keys_secret CHECK (length(secret) = 32)
) STRICT;

CREATE TRIGGER outbox_keys_never_change BEFORE UPDATE ON outbox_keys
BEGIN SELECT RAISE(ABORT, 'a key never changes'); END;

CREATE TRIGGER outbox_keys_never_go BEFORE DELETE ON outbox_keys
BEGIN SELECT RAISE(ABORT, 'a key is never removed'); END;
