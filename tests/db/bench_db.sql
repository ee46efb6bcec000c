-- name: bench_insert
INSERT INTO bench (id, code, day, body) VALUES ($1, $2, $3, $4);
-- name: bench_get
SELECT day FROM bench WHERE id = $1;
