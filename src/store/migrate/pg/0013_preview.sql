-- What stands in the place of a picture until it has come: itself, 24 pixels
-- across, as WebP in base64, within the page.  '': what was there before, and
-- what can be seen through, has none.
ALTER TABLE asset ADD COLUMN preview TEXT NOT NULL DEFAULT '';
