-- Work on films and sound, and what came of it.

-- name: media_job_add
-- in: asset int, at int
-- rows: none
INSERT INTO media_job(asset, state, percent, rung, attempts, not_before, take,
       shown, whole, reason, created_at)
VALUES(:asset, 'waiting', 0, '', 0, :at, 0, 0, 0, '', :at);

-- name: media_job_get
-- in: asset int
-- out: asset int, state text, percent int, rung text, attempts int, not_before int, lease_until int?, take int, shown int, whole int, reason text, created_at int, started_at int?, ended_at int?
-- rows: one
SELECT asset, state, percent, rung, attempts, not_before, lease_until, take,
       shown, whole, reason, created_at, started_at, ended_at
  FROM media_job WHERE asset = :asset;

-- name: media_job_due
-- The one that has waited longest.
-- in: now int
-- out: asset int
-- rows: one
SELECT asset FROM media_job WHERE state = 'waiting' AND not_before <= :now
 ORDER BY not_before, asset LIMIT 1;

-- name: media_job_next
-- When one begins to be due, or a lease ends; 0: nothing to wait for.
-- out: at int
-- rows: one
SELECT CAST(coalesce(min(at), 0) AS BIGINT) AS at FROM (
       SELECT min(not_before) AS at FROM media_job WHERE state = 'waiting'
       UNION ALL
       SELECT min(lease_until) AS at FROM media_job WHERE state = 'running') t;

-- name: media_job_begin
-- in: asset int, lease int, at int
-- rows: none
UPDATE media_job SET state = 'running', percent = 0, rung = '',
       attempts = attempts + 1, take = take + 1, lease_until = :lease,
       started_at = :at, ended_at = NULL
 WHERE asset = :asset AND state = 'waiting';

-- name: media_job_renew
-- in: asset int, take int, percent int, rung text, lease int
-- rows: none
UPDATE media_job SET percent = :percent, rung = :rung, lease_until = :lease
 WHERE asset = :asset AND state = 'running' AND take = :take;

-- name: media_job_show
-- Readers get what there is of the attempt, unless they have a whole one.
-- in: asset int, take int
-- rows: none
UPDATE media_job SET shown = :take
 WHERE asset = :asset AND state = 'running' AND take = :take AND whole = 0
   AND shown <> :take;

-- name: media_job_done
-- in: asset int, take int, at int
-- rows: none
UPDATE media_job SET state = 'done', percent = 100, lease_until = NULL,
       shown = :take, whole = :take, reason = '', ended_at = :at
 WHERE asset = :asset AND state = 'running' AND take = :take;

-- name: media_job_put_off
-- The attempt is over, another follows.
-- in: asset int, take int, attempts int, not_before int, reason text
-- rows: none
UPDATE media_job SET state = 'waiting', lease_until = NULL, rung = '',
       attempts = :attempts, not_before = :not_before, reason = :reason
 WHERE asset = :asset AND state = 'running' AND take = :take;

-- name: media_job_fail
-- in: asset int, take int, reason text, at int
-- rows: none
UPDATE media_job SET state = 'failed', lease_until = NULL, rung = '',
       shown = whole, reason = :reason, ended_at = :at
 WHERE asset = :asset AND state = 'running' AND take = :take;

-- name: media_job_lapsed
-- Those whose lease has ended: whoever ran them is gone.
-- in: now int
-- out: asset int, take int, attempts int
-- rows: many 500
SELECT asset, take, attempts FROM media_job
 WHERE state = 'running' AND lease_until <= :now
 ORDER BY lease_until LIMIT 500;

-- name: media_job_ask_again
-- in: asset int, at int
-- rows: none
UPDATE media_job SET state = 'waiting', attempts = 0, not_before = :at,
       percent = 0, reason = '', ended_at = NULL, created_at = :at
 WHERE asset = :asset AND state <> 'running';

-- name: media_job_list
-- Those that are not done, by rising asset; all: those that are, too.
-- in: after int, everything int
-- out: asset int, state text, take int, shown int, whole int, reason text
-- rows: many 500
SELECT asset, state, take, shown, whole, reason FROM media_job
 WHERE asset > :after AND (state <> 'done' OR :everything = 1)
 ORDER BY asset LIMIT 500;

-- name: rendition_put
-- in: asset int, take int, place int, name text, codecs text, width int?, height int?, rate_num int?, rate_den int?, channels int?, track int, copied int, bitrate int, duration int, files int, bytes int, complete int
-- rows: none
INSERT INTO rendition(asset, take, place, name, codecs, width, height,
       rate_num, rate_den, channels, track, copied, bitrate, duration, files,
       bytes, complete)
VALUES(:asset, :take, :place, :name, :codecs, :width, :height, :rate_num, :rate_den,
       :channels, :track, :copied, :bitrate, :duration, :files, :bytes,
       :complete);

-- name: rendition_list
-- in: asset int, take int
-- out: name text, codecs text, width int?, height int?, rate_num int?, rate_den int?, channels int?, track int, copied int, bitrate int, duration int, files int, bytes int, complete int
-- rows: many 40
SELECT name, codecs, width, height, rate_num, rate_den, channels, track,
       copied, bitrate, duration, files, bytes, complete
  FROM rendition WHERE asset = :asset AND take = :take
 ORDER BY place LIMIT 40;

-- name: rendition_drop
-- Of every attempt but two: pass one twice, or 0.
-- in: asset int, keep int, keep_too int
-- rows: none
DELETE FROM rendition
 WHERE asset = :asset AND take <> :keep AND take <> :keep_too;

-- name: media_extra_ask
-- in: asset int, take int, at int
-- rows: none
INSERT INTO media_extra(asset, take, state, percent, rung, attempts,
       not_before, reason)
VALUES(:asset, :take, 'waiting', 0, '', 0, :at, '')
ON CONFLICT(asset) DO UPDATE
   SET take = excluded.take, state = 'waiting', percent = 0, rung = '',
       attempts = 0, not_before = excluded.not_before, reason = '';

-- name: media_extra_drop
-- in: asset int
-- rows: none
DELETE FROM media_extra WHERE asset = :asset;

-- name: media_extra_get
-- in: asset int
-- out: asset int, take int, state text, percent int, rung text, attempts int, reason text
-- rows: one
SELECT asset, take, state, percent, rung, attempts, reason
  FROM media_extra WHERE asset = :asset;

-- name: media_extra_due
-- The newest: readers look at today's films.
-- in: now int
-- out: asset int
-- rows: one
SELECT asset FROM media_extra WHERE state = 'waiting' AND not_before <= :now
 ORDER BY not_before DESC, asset DESC LIMIT 1;

-- name: media_extra_next
-- When one begins to be due; 0: nothing to wait for.
-- out: at int
-- rows: one
SELECT CAST(coalesce(min(not_before), 0) AS BIGINT) AS at
  FROM media_extra WHERE state = 'waiting';

-- name: media_extra_begin
-- in: asset int
-- rows: none
UPDATE media_extra SET state = 'running', percent = 0, rung = '',
       attempts = attempts + 1
 WHERE asset = :asset AND state = 'waiting';

-- name: media_extra_tell
-- in: asset int, take int, percent int, rung text
-- rows: none
UPDATE media_extra SET percent = :percent, rung = :rung
 WHERE asset = :asset AND take = :take AND state = 'running';

-- name: media_extra_end
-- The try is over, whatever came of it.
-- in: asset int, take int, state text, percent int, attempts int, not_before int, reason text
-- rows: none
UPDATE media_extra SET state = :state, percent = :percent, rung = '',
       attempts = :attempts, not_before = :not_before, reason = :reason
 WHERE asset = :asset AND take = :take AND state = 'running';

-- name: media_extra_recover
-- Those of a server that is gone.
-- rows: none
UPDATE media_extra SET state = 'waiting' WHERE state = 'running';
