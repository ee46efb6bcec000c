-- password.sql — hashes of passwords. The table is in system.ddl.

-- name: password_get
SELECT hash, must_change FROM _password WHERE account = $1

-- name: password_set
INSERT INTO _password (account, hash, must_change, changed) VALUES ($1, $2, $3, $4)
ON CONFLICT (account) DO UPDATE SET hash = excluded.hash, must_change = excluded.must_change, changed = excluded.changed
