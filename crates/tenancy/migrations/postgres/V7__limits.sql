-- What a tenant may do, and how much of it is used. A limit that is NULL is none.

ALTER TABLE tenants
    ADD COLUMN requests_per_second BIGINT CHECK (requests_per_second > 0),
    ADD COLUMN most_live_tasks     BIGINT CHECK (most_live_tasks >= 0),
    ADD COLUMN monthly_usd_micros  BIGINT CHECK (monthly_usd_micros >= 0);

-- The most that the task of an intent can cost. It counts as long as the intent is open, and then
-- as long as its task is neither settled nor lost.
ALTER TABLE intents
    ADD COLUMN reserved_usd_micros BIGINT NOT NULL DEFAULT 0 CHECK (reserved_usd_micros >= 0);

CREATE TRIGGER intents_keep_their_reservation
BEFORE UPDATE OF reserved_usd_micros, opened_at ON intents
    EXECUTE FUNCTION refuse('the reservation of an intent is never changed');

CREATE TRIGGER intents_are_not_opened_again AFTER UPDATE OF state ON intents FOR EACH ROW
WHEN (old.state NOT IN ('sent', 'unknown') AND new.state IN ('sent', 'unknown'))
    EXECUTE FUNCTION refuse('a closed intent is not opened again');

-- The month of a time in UTC, such as 202611; 0 stands for a time that no calendar has.
CREATE FUNCTION month_of(millis BIGINT) RETURNS INTEGER LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    at TIMESTAMP;
BEGIN
    IF millis NOT BETWEEN -62135596800000 AND 253402300799999 THEN
        RETURN 0;
    END IF;
    at := to_timestamp(millis / 1000) AT TIME ZONE 'UTC';
    RETURN extract(year FROM at) * 100 + extract(month FROM at);
END $$;

-- How many tasks and open intents of a tenant are live: a limit without counting rows.
CREATE TABLE live_counts (
    tenant_id  BIGINT PRIMARY KEY REFERENCES tenants (tenant_id),
    live_tasks BIGINT NOT NULL CHECK (live_tasks >= 0)
);

ALTER TABLE live_counts ENABLE ROW LEVEL SECURITY;
ALTER TABLE live_counts FORCE ROW LEVEL SECURITY;
CREATE POLICY of_one_tenant ON live_counts
    USING (current_setting('phanedge.tenant', true) IN ('*', tenant_id::text));

-- What a tenant's creates of a month cost, and what those may cost that are not settled yet. The
-- month is that of the create.
CREATE TABLE spending (
    tenant_id           BIGINT  NOT NULL REFERENCES tenants (tenant_id),
    month               INTEGER NOT NULL,
    reserved_usd_micros BIGINT  NOT NULL CHECK (reserved_usd_micros >= 0),
    charged_usd_micros  BIGINT  NOT NULL,   -- corrections included, so it may be negative
    PRIMARY KEY (tenant_id, month)
);

ALTER TABLE spending ENABLE ROW LEVEL SECURITY;
ALTER TABLE spending FORCE ROW LEVEL SECURITY;
CREATE POLICY of_one_tenant ON spending
    USING (current_setting('phanedge.tenant', true) IN ('*', tenant_id::text));

-- What is there already counts. The policies do not bind this transaction's statements otherwise.
SET LOCAL phanedge.tenant = '*';

INSERT INTO live_counts (tenant_id, live_tasks)
SELECT tenant_id,
       (SELECT count(*) FROM tasks WHERE live AND tasks.tenant_id = tenants.tenant_id)
           + (SELECT count(*) FROM intents
              WHERE state IN ('sent', 'unknown') AND intents.tenant_id = tenants.tenant_id)
FROM tenants;

INSERT INTO spending (tenant_id, month, reserved_usd_micros, charged_usd_micros)
SELECT tenant_id, month_of(task_created_at), 0, sum(charge_usd_micros) FROM ledger GROUP BY 1, 2;

-- Whoever moves a task or an intent locks the counters in this order: listed_counts, live_counts,
-- spending, the lock of the ledger's numbers, ledger_sums. Keep it, or two of them may wait for each
-- other. Triggers of the same event fire in the order of their names.
CREATE FUNCTION count_live(whose BIGINT, change BIGINT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE live_counts SET live_tasks = live_tasks + change
    WHERE tenant_id = whose AND change <> 0;
END $$;

-- Changes what is reserved and charged in the month of this time.
CREATE FUNCTION spend(whose BIGINT, millis BIGINT, reserved BIGINT, charged BIGINT)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE spending AS s SET
        reserved_usd_micros = s.reserved_usd_micros + reserved,
        charged_usd_micros = s.charged_usd_micros + charged
    WHERE s.tenant_id = whose AND s.month = month_of(millis);
    IF NOT found THEN
        INSERT INTO spending AS s (tenant_id, month, reserved_usd_micros, charged_usd_micros)
        VALUES (whose, month_of(millis), reserved, charged)
        ON CONFLICT (tenant_id, month) DO UPDATE SET
            reserved_usd_micros = s.reserved_usd_micros + reserved,
            charged_usd_micros = s.charged_usd_micros + charged;
    END IF;
END $$;

CREATE FUNCTION tenant_starts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO live_counts (tenant_id, live_tasks) VALUES (new.tenant_id, 0);
    RETURN NULL;
END $$;

CREATE TRIGGER tenants_start_without_tasks AFTER INSERT ON tenants FOR EACH ROW
    EXECUTE FUNCTION tenant_starts();

-- An intent reserves while it is open. If it bought something, the task has reserved the same
-- amount by the time that it is closed.
CREATE FUNCTION intent_reserves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    change BIGINT := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
    PERFORM count_live(new.tenant_id, change);
    PERFORM spend(new.tenant_id, new.opened_at, change * new.reserved_usd_micros, 0);
    RETURN NULL;
END $$;

CREATE TRIGGER intents_reserve_when_opened AFTER INSERT ON intents FOR EACH ROW
WHEN (new.state IN ('sent', 'unknown'))
    EXECUTE FUNCTION intent_reserves();

CREATE TRIGGER intents_release_when_closed AFTER UPDATE OF state ON intents FOR EACH ROW
WHEN (old.state IN ('sent', 'unknown') AND new.state NOT IN ('sent', 'unknown'))
    EXECUTE FUNCTION intent_reserves();

-- Open and quarantined tasks reserve. A lost task that is heard of again is open again. A task of an
-- intent that was given up reserves again, whatever the cap says: it is bought.
CREATE FUNCTION task_reserves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was TEXT := CASE TG_OP WHEN 'INSERT' THEN '' ELSE old.settlement END;
    reserved BIGINT;
BEGIN
    SELECT i.reserved_usd_micros INTO reserved FROM intents i WHERE i.intent_id = new.intent_id;
    PERFORM count_live(
        new.tenant_id, (new.settlement = 'open')::int - (was = 'open')::int
    );
    PERFORM spend(
        new.tenant_id, new.created_at,
        reserved * ((new.settlement IN ('open', 'quarantined'))::int
                    - (was IN ('open', 'quarantined'))::int),
        0
    );
    RETURN NULL;
END $$;

CREATE TRIGGER tasks_reserve_when_bound AFTER INSERT ON tasks FOR EACH ROW
WHEN (new.settlement = 'open')
    EXECUTE FUNCTION task_reserves();

CREATE TRIGGER tasks_reserve_until_settled AFTER UPDATE OF settlement ON tasks FOR EACH ROW
WHEN (new.settlement <> old.settlement)
    EXECUTE FUNCTION task_reserves();

-- A correction counts in the month in which its task was created.
CREATE FUNCTION entry_is_spent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM spend(new.tenant_id, new.task_created_at, 0, new.charge_usd_micros);
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_is_spent AFTER INSERT ON ledger FOR EACH ROW
    EXECUTE FUNCTION entry_is_spent();
