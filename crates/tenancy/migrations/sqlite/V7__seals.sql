-- A checksum of what a tenant is shown of a task, and of what decides on its price. SQLite keeps none
-- in the file, so a bit that turned there would be served, or charged.
--
-- NULL: the task was last written before there were seals, and is not checked.
ALTER TABLE tasks ADD COLUMN seal INTEGER;

-- Who may call is kept twice, once in the table and once in an index that nothing else needs: the
-- check of the file compares the two. The tables are small, and seldom written.
CREATE INDEX tenants_twice ON tenants (
    tenant_id, name, upstream, tasks_enabled, assets_enabled, suspended_at, created_at
);
CREATE INDEX tokens_twice ON tokens (
    token_id, tenant_id, sha256, hint, label, created_at, expires_at, revoked_at
);
