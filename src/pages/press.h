/* SPDX-License-Identifier: MIT */
#ifndef PAGES_PRESS_H
#define PAGES_PRESS_H

/*
 * What pages are printed with: a theme, its words, and the locales of the
 * editions.  Loaded and checked as a whole; swapped as a whole on reload.
 *
 * Memory: a press owns itself; press_ref() and press_unref() count holders.
 * Threads: any may use one.
 */

#include "base/base.h"
#include "markup/locale.h"
#include "markup/theme.h"
#include "pages/words.h"

enum press_page {
	PRESS_FRONT,
	PRESS_SECTION, /* also tags and authors */
	PRESS_STORY,
	PRESS_SHOWN,
	PRESS_ERROR,
	PRESS_ARCHIVE,
	PRESS_SEARCH,
	PRESS_CORRECTIONS,
	PRESS_EMBED,
	PRESS_PAGES,
};

/* In which form: as designed, or text first, without pictures. */
enum press_form { PRESS_FULL, PRESS_LITE, PRESS_FORMS };

struct press;

/*
 * dir: the theme's folder, open, borrowed; -1: only what is embedded.
 * report may be NULL.  ERR_INVALID: what must be mended.
 */
MUST_USE enum err press_load(
    struct ctx *ctx, int dir, struct tpl_report *report, struct press **out);
struct press *press_ref(struct press *p);
void press_unref(struct press *p); /* NULL: nothing */

MUST_USE enum err press_render(struct ctx *ctx, const struct press *p,
    enum press_form form, enum press_page page, const void *view,
    struct html *out);

/* In that language, or its parent, or English. */
const struct words *press_words(const struct press *p, struct str lang);

/* Opened at the first call for a language and zone, then kept. */
MUST_USE enum err press_locale(struct ctx *ctx, struct press *p,
    struct str lang, struct str zone, const struct locale **out);

/* The Content-Security-Policy of its pages, but who may frame them. */
struct str press_csp(const struct press *p);
const struct theme *press_theme(const struct press *p);

#endif
