-- Pictures, video, audio.

-- name: asset_add
-- in: ticks int, house text, day text, kind text, type text, blob text, size int, preview text, width int?, height int?, duration int?, rate_num int?, rate_den int?, has_audio int, poster_frame int, focal_x int, focal_y int, alt text, caption text, credit text, copyright text, licence text, rights text, rights_until int?, language text, look int?, had_location int, had_device int, had_owner int, had_history int, advisory int?, advisory_note text, at int
-- out: id int
-- rows: one
INSERT INTO asset(ticks, house, day, kind, type, blob, size, preview, width,
       height, duration, rate_num, rate_den, has_audio, poster_frame, focal_x, focal_y,
       alt, caption, credit, copyright, licence, rights, rights_until, language, look,
       had_location, had_device, had_owner, had_history, advisory,
       advisory_note, created_at)
VALUES(:ticks, :house, :day, :kind, :type, :blob, :size, :preview, :width,
       :height, :duration, :rate_num, :rate_den, :has_audio, :poster_frame, :focal_x,
       :focal_y, :alt, :caption, :credit, :copyright, :licence, :rights,
       :rights_until, :language,
       :look, :had_location, :had_device, :had_owner, :had_history, :advisory,
       :advisory_note, :at)
RETURNING id;

-- name: asset_set
-- All that a desk may change of it.  Another frame has another preview.
-- in: id int, alt text, caption text, credit text, copyright text, licence text, focal_x int, focal_y int, poster_frame int, rights text, rights_until int?, rights_ended int, language text, advisory int?, advisory_note text
-- rows: none
UPDATE asset SET alt = :alt, caption = :caption, credit = :credit,
       copyright = :copyright, licence = :licence,
       preview = CASE WHEN poster_frame = :poster_frame THEN preview ELSE '' END,
       focal_x = :focal_x, focal_y = :focal_y, poster_frame = :poster_frame,
       rights = :rights, rights_until = :rights_until,
       rights_ended = :rights_ended, language = :language,
       advisory = :advisory, advisory_note = :advisory_note
 WHERE id = :id;

-- name: asset_preview
-- Of the frame that is its poster; once that is another, it is not wanted.
-- in: id int, frame int, preview text
-- rows: none
UPDATE asset SET preview = :preview
 WHERE id = :id AND poster_frame = :frame AND preview <> :preview;

-- name: asset_rights_due
-- Those whose rights have ended by now, while pages do not know it yet.
-- in: now int
-- out: id int
-- rows: many 500
SELECT id FROM asset
 WHERE rights_until IS NOT NULL AND rights_ended = 0 AND rights_until <= :now
 ORDER BY rights_until LIMIT 500;

-- name: asset_rights_end
-- in: id int
-- rows: none
UPDATE asset SET rights_ended = 1 WHERE id = :id;

-- name: asset_rights_next
-- When rights end next; 0: never.
-- out: at int
-- rows: one
SELECT coalesce(min(rights_until), 0) AS at FROM asset
 WHERE rights_until IS NOT NULL AND rights_ended = 0;

-- name: asset_looks
-- What is known of how pictures look, by rising id.
-- in: after int
-- out: id int, look int?
-- rows: many 5000
SELECT id, look FROM asset WHERE id > :after AND look IS NOT NULL
 ORDER BY id LIMIT 5000;

-- name: asset_page
-- By falling id.
-- in: before int, n int
-- out: id int, ticks int, house text, day text, kind text, type text, blob text, size int, width int?, height int?, duration int?, rate_num int?, rate_den int?, has_audio int, poster_frame int, focal_x int, focal_y int, alt text, caption text, credit text, copyright text, licence text, rights text, rights_until int?, rights_ended int, language text, look int?, had_location int, had_device int, had_owner int, had_history int, advisory int?, advisory_note text
-- rows: many 1000
SELECT id, ticks, house, day, kind, type, blob, size, width, height, duration,
       rate_num, rate_den, has_audio, poster_frame, focal_x, focal_y, alt,
       caption, credit, copyright, licence, rights, rights_until, rights_ended,
       language, look,
       had_location, had_device, had_owner, had_history, advisory,
       advisory_note
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
-- out: id int, ticks int, house text, day text, kind text, type text, blob text, size int, width int?, height int?, duration int?, rate_num int?, rate_den int?, has_audio int, poster_frame int, focal_x int, focal_y int, alt text, caption text, credit text, copyright text, licence text, rights text, rights_until int?, rights_ended int, language text, look int?, had_location int, had_device int, had_owner int, had_history int, advisory int?, advisory_note text
-- rows: one
SELECT id, ticks, house, day, kind, type, blob, size, width, height, duration,
       rate_num, rate_den, has_audio, poster_frame, focal_x, focal_y, alt,
       caption, credit, copyright, licence, rights, rights_until, rights_ended,
       language, look,
       had_location, had_device, had_owner, had_history, advisory,
       advisory_note
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

-- name: gate_words
-- The advisory that gates a story's lead: of the revision given, or, for 0,
-- of the asset itself.  In the words of the story's edition: a note in
-- another language than its own says nothing there.
-- in: rev int, asset int, edition int
-- out: id int, code text, version int, label text?, note text
-- rows: one
SELECT v.id, v.code, v.version, coalesce(t.label, t2.label) AS label,
       CASE WHEN h.lang = e.lang THEN g.advisory_note ELSE '' END AS note
  FROM edition e
  LEFT JOIN revision g ON g.id = :rev
  LEFT JOIN story o ON o.id = g.story
  LEFT JOIN edition h ON h.id = o.edition
  LEFT JOIN asset a ON a.id = :asset
  JOIN advisory v ON v.id = coalesce(g.advisory, a.advisory)
  LEFT JOIN advisory_text t ON t.advisory = v.id AND t.lang = e.lang
  LEFT JOIN advisory_text t2 ON t2.advisory = v.id AND t2.lang = 'en'
 WHERE e.id = :edition;

-- name: asset_places
-- Where live stories with it as their lead stand in time.
-- in: id int
-- out: edition int, at int
-- rows: many 200
SELECT s.edition, s.live_at AS at
  FROM revision r JOIN story s ON s.live_rev = r.id AND s.id = r.story
 WHERE r.lead = :id ORDER BY r.id LIMIT 200;
