-- Queued tasks whose DELETE was about to be sent, written down before it was. Upstream, a task that
-- ended in between loses its record, and with it what it cost.

CREATE TABLE cancels (
    task_seq  INTEGER PRIMARY KEY REFERENCES tasks (seq),
    tenant_id INTEGER NOT NULL REFERENCES tenants (tenant_id),
    sent_at   INTEGER NOT NULL          -- of the last one
) STRICT;
