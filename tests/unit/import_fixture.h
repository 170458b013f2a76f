/* SPDX-License-Identifier: MIT */
#ifndef UNIT_IMPORT_FIXTURE_H
#define UNIT_IMPORT_FIXTURE_H

/* Files of a moment, and a run over them. */

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "unit/newsroom_fixture.h"

#include "exchange/import.h"
#include "newsroom/list.h"

#define ST room->store
#define CTX &room->ctx

static inline int
file_of(struct str bytes)
{
	int fd = memfd_create("import", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.p, bytes.n), (ssize_t)bytes.n);
	return fd;
}

/* One run over one file of these bytes. */
static inline struct import_report
import_bytes(struct room *room, const struct import_options *more,
    const char *name, struct str bytes)
{
	struct import_report report = { 0 };
	struct import_options o =
	    more != NULL ? *more : (struct import_options){ 0 };
	struct import_file f = { .fd = file_of(bytes), .name = str_c(name) };

	/* Long after all that the tests import. */
	atomic_store(
	    &room->clock.fixed_ns, (NOON + 400 * 86400) * CLOCK_SECOND);
	if (o.media_base_fd == 0)
		o.media_base_fd = -1;
	OK(import_run(CTX, ST, &o, &f, 1, &report));
	close(f.fd);
	return report;
}

static inline void
assert_refused(
    struct room *room, const struct import_report *r, const char *words)
{
	const struct story *v = NULL;
	size_t n = 0;

	assert_int_equal(r->count[IMPORT_REFUSED], 1);
	assert_int_equal(r->count[IMPORT_TAKEN], 0);
	assert_int_equal(r->notes[0].what, IMPORT_REFUSED);
	if (strstr(str_cstr(room->arena, r->notes[0].why), words) == NULL)
		fail_msg("says \"%.*s\", not \"%s\"", STR_FMT(r->notes[0].why),
		    words);
	/* Nothing half-written: neither story nor stub. */
	OK(story_list(CTX, ST,
	    &(struct story_query){ .any_state = true, .n = 10 }, &v, &n));
	assert_int_equal(n, 0);
}

static inline bool
has_note(const struct import_report *r, const char *words)
{
	for (size_t i = 0; i < r->notes_n; i++) {
		if (str_find(r->notes[i].why, str_c(words), 0) != SIZE_MAX)
			return true;
	}
	return false;
}

#endif
