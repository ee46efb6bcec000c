-- file.sql — files by digest. Tables are in system.ddl.

-- name: file_get
SELECT bytes, kind FROM _file WHERE digest = $1

-- One that is kept for good stays so; otherwise the later end counts.
-- name: file_set
INSERT INTO _file (digest, bytes, kind, created, expires) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (digest) DO UPDATE SET
expires = CASE WHEN _file.expires IS NULL OR excluded.expires IS NULL THEN NULL WHEN _file.expires > excluded.expires THEN _file.expires
ELSE excluded.expires END

-- name: file_keep
UPDATE _file SET expires = NULL WHERE digest = $1

-- name: file_expired
SELECT digest FROM _file WHERE expires < $1 ORDER BY digest LIMIT 1

-- name: file_drop
DELETE FROM _file WHERE digest = $1 AND expires < $2

-- name: file_part_drop
DELETE FROM _file_part WHERE digest = $1

-- name: file_part_set
INSERT INTO _file_part (digest, part, bytes) VALUES ($1, $2, $3) ON CONFLICT (digest, part) DO NOTHING

-- name: file_part_get
SELECT bytes FROM _file_part WHERE digest = $1 AND part = $2

-- name: file_after
SELECT digest FROM _file WHERE digest > $1 AND expires IS NULL ORDER BY digest LIMIT 1
