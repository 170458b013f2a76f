-- Search: an index of the words of all live revisions.

-- The index itself.  It keeps no text: what goes in is the terms that
-- src/search makes, and to take a story out they are made again from its
-- revision, which never changes.  rowid is search_doc.key.
CREATE VIRTUAL TABLE search USING fts5(
  head,                               -- headline and kicker
  deck,                               -- standfirst
  byline,
  body,
  marks,                              -- section, tags: words no text can hold
  content='', columnsize=0, tokenize='ascii'
);

-- Which revision of which story stands there.
CREATE TABLE search_doc(
  key INTEGER PRIMARY KEY,            -- edition, minute and section: newsroom/search.h
  story INTEGER NOT NULL UNIQUE REFERENCES story(id),
  rev INTEGER NOT NULL REFERENCES revision(id)
) STRICT;

-- Stories that are live and do not stand in it yet.
CREATE TABLE search_wait(
  story INTEGER PRIMARY KEY REFERENCES story(id)
) STRICT;

-- One row: what the terms were made by.  Under another library the old text
-- would give other terms, and the index must be made again.
CREATE TABLE search_state(
  id INTEGER PRIMARY KEY CHECK( id=1 ),
  analysis TEXT NOT NULL              -- words_fingerprint(); '': nothing was made yet
) STRICT;
INSERT INTO search_state(id, analysis) VALUES(1, '');

-- What can be suggested while somebody types: the names of sections, tags and
-- authors, from each of their words on.
CREATE TABLE search_name(
  edition INTEGER NOT NULL REFERENCES edition(id),
  fold TEXT NOT NULL CHECK( fold<>'' ), -- folded, from one of its words on
  kind INTEGER NOT NULL               -- as placement.kind
       CHECK( kind BETWEEN 2 AND 4 ),
  ref INTEGER NOT NULL,               -- id of that section, tag, author
  whole INTEGER NOT NULL CHECK( whole IN (0,1) ), -- from its first word on
  PRIMARY KEY(edition, fold, kind, ref)
) STRICT, WITHOUT ROWID;
CREATE INDEX search_name_ref ON search_name(kind, ref);
