-- Names that have changed, and names that are gone.  Revisions never change:
-- what stands in one as tag 7 is read through its row.  A row with alias_of is
-- an old name of another: its address leads there, and stories under it stand
-- there.  A row that is gone is kept for old revisions only; its slug, which
-- no slug can be, is free for others.

ALTER TABLE section ADD COLUMN alias_of BIGINT REFERENCES section(id); -- NULL: itself
ALTER TABLE section ADD COLUMN gone BIGINT NOT NULL DEFAULT 0 -- 1: removed
  CHECK( gone IN (0,1) );
ALTER TABLE tag ADD COLUMN alias_of BIGINT REFERENCES tag(id); -- NULL: itself
ALTER TABLE tag ADD COLUMN gone BIGINT NOT NULL DEFAULT 0 -- 1: removed
  CHECK( gone IN (0,1) );
ALTER TABLE author ADD COLUMN alias_of BIGINT REFERENCES author(id); -- NULL: itself
ALTER TABLE author ADD COLUMN gone BIGINT NOT NULL DEFAULT 0 -- 1: removed
  CHECK( gone IN (0,1) );
CREATE INDEX section_alias ON section(alias_of) WHERE alias_of IS NOT NULL;
CREATE INDEX tag_alias ON tag(alias_of) WHERE alias_of IS NOT NULL;
CREATE INDEX author_alias ON author(alias_of) WHERE alias_of IS NOT NULL;

-- Few stories carry one, and an advisory goes only when nothing does.
CREATE INDEX revision_advisory ON revision(advisory)
  WHERE advisory IS NOT NULL;
CREATE INDEX asset_advisory ON asset(advisory) WHERE advisory IS NOT NULL;
