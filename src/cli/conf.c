/* SPDX-License-Identifier: MIT */
/* Configuration. */

#include "cli/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stddef.h>
#include <unistd.h>

#include "markup/template.h"

enum { LINE_MOST = 198 }; /* bytes, as inih has it */

enum kind {
	KIND_TEXT,
	KIND_URL,
	KIND_INT,
	KIND_ADDRESS,
	KIND_BOOL,
	KIND_WIDTHS,
};

struct key {
	const char *section, *name;
	enum kind kind;
	size_t offset;
	int64_t min, max;
	const char *help;
};

#define AT(field) offsetof(struct conf, field)

static const struct key keys[] = {
	{ "site", "url", KIND_URL, AT(url), 0, 0,
	    "Where readers find the site; all absolute links begin with it." },
	{ "site", "contact", KIND_TEXT, AT(contact), 0, 0,
	    "An address of the house for readers and crawlers." },
	{ "http", "listen", KIND_TEXT, AT(listen), 0, 0,
	    "Address and port. --listen goes before it." },
	{ "http", "trusted_proxies", KIND_TEXT, AT(trusted_proxies), 0, 0,
	    "Addresses and networks whose X-Forwarded-For and -Proto count." },
	{ "http", "event_threads", KIND_INT, AT(event_threads), 0, 63,
	    "Threads that read requests and write answers; 0: one for each "
	    "core, eight at most. More than cores do not go before an "
	    "import." },
	{ "http", "pool_threads", KIND_INT, AT(pool_threads), 1, 64,
	    "Threads that make pages." },
	{ "http", "connections", KIND_INT, AT(connections), 16, 100000,
	    "Connections at once, in all; fewer where open files are few." },
	{ "http", "connections_address", KIND_INT, AT(connections_address), 1,
	    100000, "Connections at once from one address." },
	{ "http", "head_seconds", KIND_INT, AT(head_seconds), 1, 3600,
	    "A request's head must be here by then." },
	{ "http", "body_seconds", KIND_INT, AT(body_seconds), 1, 86400,
	    "Likewise its body." },
	{ "http", "idle_seconds", KIND_INT, AT(idle_seconds), 1, 3600,
	    "A silent connection is closed after that." },
	{ "http", "cache_mb", KIND_INT, AT(cache_mb), 1, 65536,
	    "Memory for finished pages, in MB." },
	{ "log", "access", KIND_BOOL, AT(access_off), 0, 0,
	    "Write a line for each request: yes or no." },
	{ "log", "address", KIND_ADDRESS, AT(access), 0, 0,
	    "Readers' addresses in it: whole, cut (last part left out) or "
	    "none." },
	{ "crawlers", "training", KIND_BOOL, AT(no_training), 0, 0,
	    "May crawlers that train AI models read the site? robots.txt and "
	    "llms.txt say so." },
	{ "crawlers", "answers", KIND_BOOL, AT(no_answers), 0, 0,
	    "May those that fetch pages to answer people's questions?" },
	{ "crawlers", "refuse", KIND_TEXT, AT(refused), 0, 0,
	    "Names of further crawlers to refuse, separated by commas." },
	{ "media", "workers", KIND_INT, AT(media_workers), 0, 64,
	    "Media workers at once; 0: cores less one." },
	{ "media", "deadline", KIND_INT, AT(media_deadline), 1, 3600,
	    "Seconds that one picture may take." },
	{ "media", "widths", KIND_WIDTHS, 0, STILL_WIDTH_MIN, STILL_WIDTH_TOP,
	    "Widths that pages offer of a picture, in pixels, rising; others "
	    "are not made." },
	{ "media", "av1", KIND_BOOL, AT(no_av1), 0, 0,
	    "Films in AV1 as well, for slow lines; made when nothing else "
	    "is: yes or no." },
};
enum { KEYS_N = sizeof keys / sizeof *keys };

void
conf_defaults(struct conf *out)
{
	*out = (struct conf){
		.listen = STR("127.0.0.1:8080"),
		.access = ACCESS_CUT,
		.pool_threads = HTTP_POOL_THREADS,
		.connections = HTTP_CONNECTIONS,
		.connections_address = HTTP_CONNECTIONS_ADDRESS,
		.head_seconds = HTTP_HEAD_SECONDS,
		.body_seconds = HTTP_BODY_SECONDS,
		.idle_seconds = HTTP_IDLE_SECONDS,
		.cache_mb = 64,
		.no_training = true,
		.media_deadline = 60,
		.no_av1 = true,
		.widths = still_widths_usual,
	};
}

/* ---- reading ---- */

struct reading {
	struct ctx *ctx;
	struct conf *conf;
	const char *name; /* of the file */
	const char *left; /* what is not read yet */
	int line;	  /* the one being read, from 1 */
	bool seen[KEYS_N];
	enum err err;
};

/* Debian's inih tells no line numbers: so the lines are counted here. */
static char *
next_line(char *out, int room, void *stream)
{
	struct reading *r = stream;
	size_t n = strcspn(r->left, "\n");

	if (*r->left == '\0')
		return NULL;
	r->line++;
	/* Its newline counts in any case: the last may come to have one. */
	if (n > (size_t)room - 2) {
		r->err = r->err != ERR_OK
			     ? r->err
			     : FAIL(r->ctx, ERR_LIMIT,
				   "%s:%d: this line is longer than %d bytes",
				   r->name, r->line, room - 2);
		return NULL;
	}
	n += r->left[n] == '\n';
	memcpy(out, r->left, n);
	out[n] = '\0';
	r->left += n;
	return out;
}

static enum err
set_int(struct reading *r, const struct key *k, struct str value, int line)
{
	int64_t *out = (int64_t *)(void *)((char *)r->conf + k->offset);

	if (!str_int(value, out) || *out < k->min || *out > k->max)
		return FAIL(r->ctx, ERR_INVALID,
		    "%s:%d: %s is a whole number from %" PRId64 " to %" PRId64,
		    r->name, line, k->name, k->min, k->max);
	return ERR_OK;
}

static enum err
set_address(struct reading *r, struct str value, int line)
{
	static const char *const words[] = {
		[ACCESS_CUT] = "cut",
		[ACCESS_WHOLE] = "whole",
		[ACCESS_NOBODY] = "none",
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (str_eq(value, str_c(words[i]))) {
			r->conf->access = (enum access_log)i;
			return ERR_OK;
		}
	}
	return FAIL(r->ctx, ERR_INVALID, "%s:%d: address is whole, cut or none",
	    r->name, line);
}

static enum err
set_bool(struct reading *r, const struct key *k, struct str value, int line)
{
	bool *off = (bool *)((char *)r->conf + k->offset);

	if (!str_eq(value, STR("yes")) && !str_eq(value, STR("no")))
		return FAIL(r->ctx, ERR_INVALID, "%s:%d: %s is yes or no",
		    r->name, line, k->name);
	*off = str_eq(value, STR("no"));
	return ERR_OK;
}

static enum err
set_text(struct reading *r, const struct key *k, struct str value, int line)
{
	struct str *out = (struct str *)(void *)((char *)r->conf + k->offset);

	if (!utf8_ok(value) || !utf8_is_line(value))
		return FAIL(r->ctx, ERR_INVALID, "%s:%d: %s is not valid UTF-8",
		    r->name, line, k->name);
	/* As --print-config writes it, it must fit a line again. */
	if (strlen(k->name) + strlen(" = ") + value.n > LINE_MOST)
		return FAIL(r->ctx, ERR_LIMIT,
		    "%s:%d: %s is too long: a line has at most %d bytes",
		    r->name, line, k->name, LINE_MOST);
	while (k->kind == KIND_URL && str_ends(value, STR("/")))
		value.n--;
	if (k->kind == KIND_URL && value.n != 0 &&
	    ((!str_starts(value, STR("http://")) &&
		 !str_starts(value, STR("https://"))) ||
		str_find_char(value, ' ', 0) != SIZE_MAX))
		return FAIL(r->ctx, ERR_INVALID,
		    "%s:%d: %s begins with http:// or https://, and has no "
		    "blank in it",
		    r->name, line, k->name);
	*out = str_dup(r->ctx->arena, value);
	return ERR_OK;
}

/* "320, 640, 1280" */
static enum err
set_widths(struct reading *r, const struct key *k, struct str value, int line)
{
	struct still_widths w = { .n = 0 };

	while (value.n > 0) {
		struct str one = str_trim(str_cut(value, ',', &value));
		int64_t width = 0;

		if (!str_int(one, &width) || width < k->min || width > k->max ||
		    (w.n > 0 && width <= w.all[w.n - 1]) ||
		    w.n == STILL_WIDTHS_MAX)
			return FAIL(r->ctx, ERR_INVALID,
			    "%s:%d: %s are up to %d whole numbers from "
			    "%" PRId64 " to %" PRId64
			    ", rising, with commas between",
			    r->name, line, k->name, STILL_WIDTHS_MAX, k->min,
			    k->max);
		w.all[w.n++] = width;
	}
	if (w.n == 0)
		return FAIL(r->ctx, ERR_INVALID,
		    "%s:%d: %s needs one number at least", r->name, line,
		    k->name);
	r->conf->widths = w;
	return ERR_OK;
}

static enum err
set_key(struct reading *r, const struct key *k, struct str value, int line)
{
	switch (k->kind) {
	case KIND_INT:
		return set_int(r, k, value, line);
	case KIND_ADDRESS:
		return set_address(r, value, line);
	case KIND_BOOL:
		return set_bool(r, k, value, line);
	case KIND_WIDTHS:
		return set_widths(r, k, value, line);
	case KIND_TEXT:
	case KIND_URL:
		return set_text(r, k, value, line);
	}
	return ERR_OK;
}

/* For a sentence: what of it is text. */
static struct str
text_of(const char *s)
{
	return str_make(s, utf8_whole(str_c(s)));
}

/* One pair; inih goes on after an error, so the first one is kept. */
static int
on_pair(void *arg, const char *section, const char *name, const char *value)
{
	struct reading *r = arg;
	bool section_known = false;
	int line = ((struct reading *)arg)->line;

	if (r->err != ERR_OK || name == NULL)
		return 1;
	for (size_t i = 0; i < KEYS_N; i++) {
		if (strcmp(keys[i].section, section) != 0)
			continue;
		section_known = true;
		if (strcmp(keys[i].name, name) != 0)
			continue;
		/* A line that begins with a blank reads as a second value. */
		r->err = r->seen[i] ? FAIL(r->ctx, ERR_INVALID,
					  "%s:%d: %s is given a second time",
					  r->name, line, name)
				    : set_key(r, &keys[i],
					  str_trim(str_c(value)), line);
		r->seen[i] = true;
		return 1;
	}
	r->err = FAIL(r->ctx, ERR_INVALID,
	    section_known
		? "%s:%d: [%.*s] has no key \"%.*s\"; `masthead serve "
		  "--print-config` shows all"
		: "%s:%d: there is no section [%.*s] (key \"%.*s\"); "
		  "`masthead serve --print-config` shows all",
	    r->name, line, STR_FMT(text_of(section)), STR_FMT(text_of(name)));
	return 1;
}

/* Whole, ended with NUL; *fd is closed. */
static enum err
read_file(struct ctx *ctx, int fd, const char *name, char **out)
{
	char *p = arena_alloc(ctx->arena, CONF_MAX + 2);
	ssize_t got = 0;
	size_t n = 0;

	while (n <= CONF_MAX && (got = read(fd, p + n, CONF_MAX + 1 - n)) > 0)
		n += (size_t)got;
	close(fd);
	if (got < 0)
		return FAIL(ctx, ERR_IO, "%s cannot be read: %s", name,
		    strerror(errno));
	if (n > CONF_MAX)
		return FAIL(ctx, ERR_LIMIT, "%s is longer than %d bytes", name,
		    CONF_MAX);
	if (memchr(p, '\0', n) != NULL)
		return FAIL(ctx, ERR_INVALID, "%s is no text", name);
	p[n] = '\0';
	*out = p;
	return ERR_OK;
}

enum err
conf_parse(
    struct ctx *ctx, const char *name, const char *text, struct conf *out)
{
	struct reading r = {
		.ctx = ctx,
		.conf = out,
		.name = name,
		.left = text,
	};
	int line = 0;

	conf_defaults(out);
	line = ini_parse_stream(next_line, &r, on_pair, &r);
	TRY(r.err);
	if (line != 0)
		return FAIL(ctx, ERR_INVALID,
		    "%s:%d: this is no [section] and no key = value", name,
		    line);
	return ERR_OK;
}

enum err
conf_read(struct ctx *ctx, int folder_fd, const char *path, struct conf *out)
{
	const char *name = path != NULL ? path : "masthead.conf";
	int fd = openat(path != NULL ? AT_FDCWD : folder_fd, name,
	    O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text = NULL;

	conf_defaults(out);
	if (fd < 0 && path == NULL && errno == ENOENT)
		return ERR_OK;
	if (fd < 0)
		return FAIL(ctx, errno == ENOENT ? ERR_NOTFOUND : ERR_IO,
		    "%s cannot be opened: %s", name, strerror(errno));
	TRY(read_file(ctx, fd, name, &text));
	return conf_parse(ctx, name, text, out);
}

/* ---- printing ---- */

/* After a blank, what begins with ';' would be a comment. */
static void
print_text(FILE *out, struct str value)
{
	fprintf(out, "%s%.*s", str_starts(value, STR(";")) ? "" : " ",
	    STR_FMT(value));
}

static void
print_value(FILE *out, const struct conf *c, const struct key *k)
{
	const char *at = (const char *)c + k->offset;

	switch (k->kind) {
	case KIND_INT:
		fprintf(out, " %" PRId64, *(const int64_t *)(const void *)at);
		return;
	case KIND_ADDRESS:
		fprintf(out, " %s",
		    c->access == ACCESS_CUT	? "cut"
		    : c->access == ACCESS_WHOLE ? "whole"
						: "none");
		return;
	case KIND_BOOL:
		fprintf(out, " %s", *(const bool *)at ? "no" : "yes");
		return;
	case KIND_WIDTHS:
		for (size_t i = 0; i < c->widths.n; i++)
			fprintf(out, "%s %" PRId64, i > 0 ? "," : "",
			    c->widths.all[i]);
		return;
	case KIND_TEXT:
	case KIND_URL:
		print_text(out, *(const struct str *)(const void *)at);
		return;
	}
}

void
conf_print(FILE *out, const struct conf *c)
{
	const char *section = "";

	fprintf(out, "; masthead.conf: all there is, with the values in "
		     "force.\n");
	for (size_t i = 0; i < KEYS_N; i++) {
		if (strcmp(section, keys[i].section) != 0)
			fprintf(out, "\n[%s]\n", keys[i].section);
		section = keys[i].section;
		fprintf(out, "; %s\n%s =", keys[i].help, keys[i].name);
		print_value(out, c, &keys[i]);
		fprintf(out, "\n");
	}
}
