-- What is about to be bought, and at which prices.

CREATE TABLE tariffs (
    version     TEXT   COLLATE "C" PRIMARY KEY,
    document    TEXT   NOT NULL,
    recorded_at BIGINT NOT NULL
);

CREATE TRIGGER tariffs_are_not_changed BEFORE UPDATE ON tariffs
    EXECUTE FUNCTION refuse('a recorded tariff is never changed');

CREATE TRIGGER tariffs_are_not_deleted BEFORE DELETE OR TRUNCATE ON tariffs
    EXECUTE FUNCTION refuse('a recorded tariff is never deleted');

CREATE TABLE intents (
    intent_id       BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id       BIGINT  NOT NULL REFERENCES tenants (tenant_id),
    upstream        TEXT    NOT NULL,
    model           TEXT    NOT NULL,
    has_video       BOOLEAN NOT NULL,
    tariff          TEXT    COLLATE "C" NOT NULL REFERENCES tariffs (version),
    terms           TEXT    NOT NULL,
    idempotency_key TEXT    COLLATE "C",    -- NULL: none was given, or it was released
    body_sha256     BYTEA   CHECK (length(body_sha256) = 32),
    state           TEXT    NOT NULL CHECK (
        state IN ('sent', 'bound', 'refused', 'unknown', 'adopted', 'abandoned')
    ),
    task_seq        BIGINT,                 -- tasks.seq once it is bound or adopted
    opened_at       BIGINT  NOT NULL,
    changed_at      BIGINT  NOT NULL,
    CHECK ((task_seq IS NOT NULL) = (state IN ('bound', 'adopted')))
);

CREATE UNIQUE INDEX intents_by_key ON intents (tenant_id, idempotency_key)
WHERE idempotency_key IS NOT NULL;

CREATE INDEX intents_open ON intents (upstream, intent_id) WHERE state IN ('sent', 'unknown');

-- Intents that a search closed. A task that nobody owns may be theirs after all, as long as others
-- of their time are open.
CREATE INDEX intents_searched ON intents (upstream, opened_at, intent_id)
WHERE state IN ('adopted', 'abandoned');

ALTER TABLE intents ENABLE ROW LEVEL SECURITY;
ALTER TABLE intents FORCE ROW LEVEL SECURITY;
CREATE POLICY of_one_tenant ON intents
    USING (current_setting('phanedge.tenant', true) IN ('*', tenant_id::text));
