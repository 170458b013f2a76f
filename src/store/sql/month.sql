-- The house by months, for sitemaps.

-- name: month_enter
-- A story has come to a month.
-- in: edition int, month int, at int
-- rows: none
INSERT INTO month(edition, month, stories, changed_at)
VALUES(:edition, :month, 1, :at)
ON CONFLICT(edition, month) DO UPDATE SET stories = month.stories + 1,
   changed_at = excluded.changed_at;

-- name: month_leave
-- A story has left it.
-- in: edition int, month int, at int
-- rows: none
UPDATE month SET stories = stories - 1, changed_at = :at
 WHERE edition = :edition AND month = :month;

-- name: month_all
-- Oldest first, edition by edition.
-- out: edition int, month int, stories int, changed_at int
-- rows: many 10000
SELECT edition, month, stories, changed_at FROM month
 WHERE stories > 0 ORDER BY edition, month LIMIT 10000;

-- name: map_part
-- A part of a month's stories.  The parts are in the order of time.
-- in: edition int, since int, until int, skip int
-- out: id int, slug text, at int, updated_at int?, translation_set int?, severity text?, lead int?, ticks int?, house text?, day text?, kind text?, poster_frame int?, lead_severity text?, lead_gate int?
-- rows: many 10000
SELECT s.id, s.slug, s.live_at AS at, s.updated_at, s.translation_set,
       v.severity, r.lead, a.ticks, a.house, a.day,
       CASE WHEN a.rights_ended = 1 THEN '' ELSE a.kind END AS kind,
       a.poster_frame, av.severity AS lead_severity,
       CASE WHEN EXISTS (SELECT 1 FROM revision x
         WHERE x.lead = r.lead AND x.advisory IS NOT NULL)
       THEN (SELECT g.id FROM revision g
          JOIN story o ON o.id = g.story AND o.live_rev = g.id
          JOIN advisory w ON w.id = g.advisory AND w.severity = 'gate'
         WHERE g.lead = r.lead AND g.advisory IS NOT NULL
         ORDER BY g.advisory, g.story LIMIT 1) END AS lead_gate
  FROM (SELECT at, story FROM placement
         WHERE kind = 1 AND ref = :edition AND at >= :since AND at < :until
         ORDER BY at, story LIMIT 10000 OFFSET :skip) p
  JOIN story s ON s.id = p.story
  JOIN revision r ON r.id = s.live_rev
  LEFT JOIN advisory v ON v.id = r.advisory
  LEFT JOIN asset a ON a.id = r.lead
  LEFT JOIN advisory av ON av.id = a.advisory
 LIMIT 10000;
