-- What the house says in the files of stills: IPTC's Copyright Notice and Web
-- Statement of Rights, beside the credit that was there.
ALTER TABLE asset ADD COLUMN copyright TEXT NOT NULL DEFAULT '';
ALTER TABLE asset ADD COLUMN licence TEXT NOT NULL DEFAULT '';
ALTER TABLE upload ADD COLUMN copyright TEXT NOT NULL DEFAULT '';
ALTER TABLE upload ADD COLUMN licence TEXT NOT NULL DEFAULT '';
