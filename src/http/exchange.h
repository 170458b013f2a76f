/* SPDX-License-Identifier: MIT */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

/*
 * One request under way and the answer due to it.
 *
 * Whoever holds an exchange owes it exactly one exchange_answer(), after
 * which it is gone.  The listener hands it to the application in one of two
 * ways: by calling work() on a pool thread, or because first() returned
 * LANE_PARKED.  The client may have left meanwhile: answer all the same.
 *
 * Threads: it belongs to whoever holds it; handing on is the holder's
 *          affair.  exchange_answer() and exchange_queue() may be called
 *          from any thread, also before first() has returned.
 */

#include "base/base.h"
#include "http/request.h"
#include "http/response.h"

struct exchange;

const struct request *exchange_request(const struct exchange *x);

/* Takes over the caller's reference of the response; ends the exchange. */
void exchange_answer(struct exchange *x, struct response *r);

/* Has work() called for a parked exchange, on a pool thread. */
void exchange_queue(struct exchange *x);

/* An arena that ends with the exchange; made when first asked for. */
struct arena *exchange_arena(struct exchange *x);

/* A place for the application's own thoughts, NULL at first. */
void exchange_set_data(struct exchange *x, void *data);
void *exchange_data(const struct exchange *x);

#endif
