-- What several servers on one database share. None of it belongs to a tenant.

-- Who leads what, and until when.
CREATE TABLE leases (
    name   TEXT   PRIMARY KEY,
    holder TEXT   NOT NULL,
    until  BIGINT NOT NULL
);

-- When the next call in a lane may go out: an upstream account allows so many a second.
CREATE TABLE lanes (
    lane    TEXT   PRIMARY KEY,
    next_at BIGINT NOT NULL
);

-- One for each transaction that wrote something: who never heard whether it was committed asks
-- here. `kept` is false where somebody asked before it was there: such a transaction cannot be
-- committed any more, because its own receipt is in conflict.
CREATE TABLE receipts (
    writer     BIGINT      NOT NULL,
    number     BIGINT      NOT NULL,
    kept       BOOLEAN     NOT NULL,
    written_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (writer, number)
);

CREATE INDEX receipts_by_age ON receipts (written_at);
