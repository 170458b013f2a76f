/* SPDX-License-Identifier: MIT */
#ifndef HTTP_ADDRESS_H
#define HTTP_ADDRESS_H

/* The room's own: network addresses, cut, compared and counted. */

#include <pthread.h>
#include <sys/socket.h>

#include "base/base.h"

enum { ADDRESS_TEXT = 64 };

/* IPv6; IPv4 as ::ffff:a.b.c.d. */
struct address {
	unsigned char b[16];
};

struct address address_of(const struct sockaddr *sa);
bool address_read(struct str text, struct address *out);
bool address_is_v4(const struct address *a);

/* The first /24 or /48 only: enough to see a pattern, not a person. */
struct address address_cut(const struct address *a);

/* Numeric, ended with NUL; returns its length. */
size_t address_print(const struct address *a, char out[ADDRESS_TEXT]);

/* A set of networks, from "10.0.0.0/8, ::1". */
enum { NETWORKS_MAX = 64 };
struct networks {
	size_t n;
	struct {
		struct address address;
		unsigned bits; /* of all 128 */
	} list[NETWORKS_MAX];
};

MUST_USE enum err networks_read(
    struct ctx *ctx, struct str text, struct networks *out);
bool networks_have(const struct networks *set, const struct address *a);

/*
 * Who it came from: the last address in X-Forwarded-For that is none of
 * the trusted.  false when the header cannot be read.
 */
bool forwarded_read(
    const struct networks *trusted, struct str header, struct address *out);

/* How much each address has open.  IPv6 is counted by /64: a household. */
struct tally;
struct tally *tally_new(unsigned max_each);
void tally_free(struct tally *t);
/* false, and nothing counted, when that address has its share. */
bool tally_add(struct tally *t, const struct address *a);
bool tally_has_room(struct tally *t, const struct address *a);
void tally_count(struct tally *t, const struct address *a); /* in any case */
void tally_remove(struct tally *t, const struct address *a);

#endif
