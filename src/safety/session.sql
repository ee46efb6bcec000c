-- session.sql — sessions, logins, API tokens, the audit trail. The tables are in system.ddl.

-- name: session_add
INSERT INTO _session (digest, account, post, created, seen, expires, address) VALUES ($1, $2, $3, $4, $4, $5, $6)

-- name: session_get
SELECT account, post, created, seen, expires, address FROM _session WHERE digest = $1

-- name: session_seen
UPDATE _session SET seen = $2 WHERE digest = $1 AND seen < $2

-- name: session_post
UPDATE _session SET post = $2 WHERE digest = $1

-- name: session_remove
DELETE FROM _session WHERE digest = $1

-- name: session_remove_all
DELETE FROM _session WHERE account = $1

-- name: session_remove_others
DELETE FROM _session WHERE account = $1 AND digest <> $2

-- name: session_of
SELECT created, seen, address, digest FROM _session WHERE account = $1 AND expires > $2 ORDER BY created DESC, digest LIMIT $3

-- name: session_sweep
DELETE FROM _session WHERE expires < $1

-- name: login_lock
INSERT INTO _login (name, failures, last) VALUES ($1, 0, $2) ON CONFLICT (name) DO UPDATE SET failures = _login.failures

-- name: login_get
SELECT failures, last FROM _login WHERE name = $1

-- name: login_set
UPDATE _login SET failures = $2, last = $3 WHERE name = $1

-- name: login_forgive
UPDATE _login SET failures = failures - 1 WHERE name = $1 AND failures > 0

-- name: login_forget
DELETE FROM _login WHERE name = $1

-- name: login_sweep
DELETE FROM _login WHERE last < $1

-- name: token_add
INSERT INTO _token (id, digest, account, post, name, scopes, created, expires, revoked) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)

-- name: token_get
SELECT account, post, scopes, expires, revoked FROM _token WHERE digest = $1

-- name: token_of
SELECT id, account, post, name, scopes, created, expires, revoked FROM _token WHERE account = $1 ORDER BY id DESC LIMIT $2

-- name: token_owner
SELECT account FROM _token WHERE id = $1

-- name: token_revoke
UPDATE _token SET revoked = $2 WHERE id = $1 AND revoked = 0

-- name: access_add
INSERT INTO _access (id, at, account, address, what) VALUES ($1, $2, $3, $4, $5)

-- name: access_list
SELECT id, at, account, address, what FROM _access WHERE id < $1 ORDER BY id DESC LIMIT $2
