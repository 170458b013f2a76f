/* SPDX-License-Identifier: MIT */
/* The head of a request, taken only if it can be read in one way. */

#include "http/head.h"

/* RFC 9110, 5.6.2: what names are made of. */
static bool
is_token_char(char c)
{
	char letter = (char)(c | 0x20);

	if ((letter >= 'a' && letter <= 'z') || c == '-')
		return true;
	if (c >= '0' && c <= '9')
		return true;
	return c != '\0' && strchr("!#$%&'*+.^_`|~", c) != NULL;
}

static bool
is_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_token_char(s.p[i]))
			return false;
	return s.n != 0;
}

static bool
is_value(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static bool
is_host(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '.' || c == '-' ||
			c == ':' || c == '[' || c == ']' || c == '_'))
			return false;
	}
	return true;
}

/* What the headers say of the request's own shape. */
struct framing {
	unsigned hosts;
	unsigned lengths;
	unsigned codings;
	int64_t length;
};

static bool
read_length(struct str s, int64_t *out)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return str_int(s, out);
}

static bool
header_read(const struct http_header *h, struct framing *f)
{
	if (!is_token(h->name) || !is_value(h->value))
		return false;
	/* Three lengths to look at, so that most headers cost nothing. */
	if (h->name.n == 4 && str_eq_nocase(h->name, STR("host"))) {
		f->hosts++;
		return is_host(h->value);
	}
	if (h->name.n == 14 && str_eq_nocase(h->name, STR("content-length"))) {
		f->lengths++;
		return read_length(h->value, &f->length);
	}
	if (h->name.n == 17 &&
	    str_eq_nocase(h->name, STR("transfer-encoding"))) {
		f->codings++;
		return str_eq_nocase(h->value, STR("chunked"));
	}
	return true;
}

/* "http://host/path", as sent to proxies: the path is what concerns us. */
static struct str
strip_origin(struct str target)
{
	size_t slash = 0;

	if (str_eq(target, STR("*")))
		return STR("/");
	if (!str_eq_nocase(str_sub(target, 0, 7), STR("http://")) &&
	    !str_eq_nocase(str_sub(target, 0, 8), STR("https://")))
		return target;
	slash = str_find_char(target, '/', 8);
	return slash != SIZE_MAX ? str_from(target, slash) : STR("/");
}

static bool
target_read(struct str target, struct request *req)
{
	target = strip_origin(target);
	req->path = str_cut(target, '?', &req->query);
	for (size_t i = 0; i < req->query.n; i++)
		if (req->query.p[i] <= ' ' || req->query.p[i] >= 0x7f)
			return false;
	return url_path_ok(req->path);
}

int
head_read(const struct head *head, struct request *req)
{
	struct framing f = { 0 };

	req->headers = head->headers;
	req->headers_n = head->headers_n;
	req->http10 = str_eq(head->version, STR("HTTP/1.0"));
	if (!req->http10 && !str_eq(head->version, STR("HTTP/1.1")))
		return 400;
	for (size_t i = 0; i < head->headers_n; i++)
		if (!header_read(&head->headers[i], &f))
			return 400;
	if (f.hosts > 1 || (f.hosts == 0 && !req->http10))
		return 400;
	if (f.lengths + f.codings > 1 || (f.codings != 0 && req->http10))
		return 400;
	req->body_n = f.codings != 0 ? -1 : f.length;
	if (!is_token(head->method) || !target_read(head->target, req))
		return 400;
	req->method = method_read(head->method);
	return req->method == METHOD_OTHER ? 501 : 0;
}

static const char *
skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

/* Two NULs where CR LF was; the library writes one for each. */
static bool
line_ends(const char **p, const char *end)
{
	*p = skip_blanks(*p, end);
	if (end - *p < 2 || (*p)[0] != '\0' || (*p)[1] != '\0')
		return false;
	*p += 2;
	return true;
}

bool
head_is_clean(const struct head *head, const char *first, size_t n)
{
	const char *end = first + n;
	const char *p = first;

	if (head->method.p != first ||
	    head->target.p != first + head->method.n + 1)
		return false;
	p = head->target.p + head->target.n + 1;
	if (head->version.p != p)
		return false;
	p += head->version.n;
	if (!line_ends(&p, end))
		return false;
	for (size_t i = 0; i < head->headers_n; i++) {
		const struct http_header *h = &head->headers[i];

		if (h->name.p != p)
			return false;
		/* The NUL stands where the colon was. */
		p = skip_blanks(p + h->name.n + 1, end);
		if (h->value.n != 0 && h->value.p != p)
			return false;
		p += h->value.n;
		if (!line_ends(&p, end))
			return false;
	}
	return line_ends(&p, end) && p == end;
}
