/* SPDX-License-Identifier: MIT */
#ifndef CLI_CONF_H
#define CLI_CONF_H

/*
 * masthead.conf: INI, in the data folder or where --config says.  A section
 * or key that is not known is refused with its line: a setting that does
 * nothing would be a lie.
 */

#include <stdio.h>

#include "base/base.h"
#include "http/http.h"
#include "pages/page.h"

enum { CONF_MAX = 65536 }; /* bytes of the file */

struct conf {
	struct str url;	    /* no slash at the end; empty: the address */
	struct str contact; /* for readers and crawlers; may be empty */
	struct str listen;
	struct str trusted_proxies;
	enum access_log access;
	bool access_off; /* [log] access = no */
	int64_t event_threads, pool_threads;
	int64_t connections, connections_address;
	int64_t head_seconds, body_seconds, idle_seconds;
	int64_t cache_mb;	      /* of finished pages */
	bool no_training, no_answers; /* [crawlers] training, answers = no */
	struct str refused;	      /* names, separated by commas */
	int64_t media_workers, media_deadline;
	bool no_av1; /* [media] av1 = no */
	struct still_widths widths;
};

/* The defaults, each a text in ctx's arena or static. */
void conf_defaults(struct conf *out);

/*
 * path NULL: masthead.conf of the folder, where there is one.
 * ERR_INVALID "masthead.conf:7: …"; ERR_NOTFOUND for a path given.
 */
MUST_USE enum err conf_read(
    struct ctx *ctx, int folder_fd, const char *path, struct conf *out);

/* The same of a text; name: of its file, for messages. */
MUST_USE enum err conf_parse(
    struct ctx *ctx, const char *name, const char *text, struct conf *out);

/* The whole of it as a file, with a comment for each key. */
void conf_print(FILE *out, const struct conf *c);

#endif
