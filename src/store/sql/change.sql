-- The outbox.

-- name: change_add
-- Writes down a change, and gives its number.
-- in: at int, kind text, story int?, tags text
-- out: id int
-- rows: one
INSERT INTO change(at, kind, story, tags) VALUES(:at, :kind, :story, :tags)
RETURNING id;

-- name: change_newest
-- The number of the newest change that this transaction can see.
-- out: id int
-- rows: one
SELECT coalesce(max(id), 0) AS id FROM change;
