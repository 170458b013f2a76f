-- How many stories readers see of each month, so that sitemaps know their
-- parts without counting the house.

CREATE TABLE month(
  edition BIGINT NOT NULL REFERENCES edition(id),
  month BIGINT NOT NULL               -- of UTC: 201611
        CHECK( month % 100 BETWEEN 1 AND 12 ),
  stories BIGINT NOT NULL CHECK( stories>=0 ), -- published, with a time in it
  changed_at BIGINT NOT NULL,         -- newest coming, going or change in it
  PRIMARY KEY(edition, month)
);

INSERT INTO month(edition, month, stories, changed_at)
SELECT edition,
       CAST(to_char(to_timestamp(live_at) AT TIME ZONE 'UTC', 'YYYYMM') AS BIGINT) AS m,
       count(*), max(coalesce(updated_at, live_at))
  FROM story WHERE state='published' GROUP BY edition, m;
