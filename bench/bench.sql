-- bench.sql — statements of the measurements. Tables are in src/ledger/system.ddl.

-- name: one_lane
DELETE FROM _lane WHERE lane > 0

-- name: lanes
SELECT count(*) FROM _lane
