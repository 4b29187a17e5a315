-- Intents that a search closed: adopted, or given up. A task that nobody owns may be theirs after
-- all, as long as others of their time are open.
CREATE INDEX intents_searched ON intents (upstream, opened_at)
WHERE state IN ('adopted', 'abandoned');
