-- What readers get of a film or of sound, and its captions.

-- name: film_get
-- in: asset int
-- out: state text, shown int, whole int, bytes int?
-- rows: one
SELECT j.state, j.shown, j.whole, r.bytes
  FROM media_job j
  LEFT JOIN rendition r ON r.asset = j.asset AND r.take = j.whole
       AND r.name = 'file'
 WHERE j.asset = :asset;

-- name: film_list
-- Live stories that lead with one of the newest videos, below that asset.
-- in: before int, n int
-- out: asset int, story int
-- rows: many 1000
SELECT a.id AS asset, s.id AS story
  FROM (SELECT id FROM asset WHERE kind = 'video' AND id < :before
         ORDER BY id DESC LIMIT :n) a
  JOIN revision r ON r.lead = a.id
  JOIN story s ON s.live_rev = r.id AND s.id = r.story
 ORDER BY a.id DESC, s.id DESC LIMIT 1000;

-- name: film_story
-- The newest live story that leads with that asset.
-- in: asset int
-- out: story int
-- rows: one
SELECT s.id AS story
  FROM revision r
  JOIN story s ON s.live_rev = r.id AND s.id = r.story
 WHERE r.lead = :asset AND s.state = 'published'
 ORDER BY s.live_at DESC, s.id DESC LIMIT 1;

-- name: caption_set
-- in: asset int, lang text, body text, at int
-- rows: none
INSERT INTO caption(asset, lang, body, changed_at)
VALUES(:asset, :lang, :body, :at)
ON CONFLICT(asset, lang) DO UPDATE
   SET body = excluded.body, changed_at = excluded.changed_at;

-- name: caption_drop
-- in: asset int, lang text
-- rows: none
DELETE FROM caption WHERE asset = :asset AND lang = :lang;

-- name: caption_langs
-- in: asset int
-- out: lang text
-- rows: many 40
SELECT lang FROM caption WHERE asset = :asset ORDER BY lang LIMIT 40;

-- name: caption_get
-- in: asset int, lang text
-- out: body text
-- rows: one
SELECT body FROM caption WHERE asset = :asset AND lang = :lang;
