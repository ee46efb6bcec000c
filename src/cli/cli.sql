-- cli.sql — statements of verbs that look after a database.

-- name: quick_check
-- engine: sqlite
PRAGMA quick_check(1)
-- name: quick_check
-- engine: postgres
SELECT 'ok'

-- name: heads_that_fit
SELECT count(*) FROM _lane l WHERE l.seq = 0
OR EXISTS (SELECT 1 FROM _event e WHERE e.position = l.lane * 1099511627776 + l.seq AND e.hash = l.head)

-- name: heads
SELECT count(*) FROM _lane

-- name: tables_any_public
-- engine: sqlite
SELECT count(*) FROM sqlite_master
-- name: tables_any_public
-- engine: postgres
SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r'
