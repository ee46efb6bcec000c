-- upload.sql — files on their way into a ledger. Tables are in system.ddl.

-- name: upload_add
INSERT INTO _upload (id, account, ledger, digest, name, created, options, check_job, job, undo_job, batch)
VALUES ($1, $2, $3, $4, $5, $6, '{}', 0, 0, 0, 0)

-- name: upload_lock
-- engine: sqlite
SELECT id FROM _upload WHERE id = $1
-- name: upload_lock
-- engine: postgres
SELECT id FROM _upload WHERE id = $1 FOR UPDATE

-- name: upload_get
SELECT u.id, u.ledger, u.digest, u.name, u.created, u.options, u.check_job, u.job, u.undo_job, u.batch, COALESCE(b.finished, 0),
COALESCE(b.undone, 0), COALESCE(b.counts, '') FROM _upload u LEFT JOIN _batch b ON b.id = u.batch WHERE u.id = $1 AND u.account = $2

-- name: upload_list
SELECT u.id, u.ledger, u.digest, u.name, u.created, u.options, u.check_job, u.job, u.undo_job, u.batch, COALESCE(b.finished, 0),
COALESCE(b.undone, 0), COALESCE(b.counts, '') FROM _upload u LEFT JOIN _batch b ON b.id = u.batch WHERE u.account = $1 AND u.ledger = $2
ORDER BY u.id DESC LIMIT $3

-- name: upload_options
UPDATE _upload SET options = $2, check_job = 0 WHERE id = $1

-- name: upload_check
UPDATE _upload SET check_job = $2 WHERE id = $1

-- name: upload_import
UPDATE _upload SET job = $2 WHERE id = $1

-- name: upload_undo
UPDATE _upload SET undo_job = $2 WHERE id = $1

-- name: upload_batch
UPDATE _upload SET batch = $2 WHERE id = $1

-- name: mapping_get
SELECT map FROM _mapping WHERE account = $1 AND ledger = $2 AND headings = $3

-- name: mapping_save
INSERT INTO _mapping (account, ledger, headings, map, saved) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (account, ledger, headings) DO UPDATE SET map = excluded.map, saved = excluded.saved
