-- The house, its editions, sections, tags, authors and advisories.

-- name: house_get
-- out: code text, title text, secret blob
-- rows: one
SELECT code, title, secret FROM house WHERE id = 1;

-- name: house_add
-- in: code text, title text, secret blob, at int
-- rows: none
INSERT INTO house(id, code, title, secret, created_at)
VALUES(1, :code, :title, :secret, :at);

-- name: edition_all
-- In the order of the edition switch.
-- out: id int, code text, lang text, dir text, zone text, title text, standfirst text, date_form text, is_default int, position int
-- rows: many 100
SELECT id, code, lang, dir, zone, title, standfirst, date_form, is_default,
       position
  FROM edition ORDER BY position, id LIMIT 100;

-- name: edition_get
-- in: id int
-- out: id int, code text, lang text, dir text, zone text, title text, standfirst text, date_form text, is_default int, position int
-- rows: one
SELECT id, code, lang, dir, zone, title, standfirst, date_form, is_default,
       position
  FROM edition WHERE id = :id;

-- name: edition_of_code
-- in: code text
-- out: id int, code text, lang text, dir text, zone text, title text, standfirst text, date_form text, is_default int, position int
-- rows: one
SELECT id, code, lang, dir, zone, title, standfirst, date_form, is_default,
       position
  FROM edition WHERE code = :code;

-- name: edition_default
-- out: id int, code text, lang text, dir text, zone text, title text, standfirst text, date_form text, is_default int, position int
-- rows: one
SELECT id, code, lang, dir, zone, title, standfirst, date_form, is_default,
       position
  FROM edition WHERE is_default = 1;

-- name: edition_add
-- in: code text, lang text, dir text, zone text, title text, standfirst text, date_form text, is_default int, position int
-- out: id int
-- rows: one
INSERT INTO edition(code, lang, dir, zone, title, standfirst, date_form,
                    is_default, position)
VALUES(:code, :lang, :dir, :zone, :title, :standfirst, :date_form,
       :is_default, :position)
RETURNING id;

-- name: edition_set
-- in: id int, lang text, dir text, zone text, title text, standfirst text, date_form text, position int
-- rows: none
UPDATE edition SET lang = :lang, dir = :dir, zone = :zone, title = :title,
       standfirst = :standfirst, date_form = :date_form, position = :position
 WHERE id = :id;

-- name: advisory_all
-- With the label of a language, else the English one, else the code.
-- in: lang text
-- out: id int, code text, severity text, version int, label text
-- rows: many 200
SELECT v.id, v.code, v.severity, v.version,
       coalesce(t.label, e.label, v.code) AS label
  FROM advisory v
  LEFT JOIN advisory_text t ON t.advisory = v.id AND t.lang = :lang
  LEFT JOIN advisory_text e ON e.advisory = v.id AND e.lang = 'en'
 ORDER BY v.id LIMIT 200;

-- name: advisory_find
-- in: code text
-- out: id int, severity text, version int
-- rows: one
SELECT id, severity, version FROM advisory WHERE code = :code;

-- name: advisory_add
-- in: code text, severity text
-- out: id int
-- rows: one
INSERT INTO advisory(code, severity, version) VALUES(:code, :severity, 1)
RETURNING id;

-- name: advisory_set
-- in: id int, severity text
-- rows: none
UPDATE advisory SET severity = :severity, version = version + 1
 WHERE id = :id;

-- name: advisory_label_find
-- in: advisory int, lang text
-- out: label text
-- rows: one
SELECT label FROM advisory_text WHERE advisory = :advisory AND lang = :lang;

-- name: advisory_label_set
-- in: advisory int, lang text, label text
-- rows: none
INSERT INTO advisory_text(advisory, lang, label)
VALUES(:advisory, :lang, :label)
ON CONFLICT(advisory, lang) DO UPDATE SET label = excluded.label;

-- name: advisory_labels
-- Its spellings, by language.
-- in: advisory int
-- out: lang text, label text
-- rows: many 200
SELECT lang, label FROM advisory_text
 WHERE advisory = :advisory ORDER BY lang LIMIT 200;

-- name: advisory_story
-- A story that carries it, in any revision.
-- in: advisory int
-- out: story int
-- rows: one
SELECT story FROM revision WHERE advisory = :advisory LIMIT 1;

-- name: advisory_asset
-- A picture or video that carries it.
-- in: advisory int
-- out: id int
-- rows: one
SELECT id FROM asset WHERE advisory = :advisory LIMIT 1;

-- name: advisory_forget_labels
-- in: advisory int
-- rows: none
DELETE FROM advisory_text WHERE advisory = :advisory;

-- name: advisory_forget
-- in: id int
-- rows: none
DELETE FROM advisory WHERE id = :id;

-- name: edition_no_default
-- rows: none
UPDATE edition SET is_default = 0 WHERE is_default = 1;

-- name: edition_set_default
-- in: id int
-- rows: none
UPDATE edition SET is_default = 1 WHERE id = :id;
