-- What is about to be bought, and at which prices.

CREATE TABLE tariffs (
    version     TEXT    NOT NULL PRIMARY KEY,
    document    TEXT    NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER tariffs_are_not_changed BEFORE UPDATE ON tariffs BEGIN
    SELECT raise(ABORT, 'a recorded tariff is never changed');
END;

CREATE TRIGGER tariffs_are_not_deleted BEFORE DELETE ON tariffs BEGIN
    SELECT raise(ABORT, 'a recorded tariff is never deleted');
END;

CREATE TABLE intents (
    intent_id       INTEGER PRIMARY KEY,
    tenant_id       INTEGER NOT NULL REFERENCES tenants (tenant_id),
    upstream        TEXT    NOT NULL,
    model           TEXT    NOT NULL,
    has_video       INTEGER NOT NULL CHECK (has_video IN (0, 1)),
    tariff          TEXT    NOT NULL REFERENCES tariffs (version),
    terms           TEXT    NOT NULL,
    idempotency_key TEXT,               -- NULL: none was given, or it was released
    body_sha256     BLOB CHECK (length(body_sha256) = 32),
    state           TEXT    NOT NULL CHECK (
        state IN ('sent', 'bound', 'refused', 'unknown', 'adopted', 'abandoned')
    ),
    task_seq        INTEGER,            -- tasks.seq once it is bound or adopted
    opened_at       INTEGER NOT NULL,
    changed_at      INTEGER NOT NULL,
    CHECK ((task_seq IS NOT NULL) = (state IN ('bound', 'adopted')))
) STRICT;

CREATE UNIQUE INDEX intents_by_key ON intents (tenant_id, idempotency_key)
WHERE idempotency_key IS NOT NULL;

CREATE INDEX intents_open ON intents (upstream) WHERE state IN ('sent', 'unknown');
