-- Who owns which part of the asset library: groups, the assets in them, and intents to create.

CREATE TABLE asset_groups (
    seq        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,   -- the order of binding
    group_id   TEXT   COLLATE "C" NOT NULL UNIQUE,
    tenant_id  BIGINT NOT NULL REFERENCES tenants (tenant_id),
    upstream   TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

-- The tenant's way to a group, as for tasks. Assets and intents point at all three columns, so
-- that none can be in a group of another tenant or of another account.
CREATE UNIQUE INDEX asset_groups_of_tenant ON asset_groups (tenant_id, group_id, upstream);

-- Read backwards: newest first, without reading the table.
CREATE INDEX asset_groups_of_account ON asset_groups (tenant_id, upstream, seq, group_id);

ALTER TABLE asset_groups ENABLE ROW LEVEL SECURITY;
ALTER TABLE asset_groups FORCE ROW LEVEL SECURITY;
CREATE POLICY of_one_tenant ON asset_groups
    USING (current_setting('phanedge.tenant', true) IN ('*', tenant_id::text));

CREATE TRIGGER asset_groups_are_not_deleted BEFORE DELETE OR TRUNCATE ON asset_groups
    EXECUTE FUNCTION refuse('a group is never deleted');

CREATE TABLE assets (
    seq        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,   -- the order of binding
    asset_id   TEXT   COLLATE "C" NOT NULL UNIQUE,
    tenant_id  BIGINT NOT NULL REFERENCES tenants (tenant_id),
    group_id   TEXT   COLLATE "C" NOT NULL,
    upstream   TEXT   NOT NULL,
    kind       TEXT   NOT NULL CHECK (kind IN ('Image', 'Video', 'Audio')),
    status     TEXT   CHECK (status IN ('Processing', 'Active', 'Failed')),
    created_at BIGINT NOT NULL,
    seen_at    BIGINT,                  -- since when the status is seen
    CHECK ((status IS NULL) = (seen_at IS NULL)),
    FOREIGN KEY (tenant_id, group_id, upstream)
        REFERENCES asset_groups (tenant_id, group_id, upstream)
);

-- The tenant's way to an asset, as for tasks.
CREATE UNIQUE INDEX assets_of_tenant ON assets (tenant_id, asset_id);

ALTER TABLE assets ENABLE ROW LEVEL SECURITY;
ALTER TABLE assets FORCE ROW LEVEL SECURITY;
CREATE POLICY of_one_tenant ON assets
    USING (current_setting('phanedge.tenant', true) IN ('*', tenant_id::text));

CREATE TRIGGER assets_are_not_deleted BEFORE DELETE OR TRUNCATE ON assets
    EXECUTE FUNCTION refuse('an asset is never deleted');

CREATE TABLE library_intents (
    intent_id  BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id  BIGINT NOT NULL REFERENCES tenants (tenant_id),
    upstream   TEXT   NOT NULL,
    group_id   TEXT   COLLATE "C",      -- the group of an asset; NULL: a group is created
    kind       TEXT   CHECK (kind IN ('Image', 'Video', 'Audio')),
    name       TEXT,
    state      TEXT   NOT NULL CHECK (
        state IN ('sent', 'bound', 'refused', 'unknown', 'adopted', 'abandoned')
    ),
    made_group BIGINT UNIQUE REFERENCES asset_groups (seq),
    made_asset BIGINT UNIQUE REFERENCES assets (seq),
    opened_at  BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    CHECK ((group_id IS NULL) = (kind IS NULL)),
    CHECK (kind IS NOT NULL OR name IS NOT NULL),
    CHECK (made_group IS NULL OR kind IS NULL),
    CHECK (made_asset IS NULL OR kind IS NOT NULL),
    CHECK ((coalesce(made_group, made_asset) IS NOT NULL) = (state IN ('bound', 'adopted'))),
    FOREIGN KEY (tenant_id, group_id, upstream)
        REFERENCES asset_groups (tenant_id, group_id, upstream)
);

CREATE INDEX library_intents_open ON library_intents (upstream, intent_id)
WHERE state IN ('sent', 'unknown');

-- Where an adopted asset looks for the intent that it came from.
CREATE INDEX library_intents_of_group
ON library_intents (tenant_id, group_id, kind, state, intent_id);

ALTER TABLE library_intents ENABLE ROW LEVEL SECURITY;
ALTER TABLE library_intents FORCE ROW LEVEL SECURITY;
CREATE POLICY of_one_tenant ON library_intents
    USING (current_setting('phanedge.tenant', true) IN ('*', tenant_id::text));

CREATE TRIGGER library_intents_are_not_deleted BEFORE DELETE OR TRUNCATE ON library_intents
    EXECUTE FUNCTION refuse('an intent of the library is never deleted');
