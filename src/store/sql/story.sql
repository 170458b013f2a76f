-- Stories and their revisions.

-- name: story_get
-- A story's own row, and the headline of its newest revision.
-- in: id int
-- out: id int, edition int, state text, pending text, version int, slug text, slug_fixed int, work_rev int?, live_rev int?, live_at int?, updated_at int?, due_at int?, due_rev int?, section int?, translation_set int?, created_at int, headline text
-- rows: one
SELECT s.id, s.edition, s.state, s.pending, s.version, s.slug, s.slug_fixed,
       s.work_rev, s.live_rev, s.live_at, s.updated_at, s.due_at, s.due_rev,
       s.section, s.translation_set, s.created_at,
       coalesce(r.headline, w.title, '') AS headline
  FROM story s
  LEFT JOIN revision r ON r.id = s.work_rev
  LEFT JOIN wire w ON w.story = s.id
 WHERE s.id = :id;

-- name: story_stands
-- What an article takes from its story's own row, and from no other.
-- in: id int
-- out: id int, edition int, state text, version int, slug text, work_rev int?, live_rev int?, live_at int?, updated_at int?, translation_set int?
-- rows: one
SELECT id, edition, state, version, slug, work_rev, live_rev, live_at,
       updated_at, translation_set
  FROM story WHERE id = :id;

-- name: story_page
-- Stories by falling id; state '' is any.
-- in: before int, state text, n int
-- out: id int, edition int, state text, pending text, version int, slug text, work_rev int?, live_rev int?, live_at int?, updated_at int?, due_at int?, due_rev int?, translation_set int?, slug_fixed int, created_at int, headline text
-- rows: many 1000
SELECT s.id, s.edition, s.state, s.pending, s.version, s.slug, s.work_rev,
       s.live_rev, s.live_at, s.updated_at, s.due_at, s.due_rev,
       s.translation_set, s.slug_fixed,
       s.created_at, coalesce(r.headline, w.title, '') AS headline
  FROM story s
  LEFT JOIN revision r ON r.id = s.work_rev
  LEFT JOIN wire w ON w.story = s.id
 WHERE s.id < :before AND (:state = '' OR s.state = :state)
 ORDER BY s.id DESC LIMIT :n;

-- name: story_new
-- A story without a text yet, under the id given; a stub until it has one.
-- in: id int, edition int, at int
-- rows: none
INSERT INTO story(id, edition, state, pending, version, slug, slug_fixed,
                  created_at)
VALUES(:id, :edition, 'stub', '', 1, '', 0, :at);

-- name: story_top_id
-- The highest id that a story or stub has.
-- out: id int
-- rows: one
SELECT coalesce(max(id), 0) AS id FROM story;

-- name: story_arrive
-- What was a stub becomes a story of the edition given.
-- in: id int, edition int, at int
-- rows: none
UPDATE story SET edition = :edition, created_at = :at
 WHERE id = :id AND state = 'stub';

-- name: story_saved
-- Points the story at its newest revision.
-- in: id int, seen int, rev int, state text, pending text, slug text, slug_fixed int
-- rows: none
UPDATE story SET work_rev = :rev, state = :state, pending = :pending,
       slug = :slug, slug_fixed = :slug_fixed, version = version + 1
 WHERE id = :id AND version = :seen;

-- name: story_set_translation
-- Puts the story into a translation set, or out of it.
-- in: id int, translation_set int?
-- rows: none
UPDATE story SET translation_set = :translation_set WHERE id = :id;

-- name: story_publish
-- Points the story at the revision readers see, if it has not moved; and at
-- its newest, which may be new with it.
-- in: id int, seen int, rev int, work_rev int, slug text, at int, updated_at int?, section int?, pending text
-- rows: none
UPDATE story SET state = 'published', pending = :pending, live_rev = :rev,
       work_rev = :work_rev, slug = :slug,
       live_at = :at, updated_at = :updated_at, section = :section,
       due_at = NULL, due_rev = NULL, slug_fixed = 1, version = version + 1
 WHERE id = :id AND version = :seen;

-- name: story_schedule
-- Sets when a revision goes live, if the story has not moved.
-- in: id int, seen int, rev int, at int, state text, pending text
-- rows: none
UPDATE story SET state = :state, pending = :pending, due_at = :at,
       due_rev = :rev, version = version + 1
 WHERE id = :id AND version = :seen;

-- name: story_leave
-- Takes the story from readers: withdrawn, or canceled for good.
-- in: id int, seen int, state text
-- rows: none
UPDATE story SET state = :state, pending = '', live_rev = NULL,
       due_at = NULL, due_rev = NULL, version = version + 1
 WHERE id = :id AND version = :seen;

-- name: story_state
-- Moves the story, or what is pending of it, among the desk's states.
-- in: id int, seen int, state text, pending text
-- rows: none
UPDATE story SET state = :state, pending = :pending, due_at = NULL,
       due_rev = NULL, version = version + 1
 WHERE id = :id AND version = :seen;

-- name: story_bump
-- A change that is not one of its text: a correction.
-- in: id int, at int
-- rows: none
UPDATE story SET version = version + 1,
       updated_at = CASE WHEN state = 'published' THEN :at ELSE updated_at END
 WHERE id = :id;

-- name: story_due
-- What is to go live by now, oldest first.
-- in: now int
-- out: id int, version int, due_rev int, due_at int
-- rows: many 100
SELECT id, version, due_rev, due_at FROM story
 WHERE due_at IS NOT NULL AND due_at <= :now ORDER BY due_at, id LIMIT 100;

-- name: story_next_due
-- When the next one goes live.
-- out: at int?
-- rows: one
SELECT min(due_at) AS at FROM story WHERE due_at IS NOT NULL;

-- name: story_translations
-- Published stories of a set, but one.
-- in: translation_set int, id int
-- out: story int, edition int, slug text
-- rows: many 100
SELECT id AS story, edition, slug FROM story
 WHERE translation_set = :translation_set AND id <> :id
   AND state = 'published'
 ORDER BY edition, id LIMIT 100;

-- name: revision_add
-- Writes a revision, numbered after the story's last.
-- in: story int, person int?, at int, section int?, advisory int?, advisory_label text, advisory_note text, headline text, kicker text, standfirst text, byline text, dateline text, signoff text, desk text, lead int?, words int, format text, source text?, body text
-- out: id int
-- rows: one
INSERT INTO revision(story, number, person, created_at, section, advisory,
       advisory_label, advisory_note, headline, kicker, standfirst, byline,
       dateline, signoff, desk, lead, words, format, source, body)
VALUES(:story,
       (SELECT coalesce(max(o.number), 0) + 1 FROM revision o
         WHERE o.story = :story),
       :person, :at, :section, :advisory, :advisory_label, :advisory_note,
       :headline, :kicker, :standfirst, :byline, :dateline, :signoff, :desk,
       :lead, :words, :format, :source, :body)
RETURNING id;

-- name: revision_add_author
-- in: revision int, position int, author int
-- rows: none
INSERT INTO revision_author(revision, position, author)
VALUES(:revision, :position, :author);

-- name: revision_add_tag
-- in: revision int, position int, tag int
-- rows: none
INSERT INTO revision_tag(revision, position, tag)
VALUES(:revision, :position, :tag);

-- name: revision_add_source
-- in: revision int, position int, name text, url text
-- rows: none
INSERT INTO revision_source(revision, position, name, url)
VALUES(:revision, :position, :name, :url);

-- name: revision_get
-- One whole revision, with the names that belong to it; what was typed only
-- where it is asked for, being as long as the body.
-- in: rev int, typed int
-- out: id int, story int, number int, section int?, section_slug text?, section_title text?, advisory int?, advisory_code text?, advisory_severity text?, advisory_version int?, advisory_house_label text?, advisory_label text, advisory_note text, headline text, kicker text, standfirst text, byline text, dateline text, signoff text, desk text, lead int?, ticks int?, house text?, day text?, kind text?, width int?, height int?, duration int?, poster_frame int?, alt text?, caption text?, credit text?, preview text?, lead_severity text?, lead_note text?, lead_gate int?, words int, format text, source text?, body text
-- rows: one
SELECT r.id, r.story, r.number, c.id AS section, c.slug AS section_slug,
       c.title AS section_title, r.advisory, v.code AS advisory_code,
       v.severity AS advisory_severity, v.version AS advisory_version,
       coalesce(t.label, t2.label) AS advisory_house_label, r.advisory_label,
       r.advisory_note, r.headline, r.kicker, r.standfirst, r.byline,
       r.dateline, r.signoff, r.desk, r.lead, a.ticks, a.house, a.day,
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
       r.words, r.format,
       CASE WHEN :typed <> 0 THEN r.source END AS source, r.body
  FROM revision r
  JOIN story s ON s.id = r.story
  JOIN edition e ON e.id = s.edition
  LEFT JOIN section k ON k.id = r.section
  LEFT JOIN section c ON c.id = coalesce(k.alias_of, k.id) AND c.gone = 0
  LEFT JOIN advisory v ON v.id = r.advisory
  LEFT JOIN advisory_text t ON t.advisory = v.id AND t.lang = e.lang
  LEFT JOIN advisory_text t2 ON t2.advisory = v.id AND t2.lang = 'en'
  LEFT JOIN asset a ON a.id = r.lead
  LEFT JOIN advisory av ON av.id = a.advisory
 WHERE r.id = :rev;

-- name: revision_head
-- What publishing must know of a revision.
-- in: rev int
-- out: story int, number int, section int?, lead int?, advisory int?
-- rows: one
SELECT r.story, r.number, c.id AS section, r.lead, r.advisory
  FROM revision r
  LEFT JOIN section k ON k.id = r.section
  LEFT JOIN section c ON c.id = coalesce(k.alias_of, k.id) AND c.gone = 0
 WHERE r.id = :rev;

-- name: revision_history
-- A story's revisions below a number, newest first.
-- in: story int, before int, n int
-- out: id int, number int, at int, person text?, headline text, words int
-- rows: many 1000
SELECT r.id, r.number, r.created_at AS at, p.name AS person, r.headline,
       r.words
  FROM revision r LEFT JOIN person p ON p.id = r.person
 WHERE r.story = :story AND r.number < :before
 ORDER BY r.number DESC LIMIT :n;

-- name: revision_by_number
-- in: story int, number int
-- out: id int
-- rows: one
SELECT id FROM revision WHERE story = :story AND number = :number;

-- name: author_name
-- As it stands in bylines.
-- in: id int
-- out: name text
-- rows: one
SELECT a.name
  FROM author k JOIN author a ON a.id = coalesce(k.alias_of, k.id)
 WHERE k.id = :id;

-- name: edition_tongue
-- Language and zone, for making bylines and slugs.
-- in: id int
-- out: lang text, zone text
-- rows: one
SELECT lang, zone FROM edition WHERE id = :id;

-- name: revision_authors
-- Two that were merged stand twice.  Mostly alias_of is NULL: no second look.
-- in: rev int
-- out: id int, slug text, title text
-- rows: many 50
SELECT coalesce(a.id, k.id) AS id, coalesce(a.slug, k.slug) AS slug,
       coalesce(a.name, k.name) AS title
  FROM revision_author ra
  JOIN author k ON k.id = ra.author
  LEFT JOIN author a ON a.id = k.alias_of
 WHERE ra.revision = :rev AND coalesce(a.gone, k.gone) = 0
 ORDER BY ra.position LIMIT 50;

-- name: revision_tag_ids
-- As the revision has them, which never changes: some were merged since, or
-- are gone.
-- in: rev int
-- out: id int
-- rows: many 100
SELECT tag AS id FROM revision_tag
 WHERE revision = :rev ORDER BY position LIMIT 100;

-- name: revision_tags
-- Two that were merged stand twice.
-- in: rev int
-- out: id int, slug text, title text
-- rows: many 100
SELECT coalesce(t.id, k.id) AS id, coalesce(t.slug, k.slug) AS slug,
       coalesce(t.title, k.title) AS title
  FROM revision_tag rt
  JOIN tag k ON k.id = rt.tag
  LEFT JOIN tag t ON t.id = k.alias_of
 WHERE rt.revision = :rev AND coalesce(t.gone, k.gone) = 0
 ORDER BY rt.position LIMIT 100;

-- name: revision_sources
-- in: rev int
-- out: name text, url text
-- rows: many 50
SELECT name, url FROM revision_source
 WHERE revision = :rev ORDER BY position LIMIT 50;

-- name: correction_add
-- in: story int, edition int, at int, person int?, text text
-- out: id int
-- rows: one
INSERT INTO correction(story, edition, at, person, text)
VALUES(:story, :edition, :at, :person, :text) RETURNING id;

-- name: correction_of_story
-- Oldest first.
-- in: story int
-- out: id int, at int, text text
-- rows: many 200
SELECT id, at, text FROM correction WHERE story = :story
 ORDER BY at, id LIMIT 200;

-- name: correction_has
-- Was that story ever corrected?
-- in: story int
-- out: id int
-- rows: one
SELECT id FROM correction WHERE story = :story ORDER BY at, id LIMIT 1;

-- name: correction_older
-- Corrections of an edition's published stories, below a moment and id,
-- newest first.
-- in: edition int, at int, id int, n int
-- out: id int, at int, story int, text text
-- rows: many 200
SELECT c.id, c.at, c.story, c.text
  FROM correction c JOIN story s ON s.id = c.story
 WHERE c.edition = :edition AND (c.at, c.id) < (:at, :id)
   AND s.state = 'published'
 ORDER BY c.at DESC, c.id DESC LIMIT :n;

-- name: correction_newer
-- The same above them, nearest first.
-- in: edition int, at int, id int, n int
-- out: id int, at int, story int, text text
-- rows: many 200
SELECT c.id, c.at, c.story, c.text
  FROM correction c JOIN story s ON s.id = c.story
 WHERE c.edition = :edition AND (c.at, c.id) > (:at, :id)
   AND s.state = 'published'
 ORDER BY c.at, c.id LIMIT :n;

-- name: redirect_find
-- in: path text
-- out: story int?, target text?
-- rows: one
SELECT story, target FROM redirect WHERE path = :path;

-- name: redirect_put
-- in: path text, story int?, target text?
-- rows: none
INSERT INTO redirect(path, story, target) VALUES(:path, :story, :target)
ON CONFLICT(path) DO UPDATE SET story = excluded.story,
   target = excluded.target;

-- name: redirect_forget
-- in: path text
-- rows: none
DELETE FROM redirect WHERE path = :path;

-- name: redirect_page
-- By path, from one to before another, after a third.
-- in: low text, high text, after text, n int
-- out: path text, story int?, target text?
-- rows: many 1000
SELECT path, story, target FROM redirect
 WHERE path > :after AND path >= :low AND path < :high
 ORDER BY path LIMIT :n;

-- name: origin_find
-- in: system text, name text
-- out: story int, digest text
-- rows: one
SELECT story, digest FROM origin WHERE system = :system AND name = :name;

-- name: origin_put
-- in: system text, name text, story int, digest text, at int
-- rows: none
INSERT INTO origin(system, name, story, digest, at)
VALUES(:system, :name, :story, :digest, :at)
ON CONFLICT(system, name) DO UPDATE SET story = excluded.story,
   digest = excluded.digest, at = excluded.at;

-- name: wire_get
-- in: story int
-- out: content_type text, pic text, title text
-- rows: one
SELECT content_type, pic, title FROM wire WHERE story = :story;

-- name: wire_put
-- in: story int, content_type text, pic text, title text
-- rows: none
INSERT INTO wire(story, content_type, pic, title)
VALUES(:story, :content_type, :pic, :title)
ON CONFLICT(story) DO NOTHING;
