-- The newsroom's first shape.  Times are seconds since 1970, UTC; 0 or NULL
-- never stand for a moment.  Texts are UTF-8.  This is the twin of
-- SQLite's; a test compares their columns.

-- The house: one row.
CREATE TABLE house(
  id BIGINT PRIMARY KEY CHECK( id=1 ),
  code TEXT NOT NULL                  -- first word of media addresses: alalam
       CHECK( length(code) BETWEEN 1 AND 32 AND code !~ '[^a-z0-9]' ),
  title TEXT NOT NULL CHECK( title<>'' ), -- the name on the nameplate
  secret BYTEA NOT NULL                -- 32 random bytes: keys of /shown addresses
         CHECK( length(secret)=32 ),
  created_at BIGINT NOT NULL         -- when `masthead init` ran
);

-- An edition is one language or region of the house.
CREATE TABLE edition(
  id BIGINT PRIMARY KEY,
  code TEXT NOT NULL UNIQUE           -- first segment of its addresses: ar
       CHECK( length(code) BETWEEN 2 AND 16 AND code !~ '[^a-z0-9-]' ),
  lang TEXT NOT NULL CHECK( lang<>'' ), -- BCP 47 language tag
  dir TEXT NOT NULL CHECK( dir IN ('ltr','rtl') ), -- direction of writing
  zone TEXT NOT NULL CHECK( zone<>'' ), -- IANA zone of its clock
  title TEXT NOT NULL CHECK( title<>'' ), -- nameplate in its language
  standfirst TEXT NOT NULL,           -- what it is, in a sentence; may be ''
  date_form TEXT NOT NULL,            -- ICU pattern of the house; '' is the language's
  is_default BIGINT NOT NULL CHECK( is_default IN (0,1) ), -- no prefix in addresses
  position BIGINT NOT NULL           -- order in the list of editions
);
CREATE UNIQUE INDEX edition_default ON edition(is_default) WHERE is_default=1;

CREATE TABLE section(
  id BIGINT PRIMARY KEY,
  edition BIGINT NOT NULL REFERENCES edition(id),
  slug TEXT NOT NULL                  -- in /section/{slug}
       CHECK( length(slug) BETWEEN 1 AND 80 AND slug !~ '[^a-z0-9-]' ),
  title TEXT NOT NULL CHECK( title<>'' ), -- its name
  standfirst TEXT NOT NULL,           -- what it holds, in a sentence; may be ''
  position BIGINT NOT NULL,          -- order in the navigation
  UNIQUE(edition, slug)
);

CREATE TABLE tag(
  id BIGINT PRIMARY KEY,
  edition BIGINT NOT NULL REFERENCES edition(id),
  slug TEXT NOT NULL                  -- in /tag/{slug}
       CHECK( length(slug) BETWEEN 1 AND 80 AND slug !~ '[^a-z0-9-]' ),
  title TEXT NOT NULL CHECK( title<>'' ), -- as readers see it
  UNIQUE(edition, slug)
);

-- An author is a byline; whether a person of the desk stands behind it is
-- nobody's business but the desk's.
CREATE TABLE author(
  id BIGINT PRIMARY KEY,
  edition BIGINT NOT NULL REFERENCES edition(id),
  slug TEXT NOT NULL                  -- in /author/{slug}
       CHECK( length(slug) BETWEEN 1 AND 80 AND slug !~ '[^a-z0-9-]' ),
  name TEXT NOT NULL CHECK( name<>'' ), -- as it stands in bylines
  standfirst TEXT NOT NULL,           -- who that is; may be ''
  UNIQUE(edition, slug)
);

-- The vocabulary of advisories, which a house may edit.
CREATE TABLE advisory(
  id BIGINT PRIMARY KEY,
  code TEXT NOT NULL UNIQUE           -- graphic, distressing, flashing …
       CHECK( length(code) BETWEEN 1 AND 32 AND code !~ '[^a-z0-9-]' ),
  severity TEXT NOT NULL              -- note: a word; gate: media are withheld
           CHECK( severity IN ('note','gate') ),
  version BIGINT NOT NULL CHECK( version>=1 ) -- grows with each edit
);

CREATE TABLE advisory_text(
  advisory BIGINT NOT NULL REFERENCES advisory(id),
  lang TEXT NOT NULL,                 -- BCP 47 language tag
  label TEXT NOT NULL CHECK( label<>'' ), -- the house's spelling: Graphic content
  PRIMARY KEY(advisory, lang)
);

-- Somebody who works at the desk.
CREATE TABLE person(
  id BIGINT PRIMARY KEY,
  email TEXT NOT NULL UNIQUE          -- signs in with it; lower case
        CHECK( email LIKE '_%@_%' ),
  name TEXT NOT NULL CHECK( name<>'' ), -- as colleagues see it
  initials TEXT NOT NULL,             -- for sign-offs; may be ''
  role TEXT NOT NULL                  -- what they may do
       CHECK( role IN ('reporter','editor','chief','admin') ),
  password TEXT NOT NULL,             -- Argon2id, libsodium's string
  created_at BIGINT NOT NULL,        -- when the account was made
  disabled_at BIGINT                 -- when it was closed; NULL: open
);

-- Pictures, video, audio.  The original is a blob that no reader reaches.
CREATE TABLE asset(
  id BIGINT PRIMARY KEY,
  ticks BIGINT NOT NULL UNIQUE       -- permanent key of its address
        CHECK( ticks>0 ),
  house TEXT NOT NULL                 -- house code in its address
        CHECK( house<>'' AND house !~ '[^a-z0-9]' ),
  day TEXT NOT NULL                   -- yyyy/mm/dd of its address
      CHECK( day ~ '^[0-9]{4}/[0-1][0-9]/[0-3][0-9]$' ),
  kind TEXT NOT NULL CHECK( kind IN ('picture','video','audio') ),
  type TEXT NOT NULL CHECK( type<>'' ), -- media type of the original
  blob TEXT NOT NULL                  -- BLAKE2b-256 of the original, hex
       CHECK( length(blob)=64 ),
  size BIGINT NOT NULL CHECK( size>0 ), -- bytes of the original
  width BIGINT NOT NULL CHECK( width>0 ), -- pixels, upright
  height BIGINT NOT NULL CHECK( height>0 ),
  focal_x BIGINT NOT NULL CHECK( focal_x BETWEEN 0 AND 1000 ), -- per mille from the left
  focal_y BIGINT NOT NULL CHECK( focal_y BETWEEN 0 AND 1000 ), -- per mille from the top
  alt TEXT NOT NULL,                  -- what it shows, for those who cannot see it
  caption TEXT NOT NULL,              -- the words below it; may be ''
  credit TEXT NOT NULL,               -- who made it; may be ''
  advisory BIGINT REFERENCES advisory(id), -- its own advisory
  advisory_note TEXT NOT NULL,        -- what it shows, without detail; may be ''
  created_at BIGINT NOT NULL         -- when it arrived
);
CREATE INDEX asset_blob ON asset(blob);

-- Ids are unique in the house, whatever the edition.
CREATE TABLE story(
  id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  edition BIGINT NOT NULL REFERENCES edition(id),
  state TEXT NOT NULL CHECK( state IN ('stub','draft','review','ready',
      'scheduled','published','withdrawn','canceled') ),
  pending TEXT NOT NULL               -- state of a revision behind a live one
      CHECK( pending IN ('','draft','review','ready','scheduled') ),
  version BIGINT NOT NULL CHECK( version>=1 ), -- grows with every change
  slug TEXT NOT NULL                  -- readable end of its address; '' for a stub
      CHECK( length(slug)<=80 AND slug !~ '[^a-z0-9-]' ),
  slug_fixed BIGINT NOT NULL CHECK( slug_fixed IN (0,1) ), -- set by hand, or once published
  work_rev BIGINT, -- newest revision
  live_rev BIGINT, -- what readers see
  live_at BIGINT,                    -- its time on the page and in lists
  updated_at BIGINT,                 -- newest publish after the first; NULL: none
  due_at BIGINT,                     -- when the scheduled revision goes live
  due_rev BIGINT, -- which one that is
  section BIGINT REFERENCES section(id), -- of the live revision
  translation_set BIGINT,            -- stories that say the same; NULL: alone
  created_at BIGINT NOT NULL,        -- when the desk first saw it
  CHECK( (state='stub')=(work_rev IS NULL) ),
  CHECK( state='stub' OR slug<>'' ),
  CHECK( (state='published')=(live_rev IS NOT NULL) ),
  CHECK( state<>'published' OR live_at IS NOT NULL ),
  CHECK( pending='' OR state='published' ),
  CHECK( (state='scheduled' OR pending='scheduled')=(due_at IS NOT NULL) ),
  CHECK( (due_at IS NULL)=(due_rev IS NULL) )
);
CREATE INDEX story_due ON story(due_at) WHERE due_at IS NOT NULL;
CREATE INDEX story_set ON story(translation_set, edition)
  WHERE translation_set IS NOT NULL;
CREATE INDEX story_state ON story(state, id);

-- One version of a story.  Written once, never changed.
CREATE TABLE revision(
  id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  story BIGINT NOT NULL REFERENCES story(id),
  number BIGINT NOT NULL CHECK( number>=1 ), -- 1, 2, 3 … within the story
  person BIGINT REFERENCES person(id), -- who saved it; NULL: a command
  created_at BIGINT NOT NULL,        -- when it was saved
  section BIGINT REFERENCES section(id), -- where it belongs
  advisory BIGINT REFERENCES advisory(id), -- its advisory
  advisory_label TEXT NOT NULL,       -- another spelling than the house's; mostly ''
  advisory_note TEXT NOT NULL,        -- what is withheld, without detail; may be ''
  headline TEXT NOT NULL CHECK( headline<>'' ), -- without advisory prefix
  kicker TEXT NOT NULL,               -- two or three words above it; may be ''
  standfirst TEXT NOT NULL,           -- the paragraph below it; may be ''
  byline TEXT NOT NULL,               -- as printed: Ilse Varden and Tomas Oyelund
  dateline TEXT NOT NULL,             -- where from: Port Velmar
  signoff TEXT NOT NULL,              -- initials of those who handled it: S/SH
  desk TEXT NOT NULL,                 -- desk number: 11
  lead BIGINT REFERENCES asset(id),  -- picture or video above the text
  words BIGINT NOT NULL CHECK( words>=0 ), -- of the body
  format TEXT NOT NULL                -- what the desk typed
         CHECK( format IN ('html','markdown','plain') ),
  source TEXT,                        -- what it typed; NULL: the body itself
  body TEXT NOT NULL,                 -- clean HTML; last, for its length
  UNIQUE(story, number)
);

ALTER TABLE story ADD FOREIGN KEY(work_rev) REFERENCES revision(id);
ALTER TABLE story ADD FOREIGN KEY(live_rev) REFERENCES revision(id);
ALTER TABLE story ADD FOREIGN KEY(due_rev) REFERENCES revision(id);

CREATE FUNCTION revision_never_changes() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'a revision never changes'; END $$;
CREATE TRIGGER revision_never_changes BEFORE UPDATE ON revision
  FOR EACH ROW EXECUTE FUNCTION revision_never_changes();

CREATE INDEX revision_lead ON revision(lead) WHERE lead IS NOT NULL;

CREATE TABLE revision_author(
  revision BIGINT NOT NULL REFERENCES revision(id),
  position BIGINT NOT NULL CHECK( position>=0 ), -- order in the byline
  author BIGINT NOT NULL REFERENCES author(id),
  PRIMARY KEY(revision, position)
);

CREATE TABLE revision_tag(
  revision BIGINT NOT NULL REFERENCES revision(id),
  position BIGINT NOT NULL CHECK( position>=0 ), -- order below the text
  tag BIGINT NOT NULL REFERENCES tag(id),
  PRIMARY KEY(revision, position)
);

-- Who or what the story rests on, as readers see it.
CREATE TABLE revision_source(
  revision BIGINT NOT NULL REFERENCES revision(id),
  position BIGINT NOT NULL CHECK( position>=0 ), -- order below the text
  name TEXT NOT NULL CHECK( name<>'' ), -- UK broadcaster Sky News
  url TEXT NOT NULL,                  -- where it can be read; may be ''
  PRIMARY KEY(revision, position)
);

-- Where a published story stands, newest first.  Every list of stories that
-- readers page through is one range of this table.
CREATE TABLE placement(
  kind BIGINT NOT NULL               -- 1 edition, 2 section, 3 tag, 4 author
       CHECK( kind BETWEEN 1 AND 4 ),
  ref BIGINT NOT NULL,               -- id of that edition, section, tag, author
  at BIGINT NOT NULL,                -- the story's live_at
  story BIGINT NOT NULL REFERENCES story(id),
  PRIMARY KEY(kind, ref, at, story)
);
CREATE INDEX placement_story ON placement(story);

-- Related stories, in the order of sort, which never repeats in the house.
CREATE TABLE related(
  sort BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  story BIGINT NOT NULL REFERENCES story(id), -- whose list it is
  target BIGINT NOT NULL REFERENCES story(id), -- story or stub in it
  UNIQUE(story, target),
  CHECK( story<>target )
);
CREATE INDEX related_target ON related(target);

-- What the old wire format said of a story that has not arrived.
CREATE TABLE wire(
  story BIGINT PRIMARY KEY REFERENCES story(id),
  content_type TEXT NOT NULL,         -- contenttypeid: 21
  pic TEXT NOT NULL,                  -- media address
  title TEXT NOT NULL                 -- whole, with its prefix
);

-- A list that the desk arranges: front, section or by name.
CREATE TABLE list(
  id BIGINT PRIMARY KEY,
  edition BIGINT NOT NULL REFERENCES edition(id),
  kind TEXT NOT NULL CHECK( kind IN ('front','section','named') ),
  section BIGINT UNIQUE REFERENCES section(id), -- of a section's list
  code TEXT NOT NULL                  -- front, the section's slug, or its name
       CHECK( length(code) BETWEEN 1 AND 80 AND code !~ '[^a-z0-9-]' ),
  title TEXT NOT NULL,                -- what readers see above it; may be ''
  version BIGINT NOT NULL CHECK( version>=1 ), -- grows with every change
  UNIQUE(edition, kind, code),
  CHECK( (kind='section')=(section IS NOT NULL) )
);

-- A pinned position; what is not pinned fills itself, newest first.
CREATE TABLE list_slot(
  list BIGINT NOT NULL REFERENCES list(id),
  position BIGINT NOT NULL CHECK( position BETWEEN 1 AND 200 ),
  story BIGINT NOT NULL REFERENCES story(id),
  until BIGINT,                      -- pinned until then; NULL: until moved
  PRIMARY KEY(list, position),
  UNIQUE(list, story)
);
CREATE INDEX list_slot_story ON list_slot(story);
CREATE INDEX list_slot_until ON list_slot(until) WHERE until IS NOT NULL;

-- What was wrong, in public.
CREATE TABLE correction(
  id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  story BIGINT NOT NULL REFERENCES story(id),
  at BIGINT NOT NULL,                -- when it was made
  person BIGINT REFERENCES person(id), -- by whom; never shown
  text TEXT NOT NULL CHECK( text<>'' ) -- what readers are told
);
CREATE INDEX correction_story ON correction(story, at);
CREATE INDEX correction_at ON correction(at, id);

-- Old addresses.
CREATE TABLE redirect(
  path TEXT PRIMARY KEY               -- as asked for: /2011/05/rain
       CHECK( path LIKE '/%' ),
  story BIGINT REFERENCES story(id), -- the story now, or
  target TEXT,                        -- another path of the site
  CHECK( (story IS NULL)<>(target IS NULL) )
);

-- Where an imported story came from: a second import finds it here.
CREATE TABLE origin(
  system TEXT NOT NULL,               -- capture, markdown …
  name TEXT NOT NULL,                 -- what that system calls it
  story BIGINT NOT NULL REFERENCES story(id),
  digest TEXT NOT NULL                -- BLAKE2b-256 of what was taken, hex
         CHECK( length(digest)=64 ),
  at BIGINT NOT NULL,                -- when it was taken
  PRIMARY KEY(system, name)
);
CREATE INDEX origin_story ON origin(story);

-- The outbox: all that readers, caches and other nodes must learn, in order.
CREATE TABLE change(
  id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, -- the change number
  at BIGINT NOT NULL,                -- when it was made
  kind TEXT NOT NULL CHECK( kind<>'' ), -- publish, withdraw, list …
  story BIGINT REFERENCES story(id), -- which story, where one is meant
  tags TEXT NOT NULL                  -- surfaces it touches: story:7 section:2
);

-- Who did what.  Each row's hash covers the row before it.
CREATE TABLE audit(
  id BIGINT PRIMARY KEY,             -- 1, 2, 3 … without a gap
  at BIGINT NOT NULL,
  person BIGINT REFERENCES person(id), -- NULL: a command on the machine
  action TEXT NOT NULL CHECK( action<>'' ), -- story.publish, user.add …
  subject TEXT NOT NULL,              -- story:7, person:2 …
  detail TEXT NOT NULL,               -- in words; may be ''
  hash TEXT NOT NULL CHECK( length(hash)=64 ) -- BLAKE2b-256, hex
);
CREATE FUNCTION audit_never_changes() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'an audit row never changes'; END $$;
CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
  FOR EACH ROW EXECUTE FUNCTION audit_never_changes();
CREATE FUNCTION audit_never_shrinks() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'an audit row is never deleted'; END $$;
CREATE TRIGGER audit_never_shrinks BEFORE DELETE ON audit
  FOR EACH ROW EXECUTE FUNCTION audit_never_shrinks();
