-- outbox.sql — what is told outside. The table is in system.ddl.

-- name: outbox_put
INSERT INTO _outbox (id, key, channel, address, subject, body, path, state, tries, next, created)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', 0, $8, $9) ON CONFLICT (key) DO NOTHING

-- name: outbox_list
SELECT id, key, channel, address, subject, body, path, state, tries, error, created, next, COALESCE(ended, 0)
FROM _outbox WHERE id < $1 AND ($2 = 0 OR state IN ('waiting', 'sending', 'undeliverable')) ORDER BY id DESC LIMIT $3

-- name: outbox_get
SELECT id, key, channel, address, subject, body, path, state, tries, error, created, next, COALESCE(ended, 0)
FROM _outbox WHERE id = $1

-- name: outbox_count
SELECT COALESCE(sum(CASE state WHEN 'undeliverable' THEN 0 ELSE 1 END), 0), COALESCE(sum(CASE state WHEN 'undeliverable' THEN 1 ELSE 0 END), 0)
FROM _outbox WHERE state IN ('waiting', 'sending') OR state = 'undeliverable'

-- name: outbox_retry
UPDATE _outbox SET state = 'waiting', tries = 0, next = $2, ended = NULL WHERE id = $1 AND state IN ('waiting', 'undeliverable')

-- name: outbox_give_up
UPDATE _outbox SET state = 'given_up', ended = $2 WHERE id = $1 AND state IN ('waiting', 'undeliverable')

-- While it is sent, `next` says when another sender may take it.
-- name: outbox_any
SELECT count(*) FROM (SELECT 1 FROM _outbox WHERE state IN ('waiting', 'sending') AND next <= $1 LIMIT 1) AS o

-- name: outbox_take
-- engine: sqlite
UPDATE _outbox SET state = 'sending', sender = $2, next = $3, tries = tries + 1
WHERE id = (SELECT id FROM _outbox WHERE state IN ('waiting', 'sending') AND next <= $1 ORDER BY next LIMIT 1) RETURNING id
-- name: outbox_take
-- engine: postgres
UPDATE _outbox SET state = 'sending', sender = $2, next = $3, tries = tries + 1
WHERE id = (SELECT id FROM _outbox WHERE state IN ('waiting', 'sending') AND next <= $1 ORDER BY next LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id

-- name: outbox_sent
UPDATE _outbox SET state = 'sent', sender = NULL, error = NULL, ended = $3 WHERE id = $1 AND sender = $2 AND state = 'sending'

-- name: outbox_failed
UPDATE _outbox SET state = $3, sender = NULL, error = $4, next = $5, ended = $6 WHERE id = $1 AND sender = $2 AND state = 'sending'

-- name: outbox_rest
UPDATE _outbox SET next = $2 WHERE channel = $1 AND state = 'waiting' AND next < $2

-- name: host_allowed
SELECT count(*) FROM allowed_host WHERE lower(host) = $1 AND _withdrawn = 0
