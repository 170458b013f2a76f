/* SPDX-License-Identifier: MIT */
#ifndef JOBS_FILM_EXTRA_H
#define JOBS_FILM_EXTRA_H

/*
 * AV1 of a film that is done, into the folder of its take: beside the rest,
 * which nothing here touches, and unseen until all of it is there.
 */

#include <stdatomic.h>

#include "base/base.h"

struct folder;
struct media;
struct media_extra_row;
struct writer;

struct extra_work {
	const struct folder *folder;
	struct writer *writer;
	struct media *media;
	const struct media_extra_row *row;
	const atomic_bool *stop; /* end it: the server does */
};

/*
 * Blocks until it is done; whoever called sees to what has failed.  ERR_GONE:
 * the film has another take by now.
 */
MUST_USE enum err film_extra_do(struct ctx *ctx, const struct extra_work *work);

#endif
