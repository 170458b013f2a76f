/* SPDX-License-Identifier: MIT */
#ifndef MARKUP_VTT_H
#define MARKUP_VTT_H

/*
 * Captions as WebVTT (w3.org/TR/webvtt1), read strictly and written anew.
 *
 * What goes out is made of what was understood: times, the settings and tags
 * that the standard names, and text.  Comments are left out: they are the
 * newsroom's own.  Whatever else stands in the file refuses it, with its
 * line: a style block could hide half of what is said, and nobody would know.
 *
 * Memory: ctx's arena.  Threads: none of its own.
 * Errors: ERR_INVALID with a sentence for the person who has the file.
 */

#include "base/base.h"

enum {
	VTT_MAX = 512 * 1024, /* bytes: six hours of quick speech */
	VTT_CUES_MAX = 10000,
	VTT_CUE_MAX = 1000, /* bytes of one cue's text */
};

struct vtt_cue {
	int64_t from, until; /* milliseconds */
	struct str settings; /* "line:0 align:start"; may be "" */
	struct str text;     /* with its tags; lines end with \n between them */
};

struct vtt {
	const struct vtt_cue *cues; /* in the order of their beginnings */
	size_t n;
	size_t notes; /* comments, which are left out */
};

MUST_USE enum err vtt_read(struct ctx *ctx, struct str text, struct vtt *out);

/* A file again, which vtt_read() reads the same; ERR_INVALID: too long. */
MUST_USE enum err vtt_write(
    struct ctx *ctx, const struct vtt *v, struct str *out);

/*
 * What is said, to be read: paragraphs of plain text, a new one where nobody
 * speaks for a while, or where it has grown long at the end of a sentence.
 */
MUST_USE enum err vtt_words(
    struct ctx *ctx, const struct vtt *v, const struct str **out, size_t *n);

#endif
