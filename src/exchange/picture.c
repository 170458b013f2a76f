/* SPDX-License-Identifier: MIT */
/* Pictures of imported stories; see the header. */

#include "exchange/picture.h"

#include <errno.h>
#include <unistd.h>

#include "base/fd.h"
#include "newsroom/intake.h"
#include "store/blob.h"

/* Below --media-base, else beside the file, else from the folder's top. */
static int
find_file(struct run *r, const struct source *src, struct str lead)
{
	struct arena *a = r->ctx->arena;
	struct str path = { 0 };
	int base = r->opts->media_base_fd;
	int fd = -1;

	errno = ENOENT;
	if (base >= 0)
		return files_join(a, STR(""), lead, &path)
			   ? files_open(base, path)
			   : -1;
	if (!src->in_folder)
		return -1;
	if (files_join(a, files_folder(src->path), lead, &path))
		fd = files_open(src->root, path);
	if (fd < 0 && files_join(a, STR(""), lead, &path))
		fd = files_open(src->root, path);
	return fd;
}

/* "500 380", per mille from the left and the top. */
static bool
read_focus(struct str s, int64_t *x, int64_t *y)
{
	struct str rest = { 0 };
	struct str first = str_cut(str_trim(s), ' ', &rest);

	*x = 500;
	*y = 500;
	if (s.n == 0)
		return true;
	return str_int(first, x) && str_int(str_trim(rest), y) && *x >= 0 &&
	       *x <= 1000 && *y >= 0 && *y <= 1000;
}

static enum err
look_at(struct run *r, int fd, const struct front *f, struct asset *out)
{
	TRY(intake_look(r->ctx, r->opts->media, fd, out));
	out->alt = f->lead_alt;
	out->caption = f->lead_caption;
	out->credit = f->lead_credit;
	return ERR_OK;
}

enum err
picture_prepare(struct run *r, const struct source *src, const struct front *f,
    struct taking *t, struct asset *out, bool *has)
{
	CLEANUP(fd_close) int fd = -1;
	const char *lead = text_quote(r->ctx->arena, f->lead);

	*has = false;
	if (f->lead.n == 0)
		return ERR_OK;
	if (r->opts->media == NULL || r->opts->folder == NULL) {
		taking_note(r, t, "its picture “%s” was left out", lead);
		return ERR_OK;
	}
	fd = find_file(r, src, f->lead);
	if (fd < 0) {
		taking_note(r, t,
		    "its picture “%s” was not found%s: taken without it", lead,
		    src->in_folder || r->opts->media_base_fd >= 0
			? ""
			: " (--media-base says where pictures lie)");
		return ERR_OK;
	}
	if (!read_focus(f->lead_focus, &out->focal_x, &out->focal_y)) {
		taking_note(r, t,
		    "lead_focus must be two numbers of 0 to 1000; the middle "
		    "was taken");
		out->focal_x = 500;
		out->focal_y = 500;
	}
	if (look_at(r, fd, f, out) != ERR_OK) {
		taking_note(r, t, "its picture “%s” was left out: %s", lead,
		    ctx_why(r->ctx));
		return ERR_OK;
	}
	*has = !r->opts->dry_run;
	if (*has)
		TRY(blob_put(r->ctx, r->opts->folder, fd, intake_max(out),
		    &out->blob, &out->size));
	if (f->lead_alt.n == 0)
		taking_note(r, t,
		    "its picture has no lead_alt: those who cannot see it "
		    "learn nothing");
	return ERR_OK;
}

static bool
says_the_same(const struct asset *a, const struct asset *b)
{
	return str_eq(a->alt, b->alt) && str_eq(a->caption, b->caption) &&
	       str_eq(a->credit, b->credit) && a->focal_x == b->focal_x &&
	       a->focal_y == b->focal_y;
}

enum err
picture_take(struct run *r, const struct asset *in, bool has, struct taking *t,
    int64_t *id)
{
	const struct asset *taken = NULL;

	*id = 0;
	if (!has)
		return ERR_OK;
	TRY(asset_add(r->ctx, r->st, in, &taken));
	*id = taken->id;
	if (!says_the_same(taken, in))
		taking_note(r, t,
		    "its picture is in the house already, with another "
		    "description, caption, credit or focus, which stays");
	return ERR_OK;
}
