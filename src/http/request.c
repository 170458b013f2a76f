/* SPDX-License-Identifier: MIT */
/* Reading what a request says of itself. */

#include "http/request.h"

static const struct {
	struct str name;
	enum method method;
} methods[] = {
	{ STR_INIT("GET"), METHOD_GET },
	{ STR_INIT("HEAD"), METHOD_HEAD },
	{ STR_INIT("POST"), METHOD_POST },
	{ STR_INIT("PUT"), METHOD_PUT },
	{ STR_INIT("PATCH"), METHOD_PATCH },
	{ STR_INIT("DELETE"), METHOD_DELETE },
	{ STR_INIT("OPTIONS"), METHOD_OPTIONS },
};

enum method
method_read(struct str name)
{
	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
		if (str_eq(name, methods[i].name))
			return methods[i].method;
	return METHOD_OTHER;
}

struct str
method_name(enum method m)
{
	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
		if (methods[i].method == m)
			return methods[i].name;
	return STR("OTHER");
}

struct str
request_header(const struct request *req, struct str name)
{
	for (size_t i = 0; i < req->headers_n; i++)
		if (req->headers[i].name.n == name.n &&
		    str_eq_nocase(req->headers[i].name, name))
			return req->headers[i].value;
	return (struct str){ 0 };
}

struct str
request_cookie(const struct request *req, struct str name)
{
	struct str rest = request_header(req, STR("cookie"));

	while (rest.n != 0) {
		struct str pair = str_trim(str_cut(rest, ';', &rest));
		struct str value = { 0 };

		if (str_eq(str_cut(pair, '=', &value), name))
			return value;
	}
	return (struct str){ 0 };
}

/* The digits of a qvalue after its point, as thousandths. */
static int
read_thousandths(struct str digits)
{
	int q = 0;

	for (size_t i = 0; i < 3; i++) {
		int c = i < digits.n ? digits.p[i] : '0';

		if (c < '0' || c > '9')
			return -1;
		q = q * 10 + (c - '0');
	}
	return digits.n > 3 ? -1 : q;
}

/* "0", "0.25", "1.000" in thousandths; -1 when it is no such thing. */
static int
read_qvalue(struct str s)
{
	int q = 0;

	if (s.n == 0 || (s.p[0] != '0' && s.p[0] != '1'))
		return -1;
	if (s.n == 1)
		return s.p[0] == '1' ? 1000 : 0;
	if (s.p[1] != '.')
		return -1;
	q = read_thousandths(str_from(s, 2));
	if (s.p[0] == '1')
		return q == 0 ? 1000 : -1;
	return q;
}

/*
 * Takes the next member of a list such as "gzip;q=0.5, *;q=0"; false at the
 * end.  A member whose weight cannot be read weighs nothing.
 */
static bool
next_member(struct str *list, struct str *name, int *q)
{
	while (list->n != 0) {
		struct str rest = { 0 };
		struct str member = str_cut(*list, ',', list);

		*name = str_trim(str_cut(member, ';', &rest));
		*q = 1000;
		while (rest.n != 0) {
			struct str param = str_trim(str_cut(rest, ';', &rest));

			if (param.n >= 2 && (param.p[0] | 0x20) == 'q' &&
			    param.p[1] == '=')
				*q = read_qvalue(str_from(param, 2));
		}
		if (*q < 0)
			*q = 0;
		if (name->n != 0)
			return true;
	}
	return false;
}

enum coding
request_coding(const struct request *req, bool brotli_made)
{
	struct str list = request_header(req, STR("accept-encoding"));
	struct str name = { 0 };
	int q = 0;
	int gzip = -1;
	int brotli = -1;
	int any = 0;

	while (next_member(&list, &name, &q)) {
		if (str_eq_nocase(name, STR("br")))
			brotli = q;
		else if (str_eq_nocase(name, STR("gzip")) ||
			 str_eq_nocase(name, STR("x-gzip")))
			gzip = q;
		else if (str_eq(name, STR("*")))
			any = q;
	}
	if (brotli < 0)
		brotli = any;
	if (gzip < 0)
		gzip = any;
	if (brotli_made && brotli > 0 && brotli >= gzip)
		return CODING_BROTLI;
	return gzip > 0 ? CODING_GZIP : CODING_IDENTITY;
}

int
request_accepts(const struct request *req, struct str type, bool exact)
{
	struct str list = request_header(req, STR("accept"));
	struct str main_type = str_sub(type, 0, str_find_char(type, '/', 0));
	struct str name = { 0 };
	int q = 0;
	int best = 0;
	int rank = 0; /* of what best came from: 1 any, 2 image/any, 3 exact */

	if (list.n == 0)
		return exact ? 0 : 1000;
	while (next_member(&list, &name, &q)) {
		int now = 0;

		if (str_eq_nocase(name, type))
			now = 3;
		else if (exact)
			continue;
		else if (name.n == main_type.n + 2 &&
			 str_ends(name, STR("/*")) &&
			 str_eq_nocase(
			     str_sub(name, 0, main_type.n), main_type))
			now = 2;
		else if (str_eq(name, STR("*/*")))
			now = 1;
		if (now > rank || (now == rank && now != 0 && q > best)) {
			rank = now;
			best = q;
		}
	}
	return best;
}
