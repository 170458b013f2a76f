/* SPDX-License-Identifier: MIT */
#ifndef CLI_MEDIA_H
#define CLI_MEDIA_H

/* What `masthead media` says of the work on films and sound. */

#include "cli/command.h"
#include "newsroom/asset.h"

/* Further fields of an object on run->out; nothing for a picture. */
MUST_USE enum err media_put_film(struct run *run, const struct asset *a);

/* In a line, after it was added; nothing for a picture. */
MUST_USE enum err media_tell_job(struct run *run, const struct asset *a);

/* In full; likewise. */
MUST_USE enum err media_show_job(struct run *run, const struct asset *a);

/*
 * Until the work on it has ended, well or not, or whoever asked has gone; the
 * host hears how far it is.  In a server only: another would wait for ever.
 */
MUST_USE enum err media_wait(struct run *run, const struct asset *a);

#endif
