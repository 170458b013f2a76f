/* SPDX-License-Identifier: MIT */
/* Transactions, what is announced after them, and what is refused. */

#include "unit/newsroom_fixture.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "newsroom/audit.h"
#include "newsroom/change.h"
#include "store/engine.h"
#include "store/sql.h"

#define ST room->store
#define CTX &room->ctx

/* ---- helpers ---- */

static bool
has_tag(struct room *room, const char *slug)
{
	const struct term *t = NULL;

	OK(tag_by_slug(CTX, ST, room->edition, str_c(slug), &t));
	return t != NULL;
}

static enum err
put_tag(struct room *room, const char *title)
{
	int64_t id = 0;

	return tag_put(CTX, ST,
	    &(struct term){ .edition = room->edition, .title = str_c(title) },
	    &id);
}

static enum err
touch(struct room *room, const char *tag)
{
	struct str s = str_c(tag);

	return change_add(
	    CTX, ST, &(struct change){ .kind = "test", .tags = &s, .n = 1 });
}

/* Another program at the file; what it says is not ours. */
static void
tamper(struct room *room, const char *sql)
{
	sqlite3 *db = NULL;
	char path[128];

	snprintf(path, sizeof path, "%s/newsroom/newsroom.db", room->path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

static enum err
reopen(struct room *room, enum store_mode mode)
{
	store_close(ST);
	ST = NULL;
	return store_open(CTX, &(struct store_open){ room->folder, mode }, &ST);
}

/* ---- transactions ---- */

static enum err
fail_inside(struct room *room)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };

	TRY(store_tx_begin(CTX, ST, &tx));
	TRY(put_tag(room, "Lost"));
	TRY(touch(room, "lost:1"));
	return FAIL(CTX, ERR_CONFLICT, "on purpose");
}

static void
test_store_tx__undoes_what_is_not_committed(void **state)
{
	struct room *room = *state;

	room->last = (struct store_commit){ 0 };
	assert_int_equal(fail_inside(room), ERR_CONFLICT);
	assert_string_equal(ctx_why(CTX), "on purpose");
	assert_false(has_tag(room, "lost"));
	assert_int_equal(room->last.n, 0);
}

static void
test_store_tx__an_inner_one_is_undone_alone(void **state)
{
	struct room *room = *state;
	struct store_tx tx = { 0 };
	int64_t newest = 0;

	OK(store_tx_begin(CTX, ST, &tx));
	OK(put_tag(room, "Kept"));
	OK(touch(room, "kept:1"));
	assert_int_equal(fail_inside(room), ERR_CONFLICT);
	OK(touch(room, "kept:2"));
	OK(store_tx_commit(CTX, &tx));
	assert_true(has_tag(room, "kept"));
	assert_false(has_tag(room, "lost"));
	assert_true(room_touched(room, "kept:1"));
	assert_true(room_touched(room, "kept:2"));
	/* Announced though it never happened, it would only cost a render: */
	assert_false(room_touched(room, "lost:1"));
	/* but its number would be ahead of what any reader can see. */
	OK(change_newest(CTX, ST, &newest));
	assert_int_equal(room->last.change, newest);
	assert_int_equal(room->last.changes_n, 3); /* the tag, kept:1, kept:2 */
}

static void
test_store_tx__an_outer_one_undoes_what_the_inner_committed(void **state)
{
	struct room *room = *state;
	struct store_tx outer = { 0 };
	struct store_tx inner = { 0 };

	room->last = (struct store_commit){ 0 };
	OK(store_tx_begin(CTX, ST, &outer));
	OK(store_tx_begin(CTX, ST, &inner));
	OK(put_tag(room, "Both"));
	OK(store_tx_commit(CTX, &inner));
	store_tx_end(&inner); /* committed: does nothing */
	store_tx_end(&outer);
	assert_false(has_tag(room, "both"));
	assert_int_equal(room->last.n, 0);
}

static void
test_store_tx_begin_whole__is_kept_or_undone_whole(void **state)
{
	struct room *room = *state;
	struct store_tx outer = { 0 };
	struct store_tx whole = { 0 };
	struct store_tx part = { 0 };

	OK(store_tx_begin(CTX, ST, &outer));
	OK(put_tag(room, "Before"));
	OK(store_tx_begin_whole(CTX, ST, &whole));
	OK(put_tag(room, "Kept"));
	/* One that wrote nothing may end as it likes. */
	OK(store_tx_begin(CTX, ST, &part));
	store_tx_end(&part);
	OK(touch(room, "kept:1"));
	OK(store_tx_commit(CTX, &whole));

	OK(store_tx_begin_whole(CTX, ST, &whole));
	OK(put_tag(room, "Half"));
	assert_int_equal(fail_inside(room), ERR_CONFLICT);
	assert_int_equal(put_tag(room, "Rest"), ERR_CONFLICT);
	assert_int_equal(store_tx_commit(CTX, &whole), ERR_CONFLICT);
	store_tx_end(&whole);
	/* What was before it, and comes after it, is none of its parts. */
	assert_int_equal(fail_inside(room), ERR_CONFLICT);
	OK(put_tag(room, "After"));
	OK(store_tx_commit(CTX, &outer));
	assert_true(has_tag(room, "before") && has_tag(room, "kept"));
	assert_true(has_tag(room, "after"));
	assert_false(has_tag(room, "half") || has_tag(room, "lost"));
	assert_true(room_touched(room, "kept:1"));
	assert_false(room_touched(room, "lost:1"));
}

static void
test_store_touch__is_heard_once_and_only_after_the_commit(void **state)
{
	struct room *room = *state;
	struct store_tx tx = { 0 };
	char tag[32];

	room->last = (struct store_commit){ 0 };
	OK(store_tx_begin(CTX, ST, &tx));
	for (int i = 0; i < 300; i++) {
		snprintf(tag, sizeof tag, "story:%d", i % 150);
		OK(touch(room, tag));
	}
	assert_int_equal(room->last.n, 0);
	OK(store_tx_commit(CTX, &tx));
	assert_int_equal(room->last.n, 150);
	assert_int_equal(room->last.changes_n, 300);
	assert_true(room->last.began <= room->last.committed);
	assert_true(room->last.committed < room->last.kept);
	assert_true(room_touched(room, "story:0"));
	assert_true(room_touched(room, "story:149"));
	/* The next one starts from nothing. */
	OK(store_tx_begin(CTX, ST, &tx));
	OK(touch(room, "front:1"));
	OK(store_tx_commit(CTX, &tx));
	assert_int_equal(room->last.n, 1);
	assert_int_equal(room->last.changes_n, 1);
}

static void
test_store_read__sees_one_moment_in_a_transaction(void **state)
{
	struct room *room = *state;
	struct store *reader = NULL;
	struct store_tx tx = { 0 };
	int64_t before = 0;
	int64_t after = 0;

	OK(store_open(
	    CTX, &(struct store_open){ room->folder, STORE_READ }, &reader));
	OK(store_tx_begin(CTX, reader, &tx));
	OK(change_newest(CTX, reader, &before));
	OK(put_tag(room, "Meanwhile"));
	OK(change_newest(CTX, reader, &after));
	assert_int_equal(before, after);
	store_tx_end(&tx);
	OK(change_newest(CTX, reader, &after));
	assert_int_equal(after, before + 1);
	store_close(reader);
}

/* ---- the schema's own words ---- */

/* A story of that state as it must be; who it belongs to is not asked. */
static int
put_raw(struct room *room, const char *state, const char *pending,
    const char *format)
{
	bool live = strcmp(state, "published") == 0;
	bool due = strcmp(state, "scheduled") == 0 ||
		   strcmp(pending, "scheduled") == 0;
	sqlite3 *db = NULL;
	char path[128];
	char sql[1024];
	int code = 0;

	snprintf(path, sizeof path, "%s/newsroom/newsroom.db", room->path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	snprintf(sql, sizeof sql,
	    "INSERT INTO story(edition, state, pending, version, slug, "
	    "slug_fixed, work_rev, live_rev, live_at, due_at, due_rev, "
	    "created_at) VALUES(1, '%s', '%s', 1, 'a', 0, %s, %s, 1, %s, %s, "
	    "1); INSERT INTO revision(story, number, created_at, "
	    "advisory_label, advisory_note, headline, kicker, standfirst, "
	    "byline, dateline, signoff, desk, words, format, body) "
	    "VALUES(last_insert_rowid(), 1, 1, '', '', 'h', '', '', '', '', "
	    "'', '', 0, '%s', '')",
	    state, pending, strcmp(state, "stub") == 0 ? "NULL" : "1",
	    live ? "1" : "NULL", due ? "1" : "NULL", due ? "1" : "NULL",
	    format);
	code = sqlite3_exec(db, sql, NULL, NULL, NULL);
	sqlite3_close(db);
	return code;
}

static void
test_schema__knows_the_words_of_a_story_and_no_others(void **state)
{
	static const char *const states[] = { "stub", "draft", "review",
		"ready", "scheduled", "published", "withdrawn", "canceled" };
	static const char *const behind[] = { "", "draft", "review", "ready",
		"scheduled" };
	static const char *const formats[] = { "html", "markdown", "plain" };
	struct room *room = *state;

	for (size_t i = 0; i < 8; i++)
		assert_int_equal(
		    put_raw(room, states[i], "", "html"), SQLITE_OK);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(
		    put_raw(room, "published", behind[i], "html"), SQLITE_OK);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(
		    put_raw(room, "draft", "", formats[i]), SQLITE_OK);
	assert_int_equal(
	    put_raw(room, "asleep", "", "html"), SQLITE_CONSTRAINT);
	assert_int_equal(
	    put_raw(room, "published", "ripe", "html"), SQLITE_CONSTRAINT);
	assert_int_equal(put_raw(room, "draft", "", "rtf"), SQLITE_CONSTRAINT);
}

/* ---- second defence ---- */

static void
test_engine__refuses_to_attach_another_file(void **state)
{
	struct room *room = *state;
	void *db = NULL;

	OK(engine_sqlite.open(
	    CTX, &(struct store_open){ room->folder, STORE_WRITE }, &db));
	REFUSED(ERR_DENIED, "no place here",
	    engine_sqlite.exec(CTX, db, "ATTACH ':memory:' AS other"));
	engine_sqlite.close(db);
}

static enum err
add_person(struct room *room, const char *email)
{
	const struct sql_person_add_row *row = NULL;

	return sql_person_add(CTX, ST,
	    &(struct sql_person_add){
		.email = str_c(email),
		.name = STR("Ada"),
		.initials = STR(""),
		.role = STR("admin"),
		.password = STR("x"),
		.at = NOON,
	    },
	    &row);
}

static void
test_store_unlock__people_are_written_only_after_it(void **state)
{
	struct room *room = *state;

	REFUSED(
	    ERR_DENIED, "no place here", add_person(room, "ada@example.org"));
	store_unlock(ST);
	OK(add_person(room, "ada@example.org"));
	store_lock(ST);
	/* The statement is prepared by now, and still refused. */
	REFUSED(
	    ERR_DENIED, "no place here", add_person(room, "bob@example.org"));
}

static void
test_store_open__a_reader_cannot_write(void **state)
{
	struct room *room = *state;

	OK(reopen(room, STORE_READ));
	assert_int_not_equal(put_tag(room, "Reader"), ERR_OK);
	assert_false(has_tag(room, "reader"));
}

/* ---- other programs ---- */

static void
test_store_open__refuses_a_folder_of_a_newer_program(void **state)
{
	struct room *room = *state;

	tamper(room, "INSERT INTO migration VALUES(99, 'x', 1)");
	REFUSED(
	    ERR_CONFLICT, "use the newer program", reopen(room, STORE_WRITE));
	REFUSED(
	    ERR_CONFLICT, "use the newer program", reopen(room, STORE_READ));
	/* A teardown closes NULL. */
}

static void
test_store_open__refuses_a_schema_that_is_not_ours(void **state)
{
	struct room *room = *state;

	tamper(room, "UPDATE migration SET digest = 'f00'");
	REFUSED(ERR_CONFLICT, "another build", reopen(room, STORE_WRITE));
}

static void
test_store_open__says_that_a_file_is_no_newsroom(void **state)
{
	struct room *room = *state;
	char path[128];
	FILE *f = NULL;

	store_close(ST);
	ST = NULL;
	snprintf(path, sizeof path, "%s/newsroom/newsroom.db", room->path);
	f = fopen(path, "w");
	assert_non_null(f);
	for (int i = 0; i < 1000; i++)
		fputs("this is no database", f);
	fclose(f);
	REFUSED(ERR_IO, "damaged or not a newsroom", reopen(room, STORE_WRITE));
}

static void
test_folder_lock__has_one_holder(void **state)
{
	struct room *room = *state;
	struct folder *second = NULL;

	OK(folder_open(CTX, str_c(folder_path(room->folder)), &second));
	REFUSED(ERR_BUSY, "another Masthead", folder_lock(CTX, second));
	OK(folder_lock(CTX, room->folder)); /* ours stays ours */
	folder_close(room->folder);
	room->folder = second;
	OK(folder_lock(CTX, second));
}

static void
test_folder_open__says_what_to_do(void **state)
{
	struct room *room = *state;
	struct folder *f = NULL;

	REFUSED(ERR_NOTFOUND, "masthead init",
	    folder_open(CTX, str_c(room->path), &f));
	REFUSED(ERR_NOTFOUND, "masthead init",
	    folder_open(CTX, STR("/nowhere/at/all"), &f));
	REFUSED(ERR_CONFLICT, "another folder",
	    folder_create(CTX, str_c(folder_path(room->folder)), &f));
	assert_null(f);
}

/* ---- a full disk ---- */

/* No file may grow past what it has now, and that many bytes more. */
static struct rlimit
narrow(struct room *room, rlim_t more)
{
	struct rlimit was = { 0 };
	struct stat s = { 0 };
	char path[128];

	signal(SIGXFSZ, SIG_IGN);
	snprintf(path, sizeof path, "%s/newsroom/newsroom.db-wal", room->path);
	assert_int_equal(stat(path, &s), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(
	    setrlimit(RLIMIT_FSIZE,
		&(struct rlimit){ (rlim_t)s.st_size + more, was.rlim_max }),
	    0);
	return was;
}

static enum err
fill(struct room *room)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	char tag[32];

	TRY(store_tx_begin(CTX, ST, &tx));
	for (int i = 0; i < 2000; i++) {
		snprintf(tag, sizeof tag, "full %d", i);
		TRY(put_tag(room, tag));
	}
	return store_tx_commit(CTX, &tx);
}

static void
count_fault(void *arg, struct str line)
{
	(void)line;
	++*(int *)arg;
}

static void
test_store_tx__a_full_disk_changes_nothing(void **state)
{
	struct room *room = *state;
	struct rlimit was = narrow(room, 20000);
	struct audit_head head = { 0 };
	int64_t before = 0;
	int64_t after = 0;
	enum err err = ERR_OK;
	int faults = 0;

	OK(change_newest(CTX, ST, &before));
	err = fill(room);
	setrlimit(RLIMIT_FSIZE, &was);
	if (err != ERR_IO || strstr(ctx_why(CTX), "disk is full") == NULL)
		fail_msg("%s: %s (%s)", err_name(err), room->ctx.why,
		    room->ctx.detail);
	OK(change_newest(CTX, ST, &after));
	assert_int_equal(before, after);
	assert_false(has_tag(room, "full-0"));
	/* There is room again: the same connection goes on. */
	OK(fill(room));
	assert_true(has_tag(room, "full-1999"));
	OK(store_check(CTX, ST, count_fault, &faults));
	assert_int_equal(faults, 0);
	OK(audit_verify(CTX, ST, &(struct audit_head){ 0 }, &head));
}

/*
 * An importer goes on with the next item when one failed.  When the disk
 * was full SQLite has undone its whole transaction, and must not take what
 * follows as statements of their own.
 */
static void
test_store_tx__a_lost_transaction_takes_nothing_more(void **state)
{
	struct room *room = *state;
	struct rlimit was = { 0 };
	struct store_tx tx = { 0 };
	struct store_tx inner = { 0 };
	enum err err = ERR_OK;

	OK(store_tx_begin(CTX, ST, &tx));
	OK(put_tag(room, "First"));
	was = narrow(room, 0);
	store_tx_end(&tx);
	OK(store_tx_begin(CTX, ST, &tx));
	OK(put_tag(room, "Second"));
	/* More than the page cache holds: it must be written before the end. */
	for (int i = 0; i < 200000 && err == ERR_OK; i++)
		err = touch(room, "a rather long tag, that pages fill the "
				  "sooner, and the cache with them, until it "
				  "must be written to a disk that is full");
	setrlimit(RLIMIT_FSIZE, &was);
	assert_int_equal(err, ERR_IO);
	REFUSED(ERR_IO, "nothing was changed", put_tag(room, "Third"));
	REFUSED(ERR_IO, "nothing was changed", store_tx_begin(CTX, ST, &inner));
	REFUSED(ERR_IO, "nothing was changed", store_tx_commit(CTX, &tx));
	store_tx_end(&tx);
	assert_false(has_tag(room, "second"));
	assert_false(has_tag(room, "third"));
	OK(put_tag(room, "Third"));
	assert_true(has_tag(room, "third"));
}

static sqlite3 *opened_last;

static int
note_opened(sqlite3 *db, const char **why, const struct sqlite3_api_routines *r)
{
	(void)why, (void)r;
	opened_last = db;
	return SQLITE_OK;
}

/* As when a ROLLBACK itself has failed. */
static void
test_store_tx__one_that_was_left_open_is_undone_by_the_next(void **state)
{
	struct room *room = *state;
	struct store_tx tx = { 0 };

	assert_int_equal(
	    sqlite3_auto_extension((void (*)(void))note_opened), SQLITE_OK);
	OK(reopen(room, STORE_WRITE));
	(void)sqlite3_cancel_auto_extension((void (*)(void))note_opened);
	assert_int_equal(sqlite3_exec(opened_last,
			     "BEGIN IMMEDIATE; UPDATE tag SET title = 'x'",
			     NULL, NULL, NULL),
	    SQLITE_OK);
	OK(store_tx_begin(CTX, ST, &tx));
	OK(put_tag(room, "Kept"));
	OK(store_tx_commit(CTX, &tx));
	assert_true(has_tag(room, "kept"));
	assert_int_equal(sqlite3_get_autocommit(opened_last), 1);
}

/* ---- the log ---- */

/* Some 130 pages each. */
static void
write_much(struct room *room, int times)
{
	char *word = arena_bytes(room->arena, 1 << 19);
	struct story_saved saved = { 0 };

	memset(word, 'a', 1 << 19);
	for (int i = 0; i < times; i++)
		OK(story_save(CTX, ST,
		    &(struct story_save){
			.edition = room->edition,
			.text = { .headline = STR("Long"),
			    .body = str_make(word, 1 << 19) },
		    },
		    &saved));
}

static void
test_store_log__is_not_moved_by_the_commit(void **state)
{
	struct room *room = *state;
	struct store_log log = { 0 };

	write_much(room, 20);
	/* SQLite's own way would have begun it anew at 1,000. */
	assert_true(store_log_pages(ST) > 2000);
	OK(store_log_move(CTX, ST, &log));
	assert_int_equal(log.pages, log.moved);
	write_much(room, 1);
	assert_true(store_log_pages(ST) < 1000);
}

static void
test_store_log__does_not_grow_without_end(void **state)
{
	struct room *room = *state;
	char path[128];
	struct stat s = { 0 };

	for (int i = 0; i < 30; i++) {
		write_much(room, 10);
		arena_reset(room->arena);
	}
	snprintf(path, sizeof path, "%s/newsroom/newsroom.db-wal", room->path);
	assert_int_equal(stat(path, &s), 0);
	/* Of 160 MB: 64, and what the last commit before that had. */
	assert_true(s.st_size < 72 << 20);
}

/* ---- a disk that takes pages of the database slowly, and the log at once ---- */

enum { SLOWLY = 50 }; /* microseconds a page: five thousand a second, or so */

static sqlite3_vfs slow_vfs;
static sqlite3_io_methods slow_methods;
static const sqlite3_io_methods *true_methods;

static int
slow_write(sqlite3_file *file, const void *p, int n, sqlite3_int64 at)
{
	usleep(SLOWLY);
	return true_methods->xWrite(file, p, n, at);
}

static int
slow_open(
    sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
	sqlite3_vfs *below = vfs->pAppData;
	int code = below->xOpen(below, name, file, flags, out);

	if (code != SQLITE_OK || (flags & SQLITE_OPEN_MAIN_DB) == 0)
		return code;
	true_methods = file->pMethods;
	slow_methods = *true_methods;
	slow_methods.xWrite = slow_write;
	file->pMethods = &slow_methods;
	return code;
}

/* For all that is opened from now on, by this process. */
static void
slow_begin(void)
{
	slow_vfs = *sqlite3_vfs_find(NULL);
	slow_vfs.pAppData = sqlite3_vfs_find(NULL);
	slow_vfs.zName = "slow";
	slow_vfs.xOpen = slow_open;
	assert_int_equal(sqlite3_vfs_register(&slow_vfs, 1), SQLITE_OK);
}

static void
test_store_log__does_not_outgrow_who_moves_it(void **state)
{
	struct room *room = *state;
	struct store *ours = room->store;
	struct store *alone = NULL;
	char path[128];
	struct stat s = { 0 };

	slow_begin();
	OK(store_open(CTX,
	    &(struct store_open){ room->folder, STORE_WRITE, true }, &alone));
	room->store = alone;
	for (int i = 0; i < 20; i++) {
		write_much(room, 10);
		arena_reset(room->arena);
	}
	room->store = ours;
	store_close(alone);
	sqlite3_vfs_unregister(&slow_vfs);
	snprintf(path, sizeof path, "%s/newsroom/newsroom.db-wal", room->path);
	assert_int_equal(stat(path, &s), 0);
	/* Of 107 MB. */
	assert_true(s.st_size < 72 << 20);
}

static void
test_store_log__is_moved_behind_a_writer_that_is_alone(void **state)
{
	struct room *room = *state;
	struct store *ours = room->store;
	struct store *alone = NULL;

	OK(store_open(CTX,
	    &(struct store_open){ room->folder, STORE_WRITE, true }, &alone));
	room->store = alone;
	write_much(room, 20);
	/* Not the last connection, whose end would move the log by itself. */
	room->store = ours;
	store_close(alone);
	write_much(room, 1);
	assert_true(store_log_pages(ST) < 1000);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(test_store_log__is_not_moved_by_the_commit),
		ROOM_TEST(test_store_log__does_not_grow_without_end),
		ROOM_TEST(test_store_log__does_not_outgrow_who_moves_it),
		ROOM_TEST(
		    test_store_log__is_moved_behind_a_writer_that_is_alone),
		ROOM_TEST(test_store_tx__undoes_what_is_not_committed),
		ROOM_TEST(test_store_tx__an_inner_one_is_undone_alone),
		ROOM_TEST(
		    test_store_tx__an_outer_one_undoes_what_the_inner_committed),
		ROOM_TEST(test_store_tx_begin_whole__is_kept_or_undone_whole),
		ROOM_TEST(
		    test_store_touch__is_heard_once_and_only_after_the_commit),
		ROOM_TEST(test_store_read__sees_one_moment_in_a_transaction),
		ROOM_TEST(
		    test_schema__knows_the_words_of_a_story_and_no_others),
		ROOM_TEST(test_engine__refuses_to_attach_another_file),
		ROOM_TEST(test_store_unlock__people_are_written_only_after_it),
		ROOM_TEST(test_store_open__a_reader_cannot_write),
		ROOM_TEST(test_store_open__refuses_a_folder_of_a_newer_program),
		ROOM_TEST(test_store_open__refuses_a_schema_that_is_not_ours),
		ROOM_TEST(test_store_open__says_that_a_file_is_no_newsroom),
		ROOM_TEST(test_folder_lock__has_one_holder),
		ROOM_TEST(test_folder_open__says_what_to_do),
		ROOM_TEST(test_store_tx__a_full_disk_changes_nothing),
		ROOM_TEST(
		    test_store_tx__one_that_was_left_open_is_undone_by_the_next),
		ROOM_TEST(test_store_tx__a_lost_transaction_takes_nothing_more),
	};

	return UNIT_RUN(tests, argc, argv);
}
