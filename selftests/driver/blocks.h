/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What has to be on a volume. Each block has a generation, which goes up with
 * each write of it; each sector carries its number, its generation and data
 * made from both. A read may return any generation between the last one known
 * to be written when it began and the last one submitted when it ended, for
 * each sector by itself: less is lost, more is impossible, a mixture is torn.
 */
#ifndef BLOCKS_H
#define BLOCKS_H

#include "request.h"

/* Each fourth generation of a block is zeroes, if the device makes them. */
#define BLOCKS_ZERO_EVERY	4

struct block {
	u32 done;			/* generation surely written, 0: none */
	u32 sent;			/* generation submitted */
};

struct blocks {
	u64 seed;			/* marks sectors as ours */
	u64 num;
	u32 block_bytes;
	bool zeroes;			/* use WRITE_ZEROES */
	struct block block[];
};

size_t blocks_bytes(u64 num);
bool blocks_is_zero(const struct blocks *blocks, u32 generation);
void blocks_write(const struct blocks *blocks, u64 first, u32 num, u8 *data);
const char *blocks_check(const struct blocks *blocks, u64 block, u32 low,
			 const u8 *data);
void blocks_save(const struct blocks *blocks, const char *path);
void blocks_restore(struct blocks *blocks, const char *path);

#endif
