-- How many stories readers see of each month, so that sitemaps know their
-- parts without counting the house.

CREATE TABLE month(
  edition INTEGER NOT NULL REFERENCES edition(id),
  month INTEGER NOT NULL              -- of UTC: 201611
        CHECK( month % 100 BETWEEN 1 AND 12 ),
  stories INTEGER NOT NULL CHECK( stories>=0 ), -- published, with a time in it
  changed_at INTEGER NOT NULL,        -- newest coming, going or change in it
  PRIMARY KEY(edition, month)
) STRICT, WITHOUT ROWID;

INSERT INTO month(edition, month, stories, changed_at)
SELECT edition, CAST(strftime('%Y%m', live_at, 'unixepoch') AS INTEGER) AS m,
       count(*), max(coalesce(updated_at, live_at))
  FROM story WHERE state='published' GROUP BY edition, m;
