-- Which request something was decided in, and what each tenant used on each day.

ALTER TABLE audit_log ADD COLUMN request_id TEXT;  -- NULL: it was no request

-- The ledger by day of settlement (UTC, counted from 1970-01-01), tenant and SKU: usage without
-- reading the ledger.
CREATE TABLE usage_days (
    day               INTEGER NOT NULL,
    tenant_id         INTEGER NOT NULL REFERENCES tenants (tenant_id),
    sku               TEXT    NOT NULL,
    entries           INTEGER NOT NULL,
    tokens            INTEGER NOT NULL,
    charge_cny_micros INTEGER NOT NULL,
    charge_usd_micros INTEGER NOT NULL,
    PRIMARY KEY (day, tenant_id, sku)
) STRICT, WITHOUT ROWID;

CREATE INDEX usage_of_tenant ON usage_days (tenant_id, day, sku);

-- The remainder is made positive, so that a day before 1970 begins at midnight too.
INSERT INTO usage_days (
    day, tenant_id, sku, entries, tokens, charge_cny_micros, charge_usd_micros
)
SELECT (settled_at - (settled_at % 86400000 + 86400000) % 86400000) / 86400000, tenant_id, sku,
       count(*), sum(tokens), sum(charge_cny_micros), sum(charge_usd_micros)
FROM ledger GROUP BY 1, 2, 3;

CREATE TRIGGER ledger_is_used AFTER INSERT ON ledger BEGIN
    INSERT INTO usage_days (
        day, tenant_id, sku, entries, tokens, charge_cny_micros, charge_usd_micros
    )
    VALUES (
        (new.settled_at - (new.settled_at % 86400000 + 86400000) % 86400000) / 86400000,
        new.tenant_id, new.sku, 1, new.tokens, new.charge_cny_micros, new.charge_usd_micros
    )
    ON CONFLICT (day, tenant_id, sku) DO UPDATE SET
        entries = entries + 1,
        tokens = tokens + excluded.tokens,
        charge_cny_micros = charge_cny_micros + excluded.charge_cny_micros,
        charge_usd_micros = charge_usd_micros + excluded.charge_usd_micros;
END;
