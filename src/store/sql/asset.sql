-- Pictures, video, audio.

-- name: asset_add
-- in: ticks int, house text, day text, kind text, type text, blob text, size int, width int, height int, focal_x int, focal_y int, alt text, caption text, credit text, advisory int?, advisory_note text, at int
-- out: id int
-- rows: one
INSERT INTO asset(ticks, house, day, kind, type, blob, size, width, height,
       focal_x, focal_y, alt, caption, credit, advisory, advisory_note,
       created_at)
VALUES(:ticks, :house, :day, :kind, :type, :blob, :size, :width, :height,
       :focal_x, :focal_y, :alt, :caption, :credit, :advisory,
       :advisory_note, :at)
RETURNING id;

-- name: asset_set
-- All that a desk may change of it.
-- in: id int, alt text, caption text, credit text, focal_x int, focal_y int, advisory int?, advisory_note text
-- rows: none
UPDATE asset SET alt = :alt, caption = :caption, credit = :credit,
       focal_x = :focal_x, focal_y = :focal_y, advisory = :advisory,
       advisory_note = :advisory_note
 WHERE id = :id;

-- name: asset_page
-- By falling id.
-- in: before int, n int
-- out: id int, ticks int, house text, day text, kind text, type text, blob text, size int, width int, height int, focal_x int, focal_y int, alt text, caption text, credit text, advisory int?, advisory_note text
-- rows: many 1000
SELECT id, ticks, house, day, kind, type, blob, size, width, height, focal_x,
       focal_y, alt, caption, credit, advisory, advisory_note
  FROM asset WHERE id < :before ORDER BY id DESC LIMIT :n;

-- name: asset_used
-- Stories that show it, to readers or in their newest revision.
-- in: id int
-- out: id int, state text, headline text, live int
-- rows: many 200
SELECT s.id, s.state, r.headline,
       CAST(CASE WHEN s.live_rev = r.id THEN 1 ELSE 0 END AS BIGINT) AS live
  FROM revision r JOIN story s ON s.id = r.story
 WHERE r.lead = :id AND (s.live_rev = r.id OR s.work_rev = r.id)
 ORDER BY r.id LIMIT 200;

-- name: asset_find
-- By id, by ticks, or by the digest of its original: one of them is given.
-- in: id int, ticks int, blob text
-- out: id int, ticks int, house text, day text, kind text, type text, blob text, size int, width int, height int, focal_x int, focal_y int, alt text, caption text, credit text, advisory int?, advisory_note text
-- rows: one
SELECT id, ticks, house, day, kind, type, blob, size, width, height, focal_x,
       focal_y, alt, caption, credit, advisory, advisory_note
  FROM asset
 WHERE id = :id OR ticks = :ticks OR blob = :blob
 ORDER BY id LIMIT 1;

-- name: asset_gate
-- What stands before it: its own advisory and those of live stories with it.
-- in: id int
-- out: live int, gates int, version int
-- rows: one
SELECT (SELECT count(*) FROM revision r
          JOIN story s ON s.live_rev = r.id AND s.id = r.story
         WHERE r.lead = :id) AS live,
       (SELECT count(*) FROM asset a JOIN advisory v ON v.id = a.advisory
         WHERE a.id = :id AND v.severity = 'gate') +
       (SELECT count(*) FROM revision r
          JOIN story s ON s.live_rev = r.id AND s.id = r.story
          JOIN advisory v ON v.id = r.advisory
         WHERE r.lead = :id AND v.severity = 'gate') AS gates,
       CAST(
       (SELECT coalesce(sum(v.id * 1000000 + v.version), 0) FROM asset a
          JOIN advisory v ON v.id = a.advisory WHERE a.id = :id) +
       (SELECT coalesce(sum(v.id * 1000000 + v.version), 0) FROM revision r
          JOIN story s ON s.live_rev = r.id AND s.id = r.story
          JOIN advisory v ON v.id = r.advisory
         WHERE r.lead = :id) AS BIGINT) AS version;

-- name: asset_blobs
-- Originals, by rising id.
-- in: after int
-- out: id int, blob text, size int
-- rows: many 500
SELECT id, blob, size FROM asset WHERE id > :after ORDER BY id LIMIT 500;
