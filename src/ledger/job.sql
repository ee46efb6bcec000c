-- job.sql — long work. Tables are in system.ddl.

-- name: job_add
INSERT INTO _job (id, kind, parameters, actor, post, lang, created, state, beat, done, stop) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0)

-- name: job_resume
UPDATE _job SET state = 'running', stop = 0, finished = NULL, result = NULL, beat = $2 WHERE id = $1

-- name: job_progress
UPDATE _job SET done = $2, total = $3, beat = $4, state = 'running' WHERE id = $1 RETURNING stop

-- name: job_end
UPDATE _job SET state = $2, result = $3, finished = $4, stop = 0 WHERE id = $1

-- name: job_stop
UPDATE _job SET stop = 1, finished = CASE state WHEN 'waiting' THEN $2 ELSE finished END,
state = CASE state WHEN 'waiting' THEN 'stopped' ELSE state END
WHERE id = $1 AND state IN ('waiting', 'running') AND ($3 = 1 OR actor = $4)

-- name: job_list
SELECT id, kind, state, actor, done, COALESCE(total, 0), created, COALESCE(finished, 0), result, parameters, post, lang, stop
FROM _job WHERE id < $1 AND ($2 = 1 OR actor = $3) ORDER BY id DESC LIMIT $4

-- name: job_get
SELECT id, kind, state, actor, done, COALESCE(total, 0), created, COALESCE(finished, 0), result, parameters, post, lang, stop
FROM _job WHERE id = $1

-- Runners. One that gave no sign of life since $1 is dead; a job without a runner belongs to the command line.
-- name: job_any
SELECT count(*) FROM (SELECT 1 FROM _job WHERE state IN ('waiting', 'running')
AND (state = 'waiting' OR (runner IS NOT NULL AND beat < $1)) LIMIT 1) AS j

-- name: job_take
-- engine: sqlite
UPDATE _job SET state = 'running', runner = $2, beat = $3 WHERE id = (SELECT id FROM _job WHERE state IN ('waiting', 'running')
AND (state = 'waiting' OR (runner IS NOT NULL AND beat < $1)) ORDER BY id LIMIT 1) RETURNING id
-- name: job_take
-- engine: postgres
UPDATE _job SET state = 'running', runner = $2, beat = $3 WHERE id = (SELECT id FROM _job WHERE state IN ('waiting', 'running')
AND (state = 'waiting' OR (runner IS NOT NULL AND beat < $1)) ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id

-- name: job_beat
UPDATE _job SET beat = $3, done = $4, total = $5 WHERE id = $1 AND runner = $2 AND state = 'running' RETURNING stop

-- name: job_close
UPDATE _job SET state = $3, result = $4, finished = $5, runner = NULL WHERE id = $1 AND runner = $2 AND state = 'running'

-- name: job_give_back
UPDATE _job SET state = 'waiting', runner = NULL, beat = NULL WHERE id = $1 AND runner = $2 AND state = 'running'
