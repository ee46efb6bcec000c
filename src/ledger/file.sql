-- file.sql — files by digest. Tables are in system.ddl.

-- name: file_get
SELECT bytes, kind FROM _file WHERE digest = $1

-- name: file_set
INSERT INTO _file (digest, bytes, kind, created) VALUES ($1, $2, $3, $4) ON CONFLICT (digest) DO NOTHING

-- name: file_part_set
INSERT INTO _file_part (digest, part, bytes) VALUES ($1, $2, $3) ON CONFLICT (digest, part) DO NOTHING

-- name: file_part_get
SELECT bytes FROM _file_part WHERE digest = $1 AND part = $2

-- name: file_after
SELECT digest FROM _file WHERE digest > $1 ORDER BY digest LIMIT 1
