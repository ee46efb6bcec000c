-- duty_list.sql — open duties as people look at them. $1 person, $2 unit, $3 the whole unit; $4 now, $5 end of today, $6 end of the week.

-- name: duty_board
SELECT * FROM (
SELECT m.*, row_number() OVER (PARTITION BY at ORDER BY open_due, _id) AS place, count(*) OVER (PARTITION BY at) AS many FROM (
SELECT CASE WHEN _state = 'suspended' THEN 3 WHEN open_due < $4 THEN 0 WHEN open_due <= $5 THEN 1 WHEN open_due <= $6 THEN 2 ELSE 3 END AS at,
_id, _state, matter, rule, rung, record_ledger, record_id, record_number, premises, owner_unit, owner_person, due, due_before, provisional,
recurs, open_due FROM duty
WHERE open_due IS NOT NULL AND _withdrawn = 0 AND owner_person = $1
UNION ALL
SELECT CASE WHEN _state = 'suspended' THEN 3 WHEN open_due < $4 THEN 0 WHEN open_due <= $5 THEN 1 WHEN open_due <= $6 THEN 2 ELSE 3 END AS at,
_id, _state, matter, rule, rung, record_ledger, record_id, record_number, premises, owner_unit, owner_person, due, due_before, provisional,
recurs, open_due FROM duty
WHERE open_due IS NOT NULL AND _withdrawn = 0 AND owner_unit = $2 AND (owner_person IS NULL OR ($3 = 1 AND owner_person <> $1))
) AS m) AS p WHERE place <= $7 ORDER BY at, open_due, _id

-- name: duty_counts
SELECT at, count(*) FROM (
SELECT CASE WHEN _state = 'suspended' THEN 3 WHEN open_due < $4 THEN 0 WHEN open_due <= $5 THEN 1 WHEN open_due <= $6 THEN 2 ELSE 3 END AS at
FROM duty WHERE open_due IS NOT NULL AND _withdrawn = 0 AND owner_person = $1
UNION ALL
SELECT CASE WHEN _state = 'suspended' THEN 3 WHEN open_due < $4 THEN 0 WHEN open_due <= $5 THEN 1 WHEN open_due <= $6 THEN 2 ELSE 3 END AS at
FROM duty WHERE open_due IS NOT NULL AND _withdrawn = 0 AND owner_unit = $2 AND (owner_person IS NULL OR ($3 = 1 AND owner_person <> $1))
) AS m GROUP BY at

-- name: duty_between
SELECT * FROM (
SELECT CASE WHEN _state = 'suspended' THEN 3 WHEN open_due < $4 THEN 0 WHEN open_due <= $5 THEN 1 WHEN open_due <= $6 THEN 2 ELSE 3 END AS at,
_id, _state, matter, rule, rung, record_ledger, record_id, record_number, premises, owner_unit, owner_person, due, due_before, provisional,
recurs, open_due FROM duty
WHERE open_due >= $7 AND open_due < $8 AND _withdrawn = 0 AND owner_person = $1
UNION ALL
SELECT CASE WHEN _state = 'suspended' THEN 3 WHEN open_due < $4 THEN 0 WHEN open_due <= $5 THEN 1 WHEN open_due <= $6 THEN 2 ELSE 3 END AS at,
_id, _state, matter, rule, rung, record_ledger, record_id, record_number, premises, owner_unit, owner_person, due, due_before, provisional,
recurs, open_due FROM duty
WHERE open_due >= $7 AND open_due < $8 AND _withdrawn = 0 AND owner_unit = $2
AND (owner_person IS NULL OR ($3 = 1 AND owner_person <> $1))
) AS m ORDER BY open_due, _id LIMIT $9

-- name: duty_by_unit
SELECT owner_unit, sum(CASE WHEN at = 0 THEN 1 ELSE 0 END) AS overdue, sum(CASE WHEN at = 1 THEN 1 ELSE 0 END),
sum(CASE WHEN at = 2 THEN 1 ELSE 0 END), sum(CASE WHEN at = 3 THEN 1 ELSE 0 END) FROM (
SELECT owner_unit,
CASE WHEN _state = 'suspended' THEN 3 WHEN open_due < $1 THEN 0 WHEN open_due <= $2 THEN 1 WHEN open_due <= $3 THEN 2 ELSE 3 END AS at
FROM duty WHERE open_due IS NOT NULL AND _withdrawn = 0
AND ($4 = 0 OR _territory = $4) AND ($5 = 0 OR _sector = $5) AND ($6 = 0 OR _district = $6) AND ($7 = 0 OR _owner = $7)
) AS m GROUP BY owner_unit ORDER BY overdue DESC, owner_unit LIMIT $8
