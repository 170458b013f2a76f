-- Search: an index of the words of all live revisions.

-- A plain table, so that the statements of both dialects can be prepared:
-- full text on PostgreSQL comes with its engine.
CREATE TABLE search(
  key BIGINT PRIMARY KEY,             -- search_doc.key
  head TEXT NOT NULL,                 -- terms, as on SQLite
  deck TEXT NOT NULL,
  byline TEXT NOT NULL,
  body TEXT NOT NULL,
  marks TEXT NOT NULL
);

-- Which revision of which story stands there.
CREATE TABLE search_doc(
  key BIGINT PRIMARY KEY,            -- edition, minute and section: newsroom/search.h
  story BIGINT NOT NULL UNIQUE REFERENCES story(id),
  rev BIGINT NOT NULL REFERENCES revision(id)
);

-- Stories that are live and do not stand in it yet.
CREATE TABLE search_wait(
  story BIGINT PRIMARY KEY REFERENCES story(id)
);

-- One row: what the terms were made by.  Under another library the old text
-- would give other terms, and the index must be made again.
CREATE TABLE search_state(
  id BIGINT PRIMARY KEY CHECK( id=1 ),
  analysis TEXT NOT NULL              -- words_fingerprint(); '': nothing was made yet
);
INSERT INTO search_state(id, analysis) VALUES(1, '');

-- What can be suggested while somebody types: the names of sections, tags and
-- authors, from each of their words on.
CREATE TABLE search_name(
  edition BIGINT NOT NULL REFERENCES edition(id),
  fold TEXT COLLATE "C" NOT NULL CHECK( fold<>'' ), -- folded, from one of its words on
  kind BIGINT NOT NULL               -- as placement.kind
       CHECK( kind BETWEEN 2 AND 4 ),
  ref BIGINT NOT NULL,               -- id of that section, tag, author
  whole BIGINT NOT NULL CHECK( whole IN (0,1) ), -- from its first word on
  PRIMARY KEY(edition, fold, kind, ref)
);
CREATE INDEX search_name_ref ON search_name(kind, ref);
