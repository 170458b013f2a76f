/* SPDX-License-Identifier: MIT */
/* What an AV1 stream says of itself, for those who choose by it. */

#include "media/worker/film_ladder.h"

enum { OBU_SEQUENCE = 1, LEVEL_TIERED = 8 };

/* Bits from the left; past the end there are zeros, and that is known. */
struct bits {
	const uint8_t *p;
	size_t n;  /* bits */
	size_t at; /* those read */
};

static uint32_t
take(struct bits *b, int n)
{
	uint32_t v = 0;

	for (; n > 0; n--, b->at++) {
		v <<= 1;
		if (b->at < b->n)
			v |= b->p[b->at / 8] >> (7 - b->at % 8) & 1;
	}
	return v;
}

/* The body of the first OBU, if that is a sequence header with its size. */
static bool
open_sequence(struct bits *b)
{
	uint32_t size = 0, part = 0;
	bool extended;

	(void)take(b, 1);
	if (take(b, 4) != OBU_SEQUENCE)
		return false;
	extended = take(b, 1) != 0;
	if (take(b, 1) == 0) /* it has no size: it is all there is */
		part = UINT32_MAX;
	(void)take(b, extended ? 9 : 1);
	for (int shift = 0; part != UINT32_MAX && shift < 28; shift += 7) {
		part = take(b, 8);
		size |= (part & 0x7f) << shift;
		if ((part & 0x80) == 0)
			break;
	}
	return part == UINT32_MAX || b->at + (size_t)size * 8 <= b->n;
}

uint32_t
av1_profile(const uint8_t *p, int n)
{
	struct bits b = { .p = p, .n = n > 0 ? (size_t)n * 8 : 0 };
	uint32_t profile, level, tier;

	if (!open_sequence(&b))
		return 0;
	profile = take(&b, 3);
	/* Neither one picture with a short head, nor times: ours has none. */
	if (take(&b, 1) != 0 || take(&b, 1) != 0 || take(&b, 1) != 0)
		return 0;
	/* What it shows late, how many points of operation, which is first. */
	(void)take(&b, 1 + 5 + 12);
	level = take(&b, 5);
	tier = level >= LEVEL_TIERED ? take(&b, 1) : 0;
	if (b.at > b.n)
		return 0;
	/* A level of 0 is one, too: so the sum is never 0. */
	return AV1_KNOWN | profile << 16 | level << 8 | tier;
}
