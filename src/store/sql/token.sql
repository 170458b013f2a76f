-- What programs may do in a person's name.

-- name: token_add
-- in: person int, rights text, label text, hash text, at int, expires_at int?
-- out: id int
-- rows: one
INSERT INTO token(person, rights, label, hash, created_at, expires_at)
VALUES(:person, :rights, :label, :hash, :at, :expires_at) RETURNING id;

-- name: token_find
-- in: id int
-- out: id int, person int, email text, rights text, label text, hash text, expires_at int?, used_at int?, revoked_at int?, disabled_at int?
-- rows: one
SELECT t.id, t.person, p.email, t.rights, t.label, t.hash, t.expires_at,
       t.used_at, t.revoked_at, p.disabled_at
  FROM token t JOIN person p ON p.id = t.person WHERE t.id = :id;

-- name: token_all
-- out: id int, email text, rights text, label text, created_at int, expires_at int?, used_at int?, revoked_at int?
-- rows: many 10000
SELECT t.id, p.email, t.rights, t.label, t.created_at, t.expires_at,
       t.used_at, t.revoked_at
  FROM token t JOIN person p ON p.id = t.person ORDER BY t.id LIMIT 10000;

-- name: token_use
-- in: id int, at int
-- rows: none
UPDATE token SET used_at = :at WHERE id = :id;

-- name: token_revoke
-- Once: when it was taken back stays what it is.
-- in: id int, at int
-- rows: none
UPDATE token SET revoked_at = :at WHERE id = :id AND revoked_at IS NULL;
