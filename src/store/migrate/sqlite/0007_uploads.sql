-- What programs may do in a person's name, and files that are on their way in.

-- A token is known by its id and a secret of 256 random bits, of which only
-- the digest is kept: there is nothing in here to be used again.
CREATE TABLE token(
  id INTEGER PRIMARY KEY,
  person INTEGER NOT NULL REFERENCES person(id), -- in whose name it acts
  rights TEXT NOT NULL                -- what it may do
         CHECK( rights IN ('upload') ),
  label TEXT NOT NULL,                -- where it is used; may be ''
  hash TEXT NOT NULL                  -- BLAKE2b-256 of its secret, hex
       CHECK( length(hash)=64 AND hash NOT GLOB '*[^0-9a-f]*' ),
  created_at INTEGER NOT NULL,        -- when it was given out
  expires_at INTEGER,                 -- when it ends by itself; NULL: never
  used_at INTEGER,                    -- when it was last seen, to some minutes; NULL: never
  revoked_at INTEGER                  -- when it was taken back; NULL: it holds
) STRICT;

-- A file that comes in pieces.  What readers may see of it later is an asset;
-- the row is gone some days after the last byte, and so are unfinished bytes.
CREATE TABLE upload(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE           -- end of its address: 128 random bits, base64url
       CHECK( length(name)=22 AND name NOT GLOB '*[^A-Za-z0-9_-]*' ),
  person INTEGER NOT NULL REFERENCES person(id), -- who may go on with it
  size INTEGER NOT NULL CHECK( size>0 ), -- bytes that it shall have
  kept INTEGER NOT NULL               -- bytes that no power cut takes back
       CHECK( kept BETWEEN 0 AND size ),
  file TEXT NOT NULL,                 -- what the sender calls it; may be ''
  type TEXT NOT NULL,                 -- what media type the sender says it is; may be ''
  metadata TEXT NOT NULL,             -- Upload-Metadata as it came; may be ''
  alt TEXT NOT NULL,                  -- from there, for the asset; may be ''
  caption TEXT NOT NULL,              -- likewise
  credit TEXT NOT NULL,               -- likewise
  created_at INTEGER NOT NULL,        -- when it was announced
  expires_at INTEGER NOT NULL,        -- when it is thrown away
  refused TEXT NOT NULL,              -- why it became no asset; '' unless it is whole
  asset INTEGER REFERENCES asset(id), -- what it has become; NULL: nothing yet
  CHECK( refused='' OR asset IS NULL ),
  CHECK( kept=size OR (refused='' AND asset IS NULL) )
) STRICT;
CREATE INDEX upload_person ON upload(person);
CREATE INDEX upload_expires ON upload(expires_at);
-- Whole, and not looked at yet: there are few, and they are asked for at each start.
CREATE INDEX upload_whole ON upload(id)
  WHERE kept=size AND refused='' AND asset IS NULL;
