/* SPDX-License-Identifier: MIT */
#ifndef MEDIA_PLAYLIST_H
#define MEDIA_PLAYLIST_H

/*
 * HLS lists, written here from numbers: no text of a worker is in them, so
 * a list can name nothing but the files of its own ladder.
 */

#include "media/media.h"

/* A rendition as its lists need it. */
struct playlist {
	struct media_rung rung;
	const char *language; /* of sound; "" */
	bool begun;	      /* its initial file is there */
	uint32_t ceiling;     /* bits a second, until the truth is known */
	uint32_t *us;	      /* of each segment; rung.segments of them */
	uint32_t room;
	uint32_t listed; /* segments that the list last written has */
};

enum { PLAYLIST_TARGET = 6 }; /* seconds: no segment plays longer */

/* "v720_00001.m4s"; n counts from 1; 0 is "v720_init.mp4". */
const char *playlist_part(
    struct arena *a, const struct playlist *p, uint32_t n);

/* whole: nothing will follow. */
MUST_USE enum err playlist_media(
    struct ctx *ctx, const struct playlist *p, bool whole, struct str *out);

/* Over all that have begun and have a segment. */
MUST_USE enum err playlist_master(struct ctx *ctx, const struct playlist *p,
    size_t n, bool whole, const char *below, struct str *out);

#endif
