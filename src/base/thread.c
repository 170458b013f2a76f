/* SPDX-License-Identifier: MIT */
/* Threads, or a sentence. */

#include "base/thread.h"

enum err
thread_start(struct ctx *ctx, pthread_t *out, void *(*run)(void *), void *arg)
{
	int why = pthread_create(out, NULL, run, arg);

	if (why == 0)
		return ERR_OK;
	ctx_detail(ctx, "%s", strerrordesc_np(why));
	return FAIL(ctx, ERR_LIMIT,
	    "no further thread can be started: raise the limit of processes "
	    "(ulimit -u, or TasksMax= of the service)");
}
