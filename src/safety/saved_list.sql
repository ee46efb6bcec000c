-- saved_list.sql — lists saved under a name. The table is in system.ddl.

-- name: saved_list_put
INSERT INTO _saved_list (id, account, unit, ledger, name, query) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (account, ledger, name) DO UPDATE SET unit = excluded.unit, query = excluded.query

-- name: saved_list_count
SELECT count(*) FROM _saved_list WHERE account = $1

-- name: saved_list_of
SELECT id, ledger, name, query, unit, account FROM _saved_list WHERE account = $1
UNION ALL
SELECT id, ledger, name, query, unit, account FROM _saved_list WHERE unit = $2 AND unit <> 0 AND account <> $1
ORDER BY 3, 1 LIMIT $3

-- name: saved_list_remove
DELETE FROM _saved_list WHERE id = $1 AND account = $2
