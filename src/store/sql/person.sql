-- People of the desk.

-- name: person_add
-- in: email text, name text, initials text, role text, password text, at int
-- out: id int
-- rows: one
INSERT INTO person(email, name, initials, role, password, created_at)
VALUES(:email, :name, :initials, :role, :password, :at) RETURNING id;

-- name: person_find
-- in: email text
-- out: id int, email text, name text, initials text, role text, password text, created_at int, disabled_at int?
-- rows: one
SELECT id, email, name, initials, role, password, created_at, disabled_at
  FROM person WHERE email = :email;

-- name: person_all
-- out: id int, email text, name text, initials text, role text, created_at int, disabled_at int?
-- rows: many 10000
SELECT id, email, name, initials, role, created_at, disabled_at
  FROM person ORDER BY email LIMIT 10000;

-- name: person_set_role
-- in: id int, role text
-- rows: none
UPDATE person SET role = :role WHERE id = :id;

-- name: person_admins
-- Administrators who can still come in.
-- out: n int
-- rows: one
SELECT count(*) AS n FROM person WHERE role = 'admin' AND disabled_at IS NULL;

-- name: person_set_password
-- in: id int, password text
-- rows: none
UPDATE person SET password = :password WHERE id = :id;
