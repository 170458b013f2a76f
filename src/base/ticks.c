/* SPDX-License-Identifier: MIT */
/* Ticks and the calendar beneath them. */

#include "base/ticks.h"

#define DAY_TICKS (86400 * TICKS_SECOND)
#define DAYS_TO_1970 719162 /* from 0001-01-01 */

int64_t
ticks_from_ns(int64_t ns)
{
	int64_t ticks = ns / 100 - (ns % 100 < 0);

	return ticks + TICKS_1970;
}

/* Both after Howard Hinnant's "days from civil": years begin in March. */
int64_t
days_from_date(int year, int month, int day)
{
	int64_t y = year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year =
	    (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

void
date_from_days(int64_t days, int *year, int *month, int *day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t of_era = z - era * 146097;
	int64_t y =
	    (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;

	*day = (int)(of_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(y + era * 400 + (*month <= 2));
}

bool
date_exists(int year, int month, int day)
{
	int y = 0;
	int m = 0;
	int d = 0;

	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
	    day > 31)
		return false;
	date_from_days(days_from_date(year, month, day), &y, &m, &d);
	return y == year && m == month && d == day;
}

bool
ticks_read(int64_t ticks, struct ticks_time *out)
{
	int64_t left = 0;

	if (ticks < 0 || ticks >= INT64_C(3155378976000000000))
		return false;
	date_from_days(ticks / DAY_TICKS - DAYS_TO_1970, &out->year,
	    &out->month, &out->day);
	left = ticks % DAY_TICKS;
	out->fraction = (int32_t)(left % TICKS_SECOND);
	left /= TICKS_SECOND;
	out->hour = (int)(left / 3600);
	out->minute = (int)(left / 60 % 60);
	out->second = (int)(left % 60);
	return true;
}
