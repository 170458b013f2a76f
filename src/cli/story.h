/* SPDX-License-Identifier: MIT */
#ifndef CLI_STORY_H
#define CLI_STORY_H

/* Between the files of `masthead story`. */

#include "cli/command.h"
#include "newsroom/story.h"

/* A JSON object, without a line end. */
void story_print(FILE *out, const struct story *s);
/* "Story 7 is published: …", or its JSON. */
enum err story_tell(struct run *run, int64_t id, const char *done);

/* ERR_NOTFOUND in words. */
enum err story_wanted(struct run *run, int64_t id, const struct story **out);
/* Of its edition. */
enum err story_zone(struct run *run, const struct story *s, struct str *out);
/* --rev, a number within the story: its id, or the fallback. */
enum err story_rev_option(
    struct run *run, int64_t id, int64_t fallback, int64_t *rev);

#endif
