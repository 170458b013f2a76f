/* SPDX-License-Identifier: MIT */
#ifndef MEDIA_MEDIA_H
#define MEDIA_MEDIA_H

/*
 * Pictures from strangers, looked at and made into stills by a sandboxed
 * child, `masthead-media`.  This process decodes nothing and maps no codec:
 * it spawns a worker, hands it a descriptor and a job, and takes back
 * numbers and finished files.
 *
 * A worker serves one job and ends.  Whatever becomes of it (crash, kill,
 * endless loop, no memory) is a failed call with a sentence, never more.
 * What it sends is believed only within bounds; the words that a person
 * reads are made here, never there.
 *
 * What a still is: upright, in sRGB, 8 bits, without a byte of EXIF, XMP,
 * IPTC, ICC, comments or thumbnails.  It is never larger than its source
 * (a drawing, SVG, may grow).  Of a moving picture it is the first frame.
 *
 * Memory: results live in ctx's arena and end with it.
 * Errors: ERR_INVALID: no picture, or a damaged one; ERR_LIMIT: too large
 *         or too much work; ERR_BUSY: no memory just now; ERR_IO: the worker
 *         cannot work here (missing program or library, no sandbox).  ctx_why() is for the person who sent the
 *         file, ctx's detail for the log.
 * Threads: a struct media is shared by all; media_run() blocks its thread
 *         until the job is done, at most the deadline, and waits first
 *         while all workers are taken.
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
	int deadline;	     /* seconds of wall time for a job; 0: default */
	int workers;	     /* at once; 0: cores less one, at least one */
	bool loud;	     /* let workers write to our standard error */
};

/*
 * Looks for the program: beside the running executable, in the build
 * tree next to it, then where it is installed.  ERR_IO if it is nowhere.
 * The settings may be NULL.
 */
MUST_USE enum err media_open(
    struct ctx *ctx, const struct media_settings *in, struct media **out);

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

struct media_job {
	/*
	 * The focal point, in thousandths of width and height from the top
	 * left corner of the upright picture; crops keep it inside, as near
	 * the middle as the edges allow.  { 500, 500 } is the middle.
	 */
	int focus_x, focus_y;
	const struct media_still *stills;
	size_t n; /* 0: look at it, make nothing */
};

/* What there is to know about a file without showing it. */
struct media_facts {
	enum media_type type;	/* what it is, whatever it is called */
	uint32_t width, height; /* pixels, upright */
	uint32_t frames;	/* 1: it does not move */
	bool alpha;		/* some of it may be transparent */

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
	const char *name; /* "open", "connect" ... */
	bool held;	  /* it was refused, or its doer killed, as it must */
	const char *what; /* what happened, in words */
};

/* For `masthead check`.  The trials live in the arena. */
MUST_USE enum err media_sandbox_try(struct ctx *ctx, struct media *m,
    const struct media_trial **out, size_t *n);

#endif
