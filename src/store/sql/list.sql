-- Lists of stories.

-- name: placement_add
-- in: kind int, ref int, at int, story int
-- rows: none
INSERT INTO placement(kind, ref, at, story)
VALUES(:kind, :ref, :at, :story)
ON CONFLICT(kind, ref, at, story) DO NOTHING;

-- name: placement_of_story
-- Where a story stands now.
-- in: story int
-- out: kind int, ref int, at int
-- rows: many 200
SELECT kind, ref, at FROM placement WHERE story = :story
 ORDER BY kind, ref LIMIT 200;

-- name: placement_clear
-- in: story int
-- rows: none
DELETE FROM placement WHERE story = :story;

-- name: range_older
-- Story ids of a range below a moment and id, newest first.
-- in: kind int, ref int, at int, story int, since int, n int
-- out: at int, story int
-- rows: many 1400
SELECT at, story FROM placement
 WHERE kind = :kind AND ref = :ref AND (at, story) < (:at, :story)
   AND at >= :since
 ORDER BY at DESC, story DESC LIMIT :n;

-- name: range_newer
-- The same above them, nearest first.
-- in: kind int, ref int, at int, story int, until int, n int
-- out: at int, story int
-- rows: many 1400
SELECT at, story FROM placement
 WHERE kind = :kind AND ref = :ref AND (at, story) > (:at, :story)
   AND at < :until
 ORDER BY at, story LIMIT :n;

-- name: teaser_get
-- A published story as lists show it.  lead_gate: the revision of a live
-- story whose advisory gates the same lead.  Where no revision with an
-- advisory has that lead, one look into a small index says so.
-- in: id int, bodies int
-- out: id int, edition int, slug text, rev int, at int, updated_at int?, section int?, section_slug text?, section_title text?, advisory int?, advisory_code text?, advisory_severity text?, advisory_version int?, advisory_house_label text?, advisory_label text, advisory_note text, headline text, kicker text, standfirst text, byline text, lead int?, ticks int?, house text?, day text?, kind text?, width int?, height int?, duration int?, poster_frame int?, alt text?, caption text?, credit text?, preview text?, lead_severity text?, lead_note text?, lead_gate int?, body text
-- rows: one
SELECT s.id, s.edition, s.slug, s.live_rev AS rev, s.live_at AS at,
       s.updated_at, c.id AS section, c.slug AS section_slug,
       c.title AS section_title, r.advisory, v.code AS advisory_code,
       v.severity AS advisory_severity, v.version AS advisory_version,
       coalesce(t.label, t2.label) AS advisory_house_label, r.advisory_label,
       r.advisory_note, r.headline, r.kicker, r.standfirst, r.byline, r.lead,
       a.ticks, a.house, a.day,
       CASE WHEN a.rights_ended = 1 THEN '' ELSE a.kind END AS kind,
       a.width, a.height, a.duration, a.poster_frame, a.alt, a.caption,
       a.credit, a.preview, av.severity AS lead_severity, a.advisory_note AS lead_note,
       CASE WHEN EXISTS (SELECT 1 FROM revision x
         WHERE x.lead = r.lead AND x.advisory IS NOT NULL)
       THEN (SELECT g.id FROM revision g
          JOIN story o ON o.id = g.story AND o.live_rev = g.id
          JOIN advisory w ON w.id = g.advisory AND w.severity = 'gate'
         WHERE g.lead = r.lead AND g.advisory IS NOT NULL
         ORDER BY g.advisory, g.story LIMIT 1) END AS lead_gate,
       CASE WHEN :bodies <> 0 THEN r.body ELSE '' END AS body
  FROM story s
  JOIN revision r ON r.id = s.live_rev
  JOIN edition e ON e.id = s.edition
  LEFT JOIN section k ON k.id = r.section
  LEFT JOIN section c ON c.id = coalesce(k.alias_of, k.id) AND c.gone = 0
  LEFT JOIN advisory v ON v.id = r.advisory
  LEFT JOIN advisory_text t ON t.advisory = v.id AND t.lang = e.lang
  LEFT JOIN advisory_text t2 ON t2.advisory = v.id AND t2.lang = 'en'
  LEFT JOIN asset a ON a.id = r.lead
  LEFT JOIN advisory av ON av.id = a.advisory
 WHERE s.id = :id AND s.state = 'published';

-- name: range_teasers
-- The published stories of range_older, as teaser_get has them: one statement
-- costs three quarters of thirty-one.
-- in: kind int, ref int, at int, story int, since int, bodies int, n int
-- out: id int, edition int, slug text, rev int, at int, updated_at int?, section int?, section_slug text?, section_title text?, advisory int?, advisory_code text?, advisory_severity text?, advisory_version int?, advisory_house_label text?, advisory_label text, advisory_note text, headline text, kicker text, standfirst text, byline text, lead int?, ticks int?, house text?, day text?, kind text?, width int?, height int?, duration int?, poster_frame int?, alt text?, caption text?, credit text?, preview text?, lead_severity text?, lead_note text?, lead_gate int?, body text
-- rows: many 200
SELECT s.id, s.edition, s.slug, s.live_rev AS rev, s.live_at AS at,
       s.updated_at, c.id AS section, c.slug AS section_slug,
       c.title AS section_title, r.advisory, v.code AS advisory_code,
       v.severity AS advisory_severity, v.version AS advisory_version,
       coalesce(t.label, t2.label) AS advisory_house_label, r.advisory_label,
       r.advisory_note, r.headline, r.kicker, r.standfirst, r.byline, r.lead,
       a.ticks, a.house, a.day,
       CASE WHEN a.rights_ended = 1 THEN '' ELSE a.kind END AS kind,
       a.width, a.height, a.duration, a.poster_frame, a.alt, a.caption,
       a.credit, a.preview, av.severity AS lead_severity, a.advisory_note AS lead_note,
       CASE WHEN EXISTS (SELECT 1 FROM revision x
         WHERE x.lead = r.lead AND x.advisory IS NOT NULL)
       THEN (SELECT g.id FROM revision g
          JOIN story o ON o.id = g.story AND o.live_rev = g.id
          JOIN advisory w ON w.id = g.advisory AND w.severity = 'gate'
         WHERE g.lead = r.lead AND g.advisory IS NOT NULL
         ORDER BY g.advisory, g.story LIMIT 1) END AS lead_gate,
       CASE WHEN :bodies <> 0 THEN r.body ELSE '' END AS body
  FROM placement p
  JOIN story s ON s.id = p.story AND s.state = 'published'
  JOIN revision r ON r.id = s.live_rev
  JOIN edition e ON e.id = s.edition
  LEFT JOIN section k ON k.id = r.section
  LEFT JOIN section c ON c.id = coalesce(k.alias_of, k.id) AND c.gone = 0
  LEFT JOIN advisory v ON v.id = r.advisory
  LEFT JOIN advisory_text t ON t.advisory = v.id AND t.lang = e.lang
  LEFT JOIN advisory_text t2 ON t2.advisory = v.id AND t2.lang = 'en'
  LEFT JOIN asset a ON a.id = r.lead
  LEFT JOIN advisory av ON av.id = a.advisory
 WHERE p.kind = :kind AND p.ref = :ref AND (p.at, p.story) < (:at, :story)
   AND p.at >= :since
 ORDER BY p.at DESC, p.story DESC LIMIT :n;

-- name: list_of_edition
-- A list by kind and code.
-- in: edition int, kind text, code text
-- out: id int, edition int, section int?, kind text, code text, title text, version int, rest int, rest_ref int?, rest_days int?
-- rows: one
SELECT id, edition, section, kind, code, title, version, rest, rest_ref,
       rest_days
  FROM list
 WHERE edition = :edition AND kind = :kind AND code = :code;

-- name: list_of_section
-- in: section int
-- out: id int, edition int, section int?, kind text, code text, title text, version int, rest int, rest_ref int?, rest_days int?
-- rows: one
SELECT id, edition, section, kind, code, title, version, rest, rest_ref,
       rest_days
  FROM list
 WHERE section = :section;

-- name: list_get
-- in: id int
-- out: id int, edition int, section int?, kind text, code text, title text, version int, rest int, rest_ref int?, rest_days int?
-- rows: one
SELECT id, edition, section, kind, code, title, version, rest, rest_ref,
       rest_days
  FROM list
 WHERE id = :id;

-- name: list_add
-- in: edition int, kind text, section int?, code text, title text, rest int, rest_ref int?
-- out: id int
-- rows: one
INSERT INTO list(edition, kind, section, code, title, rest, rest_ref, version)
VALUES(:edition, :kind, :section, :code, :title, :rest, :rest_ref, 1)
RETURNING id;

-- name: list_all
-- The lists of an edition, by kind and code.
-- in: edition int
-- out: id int, edition int, section int?, kind text, code text, title text, version int, rest int, rest_ref int?, rest_days int?
-- rows: many 1000
SELECT id, edition, section, kind, code, title, version, rest, rest_ref,
       rest_days
  FROM list
 WHERE edition = :edition ORDER BY kind, code LIMIT 1000;

-- name: list_set_rule
-- What fills a list below its pins.
-- in: id int, rest int, rest_ref int?, rest_days int?
-- rows: none
UPDATE list SET rest = :rest, rest_ref = :rest_ref, rest_days = :rest_days
 WHERE id = :id;

-- name: list_forget
-- in: id int
-- rows: none
DELETE FROM list WHERE id = :id;

-- name: list_bump
-- in: id int
-- rows: none
UPDATE list SET version = version + 1 WHERE id = :id;

-- name: list_slots
-- Pins whose time still runs.
-- in: list int, now int
-- out: position int, story int, until int?
-- rows: many 200
SELECT position, story, until FROM list_slot
 WHERE list = :list AND (until IS NULL OR until > :now)
 ORDER BY position LIMIT 200;

-- name: list_unpin
-- Frees a story's position in a list.
-- in: list int, story int
-- rows: none
DELETE FROM list_slot WHERE list = :list AND story = :story;

-- name: list_unpin_all
-- in: list int
-- rows: none
DELETE FROM list_slot WHERE list = :list;

-- name: list_unpin_story
-- Frees its positions in all lists.
-- in: story int
-- rows: none
DELETE FROM list_slot WHERE story = :story;

-- name: list_pin
-- in: list int, position int, story int, until int?
-- rows: none
INSERT INTO list_slot(list, position, story, until)
VALUES(:list, :position, :story, :until);

-- name: list_pins_of_story
-- Which lists a story is pinned in.
-- in: story int
-- out: list int, kind text, edition int, section int?
-- rows: many 200
SELECT s.list, l.kind, l.edition, l.section
  FROM list_slot s JOIN list l ON l.id = s.list
 WHERE s.story = :story ORDER BY s.list LIMIT 200;

-- name: list_ended
-- Pins whose time is over.
-- in: now int
-- out: list int, story int, kind text, edition int, section int?
-- rows: many 200
SELECT s.list, s.story, l.kind, l.edition, l.section
  FROM list_slot s JOIN list l ON l.id = s.list
 WHERE s.until IS NOT NULL AND s.until <= :now
 ORDER BY s.until, s.list, s.position LIMIT 200;

-- name: list_next_end
-- When the next pin ends.
-- out: at int?
-- rows: one
SELECT min(until) AS at FROM list_slot WHERE until IS NOT NULL;

-- name: related_page
-- A story's related list: stubs and published stories.  The caller puts them
-- in order: a sort here costs more than all the rest.
-- in: story int
-- out: id int, sort int, state text, content_type text?, pic text?, title text?
-- rows: many 200
SELECT r.target AS id, r.sort, s.state, w.content_type, w.pic, w.title
  FROM related r
  JOIN story s ON s.id = r.target
  LEFT JOIN wire w ON w.story = s.id
 WHERE r.story = :story AND s.state IN ('stub', 'published')
 ORDER BY r.target LIMIT 200;

-- name: related_find
-- in: story int, target int
-- out: sort int
-- rows: one
SELECT sort FROM related WHERE story = :story AND target = :target;

-- name: related_by_sort
-- in: sort int
-- out: story int, target int
-- rows: one
SELECT story, target FROM related WHERE sort = :sort;

-- name: related_count
-- in: story int
-- out: n int
-- rows: one
SELECT count(*) AS n FROM related WHERE story = :story;

-- name: related_top
-- The highest sort that a row has.
-- out: sort int
-- rows: one
SELECT coalesce(max(sort), 0) AS sort FROM related;

-- name: related_add
-- in: sort int, story int, target int
-- rows: none
INSERT INTO related(sort, story, target) VALUES(:sort, :story, :target);

-- name: related_ids
-- All of a related list, also what readers do not see now.
-- in: story int
-- out: id int
-- rows: many 200
SELECT target AS id FROM related WHERE story = :story
 ORDER BY target LIMIT 200;
