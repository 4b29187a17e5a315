-- Which request something was decided in, and what each tenant used on each day.

ALTER TABLE audit_log ADD COLUMN request_id TEXT;  -- NULL: it was no request

-- The day of a time (UTC), counted from 1970-01-01.
CREATE FUNCTION day_of(millis BIGINT) RETURNS BIGINT LANGUAGE sql IMMUTABLE AS $$
    SELECT (millis - (millis % 86400000 + 86400000) % 86400000) / 86400000
$$;

-- The ledger by day of settlement, tenant and SKU: usage without reading the ledger.
CREATE TABLE usage_days (
    day               BIGINT NOT NULL,
    tenant_id         BIGINT NOT NULL REFERENCES tenants (tenant_id),
    sku               TEXT   COLLATE "C" NOT NULL,
    entries           BIGINT NOT NULL,
    tokens            BIGINT NOT NULL,
    charge_cny_micros BIGINT NOT NULL,
    charge_usd_micros BIGINT NOT NULL,
    PRIMARY KEY (day, tenant_id, sku)
);

CREATE INDEX usage_of_tenant ON usage_days (tenant_id, day, sku);

ALTER TABLE usage_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_days FORCE ROW LEVEL SECURITY;
CREATE POLICY of_one_tenant ON usage_days
    USING (current_setting('phanedge.tenant', true) IN ('*', tenant_id::text));

-- What is there already counts. The policies do not bind this transaction's statements otherwise.
SET LOCAL phanedge.tenant = '*';

INSERT INTO usage_days (
    day, tenant_id, sku, entries, tokens, charge_cny_micros, charge_usd_micros
)
SELECT day_of(settled_at), tenant_id, sku,
       count(*), sum(tokens), sum(charge_cny_micros), sum(charge_usd_micros)
FROM ledger GROUP BY 1, 2, 3;

CREATE FUNCTION entry_is_used() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO usage_days AS used (
        day, tenant_id, sku, entries, tokens, charge_cny_micros, charge_usd_micros
    )
    VALUES (
        day_of(new.settled_at), new.tenant_id, new.sku, 1, new.tokens, new.charge_cny_micros,
        new.charge_usd_micros
    )
    ON CONFLICT (day, tenant_id, sku) DO UPDATE SET
        entries = used.entries + 1,
        tokens = used.tokens + excluded.tokens,
        charge_cny_micros = used.charge_cny_micros + excluded.charge_cny_micros,
        charge_usd_micros = used.charge_usd_micros + excluded.charge_usd_micros;
    RETURN NULL;
END $$;

-- By its name it fires last, after `ledger_is_summed`: this row is locked last.
CREATE TRIGGER ledger_is_used AFTER INSERT ON ledger FOR EACH ROW
    EXECUTE FUNCTION entry_is_used();
