-- outbox_test.sql — time that passes for the outbox, in the tests.

-- name: outbox_age
UPDATE _outbox SET next = next - $1

-- name: outbox_empty
DELETE FROM _outbox
