-- What people decide: quarantines that are resolved, and the log of who did what.

ALTER TABLE quarantine ADD COLUMN resolved_at INTEGER;  -- NULL: nobody decided yet

CREATE INDEX quarantine_open ON quarantine (task_seq) WHERE resolved_at IS NULL;

CREATE TABLE audit_log (
    record_id INTEGER PRIMARY KEY,
    at        INTEGER NOT NULL,
    actor     TEXT    NOT NULL,
    action    TEXT    NOT NULL,
    subject   TEXT    NOT NULL,
    detail    TEXT    NOT NULL
) STRICT;

CREATE TRIGGER audit_log_is_not_changed BEFORE UPDATE ON audit_log BEGIN
    SELECT raise(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER audit_log_is_not_deleted BEFORE DELETE ON audit_log BEGIN
    SELECT raise(ABORT, 'the audit log is append-only');
END;

-- INSERT OR REPLACE removes rows without asking the trigger above.
CREATE TRIGGER audit_log_is_not_replaced BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log WHERE record_id = new.record_id) BEGIN
    SELECT raise(ABORT, 'the audit log is append-only');
END;
