-- Search: a common word stands in the index with its neighbours only
-- (src/search/line.h), and the body, where most words are, comes first: each
-- entry of another column says which.  So all of the index is made again.
-- Its pages go back without being wiped, which would take as much memory as
-- they hold: the new index, which is larger, is written over them.
PRAGMA secure_delete=FAST;
DROP TABLE search;
PRAGMA secure_delete=ON;
CREATE VIRTUAL TABLE search USING fts5(
  body,
  head,                               -- headline and kicker
  deck,                               -- standfirst
  byline,                             -- all its words, then its line
  marks,                              -- section, tags, common words: no text can hold them
  content='', columnsize=0, tokenize='ascii'
);
DELETE FROM search_doc;
DELETE FROM search_wait;
INSERT INTO search_wait(story) SELECT id FROM story WHERE state='published';
UPDATE search_state SET analysis='';
