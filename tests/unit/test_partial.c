/* SPDX-License-Identifier: MIT */
/* Files that come in pieces. */

#include "unit/newsroom_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "store/blob.h"
#include "store/partial.h"

#define CTX &room->ctx
#define F room->folder

static const char name[] = "aaaaaaaaaaaaaaaaaaaa_-";

static void
put(struct room *room, int64_t kept, const char *text)
{
	int fd = -1;

	OK(partial_open(CTX, F, str_c(name), kept, &fd));
	OK(partial_write(CTX, fd, kept, str_c(text)));
	OK(partial_sync(CTX, fd));
	close(fd);
}

static void
assert_holds(struct room *room, const char *text)
{
	char got[64] = { 0 };
	int fd = -1;

	OK(partial_read(CTX, F, str_c(name), (int64_t)strlen(text), &fd));
	assert_int_equal(read(fd, got, sizeof got), strlen(text));
	assert_string_equal(got, text);
	close(fd);
}

static void
test_partial_open__goes_on_where_the_store_says(void **state)
{
	struct room *room = *state;

	put(room, 0, "Nobody ");
	/* More was written, and never acknowledged. */
	put(room, 7, "knows what came of it all");
	put(room, 7, "saw it.");
	assert_holds(room, "Nobody saw it.");
	put(room, 0, "Anew.");
	assert_holds(room, "Anew.");
}

static void
test_partial_open__says_that_bytes_are_gone(void **state)
{
	struct room *room = *state;
	int fd = -1;

	REFUSED(
	    ERR_GONE, "no longer", partial_open(CTX, F, str_c(name), 3, &fd));
	put(room, 0, "abc");
	REFUSED(
	    ERR_GONE, "no longer", partial_open(CTX, F, str_c(name), 4, &fd));
	REFUSED(
	    ERR_GONE, "no longer", partial_read(CTX, F, str_c(name), 2, &fd));
	partial_remove(F, str_c(name));
	partial_remove(F, str_c(name));
	REFUSED(
	    ERR_GONE, "no longer", partial_read(CTX, F, str_c(name), 3, &fd));
}

static void
test_partial_to_blob__is_the_blob_of_its_bytes(void **state)
{
	struct room *room = *state;
	struct str digest = { 0 };
	struct stat s = { 0 };
	int64_t size = 0;
	int fd = -1;

	put(room, 0, "abc");
	OK(partial_read(CTX, F, str_c(name), 3, &fd));
	/* Twice: it may have been killed before it was told. */
	OK(partial_digest(CTX, F, str_c(name), 3, &digest));
	OK(partial_to_blob(CTX, F, str_c(name), fd, digest));
	OK(partial_to_blob(CTX, F, str_c(name), fd, digest));
	close(fd);
	assert_true(str_eq(digest, digest_hex(room->arena, STR("abc"))));
	partial_remove(F, str_c(name));
	OK(blob_open(CTX, F, digest, &fd, &size));
	assert_int_equal(size, 3);
	assert_int_equal(fstat(fd, &s), 0);
	assert_int_equal(s.st_mode & 0777, 0440);
	assert_int_equal(s.st_nlink, 1);
	close(fd);
}

static void
test_partial_list__names_what_is_there(void **state)
{
	struct room *room = *state;
	const struct str *all = NULL;
	size_t n = 1;

	OK(partial_list(CTX, F, &all, &n));
	assert_int_equal(n, 0);
	put(room, 0, "abc");
	OK(partial_list(CTX, F, &all, &n));
	assert_int_equal(n, 1);
	assert_true(str_eq(all[0], str_c(name)));
}

static void
test_partial_write__says_that_the_disk_is_full(void **state)
{
	struct room *room = *state;
	int64_t bytes = 0;
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	REFUSED(ERR_LIMIT, "disk is full", partial_write(CTX, fd, 0, STR("a")));
	close(fd);
	OK(partial_room(CTX, F, &bytes));
	assert_true(bytes > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(test_partial_open__goes_on_where_the_store_says),
		ROOM_TEST(test_partial_open__says_that_bytes_are_gone),
		ROOM_TEST(test_partial_to_blob__is_the_blob_of_its_bytes),
		ROOM_TEST(test_partial_list__names_what_is_there),
		ROOM_TEST(test_partial_write__says_that_the_disk_is_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
