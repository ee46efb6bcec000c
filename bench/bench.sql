-- bench.sql — statements of the measurements. Tables are in src/ledger/system.ddl.

-- name: one_lane
DELETE FROM _lane WHERE lane > 0

-- name: lanes
SELECT count(*) FROM _lane

-- name: clone_duty
INSERT INTO duty (_id, _version, _state, _withdrawn, _created, _updated, _district, _territory, _sector, _owner, matter, record_ledger,
record_id, record_number, premises, rule, rule_version, layer, owner_unit, started, due, open_due, derivation, look_at, _s_due)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
SELECT i, 1, d._state, 0, d._created, d._updated, d._district, d._territory, d._sector, d._owner, d.matter, d.record_ledger,
CAST(i AS TEXT), d.record_number, d.premises, d.rule, d.rule_version, d.layer, d.owner_unit, d.started, d.due + i * 60000000, d.due + i * 60000000, d.derivation,
d.look_at + 8640000000000 + i * 60000000, d.due + i * 60000000
FROM n, duty d WHERE d._id = $2

-- name: newest_duty
SELECT max(_id) FROM duty
