-- Who may call: tenants, and the tokens that stand for them.
--
-- Rows of tenants are behind row-level security, and FORCE puts the owner of the tables behind it
-- too. A transaction says whose it is in `phanedge.tenant`: the number of a tenant, or `*` for the
-- platform. One that says nothing sees nothing.

-- What a trigger does that refuses a change, with the reason as its argument.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0];
END $$;

CREATE TABLE tenants (
    tenant_id      BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name           TEXT    COLLATE "C" NOT NULL UNIQUE,
    upstream       TEXT    NOT NULL,
    tasks_enabled  BOOLEAN NOT NULL,
    assets_enabled BOOLEAN NOT NULL,
    suspended_at   BIGINT,              -- NULL: not suspended
    created_at     BIGINT  NOT NULL
);

ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
CREATE POLICY of_one_tenant ON tenants
    USING (current_setting('phanedge.tenant', true) IN ('*', tenant_id::text));

CREATE TABLE tokens (
    token_id   BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id  BIGINT NOT NULL REFERENCES tenants (tenant_id),
    sha256     BYTEA  NOT NULL UNIQUE CHECK (length(sha256) = 32),
    hint       TEXT   NOT NULL,
    label      TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,                  -- NULL: does not expire
    revoked_at BIGINT                   -- NULL: not revoked
);

CREATE INDEX tokens_of_tenant ON tokens (tenant_id, token_id);

ALTER TABLE tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY of_one_tenant ON tokens
    USING (current_setting('phanedge.tenant', true) IN ('*', tenant_id::text));
