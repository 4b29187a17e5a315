-- Who may call: tenants, and the tokens that stand for them.

CREATE TABLE tenants (
    tenant_id      INTEGER PRIMARY KEY,
    name           TEXT    NOT NULL UNIQUE,
    upstream       TEXT    NOT NULL,
    tasks_enabled  INTEGER NOT NULL CHECK (tasks_enabled IN (0, 1)),
    assets_enabled INTEGER NOT NULL CHECK (assets_enabled IN (0, 1)),
    suspended_at   INTEGER,             -- NULL: not suspended
    created_at     INTEGER NOT NULL
) STRICT;

CREATE TABLE tokens (
    token_id   INTEGER PRIMARY KEY,
    tenant_id  INTEGER NOT NULL REFERENCES tenants (tenant_id),
    sha256     BLOB    NOT NULL UNIQUE CHECK (length(sha256) = 32),
    hint       TEXT    NOT NULL,
    label      TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,                 -- NULL: does not expire
    revoked_at INTEGER                  -- NULL: not revoked
) STRICT;

CREATE INDEX tokens_of_tenant ON tokens (tenant_id);
