/* SPDX-License-Identifier: MIT */
/* The vocabulary of advisories. */

#include "newsroom/change.h"
#include "newsroom/house_row.h"
#include "newsroom/story_row.h"

enum err
advisory_list(struct ctx *ctx, struct store *st, struct str lang,
    const struct advisory **out, size_t *n)
{
	const struct sql_advisory_all_row *rows = NULL;
	struct advisory *all = NULL;

	TRY(sql_advisory_all(
	    ctx, st, &(struct sql_advisory_all){ .lang = lang }, &rows, n));
	all = ARENA_ARRAY(ctx->arena, *n, struct advisory);
	for (size_t i = 0; i < *n; i++)
		all[i] = (struct advisory){
			.id = rows[i].id,
			.code = rows[i].code,
			.severity = severity_of(rows[i].severity),
			.version = rows[i].version,
			.label = rows[i].label,
		};
	*out = all;
	return ERR_OK;
}

static struct str
severity_name(enum severity s)
{
	return s == SEVERITY_GATE ? STR("gate") : STR("note");
}

static enum err
check_advisory(struct ctx *ctx, const struct advisory *in, struct str lang)
{
	if (!house_is_code(in->code, HOUSE_CODE_MAX, true))
		return FAIL(ctx, ERR_INVALID,
		    "an advisory's code may hold small letters, digits and "
		    "hyphens, %d at the most",
		    HOUSE_CODE_MAX);
	TRY(house_check_lang(ctx, lang));
	return house_check_title(ctx, "advisory's label", in->label, true);
}

/* Are its severity, and its label in that language, what they should be? */
static enum err
advisory_stands(struct ctx *ctx, struct store *st,
    const struct sql_advisory_find_row *there, const struct advisory *in,
    struct str lang, bool *out)
{
	const struct sql_advisory_label_find_row *label = NULL;

	*out = false;
	if (there == NULL)
		return ERR_OK;
	TRY(sql_advisory_label_find(ctx, st,
	    &(struct sql_advisory_label_find){ there->id, lang }, &label));
	*out = label != NULL && str_eq(label->label, str_trim(in->label)) &&
	       str_eq(there->severity, severity_name(in->severity));
	return ERR_OK;
}

static enum err
advisory_row(struct ctx *ctx, struct store *st,
    const struct sql_advisory_find_row *there, const struct advisory *in,
    int64_t *id)
{
	struct str severity = severity_name(in->severity);
	const struct sql_advisory_add_row *added = NULL;
	int64_t changed = 0;

	if (there == NULL) {
		TRY(sql_advisory_add(ctx, st,
		    &(struct sql_advisory_add){ in->code, severity }, &added));
		*id = added->id;
		return ERR_OK;
	}
	*id = there->id;
	return sql_advisory_set(ctx, st,
	    &(struct sql_advisory_set){ there->id, severity }, &changed);
}

enum err
advisory_put(struct ctx *ctx, struct store *st, const struct advisory *in,
    struct str lang, int64_t *id)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_advisory_find_row *there = NULL;
	struct str tags[2];
	int64_t changed = 0;
	bool stands = false;

	TRY(check_advisory(ctx, in, lang));
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_advisory_find(
	    ctx, st, &(struct sql_advisory_find){ .code = in->code }, &there));
	TRY(advisory_stands(ctx, st, there, in, lang, &stands));
	if (stands) { /* an edit in vain would change every /shown key */
		*id = there->id;
		return ERR_OK;
	}
	TRY(advisory_row(ctx, st, there, in, id));
	TRY(sql_advisory_label_set(ctx, st,
	    &(struct sql_advisory_label_set){ *id, lang, str_trim(in->label) },
	    &changed));
	/*
	 * It opens or closes what other stories show, too, and changes the
	 * keys: their pages and pictures have no tag for it but the house's.
	 */
	tags[0] = change_tag(ctx->arena, "advisory", *id);
	tags[1] = STR("house");
	TRY(house_record(
	    ctx, st, "advisory.put", tags, there == NULL ? 1 : 2, in->code));
	return store_tx_commit(ctx, &tx);
}

/* ---- labels, and removing ---- */

enum err
advisory_labels(struct ctx *ctx, struct store *st, int64_t id,
    const struct advisory_label **out, size_t *n)
{
	const struct sql_advisory_labels_row *rows = NULL;
	struct advisory_label *all = NULL;

	TRY(sql_advisory_labels(ctx, st,
	    &(struct sql_advisory_labels){ .advisory = id }, &rows, n));
	all = ARENA_ARRAY(ctx->arena, *n, struct advisory_label);
	for (size_t i = 0; i < *n; i++)
		all[i] = (struct advisory_label){ rows[i].lang, rows[i].label };
	*out = all;
	return ERR_OK;
}

static enum err
check_unused(struct ctx *ctx, struct store *st, int64_t id, struct str code)
{
	const struct sql_advisory_story_row *story = NULL;
	const struct sql_advisory_asset_row *asset = NULL;

	TRY(sql_advisory_story(
	    ctx, st, &(struct sql_advisory_story){ .advisory = id }, &story));
	if (story != NULL)
		return FAIL(ctx, ERR_CONFLICT,
		    "story %" PRId64
		    " carries the advisory \"%.*s\", or did in "
		    "an earlier revision: it stays",
		    story->story, STR_FMT(code));
	TRY(sql_advisory_asset(
	    ctx, st, &(struct sql_advisory_asset){ .advisory = id }, &asset));
	if (asset != NULL)
		return FAIL(ctx, ERR_CONFLICT,
		    "a picture or video carries the advisory \"%.*s\": it "
		    "stays",
		    STR_FMT(code));
	return ERR_OK;
}

enum err
advisory_remove(struct ctx *ctx, struct store *st, struct str code)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_advisory_find_row *there = NULL;
	int64_t changed = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_advisory_find(
	    ctx, st, &(struct sql_advisory_find){ .code = code }, &there));
	if (there == NULL)
		return FAIL(ctx, ERR_NOTFOUND, "there is no such advisory");
	TRY(check_unused(ctx, st, there->id, code));
	TRY(sql_advisory_forget_labels(ctx, st,
	    &(struct sql_advisory_forget_labels){ .advisory = there->id },
	    &changed));
	TRY(sql_advisory_forget(ctx, st,
	    &(struct sql_advisory_forget){ .id = there->id }, &changed));
	TRY(house_record_one(
	    ctx, st, "advisory.remove", "advisory", there->id, code));
	return store_tx_commit(ctx, &tx);
}
