-- What each success cost, and what people decided. Rows are added, and never changed or removed.

CREATE TABLE ledger (
    entry_id                     BIGINT  PRIMARY KEY,
    task_id                      TEXT    COLLATE "C" NOT NULL REFERENCES tasks (task_id),
    correction                   BIGINT  NOT NULL CHECK (correction >= 0),
    tenant_id                    BIGINT  NOT NULL REFERENCES tenants (tenant_id),
    upstream                     TEXT    NOT NULL,
    model                        TEXT    NOT NULL,
    sku                          TEXT    NOT NULL,
    resolution                   TEXT    NOT NULL,
    has_video                    BOOLEAN NOT NULL,
    tokens                       BIGINT  NOT NULL,
    price_cny_micros_per_million BIGINT  NOT NULL,
    cny_per_usd_micros           BIGINT  NOT NULL,
    rate_usd_micros_per_million  BIGINT  NOT NULL,
    charge_cny_micros            BIGINT  NOT NULL,
    charge_usd_micros            BIGINT  NOT NULL,
    tariff                       TEXT    COLLATE "C" NOT NULL REFERENCES tariffs (version),
    task_created_at              BIGINT  NOT NULL,
    settled_at                   BIGINT  NOT NULL,
    -- The fence behind the guarded transition: a task has one charge, number 0, whoever asks.
    -- Its corrections are numbered from 1.
    UNIQUE (task_id, correction)
);

-- Exports walk these; each ends with entry_id, which breaks ties.
CREATE INDEX ledger_by_time ON ledger (settled_at, entry_id);
CREATE INDEX ledger_of_tenant ON ledger (tenant_id, settled_at, entry_id);

ALTER TABLE ledger ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger FORCE ROW LEVEL SECURITY;
CREATE POLICY of_one_tenant ON ledger
    USING (current_setting('phanedge.tenant', true) IN ('*', tenant_id::text));

-- The order of the numbers is the order in which entries become visible: the lock is held until
-- the commit, so no reader can see an entry and later find one with a smaller number. Numbers may
-- be missing. The locks of this schema are 28776 and a number: 1 serving, 2 migrating.
CREATE SEQUENCE ledger_numbers OWNED BY ledger.entry_id;

CREATE FUNCTION number_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(28776, 3);
    new.entry_id := nextval('ledger_numbers');
    RETURN new;
END $$;

CREATE TRIGGER ledger_is_numbered BEFORE INSERT ON ledger FOR EACH ROW
    EXECUTE FUNCTION number_entry();

CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
    EXECUTE FUNCTION refuse('the ledger is append-only');

-- The sums of the ledger: totals without reading it.
CREATE TABLE ledger_sums (
    tenant_id         BIGINT PRIMARY KEY REFERENCES tenants (tenant_id),
    entries           BIGINT NOT NULL,
    tokens            BIGINT NOT NULL,
    charge_cny_micros BIGINT NOT NULL,
    charge_usd_micros BIGINT NOT NULL
);

ALTER TABLE ledger_sums ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger_sums FORCE ROW LEVEL SECURITY;
CREATE POLICY of_one_tenant ON ledger_sums
    USING (current_setting('phanedge.tenant', true) IN ('*', tenant_id::text));

CREATE FUNCTION sum_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_sums AS sums (
        tenant_id, entries, tokens, charge_cny_micros, charge_usd_micros
    )
    VALUES (new.tenant_id, 1, new.tokens, new.charge_cny_micros, new.charge_usd_micros)
    ON CONFLICT (tenant_id) DO UPDATE SET
        entries = sums.entries + 1,
        tokens = sums.tokens + excluded.tokens,
        charge_cny_micros = sums.charge_cny_micros + excluded.charge_cny_micros,
        charge_usd_micros = sums.charge_usd_micros + excluded.charge_usd_micros;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_is_summed AFTER INSERT ON ledger FOR EACH ROW
    EXECUTE FUNCTION sum_ledger();

CREATE TABLE audit_log (
    record_id BIGINT PRIMARY KEY,
    at        BIGINT NOT NULL,
    actor     TEXT   NOT NULL,
    action    TEXT   NOT NULL,
    subject   TEXT   NOT NULL,
    detail    TEXT   NOT NULL
);

CREATE SEQUENCE audit_log_numbers OWNED BY audit_log.record_id;

-- Numbered like the ledger.
CREATE FUNCTION number_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(28776, 4);
    new.record_id := nextval('audit_log_numbers');
    RETURN new;
END $$;

CREATE TRIGGER audit_log_is_numbered BEFORE INSERT ON audit_log FOR EACH ROW
    EXECUTE FUNCTION number_record();

CREATE TRIGGER audit_log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    EXECUTE FUNCTION refuse('the audit log is append-only');
