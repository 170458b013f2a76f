-- Search: a common word stands in the index with its neighbours only
-- (src/search/line.h).  So all of the index is made again.
DELETE FROM search;
DELETE FROM search_doc;
DELETE FROM search_wait;
INSERT INTO search_wait(story) SELECT id FROM story WHERE state='published';
UPDATE search_state SET analysis='';
