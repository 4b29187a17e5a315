-- Who owns which task, what is known of it, and how many a tenant has.
--
-- `listed` marks the rows that pages and totals look at: not buried, not aged out.
-- `live` marks the rows that the watcher looks at: not ended, not lost.

CREATE TABLE tasks (
    seq           INTEGER PRIMARY KEY,  -- the order of binding
    task_id       TEXT    NOT NULL UNIQUE,
    tenant_id     INTEGER NOT NULL REFERENCES tenants (tenant_id),
    intent_id     INTEGER NOT NULL REFERENCES intents (intent_id),
    upstream      TEXT    NOT NULL,
    model         TEXT    NOT NULL,
    status        TEXT    NOT NULL CHECK (
        status IN ('queued', 'running', 'succeeded', 'failed', 'expired', 'cancelled')
    ),
    has_video     INTEGER NOT NULL CHECK (has_video IN (0, 1)),
    tariff        TEXT    NOT NULL REFERENCES tariffs (version),
    created_at    INTEGER NOT NULL,
    refreshed_at  INTEGER NOT NULL,
    next_check_at INTEGER NOT NULL,
    missing_since INTEGER,
    buried_at     INTEGER,
    listed        INTEGER NOT NULL CHECK (listed IN (0, 1)),
    live          INTEGER NOT NULL CHECK (live IN (0, 1)),
    settlement    TEXT    NOT NULL CHECK (
        settlement IN ('open', 'charged', 'free', 'quarantined', 'lost')
    ),
    body          BLOB    NOT NULL,     -- last, because it is long
    CHECK (listed = 0 OR buried_at IS NULL),
    CHECK ((settlement = 'open') = (live = 1)),
    CHECK ((settlement IN ('open', 'lost')) = (status IN ('queued', 'running'))),
    CHECK (settlement NOT IN ('charged', 'quarantined') OR status = 'succeeded')
) STRICT;

-- The tenant's way to a task. It leads with the tenant, so that a foreign task and a missing one
-- cost the same steps; the unique index on task_id would find the foreign row first.
CREATE UNIQUE INDEX tasks_of_tenant ON tasks (tenant_id, task_id);

-- Read backwards: newest first. Each entry ends with seq, which breaks ties.
CREATE INDEX tasks_listed ON tasks (tenant_id, created_at) WHERE listed = 1;
CREATE INDEX tasks_listed_by_kind ON tasks (tenant_id, model, status, created_at) WHERE listed = 1;
CREATE INDEX tasks_listed_by_age ON tasks (created_at) WHERE listed = 1;
CREATE INDEX tasks_live ON tasks (upstream, next_check_at) WHERE live = 1;

CREATE TRIGGER tasks_are_not_deleted BEFORE DELETE ON tasks BEGIN
    SELECT raise(ABORT, 'a task is never deleted');
END;

-- What was charged stays charged, and what is free stays free. A success is free only out of
-- quarantine, because a human said so.
CREATE TRIGGER tasks_are_settled_once BEFORE UPDATE OF settlement ON tasks
WHEN new.settlement <> old.settlement AND (
    old.settlement IN ('charged', 'free')
    OR (new.settlement = 'free' AND new.status = 'succeeded' AND old.settlement <> 'quarantined')
)
BEGIN
    SELECT raise(ABORT, 'a task is settled once');
END;

-- How many listed tasks a tenant has, by model and status: totals without counting rows.
CREATE TABLE listed_counts (
    tenant_id INTEGER NOT NULL REFERENCES tenants (tenant_id),
    model     TEXT    NOT NULL,
    status    TEXT    NOT NULL,
    tasks     INTEGER NOT NULL CHECK (tasks >= 0),
    PRIMARY KEY (tenant_id, model, status)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER tasks_counted_when_bound AFTER INSERT ON tasks WHEN new.listed = 1 BEGIN
    INSERT INTO listed_counts (tenant_id, model, status, tasks)
    VALUES (new.tenant_id, new.model, new.status, 1)
    ON CONFLICT (tenant_id, model, status) DO UPDATE SET tasks = tasks + 1;
END;

CREATE TRIGGER tasks_counted_when_moved AFTER UPDATE OF status ON tasks
WHEN old.listed = 1 AND new.listed = 1 AND new.status <> old.status BEGIN
    UPDATE listed_counts SET tasks = tasks - 1
    WHERE tenant_id = old.tenant_id AND model = old.model AND status = old.status;
    INSERT INTO listed_counts (tenant_id, model, status, tasks)
    VALUES (new.tenant_id, new.model, new.status, 1)
    ON CONFLICT (tenant_id, model, status) DO UPDATE SET tasks = tasks + 1;
END;

-- A task leaves the listed set for good.
CREATE TRIGGER tasks_counted_when_unlisted AFTER UPDATE OF listed ON tasks
WHEN old.listed = 1 AND new.listed = 0 BEGIN
    UPDATE listed_counts SET tasks = tasks - 1
    WHERE tenant_id = old.tenant_id AND model = old.model AND status = old.status;
END;

CREATE TRIGGER tasks_are_not_listed_again BEFORE UPDATE OF listed ON tasks
WHEN old.listed = 0 AND new.listed = 1 BEGIN
    SELECT raise(ABORT, 'a task that left the list does not come back');
END;

-- Successes whose usage made no sense: kept for a human, never charged.
CREATE TABLE quarantine (
    task_seq       INTEGER PRIMARY KEY REFERENCES tasks (seq),
    tenant_id      INTEGER NOT NULL REFERENCES tenants (tenant_id),
    reason         TEXT    NOT NULL,
    usage          TEXT    NOT NULL,
    quarantined_at INTEGER NOT NULL
) STRICT;
