-- duty_list.sql — open duties by the day of their end. The table is that of the ledger duty; `open_due` is unknown once nothing is owed.
-- Whose: $1 the unit that owes all of them, or $2 the person and $3 the unit for those that name no person; 0 matches none.
-- Scope: $4 which column (enum scope_kind; all: every row), $5 its value. Groups are those of enum duty_group: $6 now, $7 tomorrow, $8 next Monday.

-- name: duty_list_count
SELECT g, count(*) FROM (
SELECT CASE WHEN _state = 'suspended' THEN 4
WHEN due < $6 THEN CASE WHEN _state = 'running' AND look_at IS NULL THEN 1 ELSE 0 END
WHEN due < $7 THEN 2 WHEN due < $8 THEN 3 ELSE 4 END AS g
FROM duty WHERE (owner_unit = $1 OR owner_person = $2 OR (owner_unit = $3 AND owner_person IS NULL))
AND _withdrawn = 0 AND open_due IS NOT NULL
AND CASE $4 WHEN 1 THEN _district WHEN 2 THEN _territory WHEN 3 THEN _sector WHEN 4 THEN _owner ELSE $5 END = $5) AS d
GROUP BY g

-- name: duty_list_count_by_unit
SELECT u, count(CASE WHEN g = 0 THEN 1 END), count(CASE WHEN g = 1 THEN 1 END), count(CASE WHEN g = 2 THEN 1 END),
count(CASE WHEN g = 3 THEN 1 END), count(CASE WHEN g = 4 THEN 1 END) FROM (
SELECT COALESCE(owner_unit, 0) AS u, CASE WHEN _state = 'suspended' THEN 4
WHEN due < $3 THEN CASE WHEN _state = 'running' AND look_at IS NULL THEN 1 ELSE 0 END
WHEN due < $4 THEN 2 WHEN due < $5 THEN 3 ELSE 4 END AS g
FROM duty WHERE _withdrawn = 0 AND open_due IS NOT NULL
AND CASE $1 WHEN 1 THEN _district WHEN 2 THEN _territory WHEN 3 THEN _sector WHEN 4 THEN _owner ELSE $2 END = $2) AS d
GROUP BY u ORDER BY 2 DESC, 4 DESC, 5 DESC, 6 DESC, u LIMIT $6

-- $9 the group, $10 and $11 the range of its ends.
-- name: duty_list_rows
SELECT _id, _version, matter, _state, record_ledger, record_id, record_number, premises, owner_unit, owner_person, started, due, _updated,
rung, provisional
FROM duty WHERE (owner_unit = $1 OR owner_person = $2 OR (owner_unit = $3 AND owner_person IS NULL))
AND _withdrawn = 0 AND open_due IS NOT NULL
AND CASE $4 WHEN 1 THEN _district WHEN 2 THEN _territory WHEN 3 THEN _sector WHEN 4 THEN _owner ELSE $5 END = $5
AND open_due >= $10 AND open_due < $11
AND CASE WHEN _state = 'suspended' THEN 4
WHEN due < $6 THEN CASE WHEN _state = 'running' AND look_at IS NULL THEN 1 ELSE 0 END
WHEN due < $7 THEN 2 WHEN due < $8 THEN 3 ELSE 4 END = $9
ORDER BY open_due, _id LIMIT $12

-- name: duty_list_between
SELECT _id, _version, matter, _state, record_ledger, record_id, record_number, premises, owner_unit, owner_person, started, due, _updated,
rung, provisional
FROM duty WHERE (owner_unit = $1 OR owner_person = $2 OR (owner_unit = $3 AND owner_person IS NULL))
AND _withdrawn = 0 AND open_due IS NOT NULL
AND CASE $4 WHEN 1 THEN _district WHEN 2 THEN _territory WHEN 3 THEN _sector WHEN 4 THEN _owner ELSE $5 END = $5
AND open_due >= $6 AND open_due < $7
ORDER BY open_due, _id LIMIT $8
