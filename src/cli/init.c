/* SPDX-License-Identifier: MIT */
/* masthead init: a newsroom in a folder. */

#include <fcntl.h>
#include <unistd.h>

#include "cli/command.h"
#include "newsroom/house.h"
#include "newsroom/person.h"
#include "store/folder.h"
#include "store/store.h"

static void
folder_end(struct folder **f)
{
	folder_close(*f);
}

static void
store_end(struct store **st)
{
	store_close(*st);
}

/* The letters and digits of the title, where no code was given. */
static struct str
house_code(struct ctx *ctx, struct str given, struct str title)
{
	struct str lower = str_lower_ascii(ctx->arena, title);
	struct buf b;

	if (given.n != 0)
		return given;
	buf_init(&b, ctx->arena, 32);
	for (size_t i = 0; i < lower.n && b.n < 32; i++)
		if ((lower.p[i] >= 'a' && lower.p[i] <= 'z') ||
		    (lower.p[i] >= '0' && lower.p[i] <= '9'))
			buf_char(&b, lower.p[i]);
	return b.n != 0 ? buf_str(&b) : STR("house");
}

struct founded {
	struct str admin, password;
};

static enum err
found(struct run *run, struct store *st, struct founded *out)
{
	const struct args *a = run->args;
	struct str title = args_value(a, "title");
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct edition *e = NULL;
	struct edition edition;
	int64_t id = 0;

	if (title.n == 0)
		title = STR("The Newsroom");
	out->admin = args_value(a, "admin");
	if (out->admin.n == 0)
		out->admin = STR("admin@localhost");
	TRY(store_tx_begin(run->ctx, st, &tx));
	TRY(house_found(run->ctx, st,
	    &(struct house_new){
		.code = house_code(run->ctx, args_value(a, "house"), title),
		.title = title,
		.lang = args_value(a, "lang"),
		.zone = args_value(a, "zone"),
	    }));
	if (args_given(a, "date-form")) {
		TRY(edition_by_code(run->ctx, st, STR(""), &e));
		edition = *e;
		edition.date_form = args_value(a, "date-form");
		TRY(edition_put(run->ctx, st, &edition, &id));
	}
	TRY(person_add(run->ctx, st,
	    &(struct person_new){ .email = out->admin, .role = STR("admin") },
	    &id, &out->password));
	return store_tx_commit(run->ctx, &tx);
}

/* What was there before us, and so is not ours to remove. */
struct found_there {
	bool folder, media, lock;
};

static struct found_there
look_around(struct ctx *ctx, struct str path)
{
	struct found_there t = { 0 };
	const char *dir = str_cstr(ctx->arena, path);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return t;
	t.folder = true;
	t.media = faccessat(fd, "media", F_OK, 0) == 0;
	t.lock = faccessat(fd, "lock", F_OK, 0) == 0;
	close(fd);
	return t;
}

/*
 * The folders, which are empty still, or stay: somebody else's init that is
 * under way loses nothing by it.
 */
static void
forget_folders(struct ctx *ctx, struct str path, const struct found_there *t)
{
	static const char *const dirs[] = { "media/blobs", "media/derived",
		"media/tmp", "media" };
	const char *dir = str_cstr(ctx->arena, path);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	for (size_t i = 0; !t->media && i < sizeof dirs / sizeof *dirs; i++)
		unlinkat(fd, dirs[i], AT_REMOVEDIR);
	close(fd);
	if (!t->folder)
		rmdir(dir);
}

/* What could not be founded must not stand in the way of the next try. */
static void
forget(const struct folder *f, const struct found_there *t)
{
	unlinkat(folder_fd(f), "newsroom.db", 0);
	unlinkat(folder_fd(f), "newsroom.db-wal", 0);
	unlinkat(folder_fd(f), "newsroom.db-shm", 0);
	if (!t->lock)
		unlinkat(folder_fd(f), "lock", 0);
}

/* Locked, and with no newsroom in it. */
static enum err
make_folder(struct run *run, const struct found_there *t, struct folder **out)
{
	CLEANUP(folder_end) struct folder *f = NULL;
	enum err err = folder_create(run->ctx, run->args->data, &f);

	if (err != ERR_OK && err != ERR_CONFLICT)
		forget_folders(run->ctx, run->args->data, t);
	TRY(err);
	TRY(folder_lock(run->ctx, f));
	/* Another init may have been here between the two. */
	if (faccessat(folder_fd(f), "newsroom.db", F_OK, 0) == 0)
		return FAIL(run->ctx, ERR_CONFLICT,
		    "%s holds a newsroom already: choose another folder with "
		    "--data",
		    folder_path(f));
	*out = f;
	f = NULL;
	return ERR_OK;
}

static enum err
open_and_found(struct run *run, struct folder *f, struct founded *out)
{
	CLEANUP(store_end) struct store *st = NULL;

	TRY(store_open(run->ctx, &(struct store_open){ f, STORE_WRITE }, &st));
	return found(run, st, out);
}

enum err
run_init(struct run *run)
{
	CLEANUP(folder_end) struct folder *f = NULL;
	struct found_there there = look_around(run->ctx, run->args->data);
	struct founded done = { 0 };
	enum err err = ERR_OK;

	TRY(make_folder(run, &there, &f));
	err = open_and_found(run, f, &done);
	if (err != ERR_OK) {
		forget(f, &there);
		forget_folders(run->ctx, run->args->data, &there);
		return err;
	}
	if (run->args->json) {
		fprintf(run->out, "{");
		json_text(run->out, true, "data", str_c(folder_path(f)));
		json_text(run->out, false, "admin", done.admin);
		json_text(run->out, false, "password", done.password);
		fprintf(run->out, "}\n");
		return ERR_OK;
	}
	fprintf(run->out,
	    "A newsroom is in %s.\n\n"
	    "  Administrator  %.*s\n"
	    "  Password       %.*s   (shown this once)\n\n"
	    "Next: masthead serve --data %.*s\n",
	    folder_path(f), STR_FMT(done.admin), STR_FMT(done.password),
	    STR_FMT(run->args->data));
	return ERR_OK;
}
