/* SPDX-License-Identifier: MIT */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

/*
 * A thread that must be there for a part to work at all.  ERR_LIMIT, and a
 * sentence that says what to raise, where the machine gives none.
 */

#include <pthread.h>

#include "base/base.h"

MUST_USE enum err thread_start(
    struct ctx *ctx, pthread_t *out, void *(*run)(void *), void *arg);

#endif
