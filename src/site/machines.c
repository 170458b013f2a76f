/* SPDX-License-Identifier: MIT */
/* What browsers, crawlers and those who watch the server ask for. */

#include "site/own.h"

enum { METRICS_MAX = 262144, TEXT_MAX = 65536 };

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
	    .codings = str_starts(f->type, STR("image/svg")) ||
			       str_starts(f->type, STR("text/"))
			   ? RESPONSE_ALL
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
	const struct site_conf *c = &v->site->conf;
	struct buf b;

	buf_init(&b, v->ctx->arena, TEXT_MAX);
	if (c->contact.n > 0)
		buf_printf(&b, "# %.*s\n", STR_FMT(c->contact));
	BUF_LIT(&b, "User-agent: *\nDisallow: /shown/\nDisallow: /desk/\n");
	crawlers_refuse(&b, c);
	buf_printf(&b, "\nSitemap: %.*s/sitemap.xml\n", STR_FMT(c->url));
	out->page.type = STR("text/plain; charset=utf-8");
	out->store = true;
	return buf_done(v->ctx, &b, &out->page.body);
}

enum err
llms_text(struct visit *v, struct answer *out)
{
	out->store = true;
	return page_llms(
	    v->ctx, &v->ask, crawlers_policy(&v->site->conf), &out->page);
}

enum err
oembed(struct visit *v, struct answer *out)
{
	out->store = true;
	out->open = true;
	return page_oembed(v->ctx, &v->ask,
	    &(struct oembed){
		.url = route_text(&v->match, "url"),
		.xml = route_int(&v->match, "format", 0) == 1,
		.width = route_int(&v->match, "maxwidth", 0),
	    },
	    &out->page);
}

enum err
embed_page(struct visit *v, struct answer *out)
{
	out->store = true;
	return page_embed(
	    v->ctx, &v->ask, route_int(&v->match, "ticks", 0), &out->page);
}

enum err
sitemap_index(struct visit *v, struct answer *out)
{
	out->store = true;
	return page_sitemap(v->ctx, &v->ask, &out->page);
}

enum err
sitemap_news(struct visit *v, struct answer *out)
{
	out->store = true;
	return page_sitemap_news(v->ctx, &v->ask, &out->page);
}

enum err
sitemap_video(struct visit *v, struct answer *out)
{
	out->store = true;
	return page_sitemap_video(v->ctx, &v->ask, &out->page);
}

/* "2016-11" is 201611; 0: it is no month. */
static int64_t
month_read(struct str s)
{
	int64_t year = 0;
	int64_t month = 0;

	if (s.n != 7 || s.p[4] != '-' || !str_int(str_sub(s, 0, 4), &year) ||
	    !str_int(str_from(s, 5), &month) || year < 1 || month < 1)
		return 0;
	return year * 100 + month;
}

enum err
sitemap_month(struct visit *v, struct answer *out)
{
	out->store = true;
	return page_sitemap_month(v->ctx, &v->ask,
	    month_read(route_text(&v->match, "month")),
	    route_int(&v->match, "part", 1), &out->page);
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
