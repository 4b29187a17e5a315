-- Whoever looks at a task claims it first, so that watchers do not do each other's work.
--
-- NULL: nobody holds it. A claim that is over counts as none: its holder died, or was too slow.
ALTER TABLE tasks ADD COLUMN claimed_until INTEGER;

-- The tenant comes before the time, so that a watcher can take turns between the tenants without
-- reading past the backlog of one of them.
DROP INDEX tasks_live;
CREATE INDEX tasks_live ON tasks (upstream, tenant_id, next_check_at) WHERE live = 1;
