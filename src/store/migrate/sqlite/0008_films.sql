-- Video and sound: what is known of them, the work that is to be done on
-- them, and what readers get of them.

-- Sound has neither width nor height; a film needs both.
ALTER TABLE asset RENAME COLUMN width TO old_width;
ALTER TABLE asset RENAME COLUMN height TO old_height;
ALTER TABLE asset ADD COLUMN width INTEGER  -- pixels, upright; NULL: sound
  CHECK( width>0 );
ALTER TABLE asset ADD COLUMN height INTEGER -- pixels, upright; NULL: sound
  CHECK( height>0 );
UPDATE asset SET width = old_width, height = old_height;
ALTER TABLE asset DROP COLUMN old_width;
ALTER TABLE asset DROP COLUMN old_height;
ALTER TABLE asset ADD COLUMN duration INTEGER -- milliseconds; NULL: a picture, or not known
  CHECK( duration>0 );
ALTER TABLE asset ADD COLUMN rate_num INTEGER -- frames a second, a fraction; NULL: no film
  CHECK( rate_num>0 );
ALTER TABLE asset ADD COLUMN rate_den INTEGER -- its lower part
  CHECK( rate_den>0 );
ALTER TABLE asset ADD COLUMN has_audio INTEGER NOT NULL DEFAULT 0 -- there is sound in it
  CHECK( has_audio IN (0,1) );
ALTER TABLE asset ADD COLUMN poster_frame INTEGER NOT NULL DEFAULT 25 -- of a film: the one its stills show, from 0
  CHECK( poster_frame BETWEEN 0 AND 999999 );
ALTER TABLE asset ADD COLUMN rights TEXT NOT NULL DEFAULT ''; -- who holds them, and what for; never shown
ALTER TABLE asset ADD COLUMN rights_until INTEGER; -- from then on no reader gets it; NULL: no end
ALTER TABLE asset ADD COLUMN rights_ended INTEGER NOT NULL DEFAULT 0 -- that time has come, and pages know
  CHECK( rights_ended IN (0,1) );
ALTER TABLE asset ADD COLUMN language TEXT NOT NULL DEFAULT ''; -- spoken in it, BCP 47; may be ''
ALTER TABLE asset ADD COLUMN look INTEGER; -- 64 bits that pictures alike share; NULL: not known
ALTER TABLE asset ADD COLUMN had_location INTEGER NOT NULL DEFAULT 0 -- the original says where it was made
  CHECK( had_location IN (0,1) );
ALTER TABLE asset ADD COLUMN had_device INTEGER NOT NULL DEFAULT 0 -- … with what
  CHECK( had_device IN (0,1) );
ALTER TABLE asset ADD COLUMN had_owner INTEGER NOT NULL DEFAULT 0 -- … by whom
  CHECK( had_owner IN (0,1) );
ALTER TABLE asset ADD COLUMN had_history INTEGER NOT NULL DEFAULT 0 -- … how it was edited
  CHECK( had_history IN (0,1) );
-- Last, so that it finds those that were there as they are now.
ALTER TABLE asset ADD COLUMN sized INTEGER NOT NULL DEFAULT 1 -- 1, which says that its sizes are in order
  CHECK( sized=1 AND (kind='audio' OR (width IS NOT NULL AND height IS NOT NULL))
         AND (kind='audio')=(width IS NULL) AND (width IS NULL)=(height IS NULL) );
CREATE INDEX asset_rights ON asset(rights_until)
  WHERE rights_until IS NOT NULL AND rights_ended=0;
CREATE INDEX asset_look ON asset(id) WHERE look IS NOT NULL;

-- Work on an asset that takes long.  Only a server does it; what a server
-- that was killed had under way is waiting again when its lease has ended.
CREATE TABLE media_job(
  asset INTEGER PRIMARY KEY REFERENCES asset(id),
  state TEXT NOT NULL                 -- 'waiting' also between two attempts
        CHECK( state IN ('waiting','running','done','failed') ),
  percent INTEGER NOT NULL                 -- of the attempt under way
          CHECK( percent BETWEEN 0 AND 100 ),
  rung TEXT NOT NULL,                 -- newest rendition that plays: v240; may be ''
  attempts INTEGER NOT NULL CHECK( attempts>=0 ), -- begun since it was last asked for
  not_before INTEGER NOT NULL,             -- when it may begin
  lease_until INTEGER,                     -- when whoever runs it is taken for dead
  take INTEGER NOT NULL CHECK( take>=0 ),  -- number of the newest attempt ever begun: its folder
  shown INTEGER NOT NULL CHECK( shown>=0 ), -- number of the attempt that readers get; 0: none
  whole INTEGER NOT NULL CHECK( whole>=0 ), -- number of the newest that was finished; 0: none
  reason TEXT NOT NULL,               -- why it failed, and what to do; may be ''
  created_at INTEGER NOT NULL,             -- when it was asked for
  started_at INTEGER,                      -- when the newest attempt began
  ended_at INTEGER,                        -- when it was done or failed
  CHECK( (state='running')=(lease_until IS NOT NULL) ),
  CHECK( (state IN ('done','failed'))=(ended_at IS NOT NULL) ),
  CHECK( state<>'failed' OR reason<>'' ),
  CHECK( state<>'done' OR (whole=take AND shown=take) )
) STRICT;
CREATE INDEX media_job_due ON media_job(not_before, asset)
  WHERE state='waiting';
CREATE INDEX media_job_lease ON media_job(lease_until) WHERE state='running';

-- What readers get of a film or of sound, in one size or one track.
CREATE TABLE rendition(
  asset INTEGER NOT NULL REFERENCES asset(id),
  take INTEGER NOT NULL CHECK( take>=1 ),  -- number of the attempt that made it
  place INTEGER NOT NULL CHECK( place>=0 ), -- order: video from the largest, sound, the whole
  name TEXT NOT NULL CHECK( name<>'' ), -- of its list: v720, a0; file: the whole, as one
  codecs TEXT NOT NULL CHECK( codecs<>'' ), -- as HLS says them: avc1.64001f
  width INTEGER CHECK( width>0 ),          -- pixels; NULL: sound
  height INTEGER CHECK( height>0 ),
  rate_num INTEGER,                        -- frames a second; NULL: sound
  rate_den INTEGER,
  channels INTEGER,                        -- of sound; NULL: video
  track INTEGER NOT NULL CHECK( track>=0 ), -- of sound: which of the original's, from 0
  copied INTEGER NOT NULL CHECK( copied IN (0,1) ), -- the original's own bits, cleaned
  bitrate INTEGER NOT NULL CHECK( bitrate>=0 ), -- bits a second, of its busiest part
  duration INTEGER NOT NULL CHECK( duration>=0 ), -- milliseconds
  files INTEGER NOT NULL CHECK( files>=1 ), -- of which it is made
  bytes INTEGER NOT NULL CHECK( bytes>0 ), -- of all of them
  complete INTEGER NOT NULL CHECK( complete IN (0,1) ), -- all there, and looked through
  PRIMARY KEY(asset, take, place)
) STRICT, WITHOUT ROWID;
