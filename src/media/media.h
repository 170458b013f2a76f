/* SPDX-License-Identifier: MIT */
#ifndef MEDIA_MEDIA_H
#define MEDIA_MEDIA_H

/*
 * Pictures, video and sound from strangers, looked at and made into what
 * readers get by a sandboxed child: `masthead-media` for pictures,
 * `masthead-video` for the rest.  This process decodes nothing and maps no
 * codec: it spawns a worker, hands it a descriptor and a job, and takes back
 * numbers and finished files.
 *
 * A worker serves one job and ends.  Whatever becomes of it (crash, kill,
 * endless loop, no memory) is a failed call with a sentence, never more.
 * What it sends is believed only within bounds; the words that a person
 * reads are made here, never there.
 *
 * What a still is: upright, in sRGB, 8 bits, without a byte of the source's
 * EXIF, XMP, IPTC, ICC, comments or thumbnails.  All that it says is what the
 * job has the house say, as XMP.  It is never larger than its source (a
 * drawing, SVG, may grow).  Of a moving picture it is the first frame.
 *
 * Memory: results live in ctx's arena and end with it.
 * Errors: ERR_INVALID: no picture, or a damaged one; ERR_LIMIT: too large
 *         or too much work; ERR_BUSY: no memory just now; ERR_IO: the worker
 *         cannot work here (missing program or library, no sandbox).
 *         ctx_why() is for the person who sent the file, ctx's detail for
 *         the log.
 * Threads: a struct media is shared by all; media_run(), media_probe(),
 *         media_frame() and media_ladder() block their thread until the job
 *         is done, and wait first while all workers are taken.
 */

#include "base/base.h"

struct media;

enum {
	MEDIA_SIDE_MAX = 30000,	      /* pixels */
	MEDIA_PIXELS_MAX = 100000000, /* width x height */
	MEDIA_INPUT_MAX = 256 << 20,  /* bytes of a picture's file */
	MEDIA_OUTPUT_MAX = 64 << 20,  /* bytes, all stills of a job */
	MEDIA_STILLS_MAX = 64,	      /* stills of a job */
	MEDIA_WIDTH_MAX = 8192,	      /* a still's width, when asked for */
	MEDIA_DEADLINE = 60,	      /* seconds, unless settings say else */
};

struct media_settings {
	const char *program; /* masthead-media; NULL: look for it */
	const char *video;   /* masthead-video; NULL: beside the other */
	int deadline;	     /* seconds of wall time for a job; 0: default */
	int workers;	     /* at once; 0: cores less one, at least one */
	int threads;	     /* of one codec of video; 0: cores less one */
	bool loud;	     /* let workers write to our standard error */
};

/*
 * Looks for the program: beside the running executable, in the build
 * tree next to it, then where it is installed.  ERR_IO if it is nowhere.
 * The settings may be NULL.
 */
MUST_USE enum err media_open(
    struct ctx *ctx, const struct media_settings *in, struct media **out);

/*
 * Every call under way, and every later one, fails at once, and its worker is
 * gone: the server ends.  Any thread.  NULL is fine.
 */
void media_stop(struct media *m);

/* How many ladders may be under way at once. */
int media_ladders(const struct media *m);

/* No call may be under way any more.  NULL is fine. */
void media_close(struct media *m);

enum media_type {
	MEDIA_JPEG = 1,
	MEDIA_PNG,
	MEDIA_WEBP,
	MEDIA_AVIF,
	MEDIA_HEIC,
	MEDIA_GIF,
	MEDIA_SVG,
};

/* "image/jpeg" and "jpg": for the header, and for the address's ending. */
const char *media_mime(enum media_type type);
const char *media_ending(enum media_type type);

enum media_crop {
	MEDIA_UNCROPPED = 0,
	MEDIA_4X3,
	MEDIA_16X9,
	MEDIA_1X1,
	MEDIA_9X16,
	MEDIA_3X2,
};

/* "4x3" as it stands in an address; "" for uncropped. */
const char *media_crop_name(enum media_crop crop);
/* false if no crop is called that; "" is uncropped. */
bool media_crop_by_name(struct str name, enum media_crop *out);

/* One file to be made. */
struct media_still {
	enum media_type type; /* MEDIA_AVIF, _WEBP, _JPEG or _PNG */
	enum media_crop crop;
	uint32_t width; /* pixels, <= MEDIA_WIDTH_MAX; 0: all there are */
	int quality;	/* 1 .. 100; 0: what is right for the type */

	/*
	 * The safe poster: sixteen colours across, blurred up again.  What
	 * was in the picture is gone, not hidden.
	 */
	bool safe;
};

/*
 * What stills say of themselves, in the IPTC Photo Metadata Standard's terms.
 * UTF-8; what is empty is left out, and without any there is no XMP at all.
 */
struct media_says {
	struct str credit;    /* Credit Line */
	struct str copyright; /* Copyright Notice */
	struct str licence;   /* Web Statement of Rights: an address */
};
enum { MEDIA_SAYS_MAX = 3000 }; /* characters of each */

struct media_job {
	/*
	 * The focal point, in thousandths of width and height from the top
	 * left corner of the upright picture; crops keep it inside, as near
	 * the middle as the edges allow.  { 500, 500 } is the middle.
	 */
	int focus_x, focus_y;
	const struct media_still *stills;
	size_t n; /* 0: look at it, make nothing */
	/*
	 * Decode it and find 64 bits of light and dark that it has in any
	 * size and format (dHash).  Two looks of one picture differ by a few.
	 */
	bool look;
	struct media_says says;
};

/* What there is to know about a file without showing it. */
struct media_facts {
	enum media_type type;	/* what it is, whatever it is called */
	uint32_t width, height; /* pixels, upright */
	uint32_t frames;	/* 1: it does not move */
	bool alpha;		/* some of it may be transparent */
	int64_t look;		/* if the job asks for it; 0: it has none */
	bool clear; /* with a look: what lies below can be seen through it */

	/* What the stills no longer say; for the warning at the desk. */
	bool location; /* coordinates or place names */
	bool device;   /* maker, model, serial number */
	bool owner;    /* author, owner, rights, contact */
	bool history;  /* software, edits, comments, thumbnails */
};

/* A finished file. */
struct media_image {
	enum media_type type;
	uint32_t width, height;
	struct str bytes; /* not text */
};

struct media_result {
	struct media_facts facts;
	const struct media_image *stills; /* as the job lists them */
	size_t n;
};

/*
 * Runs a job on the file behind a descriptor, from its first byte, wherever
 * the descriptor stands.  It must be a regular file (or a memfd), readable.
 * It stays the caller's, is not moved, and the worker cannot write to it.
 */
MUST_USE enum err media_run(struct ctx *ctx, struct media *m, int input,
    const struct media_job *job, struct media_result *out);

/* ---- Video and sound ---- */

enum {
	/* 8K takes more memory than a worker may have; no reader has it. */
	MEDIA_FILM_SIDE_MAX = 4096,
	/* A long session of a parliament; a worker needs twice that to do it */
	MEDIA_FILM_SECONDS_MAX = 4 * 3600,
	/* Frames a second of a rendition; slow motion is thinned out. */
	MEDIA_FILM_RATE_MAX = 60,
	MEDIA_TRACKS_MAX = 8, /* of sound; those after are passed over */
	MEDIA_RUNGS_MAX = 16,
	/* AV1 takes longer than all of the H.264; no film keeps the machine
	   busy for days with what is extra. */
	MEDIA_AV1_SECONDS_MAX = 3600,
	/* A worker of a ladder that says nothing for so long is ended. */
	MEDIA_SILENCE_MAX = 180, /* seconds */
};

/* Bytes of a film's file: four hours of a good camera's phone setting. */
#define MEDIA_FILM_INPUT_MAX (INT64_C(20) << 30)

/* One track of sound. */
struct media_track {
	const char *codec;    /* "aac" */
	const char *language; /* "eng", ISO 639-2; "" if the file says none */
	uint32_t channels;
	uint32_t rate; /* samples a second */
};

/* What there is to know about video or sound without showing it. */
struct media_film {
	const char *container;	/* "mov", "matroska" ... */
	const char *codec;	/* of the video; "" if it is sound alone */
	uint32_t width, height; /* pixels, upright and square; 0: sound alone */
	uint32_t rate_num, rate_den; /* frames a second, a fraction */
	uint32_t turned; /* degrees by which it is turned when shown */
	uint32_t depth;	 /* bits of a sample: 8, 10 */
	bool variable;	 /* its frames do not come evenly */
	bool hdr;	 /* PQ or HLG; renditions are SDR */
	int64_t ms;	 /* how long it plays; 0: the file does not say */
	uint32_t frames; /* 0: the file does not say */
	const struct media_track *tracks; /* the default one first */
	size_t n;

	/* What no rendition carries; for the warning at the desk. */
	uint32_t extras; /* data tracks, subtitles, chapters, attachments */
	bool location, device, owner, history; /* as of pictures */
};

enum media_kind { MEDIA_PICTURE = 1, MEDIA_VIDEO, MEDIA_SOUND };

struct media_probe {
	enum media_kind kind;
	struct media_facts picture; /* of MEDIA_PICTURE */
	struct media_film film;	    /* of the others */
};

/*
 * What a file is, whatever it is called; nothing is decoded.  Refused with
 * the reason: what is no media, a playlist (it only names other files), what
 * is encrypted, cut short, too large, too long, or one picture for an hour.
 */
MUST_USE enum err media_probe(
    struct ctx *ctx, struct media *m, int input, struct media_probe *out);

/*
 * The stills of a job, from a frame of a video; 25 is the house's custom.
 * Frames count from 0, by time at the film's rate; of a film that ends
 * before, it is the last frame.  Upright; HDR is brought down to SDR.
 */
MUST_USE enum err media_frame(struct ctx *ctx, struct media *m, int input,
    uint32_t frame, const struct media_job *job, struct media_result *out);

/* A finished file of a ladder.  The name has no slash. */
struct media_file {
	const char *name; /* "v720.m3u8", "v720_00001.m4s", "master.m3u8" */
	struct str bytes; /* valid during the call only */
};

/* What a player may choose. */
struct media_rung {
	const char *name;   /* "v720", "v720av1", "a0"; its list: v720.m3u8 */
	const char *codecs; /* "avc1.64001f", "av01.0.05M.08", "mp4a.40.2" */
	uint32_t width, height; /* 0: sound */
	uint32_t rate_num, rate_den;
	uint32_t channels; /* 0: video */
	uint32_t track;	   /* of sound: which of the film's */
	bool copied;	   /* the source's own bits, only cleaned */
	uint32_t segments; /* so far */
	int64_t ms;	   /* of them */
	int64_t bytes;	   /* of them */
	int64_t peak;	   /* bits a second, of the busiest segment */
};

struct media_progress {
	int percent;	  /* 0 .. 100; 0 throughout if the length is unknown */
	int64_t seconds;  /* of the film that are done */
	const char *rung; /* the newest that can be played; "" if none */
	size_t playable;  /* rungs with a segment */
};

/*
 * A ladder to make.  The calls come on the caller's thread, one at a time;
 * anything but ERR_OK ends the job with that error, and its worker at once:
 * that is how a job is cancelled.  They are made about once a second.
 */
struct media_ladder {
	/* Stills of this frame, made on the way and given first of all. */
	const struct media_job *stills; /* NULL: none */
	uint32_t frame;

	/*
	 * Keeps a file; media_put() into a folder, for one.  A name that
	 * comes again replaces what it had: lists grow.  A list never names
	 * a file that has not been put before.
	 */
	enum err (*put)(
	    struct ctx *ctx, void *arg, const struct media_file *file);
	enum err (*still)(struct ctx *ctx, void *arg, size_t which,
	    const struct media_image *image); /* may be NULL */
	enum err (*tell)(struct ctx *ctx, void *arg,
	    const struct media_progress *progress); /* may be NULL */
	/*
	 * Where the master list finds the others: "7/" when they will stand
	 * in a folder below it; NULL: beside it.
	 */
	const char *below;
	void *arg;

	/*
	 * Not H.264 and sound, but AV1 in the same sizes, for MEDIA_MASTER_AV1,
	 * which comes last and has AV1 and the sound that an earlier ladder of
	 * this film gave.  It rests while ladders want the machine.  No stills.
	 */
	bool av1;
	const struct media_rung *sounds;
	size_t sounds_n;
};

#define MEDIA_MASTER "master.m3u8"
#define MEDIA_MASTER_AV1 "master_av1.m3u8"

struct media_rungs {
	struct media_film film;
	const struct media_rung *rungs; /* video from the largest; then sound */
	size_t n;
};

/*
 * Makes every rendition of a film: H.264 of 1080, 720, 480 and 240 lines,
 * from the source's size down, and AAC for each track of sound, in CMAF
 * segments, with an HLS list for each and `master.m3u8` over all.  The
 * master list is there as soon as the first segment of one rung is; lists
 * grow until the job is done.  Nothing that a file carries besides picture
 * and sound is in any of it.
 *
 * When it fails, what was put is the caller's to remove.
 * Of AV1, out->rungs has what was made, not the sound.
 */
MUST_USE enum err media_ladder(struct ctx *ctx, struct media *m, int input,
    const struct media_ladder *job, struct media_rungs *out);

/*
 * One file of what a ladder gave, its index first, so that it plays while it
 * comes.  The input holds the initial file and all segments of one rung, and
 * after `first` bytes those of another: video, then sound; or of one alone.
 */
struct media_whole {
	int64_t first;
	/* Bytes that stand at that place of the file; a later call may
	   replace what an earlier one gave. */
	enum err (*piece)(
	    struct ctx *ctx, void *arg, int64_t at, struct str bytes);
	void *arg;
};
MUST_USE enum err media_whole(
    struct ctx *ctx, struct media *m, int input, const struct media_whole *job);

/*
 * Writes a file into a folder under its name with ".tmp", and renames it
 * when it is whole and on the disk.
 */
MUST_USE enum err media_put(
    struct ctx *ctx, int folder, const struct media_file *file);

/*
 * What this machine's kernel has to shut a worker in with.  Without seccomp
 * no job runs; without Landlock seccomp alone refuses the file system.
 */
struct media_sandbox {
	int landlock; /* version of its interface; 0: none */
	bool seccomp; /* filters, and killing by them */
};

void media_sandbox_offers(struct media_sandbox *out);

/* A forbidden deed, tried inside a real sandbox. */
struct media_trial {
	const char *program; /* "pictures" or "video": which worker did it */
	const char *name;    /* "open", "connect" ... */
	bool held;	  /* it was refused, or its doer killed, as it must */
	const char *what; /* what happened, in words */
};

/* For `masthead check`.  The trials live in the arena. */
MUST_USE enum err media_sandbox_try(struct ctx *ctx, struct media *m,
    const struct media_trial **out, size_t *n);

#endif
