-- What a tenant may do, and how much of it is used. A limit that is NULL is none.

ALTER TABLE tenants ADD COLUMN requests_per_second INTEGER CHECK (requests_per_second > 0);
ALTER TABLE tenants ADD COLUMN most_live_tasks INTEGER CHECK (most_live_tasks >= 0);
ALTER TABLE tenants ADD COLUMN monthly_usd_micros INTEGER CHECK (monthly_usd_micros >= 0);

-- Kept twice, as before: limits belong to who may call.
DROP INDEX tenants_twice;
CREATE INDEX tenants_twice ON tenants (
    tenant_id, name, upstream, tasks_enabled, assets_enabled, suspended_at, created_at,
    requests_per_second, most_live_tasks, monthly_usd_micros
);

-- The most that the task of an intent can cost. It counts as long as the intent is open, and then
-- as long as its task is neither settled nor lost. Intents from before this column reserve nothing.
ALTER TABLE intents ADD COLUMN reserved_usd_micros INTEGER NOT NULL DEFAULT 0
    CHECK (reserved_usd_micros >= 0);

CREATE TRIGGER intents_keep_their_reservation BEFORE UPDATE OF reserved_usd_micros, opened_at
ON intents BEGIN
    SELECT raise(ABORT, 'the reservation of an intent is never changed');
END;

CREATE TRIGGER intents_are_not_opened_again AFTER UPDATE OF state ON intents
WHEN old.state NOT IN ('sent', 'unknown') AND new.state IN ('sent', 'unknown') BEGIN
    SELECT raise(ABORT, 'a closed intent is not opened again');
END;

-- How many tasks and open intents of a tenant are live: a limit without counting rows.
CREATE TABLE live_counts (
    tenant_id  INTEGER PRIMARY KEY REFERENCES tenants (tenant_id),
    live_tasks INTEGER NOT NULL CHECK (live_tasks >= 0)
) STRICT;

INSERT INTO live_counts (tenant_id, live_tasks)
SELECT tenant_id,
       (SELECT count(*) FROM tasks WHERE live = 1 AND tasks.tenant_id = tenants.tenant_id)
           + (SELECT count(*) FROM intents
              WHERE state IN ('sent', 'unknown') AND intents.tenant_id = tenants.tenant_id)
FROM tenants;

CREATE TRIGGER tenants_start_without_tasks AFTER INSERT ON tenants BEGIN
    INSERT INTO live_counts (tenant_id, live_tasks) VALUES (new.tenant_id, 0);
END;

-- What a tenant's creates of a month cost, and what those may cost that are not settled yet. The
-- month is that of the create in UTC, such as 202611; 0 stands for a time that no calendar has.
CREATE TABLE spending (
    tenant_id           INTEGER NOT NULL REFERENCES tenants (tenant_id),
    month               INTEGER NOT NULL,
    reserved_usd_micros INTEGER NOT NULL CHECK (reserved_usd_micros >= 0),
    charged_usd_micros  INTEGER NOT NULL,   -- corrections included, so it may be negative
    PRIMARY KEY (tenant_id, month)
) STRICT, WITHOUT ROWID;

INSERT INTO spending (tenant_id, month, reserved_usd_micros, charged_usd_micros)
SELECT tenant_id,
       ifnull(CAST(strftime('%Y%m', task_created_at / 1000, 'unixepoch') AS INTEGER), 0), 0,
       sum(charge_usd_micros)
FROM ledger GROUP BY 1, 2;

CREATE TRIGGER intents_reserve_when_opened AFTER INSERT ON intents
WHEN new.state IN ('sent', 'unknown') BEGIN
    UPDATE live_counts SET live_tasks = live_tasks + 1 WHERE tenant_id = new.tenant_id;
    INSERT INTO spending (tenant_id, month, reserved_usd_micros, charged_usd_micros)
    VALUES (
        new.tenant_id,
        ifnull(CAST(strftime('%Y%m', new.opened_at / 1000, 'unixepoch') AS INTEGER), 0),
        new.reserved_usd_micros, 0
    )
    ON CONFLICT (tenant_id, month) DO UPDATE SET
        reserved_usd_micros = reserved_usd_micros + excluded.reserved_usd_micros;
END;

-- If it bought something, the task has reserved the same amount by then.
CREATE TRIGGER intents_release_when_closed AFTER UPDATE OF state ON intents
WHEN old.state IN ('sent', 'unknown') AND new.state NOT IN ('sent', 'unknown') BEGIN
    UPDATE live_counts SET live_tasks = live_tasks - 1 WHERE tenant_id = new.tenant_id;
    UPDATE spending SET reserved_usd_micros = reserved_usd_micros - new.reserved_usd_micros
    WHERE tenant_id = new.tenant_id AND new.reserved_usd_micros > 0
      AND month = ifnull(CAST(strftime('%Y%m', new.opened_at / 1000, 'unixepoch') AS INTEGER), 0);
END;

-- A task of an intent that was given up reserves again, whatever the cap says: it is bought.
CREATE TRIGGER tasks_reserve_when_bound AFTER INSERT ON tasks WHEN new.settlement = 'open' BEGIN
    UPDATE live_counts SET live_tasks = live_tasks + 1 WHERE tenant_id = new.tenant_id;
    INSERT INTO spending (tenant_id, month, reserved_usd_micros, charged_usd_micros)
    SELECT new.tenant_id,
           ifnull(CAST(strftime('%Y%m', new.created_at / 1000, 'unixepoch') AS INTEGER), 0),
           reserved_usd_micros, 0
    FROM intents WHERE intent_id = new.intent_id
    ON CONFLICT (tenant_id, month) DO UPDATE SET
        reserved_usd_micros = reserved_usd_micros + excluded.reserved_usd_micros;
END;

-- Open and quarantined tasks reserve. A lost task that is heard of again is open again.
CREATE TRIGGER tasks_reserve_until_settled AFTER UPDATE OF settlement ON tasks
WHEN new.settlement <> old.settlement BEGIN
    UPDATE live_counts
    SET live_tasks = live_tasks + (new.settlement = 'open') - (old.settlement = 'open')
    WHERE tenant_id = new.tenant_id;
    UPDATE spending SET reserved_usd_micros = reserved_usd_micros
        + ((new.settlement IN ('open', 'quarantined')) - (old.settlement IN ('open', 'quarantined')))
        * (SELECT i.reserved_usd_micros FROM intents i WHERE i.intent_id = new.intent_id)
    WHERE tenant_id = new.tenant_id
      AND month = ifnull(CAST(strftime('%Y%m', new.created_at / 1000, 'unixepoch') AS INTEGER), 0);
END;

-- A correction counts in the month in which its task was created.
CREATE TRIGGER ledger_is_spent AFTER INSERT ON ledger BEGIN
    INSERT INTO spending (tenant_id, month, reserved_usd_micros, charged_usd_micros)
    VALUES (
        new.tenant_id,
        ifnull(CAST(strftime('%Y%m', new.task_created_at / 1000, 'unixepoch') AS INTEGER), 0),
        0, new.charge_usd_micros
    )
    ON CONFLICT (tenant_id, month) DO UPDATE SET
        charged_usd_micros = charged_usd_micros + excluded.charged_usd_micros;
END;
