-- ledger_test.sql — what tests ask of the tables behind the store's back.

-- name: test_events
SELECT count(*) FROM _event

-- name: test_event_gaps
SELECT count(*) FROM (SELECT record FROM _event GROUP BY record HAVING min(version) <> 1 OR max(version) <> count(*)) g

-- name: test_lanes_used
SELECT count(*) FROM _lane WHERE seq > 0

-- name: test_lane_gaps
SELECT count(*) FROM (SELECT position / 1099511627776 AS lane FROM _event GROUP BY position / 1099511627776
  HAVING max(position) - min(position) + 1 <> count(*)) g

-- name: test_numbers
SELECT count(DISTINCT _number) FROM "thing" WHERE name = $1

-- name: test_thing_count
SELECT count(*) FROM "thing" WHERE name = $1

-- name: test_spoil
UPDATE "thing" SET private = $2 WHERE _id = $1

-- name: test_parts
SELECT count(*) FROM "part" WHERE _record = $1

-- name: test_job_beat
UPDATE _job SET beat = $2 WHERE id = $1
