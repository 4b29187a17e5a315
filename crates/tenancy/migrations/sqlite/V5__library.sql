-- Who owns which part of the asset library: groups, the assets in them, and intents to create.

CREATE TABLE asset_groups (
    seq        INTEGER PRIMARY KEY,     -- the order of binding
    group_id   TEXT    NOT NULL UNIQUE,
    tenant_id  INTEGER NOT NULL REFERENCES tenants (tenant_id),
    upstream   TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- The tenant's way to a group, as for tasks. Assets and intents point at all three columns, so
-- that none can be in a group of another tenant or of another account.
CREATE UNIQUE INDEX asset_groups_of_tenant ON asset_groups (tenant_id, group_id, upstream);

-- Read backwards: newest first, without reading the table.
CREATE INDEX asset_groups_of_account ON asset_groups (tenant_id, upstream, seq, group_id);

CREATE TRIGGER asset_groups_are_not_deleted BEFORE DELETE ON asset_groups BEGIN
    SELECT raise(ABORT, 'a group is never deleted');
END;

CREATE TABLE assets (
    seq        INTEGER PRIMARY KEY,     -- the order of binding
    asset_id   TEXT    NOT NULL UNIQUE,
    tenant_id  INTEGER NOT NULL REFERENCES tenants (tenant_id),
    group_id   TEXT    NOT NULL,
    upstream   TEXT    NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('Image', 'Video', 'Audio')),
    status     TEXT    CHECK (status IN ('Processing', 'Active', 'Failed')),
    created_at INTEGER NOT NULL,
    seen_at    INTEGER,                 -- since when the status is seen
    CHECK ((status IS NULL) = (seen_at IS NULL)),
    FOREIGN KEY (tenant_id, group_id, upstream)
        REFERENCES asset_groups (tenant_id, group_id, upstream)
) STRICT;

-- The tenant's way to an asset, as for tasks.
CREATE UNIQUE INDEX assets_of_tenant ON assets (tenant_id, asset_id);

CREATE TRIGGER assets_are_not_deleted BEFORE DELETE ON assets BEGIN
    SELECT raise(ABORT, 'an asset is never deleted');
END;

CREATE TABLE library_intents (
    intent_id  INTEGER PRIMARY KEY,
    tenant_id  INTEGER NOT NULL REFERENCES tenants (tenant_id),
    upstream   TEXT    NOT NULL,
    group_id   TEXT,                    -- the group of an asset; NULL: a group is created
    kind       TEXT    CHECK (kind IN ('Image', 'Video', 'Audio')),
    name       TEXT,
    state      TEXT    NOT NULL CHECK (
        state IN ('sent', 'bound', 'refused', 'unknown', 'adopted', 'abandoned')
    ),
    made_group INTEGER UNIQUE REFERENCES asset_groups (seq),
    made_asset INTEGER UNIQUE REFERENCES assets (seq),
    opened_at  INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    CHECK ((group_id IS NULL) = (kind IS NULL)),
    CHECK (kind IS NOT NULL OR name IS NOT NULL),
    CHECK (made_group IS NULL OR kind IS NULL),
    CHECK (made_asset IS NULL OR kind IS NOT NULL),
    CHECK ((coalesce(made_group, made_asset) IS NOT NULL) = (state IN ('bound', 'adopted'))),
    FOREIGN KEY (tenant_id, group_id, upstream)
        REFERENCES asset_groups (tenant_id, group_id, upstream)
) STRICT;

CREATE INDEX library_intents_open ON library_intents (upstream)
WHERE state IN ('sent', 'unknown');

-- Where an adopted asset looks for the intent that it came from; each entry ends with intent_id.
CREATE INDEX library_intents_of_group ON library_intents (tenant_id, group_id, kind, state);

CREATE TRIGGER library_intents_are_not_deleted BEFORE DELETE ON library_intents BEGIN
    SELECT raise(ABORT, 'an intent of the library is never deleted');
END;
