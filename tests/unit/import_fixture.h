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

/* ---- folders ---- */

static inline void
write_file(struct room *room, const char *name, const char *text)
{
	const char *path = str_cstr(
	    room->arena, str_printf(room->arena, "%s/%s", room->path, name));
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static inline void
make_folder(struct room *room, const char *name)
{
	assert_int_equal(
	    mkdir(str_cstr(room->arena,
		      str_printf(room->arena, "%s/%s", room->path, name)),
		0700),
	    0);
}

static inline struct import_report
import_folder(
    struct room *room, const struct import_options *o, const char *name)
{
	struct import_report r = { 0 };
	struct import_options none = { .media_base_fd = -1 };
	struct import_file f = {
		.fd = open(
		    str_cstr(room->arena,
			str_printf(room->arena, "%s/%s", room->path, name)),
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC),
		.name = str_c(name),
		.is_dir = true,
	};

	atomic_store(
	    &room->clock.fixed_ns, (NOON + 400 * 86400) * CLOCK_SECOND);
	assert_true(f.fd >= 0);
	OK(import_run(CTX, ST, o != NULL ? o : &none, &f, 1, &r));
	close(f.fd);
	return r;
}

static inline void
assert_counts(const struct import_report *r, int taken, int updated,
    int unchanged, int refused)
{
	assert_int_equal(r->count[IMPORT_TAKEN], taken);
	assert_int_equal(r->count[IMPORT_UPDATED], updated);
	assert_int_equal(r->count[IMPORT_UNCHANGED], unchanged);
	assert_int_equal(r->count[IMPORT_REFUSED], refused);
}

#endif
