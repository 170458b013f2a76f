-- Video and sound: what is known of them, the work that is to be done on
-- them, and what readers get of them.

-- Sound has neither width nor height; a film needs both.
ALTER TABLE asset RENAME COLUMN width TO old_width;
ALTER TABLE asset RENAME COLUMN height TO old_height;
ALTER TABLE asset ADD COLUMN width BIGINT  -- pixels, upright; NULL: sound
  CHECK( width>0 );
ALTER TABLE asset ADD COLUMN height BIGINT -- pixels, upright; NULL: sound
  CHECK( height>0 );
UPDATE asset SET width = old_width, height = old_height;
ALTER TABLE asset DROP COLUMN old_width;
ALTER TABLE asset DROP COLUMN old_height;
ALTER TABLE asset ADD COLUMN duration BIGINT -- milliseconds; NULL: a picture, or not known
  CHECK( duration>0 );
ALTER TABLE asset ADD COLUMN rate_num BIGINT -- frames a second, a fraction; NULL: no film
  CHECK( rate_num>0 );
ALTER TABLE asset ADD COLUMN rate_den BIGINT -- its lower part
  CHECK( rate_den>0 );
ALTER TABLE asset ADD COLUMN has_audio BIGINT NOT NULL DEFAULT 0 -- there is sound in it
  CHECK( has_audio IN (0,1) );
ALTER TABLE asset ADD COLUMN poster_frame BIGINT NOT NULL DEFAULT 25 -- of a film: the one its stills show, from 0
  CHECK( poster_frame BETWEEN 0 AND 999999 );
ALTER TABLE asset ADD COLUMN rights TEXT NOT NULL DEFAULT ''; -- who holds them, and what for; never shown
ALTER TABLE asset ADD COLUMN rights_until BIGINT; -- from then on no reader gets it; NULL: no end
ALTER TABLE asset ADD COLUMN rights_ended BIGINT NOT NULL DEFAULT 0 -- that time has come, and pages know
  CHECK( rights_ended IN (0,1) );
ALTER TABLE asset ADD COLUMN language TEXT NOT NULL DEFAULT ''; -- spoken in it, BCP 47; may be ''
ALTER TABLE asset ADD COLUMN look BIGINT; -- 64 bits that pictures alike share; NULL: not known
ALTER TABLE asset ADD COLUMN had_location BIGINT NOT NULL DEFAULT 0 -- the original says where it was made
  CHECK( had_location IN (0,1) );
ALTER TABLE asset ADD COLUMN had_device BIGINT NOT NULL DEFAULT 0 -- … with what
  CHECK( had_device IN (0,1) );
ALTER TABLE asset ADD COLUMN had_owner BIGINT NOT NULL DEFAULT 0 -- … by whom
  CHECK( had_owner IN (0,1) );
ALTER TABLE asset ADD COLUMN had_history BIGINT NOT NULL DEFAULT 0 -- … how it was edited
  CHECK( had_history IN (0,1) );
-- Last, so that it finds those that were there as they are now.
ALTER TABLE asset ADD COLUMN sized BIGINT NOT NULL DEFAULT 1 -- 1, which says that its sizes are in order
  CHECK( sized=1 AND (kind='audio' OR (width IS NOT NULL AND height IS NOT NULL))
         AND (kind='audio')=(width IS NULL) AND (width IS NULL)=(height IS NULL) );
CREATE INDEX asset_rights ON asset(rights_until)
  WHERE rights_until IS NOT NULL AND rights_ended=0;
CREATE INDEX asset_look ON asset(id) WHERE look IS NOT NULL;

-- Work on an asset that takes long.  Only a server does it; what a server
-- that was killed had under way is waiting again when its lease has ended.
CREATE TABLE media_job(
  asset BIGINT PRIMARY KEY REFERENCES asset(id),
  state TEXT NOT NULL                 -- 'waiting' also between two attempts
        CHECK( state IN ('waiting','running','done','failed') ),
  percent BIGINT NOT NULL                 -- of the attempt under way
          CHECK( percent BETWEEN 0 AND 100 ),
  rung TEXT NOT NULL,                 -- newest rendition that plays: v240; may be ''
  attempts BIGINT NOT NULL CHECK( attempts>=0 ), -- begun since it was last asked for
  not_before BIGINT NOT NULL,             -- when it may begin
  lease_until BIGINT,                     -- when whoever runs it is taken for dead
  take BIGINT NOT NULL CHECK( take>=0 ),  -- number of the newest attempt ever begun: its folder
  shown BIGINT NOT NULL CHECK( shown>=0 ), -- number of the attempt that readers get; 0: none
  whole BIGINT NOT NULL CHECK( whole>=0 ), -- number of the newest that was finished; 0: none
  reason TEXT NOT NULL,               -- why it failed, and what to do; may be ''
  created_at BIGINT NOT NULL,             -- when it was asked for
  started_at BIGINT,                      -- when the newest attempt began
  ended_at BIGINT,                        -- when it was done or failed
  CHECK( (state='running')=(lease_until IS NOT NULL) ),
  CHECK( (state IN ('done','failed'))=(ended_at IS NOT NULL) ),
  CHECK( state<>'failed' OR reason<>'' ),
  CHECK( state<>'done' OR (whole=take AND shown=take) )
);
CREATE INDEX media_job_due ON media_job(not_before, asset)
  WHERE state='waiting';
CREATE INDEX media_job_lease ON media_job(lease_until) WHERE state='running';

-- What readers get of a film or of sound, in one size or one track.
CREATE TABLE rendition(
  asset BIGINT NOT NULL REFERENCES asset(id),
  take BIGINT NOT NULL CHECK( take>=1 ),  -- number of the attempt that made it
  place BIGINT NOT NULL CHECK( place>=0 ), -- order: video from the largest, sound, the whole
  name TEXT NOT NULL CHECK( name<>'' ), -- of its list: v720, a0; file: the whole, as one
  codecs TEXT NOT NULL CHECK( codecs<>'' ), -- as HLS says them: avc1.64001f
  width BIGINT CHECK( width>0 ),          -- pixels; NULL: sound
  height BIGINT CHECK( height>0 ),
  rate_num BIGINT,                        -- frames a second; NULL: sound
  rate_den BIGINT,
  channels BIGINT,                        -- of sound; NULL: video
  track BIGINT NOT NULL CHECK( track>=0 ), -- of sound: which of the original's, from 0
  copied BIGINT NOT NULL CHECK( copied IN (0,1) ), -- the original's own bits, cleaned
  bitrate BIGINT NOT NULL CHECK( bitrate>=0 ), -- bits a second, of its busiest part
  duration BIGINT NOT NULL CHECK( duration>=0 ), -- milliseconds
  files BIGINT NOT NULL CHECK( files>=1 ), -- of which it is made
  bytes BIGINT NOT NULL CHECK( bytes>0 ), -- of all of them
  complete BIGINT NOT NULL CHECK( complete IN (0,1) ), -- all there, and looked through
  PRIMARY KEY(asset, take, place)
);
