-- system.sql — the fixed statements of the ledger layer. Tables are in system.ddl.

-- name: setting_get
SELECT value FROM _setting WHERE name = $1

-- name: setting_set
INSERT INTO _setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: ledger_get
SELECT text FROM _ledger WHERE name = $1

-- name: ledger_set
INSERT INTO _ledger (name, shipped, text, enacted) VALUES ($1, $2, $3, $4)
ON CONFLICT (name) DO UPDATE SET shipped = excluded.shipped, text = excluded.text, enacted = excluded.enacted

-- name: ledger_own
SELECT name, text FROM _ledger WHERE shipped = 0 ORDER BY name

-- name: counter_take
INSERT INTO _counter (name, last) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET last = _counter.last + excluded.last
RETURNING last

-- name: counter_step
UPDATE _counter SET last = last + $2 WHERE name = $1

-- name: counter_last
SELECT last FROM _counter WHERE name = $1

-- name: lane_take
-- engine: sqlite
SELECT lane, seq, head FROM _lane WHERE lane = 0
-- name: lane_take
-- engine: postgres
SELECT lane, seq, head FROM _lane ORDER BY lane LIMIT 1 FOR UPDATE SKIP LOCKED

-- name: lane_wait
-- engine: sqlite
SELECT lane, seq, head FROM _lane WHERE lane = $1
-- name: lane_wait
-- engine: postgres
SELECT lane, seq, head FROM _lane WHERE lane = $1 FOR UPDATE

-- name: lane_move
UPDATE _lane SET seq = $2, head = $3 WHERE lane = $1

-- name: lane_all
SELECT lane, seq, head FROM _lane ORDER BY lane

-- name: lane_add
INSERT INTO _lane (lane, seq, head) VALUES ($1, 0, $2)

-- name: event_add
INSERT INTO _event (position, record, version, ledger, batch, body, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: event_walk
SELECT position, record, version, ledger, batch, body, hash FROM _event WHERE position > $1 AND position < $2 ORDER BY position LIMIT $3

-- name: event_down
SELECT position, record, version, ledger, batch, body FROM _event WHERE position < $1 AND position > $2 ORDER BY position DESC LIMIT $3

-- name: event_of_record
SELECT version, body FROM _event WHERE record = $1 AND version > $2 ORDER BY version

-- name: event_count
SELECT count(*) FROM _event

-- name: event_records
SELECT count(*) FROM (SELECT DISTINCT record FROM _event) AS r

-- name: event_gaps
SELECT record FROM _event GROUP BY record
HAVING min(version) <> 1 OR max(version) <> count(*) OR count(DISTINCT version) <> count(*) LIMIT 1

-- name: event_stray
SELECT position, record FROM _event e WHERE NOT EXISTS
(SELECT 1 FROM _lane l WHERE e.position > l.lane * 1099511627776 AND e.position <= l.lane * 1099511627776 + l.seq) LIMIT 1

-- name: event_hash
SELECT hash FROM _event WHERE position = $1

-- name: client_key_get
SELECT record, digest FROM _client_key WHERE key = $1

-- name: client_key_set
INSERT INTO _client_key (key, ledger, record, digest, at) VALUES ($1, $2, $3, $4, $5)

-- name: tables_present
-- engine: sqlite
SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '_setting'
-- name: tables_present
-- engine: postgres
SELECT count(*) FROM pg_catalog.pg_class WHERE relname = '_setting' AND relkind = 'r'

-- name: tables_any
-- engine: sqlite
SELECT count(*) FROM sqlite_master WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\'
-- name: tables_any
-- engine: postgres
SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r'

-- name: lane_count
SELECT count(*) FROM _lane

-- name: code_any
SELECT 1 FROM "code" WHERE list = $1 AND _withdrawn = 0 LIMIT 1

-- name: code_span
SELECT CASE WHEN COALESCE(valid_from, '') <= $3 AND COALESCE(valid_to, '9999') >= $3 THEN 1 ELSE 0 END,
zh, en, COALESCE(valid_from, ''), COALESCE(valid_to, '')
FROM "code" WHERE list = $1 AND code = $2 AND _withdrawn = 0 ORDER BY 1 DESC LIMIT 1

-- name: search_add
-- engine: sqlite
INSERT INTO _search (rowid, title, body, scope) VALUES ($1, $2, $3, $4)
-- name: search_add
-- engine: postgres
INSERT INTO _search (id, terms) VALUES ($1, CAST($2 AS tsvector)) ON CONFLICT (id) DO UPDATE SET terms = excluded.terms

-- name: search_remove
-- engine: sqlite
INSERT INTO _search (_search, rowid, title, body, scope) VALUES ('delete', $1, $2, $3, $4)
-- name: search_remove
-- engine: postgres
DELETE FROM _search WHERE id = $1

-- name: search_hits
-- engine: sqlite
SELECT rowid, (SELECT ledger FROM _event WHERE record = _search.rowid AND version = 1)
FROM _search WHERE _search MATCH $1 AND rowid < $2 ORDER BY rowid DESC LIMIT $3
-- name: search_hits
-- engine: postgres
SELECT id, (SELECT ledger FROM _event WHERE record = _search.id AND version = 1)
FROM _search WHERE terms @@ CAST($1 AS tsquery) AND id < $2 ORDER BY id DESC LIMIT $3

-- name: search_clear
-- engine: sqlite
INSERT INTO _search (_search) VALUES ('delete-all')
-- name: search_clear
-- engine: postgres
DELETE FROM _search

-- name: code_by_code
SELECT code FROM "code" WHERE list = $1 AND code = $2 AND _withdrawn = 0 LIMIT 1

-- name: code_by_label
SELECT code FROM "code" WHERE list = $1 AND (zh = $2 OR en = $2) AND _withdrawn = 0
ORDER BY CASE WHEN COALESCE(valid_from, '') <= $3 AND COALESCE(valid_to, '9999') >= $3 THEN 0 ELSE 1 END, COALESCE(valid_from, '') DESC, code
LIMIT 2

-- name: code_zh
SELECT zh FROM "code" WHERE list = $1 AND code = $2 ORDER BY _withdrawn, _id DESC LIMIT 1

-- name: code_en
SELECT en FROM "code" WHERE list = $1 AND code = $2 ORDER BY _withdrawn, _id DESC LIMIT 1

-- name: code_stamp
SELECT COALESCE(SUM(_version), 0) FROM "code"

-- name: code_list
SELECT code, zh, en, CASE WHEN COALESCE(valid_from, '') <= $2 AND COALESCE(valid_to, '9999') >= $2 THEN 1 ELSE 0 END
FROM "code" WHERE list = $1 AND _withdrawn = 0 ORDER BY code LIMIT $3

-- name: region_name
SELECT name FROM "region" WHERE code = $1 ORDER BY _withdrawn, _id DESC LIMIT 1

-- name: person_key_get
SELECT wrapped FROM _person_key WHERE record = $1

-- name: person_key_set
INSERT INTO _person_key (record, wrapped) VALUES ($1, $2)

-- name: person_key_drop
DELETE FROM _person_key WHERE record = $1

-- name: job_last
SELECT id, kind, state, actor, done, total, created, finished, result FROM _job WHERE kind = $1 ORDER BY id DESC LIMIT 1

-- name: apart_add
INSERT INTO _apart (a, b, at) VALUES ($1, $2, $3) ON CONFLICT (a, b) DO UPDATE SET at = _apart.at

-- name: apart_get
SELECT 1 FROM _apart WHERE a = $1 AND b = $2

-- name: batch_start
INSERT INTO _batch (id, ledger, file, digest, options, actor, started, done_row, counts) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, '')

-- name: batch_open
SELECT id, done_row, counts FROM _batch
WHERE ledger = $1 AND digest = $2 AND options = $3 AND actor = $4 AND finished IS NULL AND undone IS NULL ORDER BY id DESC LIMIT 1

-- name: batch_step
UPDATE _batch SET done_row = $2, counts = $3 WHERE id = $1 AND done_row = $4 AND undone IS NULL

-- name: batch_finish
UPDATE _batch SET finished = $2 WHERE id = $1

-- name: batch_get
SELECT ledger, file, undone FROM _batch WHERE id = $1

-- name: batch_undone
UPDATE _batch SET undone = $2 WHERE id = $1

-- name: batch_note
INSERT INTO _batch_note (batch, row, pos, refused, field, value, reason, cells) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: batch_refused
SELECT row, pos, field, reason, cells FROM _batch_note
WHERE batch = $1 AND refused = 1 AND (row, pos) > ($2, $3) ORDER BY row, pos LIMIT $4

-- name: batch_notes
SELECT row, field, value, reason FROM _batch_note WHERE batch = $1 AND refused = $2 ORDER BY row, pos LIMIT $3

-- name: batch_records
SELECT record, min(version), max(version), count(*), min(ledger) FROM _event WHERE batch = $1 AND record > $2
GROUP BY record ORDER BY record LIMIT $3

-- name: setting_value
SELECT value, least, most FROM "setting" WHERE name = $1 AND _withdrawn = 0

-- name: right_stamp
SELECT CAST(coalesce(sum(_version), 0) AS BIGINT) FROM "right"

-- name: right_all
SELECT role, on_ledger, actions, verbs FROM "right" WHERE _withdrawn = 0
