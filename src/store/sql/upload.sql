-- Files that are on their way in.

-- name: upload_add
-- in: name text, person int, size int, file text, type text, metadata text, alt text, caption text, credit text, copyright text, licence text, at int, expires_at int
-- out: id int
-- rows: one
INSERT INTO upload(name, person, size, kept, file, type, metadata, alt,
       caption, credit, copyright, licence, created_at, expires_at, refused)
VALUES(:name, :person, :size, 0, :file, :type, :metadata, :alt, :caption,
       :credit, :copyright, :licence, :at, :expires_at, '')
RETURNING id;

-- name: upload_find
-- in: name text
-- out: id int, name text, person int, size int, kept int, file text, type text, metadata text, alt text, caption text, credit text, copyright text, licence text, expires_at int, refused text, asset int?
-- rows: one
SELECT id, name, person, size, kept, file, type, metadata, alt, caption,
       credit, copyright, licence, expires_at, refused, asset
  FROM upload WHERE name = :name;

-- name: upload_open
-- What somebody has under way: how many, and how many bytes they will have.
-- in: person int
-- out: n int, bytes int
-- rows: one
SELECT count(*) AS n, CAST(coalesce(sum(size), 0) AS BIGINT) AS bytes
  FROM upload WHERE person = :person AND refused = '' AND asset IS NULL;

-- name: upload_keep
-- More of it is on the disk.
-- in: id int, kept int, expires_at int
-- rows: none
UPDATE upload SET kept = :kept, expires_at = :expires_at
 WHERE id = :id AND kept <= :kept;

-- name: upload_whole
-- Whole ones that nobody has looked at, by rising id.
-- in: after int
-- out: id int, name text
-- rows: many 100
SELECT id, name FROM upload
 WHERE kept = size AND refused = '' AND asset IS NULL AND id > :after
 ORDER BY id LIMIT 100;

-- name: upload_take
-- It has become an asset.
-- in: id int, asset int, expires_at int
-- rows: none
UPDATE upload SET asset = :asset, expires_at = :expires_at WHERE id = :id;

-- name: upload_refuse
-- in: id int, why text, expires_at int
-- rows: none
UPDATE upload SET refused = :why, expires_at = :expires_at WHERE id = :id;

-- name: upload_expired
-- A whole one waits for whoever looks at it, however long.
-- in: at int
-- out: id int, name text
-- rows: many 100
SELECT id, name FROM upload WHERE expires_at <= :at
   AND (kept < size OR refused <> '' OR asset IS NOT NULL)
 ORDER BY expires_at LIMIT 100;

-- name: upload_next
-- When the next one expires.
-- out: expires_at int
-- rows: one
SELECT expires_at FROM upload
 WHERE kept < size OR refused <> '' OR asset IS NOT NULL
 ORDER BY expires_at LIMIT 1;

-- name: upload_remove
-- in: id int
-- rows: none
DELETE FROM upload WHERE id = :id;
