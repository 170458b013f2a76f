/* SPDX-License-Identifier: MIT */
/* Network addresses. */

#include "http/address.h"

#include <arpa/inet.h>
#include <assert.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdlib.h>

#include <sodium.h>

static const unsigned char v4_head[12] = { [10] = 0xff, [11] = 0xff };

struct address
address_of(const struct sockaddr *sa)
{
	struct address a = { 0 };

	if (sa != NULL && sa->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, sa, sizeof in);
		memcpy(a.b, v4_head, sizeof v4_head);
		memcpy(a.b + 12, &in.sin_addr, 4);
	} else if (sa != NULL && sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in;

		memcpy(&in, sa, sizeof in);
		memcpy(a.b, &in.sin6_addr, 16);
	}
	return a;
}

bool
address_is_v4(const struct address *a)
{
	return memcmp(a->b, v4_head, sizeof v4_head) == 0;
}

/* Also "1.2.3.4:567" and "[::1]:567", as some proxies write. */
bool
address_read(struct str text, struct address *out)
{
	char s[ADDRESS_TEXT];
	struct address a = { 0 };
	size_t colon = str_find_char(text, ':', 0);

	if (text.n != 0 && text.p[0] == '[') {
		size_t end = str_find_char(text, ']', 0);

		if (end == SIZE_MAX)
			return false;
		text = str_sub(text, 1, end - 1);
	} else if (colon != SIZE_MAX &&
		   str_find_char(text, ':', colon + 1) == SIZE_MAX) {
		text = str_sub(text, 0, colon);
	}
	if (text.n == 0 || text.n >= sizeof s)
		return false;
	memcpy(s, text.p, text.n);
	s[text.n] = '\0';
	memcpy(a.b, v4_head, sizeof v4_head);
	if (inet_pton(AF_INET, s, a.b + 12) != 1 &&
	    inet_pton(AF_INET6, s, a.b) != 1)
		return false;
	*out = a;
	return true;
}

struct address
address_cut(const struct address *a)
{
	struct address cut = *a;
	size_t keep = address_is_v4(a) ? 15 : 6;

	memset(cut.b + keep, 0, sizeof cut.b - keep);
	return cut;
}

/* For each line of the access log: inet_ntop() goes through printf. */
static size_t
print_v4(const uint8_t b[4], char out[ADDRESS_TEXT])
{
	size_t n = 0;

	for (size_t i = 0; i < 4; i++) {
		if (i > 0)
			out[n++] = '.';
		if (b[i] >= 100)
			out[n++] = (char)('0' + b[i] / 100);
		if (b[i] >= 10)
			out[n++] = (char)('0' + b[i] / 10 % 10);
		out[n++] = (char)('0' + b[i] % 10);
	}
	out[n] = '\0';
	return n;
}

size_t
address_print(const struct address *a, char out[ADDRESS_TEXT])
{
	if (address_is_v4(a))
		return print_v4(a->b + 12, out);
	return inet_ntop(AF_INET6, a->b, out, ADDRESS_TEXT) != NULL
		   ? strlen(out)
		   : 0;
}

static bool
network_read(struct str word, struct address *a, unsigned *bits)
{
	struct str mask = { 0 };
	struct str host = str_cut(word, '/', &mask);
	bool masked = host.n != word.n;
	int64_t n = 0;
	int64_t most = 128;

	if (!address_read(host, a))
		return false;
	if (address_is_v4(a))
		most = 32;
	if (!masked)
		n = most;
	else if (!str_int(mask, &n) || n < 0 || n > most)
		return false;
	*bits = (unsigned)(128 - most + n);
	return true;
}

enum err
networks_read(struct ctx *ctx, struct str text, struct networks *out)
{
	struct networks set = { 0 };

	for (size_t i = 0; i < text.n;) {
		size_t end = i;
		struct str word;

		while (end < text.n && text.p[end] != ' ' &&
		       text.p[end] != ',' && text.p[end] != '\t')
			end++;
		word = str_sub(text, i, end - i);
		i = end + 1;
		if (word.n == 0)
			continue;
		if (set.n == NETWORKS_MAX)
			return FAIL(ctx, ERR_LIMIT,
			    "more than %d trusted proxies: use networks "
			    "such as 10.0.0.0/8",
			    NETWORKS_MAX);
		if (!network_read(
			word, &set.list[set.n].address, &set.list[set.n].bits))
			return FAIL(ctx, ERR_INVALID,
			    "trusted proxy \"%.*s\" is no address or network",
			    STR_FMT(word));
		set.n++;
	}
	*out = set;
	return ERR_OK;
}

static bool
same_bits(const struct address *a, const struct address *b, unsigned bits)
{
	size_t whole = bits / 8;
	unsigned rest = bits % 8;

	if (memcmp(a->b, b->b, whole) != 0)
		return false;
	return rest == 0 || (a->b[whole] ^ b->b[whole]) >> (8 - rest) == 0;
}

bool
networks_have(const struct networks *set, const struct address *a)
{
	for (size_t i = 0; i < set->n; i++)
		if (same_bits(&set->list[i].address, a, set->list[i].bits))
			return true;
	return false;
}

bool
forwarded_read(
    const struct networks *trusted, struct str header, struct address *out)
{
	size_t end = header.n;
	struct address a = { 0 };
	bool found = false;

	/* From the right: what stands left of a stranger, he may have made. */
	while (end > 0) {
		size_t start = end;

		while (start > 0 && header.p[start - 1] != ',')
			start--;
		if (!address_read(
			str_trim(str_sub(header, start, end - start)), &a))
			return found;
		*out = a;
		found = true;
		if (!networks_have(trusted, &a))
			return true;
		end = start > 0 ? start - 1 : 0;
	}
	return found;
}

enum { TALLY_BUCKETS = 1024 };

struct count {
	struct count *next;
	struct address address;
	unsigned n;
};

struct tally {
	pthread_mutex_t lock;
	unsigned max_each;
	/* Keyed: nobody can choose addresses that meet in one bucket. */
	unsigned char key[crypto_shorthash_KEYBYTES];
	struct count *buckets[TALLY_BUCKETS];
};

struct tally *
tally_new(unsigned max_each)
{
	struct tally *t = calloc(1, sizeof *t);

	if (t == NULL)
		abort();
	pthread_mutex_init(&t->lock, NULL);
	t->max_each = max_each;
	crypto_shorthash_keygen(t->key);
	return t;
}

void
tally_free(struct tally *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < TALLY_BUCKETS; i++) {
		while (t->buckets[i] != NULL) {
			struct count *c = t->buckets[i];

			t->buckets[i] = c->next;
			free(c);
		}
	}
	pthread_mutex_destroy(&t->lock);
	free(t);
}

static struct address
household(const struct address *a)
{
	struct address whole = *a;

	if (!address_is_v4(a))
		memset(whole.b + 8, 0, 8);
	return whole;
}

/* The link that points at the address's count, or where it would stand. */
static struct count **
count_find(struct tally *t, const struct address *a)
{
	uint64_t hash = 0;
	struct count **link = NULL;

	_Static_assert(crypto_shorthash_BYTES == sizeof hash, "64 bits");
	crypto_shorthash((unsigned char *)&hash, a->b, sizeof a->b, t->key);
	link = &t->buckets[hash % TALLY_BUCKETS];
	while (*link != NULL && memcmp(&(*link)->address, a, sizeof *a) != 0)
		link = &(*link)->next;
	return link;
}

/* One more for that address, if it has fewer than most. */
static bool
add_below(struct tally *t, const struct address *a, unsigned most)
{
	struct address whole = household(a);
	struct count **link = NULL;
	bool ok = false;

	pthread_mutex_lock(&t->lock);
	link = count_find(t, &whole);
	if (*link == NULL) {
		*link = calloc(1, sizeof **link);
		if (*link == NULL)
			abort();
		(*link)->address = whole;
	}
	ok = (*link)->n < most;
	if (ok)
		(*link)->n++;
	pthread_mutex_unlock(&t->lock);
	return ok;
}

bool
tally_add(struct tally *t, const struct address *a)
{
	return add_below(t, a, t->max_each);
}

void
tally_count(struct tally *t, const struct address *a)
{
	(void)add_below(t, a, UINT_MAX);
}

bool
tally_has_room(struct tally *t, const struct address *a)
{
	struct address whole = household(a);
	struct count **link = NULL;
	bool ok = true;

	pthread_mutex_lock(&t->lock);
	link = count_find(t, &whole);
	if (*link != NULL)
		ok = (*link)->n < t->max_each;
	pthread_mutex_unlock(&t->lock);
	return ok;
}

void
tally_remove(struct tally *t, const struct address *a)
{
	struct address whole = household(a);
	struct count **link = NULL;

	pthread_mutex_lock(&t->lock);
	link = count_find(t, &whole);
	assert(*link != NULL && (*link)->n > 0);
	if (--(*link)->n == 0) {
		struct count *c = *link;

		*link = c->next;
		free(c);
	}
	pthread_mutex_unlock(&t->lock);
}
