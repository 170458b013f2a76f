/* SPDX-License-Identifier: MIT */
/* Conditions of requests: ETags, dates, ranges (RFC 9110, 8.8, 13, 14). */

#include <stdio.h>
#include <time.h>

#include "http/send.h"

bool
etag_listed(struct str list, struct str etag)
{
	struct str rest = str_trim(list);

	if (str_eq(rest, STR("*")))
		return true;
	if (etag.n == 0)
		return false;
	while (rest.n != 0) {
		size_t end = 0;

		if (rest.p[0] == ',' || rest.p[0] == ' ' || rest.p[0] == '\t') {
			rest = str_from(rest, 1);
			continue;
		}
		/* Weakly compared: GET asks for the same meaning only. */
		if (str_starts(rest, STR("W/")))
			rest = str_from(rest, 2);
		if (rest.n == 0 || rest.p[0] != '"')
			return false;
		/* A comma may stand inside the quotes. */
		end = str_find_char(rest, '"', 1);
		if (end == SIZE_MAX)
			return false;
		if (str_eq(str_sub(rest, 0, end + 1), etag))
			return true;
		rest = str_from(rest, end + 1);
	}
	return false;
}

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

void
http_date_write(int64_t seconds, char out[32])
{
	static const char days[] = "ThuFriSatSunMonTueWed"; /* 1970: Thursday */
	int64_t day = seconds / 86400;
	int64_t rest = seconds % 86400;
	int y = 0;
	int m = 0;
	int d = 0;

	if (rest < 0) {
		rest += 86400;
		day--;
	}
	date_from_days(day, &y, &m, &d);
	snprintf(out, 32, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
	    days + 3 * ((day % 7 + 7) % 7), d, months + 3 * (m - 1), y,
	    (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
}

/* Digits only; -1 when not. */
static int
two_digits(const char *p)
{
	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return -1;
	return (p[0] - '0') * 10 + (p[1] - '0');
}

int64_t
http_date_read(struct str s)
{
	int high = 0;
	int low = 0;
	int day = 0;
	int64_t seconds = 0;
	char again[32];

	/* The one form that anybody sends; the obsolete ones are ignored. */
	if (s.n != 29)
		return -1;
	high = two_digits(s.p + 12);
	low = two_digits(s.p + 14);
	day = two_digits(s.p + 5);
	if (high < 19 || low < 0 || day < 1)
		return -1;
	for (int m = 0; m < 12; m++) {
		if (memcmp(s.p + 8, months + 3 * m, 3) != 0)
			continue;
		if (!date_exists(high * 100 + low, m + 1, day))
			return -1;
		seconds = days_from_date(high * 100 + low, m + 1, day) * 86400;
		seconds += two_digits(s.p + 17) * INT64_C(3600) +
			   two_digits(s.p + 20) * INT64_C(60) +
			   two_digits(s.p + 23);
		if (seconds < 0)
			return -1;
		/* Written back it must be the same: all the rest is checked. */
		http_date_write(seconds, again);
		return memcmp(s.p, again, 29) == 0 ? seconds : -1;
	}
	return -1;
}

/* Digits only: str_int() would take a sign. */
static bool
read_offset(struct str s, int64_t *out)
{
	return s.n != 0 && s.p[0] >= '0' && s.p[0] <= '9' && str_int(s, out);
}

enum range
byte_range_read(struct str header, int64_t size, int64_t *from, int64_t *n)
{
	struct str last = { 0 };
	struct str first = { 0 };
	int64_t a = 0;
	int64_t b = INT64_MAX;

	if (header.n < 6 ||
	    !str_eq_nocase(str_sub(header, 0, 6), STR("bytes=")))
		return RANGE_NONE;
	header = str_trim(str_from(header, 6));
	/* Several ranges: the whole is a right answer to that. */
	if (str_find_char(header, ',', 0) != SIZE_MAX ||
	    str_find_char(header, '-', 0) == SIZE_MAX)
		return RANGE_NONE;
	first = str_cut(header, '-', &last);
	if (first.n == 0) {
		if (!read_offset(last, &b))
			return RANGE_NONE;
		if (b == 0 || size == 0)
			return RANGE_BAD;
		a = b >= size ? 0 : size - b;
		b = size - 1;
	} else {
		if (!read_offset(first, &a) ||
		    (last.n != 0 && !read_offset(last, &b)) || b < a)
			return RANGE_NONE;
		if (a >= size)
			return RANGE_BAD;
		if (b >= size)
			b = size - 1;
	}
	*from = a;
	*n = b - a + 1;
	return RANGE_PART;
}
