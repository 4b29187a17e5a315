-- Who owns which task, what is known of it, and how many a tenant has.
--
-- `listed` marks the rows that pages and totals look at: not buried, not aged out.
-- `live` marks the rows that the watcher looks at: not ended, not lost.

CREATE TABLE tasks (
    seq           BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,   -- the order of binding
    task_id       TEXT    COLLATE "C" NOT NULL UNIQUE,
    tenant_id     BIGINT  NOT NULL REFERENCES tenants (tenant_id),
    intent_id     BIGINT  NOT NULL REFERENCES intents (intent_id),
    upstream      TEXT    NOT NULL,
    model         TEXT    NOT NULL,
    status        TEXT    NOT NULL CHECK (
        status IN ('queued', 'running', 'succeeded', 'failed', 'expired', 'cancelled')
    ),
    has_video     BOOLEAN NOT NULL,
    tariff        TEXT    COLLATE "C" NOT NULL REFERENCES tariffs (version),
    created_at    BIGINT  NOT NULL,
    refreshed_at  BIGINT  NOT NULL,
    next_check_at BIGINT  NOT NULL,
    missing_since BIGINT,
    claimed_until BIGINT,               -- NULL: nobody holds it; over: its holder was too slow
    buried_at     BIGINT,
    listed        BOOLEAN NOT NULL,
    live          BOOLEAN NOT NULL,
    settlement    TEXT    NOT NULL CHECK (
        settlement IN ('open', 'charged', 'free', 'quarantined', 'lost')
    ),
    body          BYTEA   NOT NULL,
    CHECK (NOT listed OR buried_at IS NULL),
    CHECK ((settlement = 'open') = live),
    CHECK ((settlement IN ('open', 'lost')) = (status IN ('queued', 'running'))),
    CHECK (settlement NOT IN ('charged', 'quarantined') OR status = 'succeeded')
);

ALTER TABLE intents ADD FOREIGN KEY (task_seq) REFERENCES tasks (seq);

-- The tenant's way to a task. It leads with the tenant, so that a foreign task and a missing one
-- cost the same steps; the unique index on task_id would find the foreign row first.
CREATE UNIQUE INDEX tasks_of_tenant ON tasks (tenant_id, task_id);

-- Read backwards: newest first. Each ends with seq, which breaks ties.
CREATE INDEX tasks_listed ON tasks (tenant_id, created_at, seq) WHERE listed;
CREATE INDEX tasks_listed_by_kind ON tasks (tenant_id, model, status, created_at, seq)
WHERE listed;
CREATE INDEX tasks_listed_by_age ON tasks (created_at) WHERE listed;

-- The tenant comes before the time, so that a watcher can take turns between the tenants without
-- reading past the backlog of one of them.
CREATE INDEX tasks_live ON tasks (upstream, tenant_id, next_check_at, seq) WHERE live;

ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks FORCE ROW LEVEL SECURITY;
CREATE POLICY of_one_tenant ON tasks
    USING (current_setting('phanedge.tenant', true) IN ('*', tenant_id::text));

CREATE TRIGGER tasks_are_not_deleted BEFORE DELETE OR TRUNCATE ON tasks
    EXECUTE FUNCTION refuse('a task is never deleted');

-- What was charged stays charged, and what is free stays free. A success is free only out of
-- quarantine, because a human said so.
CREATE TRIGGER tasks_are_settled_once BEFORE UPDATE OF settlement ON tasks FOR EACH ROW
WHEN (new.settlement <> old.settlement AND (
    old.settlement IN ('charged', 'free')
    OR (new.settlement = 'free' AND new.status = 'succeeded' AND old.settlement <> 'quarantined')
))
    EXECUTE FUNCTION refuse('a task is settled once');

CREATE TRIGGER tasks_are_not_listed_again BEFORE UPDATE OF listed ON tasks FOR EACH ROW
WHEN (new.listed AND NOT old.listed)
    EXECUTE FUNCTION refuse('a task that left the list does not come back');

-- How many listed tasks a tenant has, by model and status: totals without counting rows.
CREATE TABLE listed_counts (
    tenant_id BIGINT NOT NULL REFERENCES tenants (tenant_id),
    model     TEXT   NOT NULL,
    status    TEXT   NOT NULL,
    tasks     BIGINT NOT NULL CHECK (tasks >= 0),
    PRIMARY KEY (tenant_id, model, status)
);

ALTER TABLE listed_counts ENABLE ROW LEVEL SECURITY;
ALTER TABLE listed_counts FORCE ROW LEVEL SECURITY;
CREATE POLICY of_one_tenant ON listed_counts
    USING (current_setting('phanedge.tenant', true) IN ('*', tenant_id::text));

-- Takes a task out of the counter that it was in, and puts it into the one where it is now. A task
-- that moves locks them in this order, and a status never goes back: no two movers wait for each
-- other.
CREATE FUNCTION count_listed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        UPDATE listed_counts SET tasks = tasks - 1
        WHERE tenant_id = old.tenant_id AND model = old.model AND status = old.status;
    END IF;
    IF new.listed THEN
        INSERT INTO listed_counts (tenant_id, model, status, tasks)
        VALUES (new.tenant_id, new.model, new.status, 1)
        ON CONFLICT (tenant_id, model, status) DO UPDATE SET tasks = listed_counts.tasks + 1;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER tasks_counted_when_bound AFTER INSERT ON tasks FOR EACH ROW
WHEN (new.listed)
    EXECUTE FUNCTION count_listed();

CREATE TRIGGER tasks_counted_when_moved AFTER UPDATE OF status, listed ON tasks FOR EACH ROW
WHEN (old.listed AND (new.status <> old.status OR NOT new.listed))
    EXECUTE FUNCTION count_listed();

-- Successes whose usage made no sense: kept for a human, never charged.
CREATE TABLE quarantine (
    task_seq       BIGINT PRIMARY KEY REFERENCES tasks (seq),
    tenant_id      BIGINT NOT NULL REFERENCES tenants (tenant_id),
    reason         TEXT   NOT NULL,
    usage          TEXT   NOT NULL,
    quarantined_at BIGINT NOT NULL,
    resolved_at    BIGINT               -- NULL: nobody decided yet
);

CREATE INDEX quarantine_open ON quarantine (task_seq) WHERE resolved_at IS NULL;

ALTER TABLE quarantine ENABLE ROW LEVEL SECURITY;
ALTER TABLE quarantine FORCE ROW LEVEL SECURITY;
CREATE POLICY of_one_tenant ON quarantine
    USING (current_setting('phanedge.tenant', true) IN ('*', tenant_id::text));

-- Queued tasks whose DELETE was about to be sent, written down before it was. Upstream, a task that
-- ended in between loses its record, and with it what it cost.
CREATE TABLE cancels (
    task_seq  BIGINT PRIMARY KEY REFERENCES tasks (seq),
    tenant_id BIGINT NOT NULL REFERENCES tenants (tenant_id),
    sent_at   BIGINT NOT NULL           -- of the last one
);

ALTER TABLE cancels ENABLE ROW LEVEL SECURITY;
ALTER TABLE cancels FORCE ROW LEVEL SECURITY;
CREATE POLICY of_one_tenant ON cancels
    USING (current_setting('phanedge.tenant', true) IN ('*', tenant_id::text));
