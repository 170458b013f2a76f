/* SPDX-License-Identifier: MIT */
#ifndef BASE_TICKS_H
#define BASE_TICKS_H

/*
 * The ticks of media addresses: steps of 100 ns since the beginning of the
 * year 1 of the Gregorian calendar.  An asset's permanent key, not a time
 * to compute with: the old system counted in its own zone's clock.
 */

#include <stdbool.h>
#include <stdint.h>

#define TICKS_SECOND INT64_C(10000000)
#define TICKS_1970 INT64_C(621355968000000000)

/* A calendar reading, in whatever zone the ticks were counted. */
struct ticks_time {
	int year;  /* 1 .. 9999 */
	int month; /* 1 .. 12 */
	int day;   /* 1 .. 31 */
	int hour, minute, second;
	int32_t fraction; /* 100 ns, 0 .. 9,999,999 */
};

/* ns: since 1970, UTC; year 1 to 9999. */
int64_t ticks_from_ns(int64_t ns);

/* false when ticks lie outside the years 1 to 9999. */
bool ticks_read(int64_t ticks, struct ticks_time *out);

/* Days since 1970-01-01 of a date of the Gregorian calendar, and back. */
int64_t days_from_date(int year, int month, int day);
void date_from_days(int64_t days, int *year, int *month, int *day);

/* Is there such a day?  Years 1 to 9999. */
bool date_exists(int year, int month, int day);

#endif
