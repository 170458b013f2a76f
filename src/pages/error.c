/* SPDX-License-Identifier: MIT */
/* The page that says why there is none. */

#include "pages/part.h"

static void
say(const struct words *w, int status, struct error_view *v)
{
	v->status = status;
	switch (status) {
	case 404:
		v->heading = w->error_404;
		v->sentence = w->error_404_text;
		return;
	case 410:
		v->heading = w->error_410;
		v->sentence = w->error_410_text;
		return;
	case 503:
		v->heading = w->error_503;
		v->sentence = w->error_503_text;
		return;
	case 500:
		v->heading = w->error_500;
		v->sentence = w->error_500_text;
		return;
	default:
		v->heading = w->error_400;
		v->sentence = w->error_400_text;
		return;
	}
}

enum err
page_error(
    struct ctx *ctx, const struct page_ask *ask, int status, struct page *out)
{
	struct tags tags = { .arena = ctx->arena };
	struct error_view v = { 0 };
	struct frame_view *frame = NULL;
	struct page page = { .noindex = true };

	say(ask->w, status, &v);
	TRY(frame_make(ctx, ask,
	    &(struct frame_ask){ .title = v.heading, .noindex = true }, &tags,
	    &frame));
	v.frame = frame;
	TRY(page_print(ctx, ask, PRESS_ERROR, &v, &tags, &page));
	*out = page;
	return ERR_OK;
}
