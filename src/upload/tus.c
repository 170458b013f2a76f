/* SPDX-License-Identifier: MIT */
/* Headers of tus 1.0. */

#include "upload/tus.h"

#include "newsroom/asset.h"
#include "newsroom/upload.h"

bool
tus_number(struct str s, int64_t *out)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return str_int(s, out);
}

/* Of base64 as RFC 4648 has it, padded: bytes, ended with a NUL. */
static bool
decode(struct arena *a, struct str text, struct str *out)
{
	size_t room = text.n / 4 * 3 + 1;
	char *p = arena_alloc(a, room);
	size_t n = 0;

	if (text.n % 4 != 0 ||
	    sodium_base642bin((unsigned char *)p, room - 1, text.p, text.n,
		NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		return false;
	p[n] = '\0';
	*out = str_make(p, n);
	return true;
}

/* ---- Upload-Metadata ---- */

static bool
is_key(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return s.n > 0;
}

/* A line of text that may stand with an asset. */
static enum err
take_words(struct ctx *ctx, struct str key, struct str value, struct str *out)
{
	if (!utf8_ok(value) || !utf8_is_line(value) ||
	    utf8_length(value) > UPLOAD_WORDS_MAX)
		return FAIL(ctx, ERR_INVALID,
		    "Upload-Metadata: \"%.*s\" is one line of valid UTF-8 of "
		    "at most %d characters",
		    STR_FMT(key), UPLOAD_WORDS_MAX);
	*out = value;
	return ERR_OK;
}

static enum err
take_pair(
    struct ctx *ctx, struct str key, struct str value, struct tus_metadata *out)
{
	const struct {
		struct str key;
		struct str *out;
	} ours[] = {
		{ STR("filename"), &out->file },
		{ STR("filetype"), &out->type },
		{ STR("alt"), &out->alt },
		{ STR("caption"), &out->caption },
		{ STR("credit"), &out->credit },
		{ STR("copyright"), &out->copyright },
		{ STR("licence"), &out->licence },
	};

	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		if (str_eq(key, ours[i].key))
			return take_words(ctx, key, value, ours[i].out);
	return ERR_OK;
}

/* No key twice: which of the two would count? */
static bool
is_new(const struct str *keys, size_t n, struct str key)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(keys[i], key))
			return false;
	return true;
}

enum err
tus_metadata_read(struct ctx *ctx, struct str header, struct tus_metadata *out)
{
	struct str keys[TUS_KEYS_MAX];
	size_t n = 0;

	*out = (struct tus_metadata){ 0 };
	if (header.n > UPLOAD_METADATA_MAX)
		return FAIL(ctx, ERR_INVALID,
		    "Upload-Metadata has at most %d bytes",
		    UPLOAD_METADATA_MAX);
	while (header.n > 0) {
		struct str coded = { 0 };
		struct str value = { 0 };
		bool more = str_find_char(header, ',', 0) != SIZE_MAX;
		struct str pair = str_trim(str_cut(header, ',', &header));
		struct str key = str_cut(pair, ' ', &coded);

		if (!is_key(key) || (more && header.n == 0))
			return FAIL(ctx, ERR_INVALID,
			    "Upload-Metadata is made of keys in ASCII, each "
			    "with a value in base64, separated by commas");
		if (n == TUS_KEYS_MAX || !is_new(keys, n, key))
			return FAIL(ctx, ERR_INVALID,
			    "Upload-Metadata has at most %d keys, each once",
			    TUS_KEYS_MAX);
		keys[n++] = key;
		if (!decode(ctx->arena, coded, &value))
			return FAIL(ctx, ERR_INVALID,
			    "Upload-Metadata: the value of \"%.*s\" is no "
			    "base64",
			    STR_FMT(key));
		TRY(take_pair(ctx, key, value, out));
	}
	return asset_licence_check(ctx, out->licence);
}

/* ---- Upload-Checksum ---- */

enum err
tus_checksum_read(struct ctx *ctx, struct str header, struct tus_checksum *out)
{
	struct str coded = { 0 };
	struct str sum = { 0 };
	struct str name = str_cut(header, ' ', &coded);
	size_t n = SHA1_DIGEST_SIZE;

	out->algorithm = TUS_NONE;
	if (header.n == 0)
		return ERR_OK;
	if (str_eq(name, STR("sha256")))
		n = crypto_hash_sha256_BYTES;
	else if (!str_eq(name, STR("sha1")))
		return FAIL(ctx, ERR_INVALID,
		    "Upload-Checksum: sha1 and sha256 are known here");
	if (!decode(ctx->arena, coded, &sum) || sum.n != n)
		return FAIL(ctx, ERR_INVALID,
		    "Upload-Checksum is an algorithm, a space, and the base64 "
		    "of %zu bytes",
		    n);
	memcpy(out->sum, sum.p, n);
	if (n == SHA1_DIGEST_SIZE) {
		out->algorithm = TUS_SHA1;
		sha1_init(&out->sha1);
	} else {
		out->algorithm = TUS_SHA256;
		crypto_hash_sha256_init(&out->sha256);
	}
	return ERR_OK;
}

void
tus_checksum_update(struct tus_checksum *c, struct str bytes)
{
	if (c->algorithm == TUS_SHA1)
		sha1_update(&c->sha1, bytes.n, (const unsigned char *)bytes.p);
	else if (c->algorithm == TUS_SHA256)
		crypto_hash_sha256_update(
		    &c->sha256, (const unsigned char *)bytes.p, bytes.n);
}

bool
tus_checksum_matches(struct tus_checksum *c)
{
	unsigned char sum[crypto_hash_sha256_BYTES];

	if (c->algorithm == TUS_NONE)
		return true;
	if (c->algorithm == TUS_SHA1) {
		sha1_digest(&c->sha1, SHA1_DIGEST_SIZE, sum);
		return memcmp(sum, c->sum, SHA1_DIGEST_SIZE) == 0;
	}
	crypto_hash_sha256_final(&c->sha256, sum);
	return memcmp(sum, c->sum, sizeof sum) == 0;
}

/* ---- Authorization ---- */

struct str
tus_bearer(struct str authorization)
{
	struct str token = { 0 };
	struct str scheme = str_cut(str_trim(authorization), ' ', &token);

	return str_eq_nocase(scheme, STR("bearer")) ? str_trim(token)
						    : (struct str){ 0 };
}
