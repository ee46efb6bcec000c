-- import_test.sql — what the tests of importing ask of the tables behind the store's back.

-- name: test_kept
SELECT (SELECT count(*) FROM _event), (SELECT count(*) FROM _batch),
  (SELECT count(*) FROM _batch WHERE finished IS NULL AND undone IS NULL), (SELECT count(*) FROM _batch_note), (SELECT count(*) FROM _job)
