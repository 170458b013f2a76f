/* SPDX-License-Identifier: MIT */
#ifndef STORE_MOVER_H
#define STORE_MOVER_H

/*
 * A thread that moves the log into the database behind a writer that is
 * alone in its folder.  Only this room includes it.
 *
 * It has a connection of its own, which must be closed before the writer's
 * is: whoever is the last moves what is left, and takes the log away.
 */

#include "store/store.h"

struct mover;

/*
 * NULL: the machine has no thread to spare.  Then a log that has grown long
 * is moved by the commit that comes to it.
 */
struct mover *mover_start(const struct folder *f);
/* There is something to move. */
void mover_tell(struct mover *m);
/* Until what it was told of is moved; at once where it can move no more. */
void mover_wait(struct mover *m);
/* Waits likewise, and ends it.  NULL: nothing. */
void mover_stop(struct mover *m);

#endif
