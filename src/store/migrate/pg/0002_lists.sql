-- What fills a list below its pins, what a tag is about, and corrections by
-- edition.

ALTER TABLE tag ADD COLUMN standfirst TEXT NOT NULL DEFAULT ''; -- what it is about; may be ''

-- The range (placement) that fills a list, newest first.
ALTER TABLE list ADD COLUMN rest BIGINT NOT NULL DEFAULT 0 -- 0 pins only, else placement.kind
  CHECK( rest BETWEEN 0 AND 4 );
ALTER TABLE list ADD COLUMN rest_ref BIGINT; -- placement.ref; NULL: pins only
ALTER TABLE list ADD COLUMN rest_days BIGINT -- only stories of so many days; NULL: any age
  CHECK( rest_days>0 );
UPDATE list SET rest=1, rest_ref=edition WHERE kind='front';
UPDATE list SET rest=2, rest_ref=section WHERE kind='section';

-- The edition of the corrected story, so that a page of corrections is a range.
ALTER TABLE correction ADD COLUMN edition BIGINT REFERENCES edition(id);
UPDATE correction
   SET edition=(SELECT s.edition FROM story s WHERE s.id=correction.story);
DROP INDEX correction_at;
CREATE INDEX correction_edition ON correction(edition, at, id);
