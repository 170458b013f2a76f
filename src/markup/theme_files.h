/* SPDX-License-Identifier: MIT */
#ifndef MARKUP_THEME_FILES_H
#define MARKUP_THEME_FILES_H

/* A theme's files: from its folder, or else from the program. */

#include "markup/theme.h"

/*
 * Reads one; path has no "..".  false when there is none, or after adding a
 * problem: too long, a symbolic link, unreadable.  Embedded bytes are not
 * copied.
 */
bool theme_file_read(struct arena *a, const struct theme_source *src,
    struct str path, size_t max, struct tpl_report *r, struct str *out);

/* The same for text: valid UTF-8 without NUL; a byte order mark is left out. */
bool theme_file_text(struct arena *a, const struct theme_source *src,
    struct str path, size_t max, struct tpl_report *r, struct str *out);

/* The paths of all files, of both places, sorted, each once. */
size_t theme_file_list(struct arena *a, const struct theme_source *src,
    struct tpl_report *r, struct str **out);

#endif
