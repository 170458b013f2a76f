/* SPDX-License-Identifier: MIT */
/* Pictures that look alike. */

#include "newsroom/asset.h"
#include "store/sql.h"

enum { ALIKE_BITS = 6 }; /* of 64 by which two looks of one picture differ */

enum err
asset_alike(struct ctx *ctx, struct store *st, const struct asset *a,
    int64_t ids[ALIKE_MAX], size_t *n)
{
	const struct sql_asset_looks_row *rows = NULL;
	int64_t after = 0;
	size_t rows_n = 0;

	*n = 0;
	if (a->look == 0)
		return ERR_OK;
	do {
		TRY(sql_asset_looks(ctx, st,
		    &(struct sql_asset_looks){ .after = after }, &rows,
		    &rows_n));
		for (size_t i = 0; i < rows_n && *n < ALIKE_MAX; i++) {
			uint64_t other = (uint64_t)(rows[i].look ^ a->look);

			if (rows[i].id != a->id &&
			    __builtin_popcountll(other) <= ALIKE_BITS)
				ids[(*n)++] = rows[i].id;
			after = rows[i].id;
		}
	} while (rows_n != 0 && *n < ALIKE_MAX);
	return ERR_OK;
}
