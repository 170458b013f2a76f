/* SPDX-License-Identifier: MIT */
#ifndef MEDIA_PROTOCOL_H
#define MEDIA_PROTOCOL_H

/*
 * What server and worker say to each other.
 *
 * A worker starts with descriptor 0 on its input, 1 and 2 on /dev/null and
 * 3 on a stream socket.  It is told one job: struct wire_job, then as many
 * struct wire_still and then as many bytes of XMP as that says.  It answers
 * in messages, each a struct wire_head and as many bytes as that says:
 *
 *	PICTURE	FACTS, LOOK if asked for, STILL, STILL, ... DONE
 *	PROBE	FACTS or FILM, DONE
 *	FRAME	FILM, STILL, STILL, ... DONE
 *	LADDER	FILM, then STILL, RUNG, INIT, SEGMENT, PROGRESS as they
 *		come (a rung's RUNG before its INIT before its SEGMENTs), DONE;
 *		in AV1 there is neither STILL nor sound
 *	WHOLE	PIECE, PIECE, ... DONE; the input is what a LADDER gave of one
 *		video and one sound, each its INIT and SEGMENTs, in a row
 *
 * and at any point DETAIL, or REFUSED, the last word.  Both ends come from
 * one build, which WIRE_MAGIC checks, so these are plain structs; all fields
 * have fixed sizes and there is no padding.
 *
 * Finished files go through the socket, too: a worker needs no descriptor
 * that writes, cannot seek in what it gave, and the server counts every byte.
 */

#include <stdint.h>

enum { WIRE_INPUT_FD = 0, WIRE_SOCKET_FD = 3 };

/* Change it with any struct here. */
#define WIRE_MAGIC UINT32_C(0x6d680008)

enum wire_task {
	WIRE_PICTURE = 1, /* masthead-media; the others masthead-video */
	WIRE_PROBE,
	WIRE_FRAME,
	WIRE_LADDER,
	WIRE_WHOLE,
};

enum wire_codec { WIRE_H264, WIRE_AV1 };

struct wire_job {
	uint32_t magic;
	uint32_t task;
	uint32_t focus_x, focus_y;	/* thousandths */
	uint32_t cpu;			/* seconds */
	uint32_t frame;			/* which one the stills show; from 0 */
	uint32_t threads;		/* at work together, in one codec */
	uint32_t look;			/* of a picture: LOOK is wanted */
	uint32_t first_high, first_low; /* WHOLE: bytes of the first rung;
					   what follows is the second */
	uint32_t codec;			/* LADDER: of its video */
	uint32_t xmp; /* bytes of XMP for each still; 0: none */
	uint32_t n;   /* stills that follow */
};

/* Of XMP: a JPEG takes so much, with its name, in one segment. */
enum { WIRE_XMP_MAX = 65000 };

struct wire_still {
	uint32_t type; /* enum media_type */
	uint32_t crop; /* enum media_crop */
	uint32_t width;
	uint32_t quality; /* 0: the type's default */
	uint32_t safe;
};

enum wire_kind {
	WIRE_FACTS = 1, /* struct wire_facts */
	WIRE_STILL,	/* struct wire_image, then the file */
	WIRE_DETAIL,	/* text for the log, WIRE_DETAIL_MAX at most */
	WIRE_REFUSED,	/* struct wire_refused; the last message */
	WIRE_DONE,	/* nothing; the last message */
	WIRE_FILM,	/* struct wire_film */
	WIRE_RUNG,	/* struct wire_rung */
	WIRE_INIT,	/* struct wire_part, then the file */
	WIRE_SEGMENT,	/* struct wire_part, then the file */
	WIRE_PROGRESS,	/* struct wire_progress */
	WIRE_LOOK,	/* struct wire_look */
	WIRE_PIECE,	/* struct wire_piece, then bytes of a file */
};

struct wire_head {
	uint32_t kind;
	uint32_t n; /* bytes that follow */
};

enum { WIRE_DETAIL_MAX = 512 };

struct wire_facts {
	uint32_t type;
	uint32_t width, height;
	uint32_t frames;
	uint32_t alpha;
	uint32_t location, device, owner, history;
};

struct wire_look {
	uint32_t high, low; /* of 64 bits */
	uint32_t clear;	    /* something of it can be seen through */
};

struct wire_image {
	uint32_t type;
	uint32_t width, height;
};

enum { WIRE_NAME_MAX = 24, WIRE_TRACKS_MAX = 8, WIRE_RUNGS_MAX = 16 };

struct wire_track {
	char codec[WIRE_NAME_MAX];
	char language[4]; /* three letters, or nothing */
	uint32_t channels;
	uint32_t rate; /* samples a second */
};

/* Video, or sound alone: then width is 0. */
struct wire_film {
	char container[WIRE_NAME_MAX];
	char codec[WIRE_NAME_MAX]; /* of the video */
	uint32_t width, height;	   /* upright, square pixels */
	uint32_t rate_num, rate_den;
	uint32_t turned; /* degrees it is turned by when shown */
	uint32_t depth;	 /* bits a sample */
	uint32_t variable, hdr;
	uint32_t ms;	 /* 0: the file does not say */
	uint32_t frames; /* 0: the file does not say */
	uint32_t extras; /* data tracks, chapters, attachments */
	uint32_t location, device, owner, history;
	uint32_t tracks; /* of sound */
	struct wire_track track[WIRE_TRACKS_MAX];
};

/* One rendition.  Video has a width, sound has channels. */
struct wire_rung {
	uint32_t rung; /* counts from 0 */
	uint32_t width, height;
	uint32_t rate_num, rate_den;
	uint32_t profile; /* of H.264: profile, constraints, level; of AV1:
			     profile, level, tier; a byte each */
	uint32_t copied;  /* the source's own bits */
	uint32_t ceiling; /* bits a second that no segment passes by much */
	uint32_t channels;
	uint32_t track; /* of the source; 0 is the first */
};

struct wire_part {
	uint32_t rung;
	uint32_t us; /* how long it plays; 0 for INIT */
};

struct wire_piece {
	uint32_t high, low; /* where in the file it stands */
};

struct wire_progress {
	uint32_t percent;
	uint32_t seconds; /* of the film that are done */
};

enum wire_reason {
	WIRE_NO_PICTURE = 1, /* of no type that we take */
	WIRE_DAMAGED,
	WIRE_TOO_WIDE,	/* or too high: width, height, limit */
	WIRE_TOO_MANY,	/* pixels: width, height */
	WIRE_HAS_TEXT,	/* a drawing that needs fonts */
	WIRE_NOT_MADE,	/* the encoder failed */
	WIRE_UNGUARDED, /* the sandbox could not be put up */
	WIRE_BAD_JOB,	/* programming mistake or another build */

	/* Of video and sound. */
	WIRE_NO_MEDIA, /* of no kind that we take */
	WIRE_PLAYLIST, /* names other files instead of holding a film */
	WIRE_ENCRYPTED,
	WIRE_CUT_SHORT,	 /* the file ends before the film does */
	WIRE_NOTHING_IN, /* neither video nor sound that can be decoded */
	WIRE_FILM_DAMAGED,
	WIRE_TOO_LONG,	    /* width: its minutes, limit */
	WIRE_FILM_TOO_WIDE, /* or too high: width, height, limit */
	WIRE_STANDS_STILL,  /* width: frames, height: seconds */
	WIRE_NO_FRAME,	    /* none could be decoded */
	WIRE_FILM_NOT_MADE, /* an encoder failed */
};

struct wire_refused {
	uint32_t reason;
	uint32_t width, height;
	uint32_t limit; /* of a side */
};

/*
 * The deeds of `masthead-media --self-test NAME`.  The worker exits with
 * WIRE_TRIAL_REFUSED when the deed gave EACCES (or what is said there), with
 * WIRE_TRIAL_DONE when it could be done; or the kernel kills it (SIGSYS).
 */
enum {
	WIRE_TRIAL_REFUSED = 10,
	WIRE_TRIAL_DONE = 11,
	WIRE_TRIAL_NO_SANDBOX = 12,
};

/* name, and whether the kernel must kill whoever does it */
#define WIRE_TRIALS(X)      \
	X("open", 0)        \
	X("landlock", 0)    \
	X("run-code", 0)    \
	X("memory", 0)      \
	X("new-file", 0)    \
	X("write-input", 0) \
	X("read-other", 0)  \
	X("go-first", 0)    \
	X("socket", 1)      \
	X("connect", 1)     \
	X("ptrace", 1)      \
	X("execve", 1)      \
	X("fork", 1)        \
	X("kill", 1)        \
	X("bpf", 1)         \
	X("io_uring", 1)    \
	X("userns", 1)

#endif
