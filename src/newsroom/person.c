/* SPDX-License-Identifier: MIT */
/* People of the desk. */

#include "newsroom/person.h"

#include <sodium.h>

#include "newsroom/audit.h"
#include "newsroom/change.h"
#include "newsroom/house.h"
#include "store/sql.h"

/* No 0 O 1 l I: a first password is read aloud and typed by hand. */
static const char letters[] =
    "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

static enum err
hash_password(struct ctx *ctx, struct str password, struct str *out)
{
	char *p = arena_alloc(ctx->arena, crypto_pwhash_STRBYTES);

	if (!utf8_ok(password))
		return FAIL(
		    ctx, ERR_INVALID, "the password is not valid UTF-8");
	if (utf8_length(password) < PASSWORD_MIN)
		return FAIL(ctx, ERR_INVALID,
		    "a password has at least %d characters", PASSWORD_MIN);
	if (password.n > PASSWORD_MAX)
		return FAIL(ctx, ERR_LIMIT, "a password has at most %d bytes",
		    PASSWORD_MAX);
	if (crypto_pwhash_str(p, password.p, password.n,
		crypto_pwhash_OPSLIMIT_INTERACTIVE,
		crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
		return FAIL(ctx, ERR_IO,
		    "there is not enough memory to store a password safely");
	*out = str_c(p);
	return ERR_OK;
}

static struct str
make_password(struct arena *a)
{
	char *p = arena_alloc(a, PASSWORD_MADE + 1);

	for (size_t i = 0; i < PASSWORD_MADE; i++)
		p[i] = letters[randombytes_uniform(sizeof letters - 1)];
	return str_make(p, PASSWORD_MADE);
}

/* The one given, or a new one, and its hash. */
static enum err
choose_password(
    struct ctx *ctx, struct str given, struct str *made, struct str *hash)
{
	*made = given.n == 0 ? make_password(ctx->arena) : STR("");
	return hash_password(ctx, given.n == 0 ? *made : given, hash);
}

static enum err
check_email(struct ctx *ctx, struct str s)
{
	size_t at = str_find_char(s, '@', 0);
	bool good = utf8_ok(s) && utf8_is_line(s) && s.n <= 254 &&
		    at != SIZE_MAX && at > 0 && at + 1 < s.n &&
		    str_find_char(s, '@', at + 1) == SIZE_MAX &&
		    str_find_char(s, ' ', 0) == SIZE_MAX;

	if (!good)
		return FAIL(ctx, ERR_INVALID, "\"%.*s\" is no e-mail address",
		    STR_FMT(utf8_head(str_sub(s, 0, utf8_whole(s)), 100)));
	return ERR_OK;
}

static enum err
check_role(struct ctx *ctx, struct str role)
{
	static const char *const roles[] = { "reporter", "editor", "chief",
		"admin" };

	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
		if (str_eq(role, str_c(roles[i])))
			return ERR_OK;
	return FAIL(
	    ctx, ERR_INVALID, "a role is reporter, editor, chief or admin");
}

static enum err
check_person(struct ctx *ctx, const struct person_new *in)
{
	TRY(check_email(ctx, in->email));
	TRY(check_role(ctx, in->role));
	if (!utf8_ok(in->name) || !utf8_is_line(in->name) ||
	    utf8_length(in->name) > TITLE_MAX || !utf8_ok(in->initials) ||
	    !utf8_is_line(in->initials) || utf8_length(in->initials) > 10)
		return FAIL(ctx, ERR_INVALID,
		    "a name is one line of at most %d characters, initials "
		    "of 10",
		    TITLE_MAX);
	return ERR_OK;
}

static void
lock_again(struct store **st)
{
	store_lock(*st);
}

enum err
person_add(struct ctx *ctx, struct store *st, const struct person_new *in,
    int64_t *id, struct str *made)
{
	struct str email = str_lower_ascii(ctx->arena, str_trim(in->email));
	CLEANUP(lock_again) struct store *open = st;
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_person_find_row *there = NULL;
	const struct sql_person_add_row *row = NULL;
	struct str rest = { 0 };
	struct str hash = { 0 };
	struct str password = { 0 };

	TRY(check_person(ctx, in));
	TRY(choose_password(ctx, in->password, &password, &hash));
	store_unlock(open);
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_person_find(
	    ctx, st, &(struct sql_person_find){ .email = email }, &there));
	if (there != NULL)
		return FAIL(ctx, ERR_CONFLICT, "%.*s has an account already",
		    STR_FMT(email));
	TRY(sql_person_add(ctx, st,
	    &(struct sql_person_add){
		.email = email,
		.name = str_trim(in->name).n != 0 ? str_trim(in->name)
						  : str_cut(email, '@', &rest),
		.initials = in->initials,
		.role = in->role,
		.password = hash,
		.at = ctx_now(ctx),
	    },
	    &row));
	TRY(audit_add(ctx, st,
	    &(struct audit_entry){
		.action = "person.add",
		.subject = change_tag(ctx->arena, "person", row->id),
		.detail = in->role,
	    }));
	TRY(store_tx_commit(ctx, &tx));
	*id = row->id;
	*made = password;
	return ERR_OK;
}

enum err
person_set_password(struct ctx *ctx, struct store *st, struct str email,
    struct str password, struct str *made)
{
	struct str lower = str_lower_ascii(ctx->arena, str_trim(email));
	CLEANUP(lock_again) struct store *open = st;
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_person_find_row *there = NULL;
	struct str chosen = { 0 };
	struct str hash = { 0 };
	int64_t changed = 0;

	TRY(check_email(ctx, lower));
	TRY(choose_password(ctx, password, &chosen, &hash));
	store_unlock(open);
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_person_find(
	    ctx, st, &(struct sql_person_find){ .email = lower }, &there));
	if (there == NULL)
		return FAIL(
		    ctx, ERR_NOTFOUND, "%.*s has no account", STR_FMT(lower));
	TRY(sql_person_set_password(ctx, st,
	    &(struct sql_person_set_password){ there->id, hash }, &changed));
	TRY(audit_add(ctx, st,
	    &(struct audit_entry){
		.action = "person.password",
		.subject = change_tag(ctx->arena, "person", there->id),
	    }));
	TRY(store_tx_commit(ctx, &tx));
	*made = chosen;
	return ERR_OK;
}

/* Whoever runs the house must be able to come in. */
static enum err
check_not_last_admin(
    struct ctx *ctx, struct store *st, const struct sql_person_find_row *person)
{
	const struct sql_person_admins_row *admins = NULL;

	if (!str_eq(person->role, STR("admin")) || person->disabled_at != 0)
		return ERR_OK;
	TRY(sql_person_admins(ctx, st, &admins));
	if (admins->n > 1)
		return ERR_OK;
	return FAIL(ctx, ERR_CONFLICT,
	    "%.*s is the only administrator: make somebody else one first",
	    STR_FMT(person->email));
}

enum err
person_set_role(
    struct ctx *ctx, struct store *st, struct str email, struct str role)
{
	struct str lower = str_lower_ascii(ctx->arena, str_trim(email));
	CLEANUP(lock_again) struct store *open = st;
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_person_find_row *there = NULL;
	int64_t changed = 0;

	TRY(check_email(ctx, lower));
	TRY(check_role(ctx, role));
	store_unlock(open);
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_person_find(
	    ctx, st, &(struct sql_person_find){ .email = lower }, &there));
	if (there == NULL)
		return FAIL(
		    ctx, ERR_NOTFOUND, "%.*s has no account", STR_FMT(lower));
	if (str_eq(there->role, role))
		return ERR_OK;
	TRY(check_not_last_admin(ctx, st, there));
	TRY(sql_person_set_role(ctx, st,
	    &(struct sql_person_set_role){ there->id, role }, &changed));
	TRY(audit_add(ctx, st,
	    &(struct audit_entry){
		.action = "person.role",
		.subject = change_tag(ctx->arena, "person", there->id),
		.detail = role,
	    }));
	return store_tx_commit(ctx, &tx);
}

enum err
person_list(
    struct ctx *ctx, struct store *st, const struct person **out, size_t *n)
{
	const struct sql_person_all_row *rows = NULL;
	struct person *all = NULL;

	TRY(sql_person_all(ctx, st, &rows, n));
	all = ARENA_ARRAY(ctx->arena, *n, struct person);
	for (size_t i = 0; i < *n; i++)
		all[i] = (struct person){
			.id = rows[i].id,
			.email = rows[i].email,
			.name = rows[i].name,
			.initials = rows[i].initials,
			.role = rows[i].role,
			.created_at = rows[i].created_at,
			.disabled_at = rows[i].disabled_at,
		};
	*out = all;
	return ERR_OK;
}

enum err
person_verify(struct ctx *ctx, struct store *st, struct str email,
    struct str password, const struct person **out)
{
	struct str lower = str_lower_ascii(ctx->arena, str_trim(email));
	const struct sql_person_find_row *row = NULL;
	struct str hash = { 0 };
	struct person *p = NULL;
	bool good = false;

	TRY(sql_person_find(
	    ctx, st, &(struct sql_person_find){ .email = lower }, &row));
	if (row != NULL && password.n <= PASSWORD_MAX)
		good = crypto_pwhash_str_verify(
			   str_cstr(ctx->arena, row->password), password.p,
			   password.n) == 0;
	else /* as much work for whoever is not there */
		TRY(hash_password(ctx, make_password(ctx->arena), &hash));
	if (!good || row->disabled_at != 0)
		return FAIL(ctx, ERR_DENIED,
		    "the address and the password do not belong together");
	p = ARENA_NEW(ctx->arena, struct person);
	*p = (struct person){
		.id = row->id,
		.email = row->email,
		.name = row->name,
		.initials = row->initials,
		.role = row->role,
		.created_at = row->created_at,
	};
	*out = p;
	return ERR_OK;
}
