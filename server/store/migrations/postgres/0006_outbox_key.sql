-- What a device gives out as a file is sealed to a key of its server.

CREATE TABLE outbox_keys (
    -- The secret half of the key, which opens such files. There is one.
    number BIGINT NOT NULL PRIMARY KEY CONSTRAINT outbox_keys_number CHECK (number = 1),
    secret BYTEA NOT NULL CONSTRAINT outbox_keys_secret CHECK (octet_length(secret) = 32)
);

CREATE TRIGGER outbox_keys_never_change BEFORE UPDATE ON outbox_keys
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('a key never changes');

CREATE TRIGGER outbox_keys_never_go BEFORE DELETE ON outbox_keys
FOR EACH ROW EXECUTE FUNCTION thuocdo_refuse('a key is never removed');

CREATE TRIGGER outbox_keys_never_emptied BEFORE TRUNCATE ON outbox_keys
FOR EACH STATEMENT EXECUTE FUNCTION thuocdo_refuse('a key is never removed');
