-- What is made of a film when it plays already, and nobody waits for it.
-- It adds to a whole attempt of media_job, and takes nothing from it.
CREATE TABLE media_extra(
  asset INTEGER PRIMARY KEY REFERENCES media_job(asset),
  take INTEGER NOT NULL CHECK( take>=1 ),  -- number of the attempt that it adds to
  state TEXT NOT NULL                 -- 'waiting' also between two tries
        CHECK( state IN ('waiting','running','done','failed') ),
  percent INTEGER NOT NULL                 -- of the try under way
          CHECK( percent BETWEEN 0 AND 100 ),
  rung TEXT NOT NULL,                 -- newest rendition with a part: v240av1; may be ''
  attempts INTEGER NOT NULL CHECK( attempts>=0 ), -- tries begun
  not_before INTEGER NOT NULL,             -- when it may begin
  reason TEXT NOT NULL,               -- why the film stays without, or waits again; may be ''
  CHECK( state<>'failed' OR reason<>'' )
) STRICT;
CREATE INDEX media_extra_due ON media_extra(state, not_before, asset);
