/* SPDX-License-Identifier: MIT */
/* What pages are printed with. */

#include "pages/press.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "markup/theme_files.h"
#include "pages/view.h"

extern const struct embedded_file broadsheet_files[];
extern const size_t broadsheet_files_n;

enum { LANGS_MAX = 64, LOCALES_MAX = 64 };

struct lang_words {
	struct str lang;
	struct words words;
};

struct open_locale {
	struct str lang, zone;
	struct locale *locale;
};

struct press {
	_Atomic unsigned refs;
	struct arena *arena;
	struct theme *theme;
	struct words english;
	struct lang_words *langs;
	size_t langs_n;
	struct str csp;

	pthread_mutex_t lock; /* of what follows, and of the arena then */
	struct open_locale locales[LOCALES_MAX];
	size_t locales_n;
};

#define LITE(page) (PRESS_LITE * PRESS_PAGES + (page))

static const struct theme_page pages[PRESS_FORMS * PRESS_PAGES] = {
	[PRESS_FRONT] = { "front.html", front_fields },
	[PRESS_SECTION] = { "section.html", section_fields },
	[PRESS_STORY] = { "story.html", story_fields },
	[PRESS_SHOWN] = { "shown.html", shown_fields },
	[PRESS_ERROR] = { "error.html", error_fields },
	[PRESS_ARCHIVE] = { "archive.html", archive_fields },
	[PRESS_SEARCH] = { "search.html", search_fields },
	[PRESS_CORRECTIONS] = { "corrections.html", corrections_fields },
	[PRESS_EMBED] = { "embed.html", embed_fields },
	[LITE(PRESS_FRONT)] = { "lite/front.html", front_fields },
	[LITE(PRESS_SECTION)] = { "lite/section.html", section_fields },
	[LITE(PRESS_STORY)] = { "lite/story.html", story_fields },
	[LITE(PRESS_SHOWN)] = { "shown.html", shown_fields }, /* has none */
	[LITE(PRESS_SEARCH)] = { "lite/search.html", search_fields },
	[LITE(PRESS_ERROR)] = { "lite/error.html", error_fields },
	[LITE(PRESS_ARCHIVE)] = { "lite/archive.html", archive_fields },
	[LITE(PRESS_CORRECTIONS)] = { "lite/corrections.html",
	    corrections_fields },
	[LITE(PRESS_EMBED)] = { "embed.html", embed_fields }, /* has none */
};

static enum err
read_words(struct ctx *ctx, struct press *p, const struct theme_source *src)
{
	struct tpl_report ignored = { .arena = ctx->arena };
	struct str *names = NULL;
	size_t n = theme_file_list(ctx->arena, src, &ignored, &names);

	TRY(words_read(ctx, src, STR("en"), NULL, &p->english));
	p->langs = ARENA_ARRAY(ctx->arena, LANGS_MAX, struct lang_words);
	for (size_t i = 0; i < n && p->langs_n < LANGS_MAX; i++) {
		struct lang_words *l = &p->langs[p->langs_n];

		if (!str_starts(names[i], STR("words/")) ||
		    !str_ends(names[i], STR(".ini")))
			continue;
		l->lang = str_sub(names[i], 6, names[i].n - 10);
		TRY(words_read(ctx, src, l->lang, &p->english, &l->words));
		p->langs_n++;
	}
	return ERR_OK;
}

static enum err
load(struct ctx *ctx, struct press *p, int dir, struct tpl_report *report)
{
	struct theme_source src = {
		.dir = dir,
		.files = broadsheet_files,
		.files_n = broadsheet_files_n,
	};

	TRY(theme_load(
	    ctx, &src, pages, PRESS_FORMS * PRESS_PAGES, report, &p->theme));
	TRY(read_words(ctx, p, &src));
	/* Without scripts nothing connects but tools that look at the page,
	   such as those that fetch its robots.txt. */
	p->csp = str_printf(p->arena,
	    "default-src 'none'; style-src %.*s; img-src 'self' data:; "
	    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action "
	    "'self'",
	    STR_FMT(theme_style_sources(p->theme)));
	return ERR_OK;
}

static void
press_free(struct press *p)
{
	for (size_t i = 0; i < p->locales_n; i++)
		locale_free(p->locales[i].locale);
	theme_unref(p->theme);
	pthread_mutex_destroy(&p->lock);
	arena_free(p->arena);
}

enum err
press_load(
    struct ctx *ctx, int dir, struct tpl_report *report, struct press **out)
{
	struct arena *a = arena_new(0);
	struct press *p = ARENA_NEW(a, struct press);
	struct arena *outer = ctx->arena;
	enum err err = ERR_OK;

	p->arena = a;
	atomic_init(&p->refs, 1);
	pthread_mutex_init(&p->lock, NULL);
	/* What words and files are read into must live as long as p. */
	ctx->arena = a;
	err = load(ctx, p, dir, report);
	ctx->arena = outer;
	if (err != ERR_OK) {
		press_free(p);
		return err;
	}
	*out = p;
	return ERR_OK;
}

struct press *
press_ref(struct press *p)
{
	atomic_fetch_add(&p->refs, 1);
	return p;
}

void
press_unref(struct press *p)
{
	if (p != NULL && atomic_fetch_sub(&p->refs, 1) == 1)
		press_free(p);
}

enum err
press_render(struct ctx *ctx, const struct press *p, enum press_form form,
    enum press_page page, const void *view, struct html *out)
{
	return theme_render(
	    ctx, p->theme, form * PRESS_PAGES + page, view, out);
}

const struct words *
press_words(const struct press *p, struct str lang)
{
	while (lang.n > 0) {
		size_t cut = lang.n;

		for (size_t i = 0; i < p->langs_n; i++)
			if (str_eq_nocase(p->langs[i].lang, lang))
				return &p->langs[i].words;
		while (cut > 0 && lang.p[cut - 1] != '-')
			cut--;
		lang = str_sub(lang, 0, cut > 0 ? cut - 1 : 0);
	}
	return &p->english;
}

static enum err
open_locale(struct ctx *ctx, struct press *p, struct str lang, struct str zone,
    const struct locale **out)
{
	struct locale_spec spec = { .lang = lang, .zone = zone };
	struct open_locale *l = &p->locales[p->locales_n];

	for (size_t i = 0; i < p->locales_n; i++)
		if (str_eq(p->locales[i].lang, lang) &&
		    str_eq(p->locales[i].zone, zone)) {
			*out = p->locales[i].locale;
			return ERR_OK;
		}
	if (p->locales_n == LOCALES_MAX)
		return FAIL(ctx, ERR_LIMIT,
		    "the house has more than %d languages and zones",
		    LOCALES_MAX);
	TRY(locale_new(ctx, &spec, &l->locale));
	l->lang = str_dup(p->arena, lang);
	l->zone = str_dup(p->arena, zone);
	p->locales_n++;
	*out = l->locale;
	return ERR_OK;
}

enum err
press_locale(struct ctx *ctx, struct press *p, struct str lang, struct str zone,
    const struct locale **out)
{
	enum err err = ERR_OK;

	pthread_mutex_lock(&p->lock);
	err = open_locale(ctx, p, lang, zone, out);
	pthread_mutex_unlock(&p->lock);
	return err;
}

struct str
press_csp(const struct press *p)
{
	return p->csp;
}

const struct theme *
press_theme(const struct press *p)
{
	return p->theme;
}
