/* SPDX-License-Identifier: MIT */
#ifndef MEDIA_PROTOCOL_H
#define MEDIA_PROTOCOL_H

/*
 * What server and worker say to each other.
 *
 * A worker starts with descriptor 0 on its input, 1 and 2 on /dev/null and
 * 3 on a stream socket.  It is told one job: struct wire_job, then as many
 * struct wire_still as that says.  It answers in messages, each a struct
 * wire_head and as many bytes as that says:
 *
 *	FACTS, STILL, STILL, ... DONE	or at any point	DETAIL, REFUSED
 *
 * Both ends come from one build, which WIRE_MAGIC checks, so these are plain
 * structs; all fields have fixed sizes and there is no padding.  Video will
 * add tasks, messages for progress, and more descriptors from 4 on.
 */

#include <stdint.h>

enum { WIRE_INPUT_FD = 0, WIRE_SOCKET_FD = 3 };

/* Change it with any struct here. */
#define WIRE_MAGIC UINT32_C(0x6d680003)

enum wire_task { WIRE_PICTURE = 1 };

struct wire_job {
	uint32_t magic;
	uint32_t task;
	uint32_t focus_x, focus_y; /* thousandths */
	uint32_t cpu;		   /* seconds */
	uint32_t n;		   /* stills that follow */
};

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

struct wire_image {
	uint32_t type;
	uint32_t width, height;
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
