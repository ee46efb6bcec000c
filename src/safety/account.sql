-- account.sql — passwords of accounts. The table is in system.ddl.

-- name: password_get
SELECT hash FROM _password WHERE account = $1

-- name: password_set
INSERT INTO _password (account, hash, changed) VALUES ($1, $2, $3)
ON CONFLICT (account) DO UPDATE SET hash = excluded.hash, changed = excluded.changed
