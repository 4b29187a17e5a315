-- What each success cost. Rows are added, and never changed or removed.

CREATE TABLE ledger (
    entry_id                     INTEGER PRIMARY KEY,
    task_id                      TEXT    NOT NULL REFERENCES tasks (task_id),
    correction                   INTEGER NOT NULL CHECK (correction >= 0),
    tenant_id                    INTEGER NOT NULL REFERENCES tenants (tenant_id),
    upstream                     TEXT    NOT NULL,
    model                        TEXT    NOT NULL,
    sku                          TEXT    NOT NULL,
    resolution                   TEXT    NOT NULL,
    has_video                    INTEGER NOT NULL CHECK (has_video IN (0, 1)),
    tokens                       INTEGER NOT NULL,
    price_cny_micros_per_million INTEGER NOT NULL,
    cny_per_usd_micros           INTEGER NOT NULL,
    rate_usd_micros_per_million  INTEGER NOT NULL,
    charge_cny_micros            INTEGER NOT NULL,
    charge_usd_micros            INTEGER NOT NULL,
    tariff                       TEXT    NOT NULL REFERENCES tariffs (version),
    task_created_at              INTEGER NOT NULL,
    settled_at                   INTEGER NOT NULL,
    -- The fence behind the guarded transition: a task has one charge, number 0, whoever asks.
    -- Its corrections are numbered from 1.
    UNIQUE (task_id, correction)
) STRICT;

-- Exports walk these; each entry ends with entry_id, which breaks ties.
CREATE INDEX ledger_by_time ON ledger (settled_at);
CREATE INDEX ledger_of_tenant ON ledger (tenant_id, settled_at);

CREATE TRIGGER ledger_is_not_changed BEFORE UPDATE ON ledger BEGIN
    SELECT raise(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER ledger_is_not_deleted BEFORE DELETE ON ledger BEGIN
    SELECT raise(ABORT, 'the ledger is append-only');
END;

-- INSERT OR REPLACE removes rows without asking the trigger above.
CREATE TRIGGER ledger_is_not_replaced BEFORE INSERT ON ledger
WHEN EXISTS (SELECT 1 FROM ledger WHERE entry_id = new.entry_id)
    OR EXISTS (
        SELECT 1 FROM ledger WHERE task_id = new.task_id AND correction = new.correction
    )
BEGIN
    SELECT raise(ABORT, 'the ledger is append-only');
END;

-- The sums of the ledger: totals without reading it.
CREATE TABLE ledger_sums (
    tenant_id         INTEGER PRIMARY KEY REFERENCES tenants (tenant_id),
    entries           INTEGER NOT NULL,
    tokens            INTEGER NOT NULL,
    charge_cny_micros INTEGER NOT NULL,
    charge_usd_micros INTEGER NOT NULL
) STRICT;

CREATE TRIGGER ledger_is_summed AFTER INSERT ON ledger BEGIN
    INSERT INTO ledger_sums (
        tenant_id, entries, tokens, charge_cny_micros, charge_usd_micros
    )
    VALUES (new.tenant_id, 1, new.tokens, new.charge_cny_micros, new.charge_usd_micros)
    ON CONFLICT (tenant_id) DO UPDATE SET
        entries = entries + 1,
        tokens = tokens + excluded.tokens,
        charge_cny_micros = charge_cny_micros + excluded.charge_cny_micros,
        charge_usd_micros = charge_usd_micros + excluded.charge_usd_micros;
END;
