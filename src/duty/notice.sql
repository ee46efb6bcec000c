-- notice.sql — notices of duties, and what waits to be reckoned again. Tables are in ledger/system.ddl.

-- name: notice_add
INSERT INTO _notice (id, duty, kind, rung, skipped, unit, person, at, made, delivery)
VALUES ($1, $2, $3, $4, CAST($5 AS TEXT), $6, $7, $8, $9, $10)

-- name: notice_mine
SELECT n.id, n.duty, n.kind, n.rung, n.skipped, n.unit, n.person, n.at, n.made, n.delivery, n.delivered, n.read,
d.matter, d.record_number, d._state, d.due
FROM _notice n JOIN duty d ON d._id = n.duty
WHERE n.id IN (
SELECT id FROM _notice WHERE person = $1 AND id < $3 AND person <> 0
UNION
SELECT id FROM _notice WHERE unit = $2 AND id < $3 AND unit <> 0 AND person = 0)
ORDER BY n.id DESC LIMIT $4

-- name: notice_mine_unread
SELECT n.id, n.duty, n.kind, n.rung, n.skipped, n.unit, n.person, n.at, n.made, n.delivery, n.delivered, n.read,
d.matter, d.record_number, d._state, d.due
FROM _notice n JOIN duty d ON d._id = n.duty
WHERE n.id IN (
SELECT id FROM _notice WHERE person = $1 AND id < $3 AND person <> 0 AND read IS NULL
UNION
SELECT id FROM _notice WHERE unit = $2 AND id < $3 AND unit <> 0 AND person = 0 AND read IS NULL)
ORDER BY n.id DESC LIMIT $4

-- name: notice_of_duty
SELECT n.id, n.duty, n.kind, n.rung, n.skipped, n.unit, n.person, n.at, n.made, n.delivery, n.delivered, n.read,
d.matter, d.record_number, d._state, d.due
FROM _notice n JOIN duty d ON d._id = n.duty
WHERE n.duty = $1 ORDER BY n.id LIMIT $2

-- name: notice_unread_count
SELECT (SELECT count(*) FROM _notice WHERE person = $1 AND person <> 0 AND read IS NULL) +
(SELECT count(*) FROM _notice WHERE unit = $2 AND unit <> 0 AND person = 0 AND read IS NULL)

-- name: notice_read
UPDATE _notice SET read = $2, reader = $3 WHERE id = $1 AND read IS NULL

-- name: notice_rung
SELECT rung FROM _notice WHERE id = $1

-- name: notice_whose
SELECT duty FROM _notice WHERE id = $1 AND ((person = $2 AND person <> 0) OR (unit = $3 AND unit <> 0 AND person = 0))

-- name: notice_delivery
UPDATE _notice SET delivery = $2, delivered = CAST($3 AS BIGINT) WHERE id = $1 AND delivery <> 'delivered'

-- name: recheck_add
INSERT INTO _recheck (id, rule, from_day, to_day, done) VALUES ($1, $2, $3, $4, 0)

-- name: recheck_next
-- engine: sqlite
SELECT id, rule, from_day, to_day, done FROM _recheck ORDER BY id LIMIT 1
-- name: recheck_next
-- engine: postgres
SELECT id, rule, from_day, to_day, done FROM _recheck ORDER BY id LIMIT 1 FOR UPDATE

-- name: recheck_any
SELECT count(*) FROM (SELECT id FROM _recheck LIMIT 1) AS r

-- name: recheck_widen
UPDATE _recheck SET from_day = CASE WHEN from_day < $2 THEN from_day ELSE $2 END,
to_day = CASE WHEN to_day > $3 THEN to_day ELSE $3 END, done = 0
WHERE id = (SELECT max(id) FROM _recheck WHERE rule = $1 AND done = 0)

-- name: recheck_step
UPDATE _recheck SET done = $2 WHERE id = $1

-- name: recheck_done
DELETE FROM _recheck WHERE id = $1

-- name: next_look
SELECT min(look_at) FROM duty WHERE look_at IS NOT NULL

-- name: due_now
SELECT _id FROM duty WHERE look_at <= $1 ORDER BY look_at, _id LIMIT $2
