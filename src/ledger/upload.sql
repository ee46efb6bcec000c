-- upload.sql — files on their way into a ledger. Tables are in system.ddl.

-- name: upload_add
INSERT INTO _upload (id, account, ledger, digest, name, created, options, check_job, job, undo_job) VALUES ($1, $2, $3, $4, $5, $6, '{}', 0, 0, 0)

-- name: upload_get
SELECT id, ledger, digest, name, created, options, check_job, job, undo_job FROM _upload WHERE id = $1 AND account = $2

-- name: upload_list
SELECT id, ledger, digest, name, created, options, check_job, job, undo_job FROM _upload WHERE account = $1 AND ledger = $2 ORDER BY id DESC LIMIT $3

-- name: upload_options
UPDATE _upload SET options = $2, check_job = 0 WHERE id = $1

-- name: upload_check
UPDATE _upload SET check_job = $2 WHERE id = $1

-- name: upload_import
UPDATE _upload SET job = $2 WHERE id = $1

-- name: upload_undo
UPDATE _upload SET undo_job = $2 WHERE id = $1

-- name: mapping_get
SELECT map FROM _mapping WHERE account = $1 AND ledger = $2 AND headings = $3

-- name: mapping_save
INSERT INTO _mapping (account, ledger, headings, map, saved) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (account, ledger, headings) DO UPDATE SET map = excluded.map, saved = excluded.saved
