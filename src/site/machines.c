/* SPDX-License-Identifier: MIT */
/* What browsers, crawlers and those who watch the server ask for. */

#include "site/own.h"

enum { METRICS_MAX = 262144, TEXT_MAX = 4096 };

enum err
theme_file(struct visit *v, struct answer *out)
{
	const struct theme_static *f = theme_static(press_theme(v->press),
	    route_text(&v->match, "hash"), route_text(&v->match, "name"));

	if (f == NULL)
		return FAIL(v->ctx, ERR_NOTFOUND, "the theme has no such file");
	out->response = response_new(&(struct response_make){
	    .type = f->type,
	    .body = f->bytes,
	    /* Fonts and pictures are small as they are. */
	    .codings = str_starts(f->type, STR("image/svg")) ? RESPONSE_ALL
							     : RESPONSE_PLAIN,
	    .cache_control = STR("public, max-age=31536000, immutable"),
	    .csp = STR("default-src 'none'"),
	    .hsts = v->site->hsts,
	});
	out->store = true;
	return ERR_OK;
}

enum err
robots_text(struct visit *v, struct answer *out)
{
	struct buf b;

	buf_init(&b, v->ctx->arena, TEXT_MAX);
	if (v->site->conf.contact.n > 0)
		buf_printf(&b, "# %.*s\n", STR_FMT(v->site->conf.contact));
	BUF_LIT(&b, "User-agent: *\nDisallow: /shown/\nDisallow: /desk/\n");
	out->page.type = STR("text/plain; charset=utf-8");
	out->store = true;
	return buf_done(v->ctx, &b, &out->page.body);
}

enum err
health(struct visit *v, struct answer *out)
{
	(void)v;
	out->response = response_text(200, STR("ok"));
	return ERR_OK;
}

enum err
ready(struct visit *v, struct answer *out)
{
	/* This far we come only with a theme and a reader that reads. */
	out->response = site_ready(v->site)
			    ? response_text(200, STR("ready"))
			    : response_text(503, STR("not ready"));
	return ERR_OK;
}

enum err
metrics(struct visit *v, struct answer *out)
{
	struct buf b;

	buf_init(&b, v->ctx->arena, METRICS_MAX);
	site_metrics(v->site, &b);
	out->page.type = STR("text/plain; version=0.0.4; charset=utf-8");
	out->cache_control = STR("no-store");
	return buf_done(v->ctx, &b, &out->page.body);
}
