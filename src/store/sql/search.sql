-- Search.  On SQLite the table "search" is FTS5's; PostgreSQL has a plain one
-- of that name, so that every block can be prepared there (decision 0014).

-- name: search_best [sqlite]
-- The newest rows that match, between two keys, and how well each does: keys
-- fall with time.
-- in: match text, low int, high int, n int
-- out: key int, score int
-- rows: many 2000
SELECT rowid AS key, masthead_rank(search) AS score FROM search
 WHERE search MATCH :match AND rowid BETWEEN :low AND :high
 ORDER BY rowid LIMIT :n;

-- name: search_best [pg]
-- in: match text, low int, high int, n int
-- out: key int, score int
-- rows: many 2000
SELECT key, CAST(0 AS BIGINT) AS score FROM search
 WHERE strpos(body, :match) > 0 AND key BETWEEN :low AND :high
 ORDER BY key LIMIT :n;

-- name: search_keys [sqlite]
-- The same without looking at them.
-- in: match text, low int, high int, n int
-- out: key int
-- rows: many 10001
SELECT rowid AS key FROM search
 WHERE search MATCH :match AND rowid BETWEEN :low AND :high
 ORDER BY rowid LIMIT :n;

-- name: search_keys [pg]
-- in: match text, low int, high int, n int
-- out: key int
-- rows: many 10001
SELECT key FROM search
 WHERE strpos(body, :match) > 0 AND key BETWEEN :low AND :high
 ORDER BY key LIMIT :n;

-- name: search_add [sqlite]
-- in: key int, head text, deck text, byline text, body text, marks text
-- rows: none
INSERT INTO search(rowid, head, deck, byline, body, marks)
VALUES(:key, :head, :deck, :byline, :body, :marks);

-- name: search_add [pg]
-- in: key int, head text, deck text, byline text, body text, marks text
-- rows: none
INSERT INTO search(key, head, deck, byline, body, marks)
VALUES(:key, :head, :deck, :byline, :body, :marks);

-- name: search_remove [sqlite]
-- Takes a row out: with the very terms that were put in.
-- in: key int, head text, deck text, byline text, body text, marks text
-- rows: none
INSERT INTO search(search, rowid, head, deck, byline, body, marks)
VALUES('delete', :key, :head, :deck, :byline, :body, :marks);

-- name: search_remove [pg]
-- in: key int, head text, deck text, byline text, body text, marks text
-- rows: none
DELETE FROM search
 WHERE key = :key AND head = :head AND deck = :deck AND byline = :byline
   AND body = :body AND marks = :marks;

-- name: search_wipe [sqlite]
-- rows: none
INSERT INTO search(search) VALUES('delete-all');

-- name: search_wipe [pg]
-- rows: none
DELETE FROM search;

-- name: search_set [sqlite]
-- A setting of FTS5, or work: automerge, merge.
-- in: name text, value int
-- rows: none
INSERT INTO search(search, rank) VALUES(:name, :value);

-- name: search_set [pg]
-- in: name text, value int
-- rows: none
DELETE FROM search WHERE key = 0 AND head = :name AND key = :value;

-- name: search_setting [sqlite]
-- As it was set; no row: FTS5's own.
-- in: name text
-- out: value int
-- rows: one
SELECT v AS value FROM search_config WHERE k = :name;

-- name: search_setting [pg]
-- in: name text
-- out: value int
-- rows: one
SELECT CAST(0 AS BIGINT) AS value FROM search WHERE head = :name LIMIT 1;

-- name: search_shape [sqlite]
-- The segments of the index: the same after a merge that found no work.
-- out: shape blob
-- rows: one
SELECT block AS shape FROM search_data WHERE id = 10;

-- name: search_shape [pg]
-- out: shape blob
-- rows: one
SELECT CAST('' AS BYTEA) AS shape;

-- name: search_source
-- The texts of a revision, and the language they are in.
-- in: rev int
-- out: edition int, lang text, section int?, headline text, kicker text, standfirst text, byline text, body text
-- rows: one
SELECT s.edition, e.lang, r.section, r.headline, r.kicker, r.standfirst,
       r.byline, r.body
  FROM revision r
  JOIN story s ON s.id = r.story
  JOIN edition e ON e.id = s.edition
 WHERE r.id = :rev;

-- name: search_doc_of
-- Where a story stands.
-- in: story int
-- out: key int, rev int
-- rows: one
SELECT key, rev FROM search_doc WHERE story = :story;

-- name: search_doc_at
-- Which story stands there.
-- in: key int
-- out: story int
-- rows: one
SELECT story FROM search_doc WHERE key = :key;

-- name: search_doc_add
-- in: key int, story int, rev int
-- rows: none
INSERT INTO search_doc(key, story, rev) VALUES(:key, :story, :rev);

-- name: search_doc_drop
-- in: key int
-- rows: none
DELETE FROM search_doc WHERE key = :key;

-- name: search_doc_wipe
-- rows: none
DELETE FROM search_doc;

-- name: search_wait_add
-- in: story int
-- rows: none
INSERT INTO search_wait(story) VALUES(:story) ON CONFLICT(story) DO NOTHING;

-- name: search_wait_drop
-- in: story int
-- rows: none
DELETE FROM search_wait WHERE story = :story;

-- name: search_wait_wipe
-- rows: none
DELETE FROM search_wait;

-- name: search_wait_all
-- Everything that readers see, once the table is empty.
-- rows: none
INSERT INTO search_wait(story)
SELECT id FROM story WHERE state = 'published';

-- name: search_wait_some
-- Those that wait, newest ids first, below one.
-- in: before int, n int
-- out: story int, rev int?, edition int, at int?, section int?
-- rows: many 1000
SELECT w.story, s.live_rev AS rev, s.edition, s.live_at AS at, s.section
  FROM search_wait w JOIN story s ON s.id = w.story
 WHERE w.story < :before ORDER BY w.story DESC LIMIT :n;

-- name: search_wait_one
-- A story that waits, as it is now.
-- in: story int
-- out: edition int, live_rev int?, live_at int?
-- rows: one
SELECT s.edition, s.live_rev, s.live_at
  FROM search_wait w JOIN story s ON s.id = w.story
 WHERE w.story = :story;

-- name: search_wait_top
-- The highest id that waits; 0: none does.
-- out: story int
-- rows: one
SELECT coalesce(max(story), 0) AS story FROM search_wait;

-- name: search_wait_count
-- out: n int
-- rows: one
SELECT count(*) AS n FROM search_wait;

-- name: search_state_get
-- out: analysis text
-- rows: one
SELECT analysis FROM search_state WHERE id = 1;

-- name: search_state_set
-- in: analysis text
-- rows: none
UPDATE search_state SET analysis = :analysis WHERE id = 1;

-- name: search_name_put
-- in: edition int, fold text, kind int, ref int, whole int
-- rows: none
INSERT INTO search_name(edition, fold, kind, ref, whole)
VALUES(:edition, :fold, :kind, :ref, :whole)
ON CONFLICT(edition, fold, kind, ref) DO NOTHING;

-- name: search_name_drop
-- in: kind int, ref int
-- rows: none
DELETE FROM search_name WHERE kind = :kind AND ref = :ref;

-- name: search_name_wipe
-- rows: none
DELETE FROM search_name;

-- name: search_name_range
-- Names from one folded beginning to another, of what stories stand under.
-- in: edition int, low text, high text
-- out: kind int, ref int, whole int, title text?
-- rows: many 60
SELECT n.kind, n.ref, n.whole, coalesce(c.title, t.title, a.name) AS title
  FROM search_name n
  LEFT JOIN section c ON n.kind = 2 AND c.id = n.ref
  LEFT JOIN tag t ON n.kind = 3 AND t.id = n.ref
  LEFT JOIN author a ON n.kind = 4 AND a.id = n.ref
 WHERE n.edition = :edition AND n.fold >= :low AND n.fold < :high
   AND EXISTS (SELECT 1 FROM placement p
                WHERE p.kind = n.kind AND p.ref = n.ref)
 ORDER BY n.fold, n.kind, n.ref LIMIT 60;

-- name: search_name_exact
-- What has that whole name.
-- in: edition int, fold text, kind int
-- out: ref int
-- rows: many 8
SELECT ref FROM search_name
 WHERE edition = :edition AND fold = :fold AND kind = :kind AND whole = 1
 ORDER BY ref LIMIT 8;

-- name: search_sections
-- in: after int
-- out: id int, edition int, title text
-- rows: many 500
SELECT id, edition, title FROM section
 WHERE id > :after ORDER BY id LIMIT 500;

-- name: search_tags
-- in: after int
-- out: id int, edition int, title text
-- rows: many 500
SELECT id, edition, title FROM tag WHERE id > :after ORDER BY id LIMIT 500;

-- name: search_authors
-- in: after int
-- out: id int, edition int, title text
-- rows: many 500
SELECT id, edition, name AS title FROM author
 WHERE id > :after ORDER BY id LIMIT 500;
