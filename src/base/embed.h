/* SPDX-License-Identifier: MIT */
#ifndef BASE_EMBED_H
#define BASE_EMBED_H

/*
 * A file inside the program.  tools/embed.py makes a source of them:
 *
 *	extern const struct embedded_file broadsheet_files[];
 *	extern const size_t broadsheet_files_n;
 *
 * sorted by name.  The bytes last as long as the program.
 */

#include <stddef.h>

struct embedded_file {
	const char *name; /* "fonts/x.woff2" */
	const unsigned char *bytes;
	size_t n;
};

#endif
