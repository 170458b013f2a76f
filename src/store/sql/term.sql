-- Sections, tags and authors: what stories stand under.  Their rows may be old
-- names of others (alias_of), or gone: migration 0005.

-- name: section_all
-- in: edition int
-- out: id int, edition int, slug text, title text, standfirst text, position int
-- rows: many 200
SELECT id, edition, slug, title, standfirst, position FROM section
 WHERE edition = :edition AND alias_of IS NULL AND gone = 0
 ORDER BY position, id LIMIT 200;

-- name: section_alias_all
-- Which sections of an edition are old names, and of what.
-- in: edition int
-- out: id int, alias_of int
-- rows: many 2000
SELECT id, alias_of FROM section
 WHERE edition = :edition AND alias_of IS NOT NULL LIMIT 2000;

-- name: section_draft
-- What the desk has in hand that is meant for that section.
-- in: section int
-- out: story int
-- rows: one
SELECT s.id AS story
  FROM story s
  JOIN revision r ON r.id = s.work_rev
  JOIN section k ON k.id = r.section
 WHERE s.state IN ('draft', 'review', 'ready', 'scheduled')
   AND coalesce(k.alias_of, k.id) = :section
 LIMIT 1;

-- name: section_find
-- By its slug, or by one that it had.
-- in: edition int, slug text
-- out: id int, edition int, slug text, title text, standfirst text, position int
-- rows: one
SELECT t.id, t.edition, t.slug, t.title, t.standfirst, t.position
  FROM section k JOIN section t ON t.id = coalesce(k.alias_of, k.id)
 WHERE k.edition = :edition AND k.slug = :slug AND t.gone = 0;

-- name: section_get
-- in: id int
-- out: id int, edition int, slug text, title text, standfirst text, position int
-- rows: one
SELECT t.id, t.edition, t.slug, t.title, t.standfirst, t.position
  FROM section k JOIN section t ON t.id = coalesce(k.alias_of, k.id)
 WHERE k.id = :id AND t.gone = 0;

-- name: section_add
-- in: edition int, slug text, title text, standfirst text, position int, alias_of int?
-- out: id int
-- rows: one
INSERT INTO section(edition, slug, title, standfirst, position, alias_of)
VALUES(:edition, :slug, :title, :standfirst, :position, :alias_of)
RETURNING id;

-- name: section_set
-- in: id int, slug text, title text, standfirst text, position int
-- rows: none
UPDATE section SET slug = :slug, title = :title, standfirst = :standfirst,
       position = :position
 WHERE id = :id;

-- name: section_free_slug
-- An old name of that one gives up its slug.
-- in: edition int, slug text, id int
-- rows: none
UPDATE section SET slug = 'old--' || CAST(id AS TEXT)
 WHERE edition = :edition AND slug = :slug AND alias_of = :id;

-- name: section_merge
-- It, and what is an old name of it, become old names of another.
-- in: id int, into_id int
-- rows: none
UPDATE section SET alias_of = :into_id WHERE id = :id OR alias_of = :id;

-- name: section_gone
-- It, and its old names, are kept for old revisions only.
-- in: id int
-- rows: none
UPDATE section SET gone = 1, alias_of = NULL,
       slug = 'gone--' || CAST(id AS TEXT)
 WHERE id = :id OR alias_of = :id;

-- name: section_unsettled
-- An old name of it that stories still stand under.
-- in: id int
-- out: id int
-- rows: one
SELECT k.id FROM section k
 WHERE k.alias_of = :id
   AND EXISTS (SELECT 1 FROM placement p WHERE p.kind = 2 AND p.ref = k.id)
 LIMIT 1;

-- name: section_aliases
-- Its old names, as revisions may have them.
-- in: id int
-- out: id int, slug text
-- rows: many 500
SELECT id, slug FROM section WHERE alias_of = :id ORDER BY id LIMIT 500;

-- name: tag_find
-- By its slug, or by one that it had.
-- in: edition int, slug text
-- out: id int, edition int, slug text, title text, standfirst text, position int
-- rows: one
SELECT t.id, t.edition, t.slug, t.title, t.standfirst, CAST(0 AS BIGINT) AS position
  FROM tag k JOIN tag t ON t.id = coalesce(k.alias_of, k.id)
 WHERE k.edition = :edition AND k.slug = :slug AND t.gone = 0;

-- name: tag_get
-- in: id int
-- out: id int, edition int, slug text, title text, standfirst text, position int
-- rows: one
SELECT t.id, t.edition, t.slug, t.title, t.standfirst, CAST(0 AS BIGINT) AS position
  FROM tag k JOIN tag t ON t.id = coalesce(k.alias_of, k.id)
 WHERE k.id = :id AND t.gone = 0;

-- name: tag_add
-- in: edition int, slug text, title text, standfirst text, alias_of int?
-- out: id int
-- rows: one
INSERT INTO tag(edition, slug, title, standfirst, alias_of)
VALUES(:edition, :slug, :title, :standfirst, :alias_of) RETURNING id;

-- name: tag_set
-- in: id int, slug text, title text, standfirst text
-- rows: none
UPDATE tag SET slug = :slug, title = :title, standfirst = :standfirst
 WHERE id = :id;

-- name: tag_free_slug
-- An old name of that one gives up its slug.
-- in: edition int, slug text, id int
-- rows: none
UPDATE tag SET slug = 'old--' || CAST(id AS TEXT)
 WHERE edition = :edition AND slug = :slug AND alias_of = :id;

-- name: tag_merge
-- It, and what is an old name of it, become old names of another.
-- in: id int, into_id int
-- rows: none
UPDATE tag SET alias_of = :into_id WHERE id = :id OR alias_of = :id;

-- name: tag_gone
-- It, and its old names, are kept for old revisions only.
-- in: id int
-- rows: none
UPDATE tag SET gone = 1, alias_of = NULL,
       slug = 'gone--' || CAST(id AS TEXT)
 WHERE id = :id OR alias_of = :id;

-- name: tag_unsettled
-- An old name of it that stories still stand under.
-- in: id int
-- out: id int
-- rows: one
SELECT k.id FROM tag k
 WHERE k.alias_of = :id
   AND EXISTS (SELECT 1 FROM placement p WHERE p.kind = 3 AND p.ref = k.id)
 LIMIT 1;

-- name: tag_aliases
-- Its old names, as revisions may have them.
-- in: id int
-- out: id int, slug text
-- rows: many 500
SELECT id, slug FROM tag WHERE alias_of = :id ORDER BY id LIMIT 500;

-- name: author_find
-- By its slug, or by one that it had.
-- in: edition int, slug text
-- out: id int, edition int, slug text, title text, standfirst text, position int
-- rows: one
SELECT t.id, t.edition, t.slug, t.name AS title, t.standfirst, CAST(0 AS BIGINT) AS position
  FROM author k JOIN author t ON t.id = coalesce(k.alias_of, k.id)
 WHERE k.edition = :edition AND k.slug = :slug AND t.gone = 0;

-- name: author_get
-- in: id int
-- out: id int, edition int, slug text, title text, standfirst text, position int
-- rows: one
SELECT t.id, t.edition, t.slug, t.name AS title, t.standfirst, CAST(0 AS BIGINT) AS position
  FROM author k JOIN author t ON t.id = coalesce(k.alias_of, k.id)
 WHERE k.id = :id AND t.gone = 0;

-- name: author_add
-- in: edition int, slug text, title text, standfirst text, alias_of int?
-- out: id int
-- rows: one
INSERT INTO author(edition, slug, name, standfirst, alias_of)
VALUES(:edition, :slug, :title, :standfirst, :alias_of) RETURNING id;

-- name: author_set
-- in: id int, slug text, title text, standfirst text
-- rows: none
UPDATE author SET slug = :slug, name = :title, standfirst = :standfirst
 WHERE id = :id;

-- name: author_free_slug
-- An old name of that one gives up its slug.
-- in: edition int, slug text, id int
-- rows: none
UPDATE author SET slug = 'old--' || CAST(id AS TEXT)
 WHERE edition = :edition AND slug = :slug AND alias_of = :id;

-- name: author_merge
-- It, and what is an old name of it, become old names of another.
-- in: id int, into_id int
-- rows: none
UPDATE author SET alias_of = :into_id WHERE id = :id OR alias_of = :id;

-- name: author_gone
-- It, and its old names, are kept for old revisions only.
-- in: id int
-- rows: none
UPDATE author SET gone = 1, alias_of = NULL,
       slug = 'gone--' || CAST(id AS TEXT)
 WHERE id = :id OR alias_of = :id;

-- name: author_unsettled
-- An old name of it that stories still stand under.
-- in: id int
-- out: id int
-- rows: one
SELECT k.id FROM author k
 WHERE k.alias_of = :id
   AND EXISTS (SELECT 1 FROM placement p WHERE p.kind = 4 AND p.ref = k.id)
 LIMIT 1;

-- name: author_aliases
-- Its old names, as revisions may have them.
-- in: id int
-- out: id int, slug text
-- rows: many 500
SELECT id, slug FROM author WHERE alias_of = :id ORDER BY id LIMIT 500;

-- name: tag_page
-- By slug, from one to before another; how many stories, up to 1000.
-- in: edition int, low text, high text, n int
-- out: id int, edition int, slug text, title text, standfirst text, stories int
-- rows: many 1000
SELECT t.id, t.edition, t.slug, t.title, t.standfirst,
       (SELECT count(*)
          FROM (SELECT 1 FROM placement p
                 WHERE p.kind = 3 AND p.ref = t.id LIMIT 1000) AS counted)
         AS stories
  FROM tag t
 WHERE t.edition = :edition AND t.slug >= :low AND t.slug < :high
   AND t.alias_of IS NULL AND t.gone = 0
 ORDER BY t.slug LIMIT :n;

-- name: author_page
-- By slug, from one to before another; how many stories, up to 1000.
-- in: edition int, low text, high text, n int
-- out: id int, edition int, slug text, title text, standfirst text, stories int
-- rows: many 1000
SELECT t.id, t.edition, t.slug, t.name AS title, t.standfirst,
       (SELECT count(*)
          FROM (SELECT 1 FROM placement p
                 WHERE p.kind = 4 AND p.ref = t.id LIMIT 1000) AS counted)
         AS stories
  FROM author t
 WHERE t.edition = :edition AND t.slug >= :low AND t.slug < :high
   AND t.alias_of IS NULL AND t.gone = 0
 ORDER BY t.slug LIMIT :n;

-- name: placement_count
-- How many stories stand in a range, up to 1000.
-- in: kind int, ref int
-- out: n int
-- rows: one
SELECT count(*) AS n
  FROM (SELECT 1 FROM placement
         WHERE kind = :kind AND ref = :ref LIMIT 1000) AS counted;

-- name: placement_leave
-- One story leaves one range.
-- in: kind int, ref int, at int, story int
-- rows: none
DELETE FROM placement
 WHERE kind = :kind AND ref = :ref AND at = :at AND story = :story;

-- name: list_filled_by
-- A list of that edition that is filled from a range.
-- in: edition int, kind int, ref int
-- out: id int, kind text, code text
-- rows: one
SELECT id, kind, code FROM list
 WHERE edition = :edition AND rest = :kind AND rest_ref = :ref
   AND NOT (kind = 'section' AND section = :ref AND rest = 2)
 ORDER BY kind, code LIMIT 1;

-- name: list_fill_by
-- Those that are filled from a range are filled from another.
-- in: edition int, kind int, ref int, into_ref int
-- rows: none
UPDATE list SET rest_ref = :into_ref, version = version + 1
 WHERE edition = :edition AND rest = :kind AND rest_ref = :ref;

-- name: list_rename
-- The list of a section goes by the section's name.
-- in: section int, code text, title text
-- rows: none
UPDATE list SET code = :code, title = :title WHERE section = :section;
