-- Statements of test_db.c.
-- name: thing_insert
INSERT INTO thing (id, code, body, n)
-- a comment that stays out
VALUES ($1, $2, $3, $4);

-- name: thing_get
SELECT id, code, body, n FROM thing WHERE id = $1;
-- name: thing_list
SELECT id FROM thing ORDER BY id;
-- name: thing_after
SELECT id FROM thing WHERE id > $1 ORDER BY id;
-- name: thing_count
SELECT COUNT(*) FROM thing;
-- name: thing_sum
SELECT SUM(n) FROM thing;
-- name: thing_add
UPDATE thing SET n = n + $2 WHERE id = $1;
-- name: thing_twice
SELECT $2 || code || $2 FROM thing WHERE id = $1;
-- name: engine
-- engine: sqlite
SELECT CAST('sqlite' AS TEXT);
-- name: engine
-- engine: postgres
SELECT CAST('postgres' AS TEXT);
