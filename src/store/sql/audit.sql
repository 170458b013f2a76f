-- The audit chain.

-- name: audit_head
-- out: id int, hash text
-- rows: one
SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1;

-- name: audit_add
-- in: id int, at int, person int?, action text, subject text, detail text, hash text
-- rows: none
INSERT INTO audit(id, at, person, action, subject, detail, hash)
VALUES(:id, :at, :person, :action, :subject, :detail, :hash);

-- name: audit_page
-- in: after int
-- out: id int, at int, person int?, action text, subject text, detail text, hash text
-- rows: many 1000
SELECT id, at, person, action, subject, detail, hash FROM audit
 WHERE id > :after ORDER BY id LIMIT 1000;
