// SPDX-License-Identifier: GPL-2.0
/* What has to be on a volume, and whether it is. */
#include <stdio.h>
#include <string.h>

#include "blocks.h"

#define MAGIC		0x69707374626c6b31ULL
#define SECTOR_WORDS	(SECTOR_BYTES / sizeof(u64))

enum { WORD_MAGIC, WORD_SECTOR, WORD_GENERATION, WORD_SUM, WORD_DATA };

size_t blocks_bytes(u64 num)
{
	return sizeof(struct blocks) + num * sizeof(struct block);
}

bool blocks_is_zero(const struct blocks *blocks, u32 generation)
{
	return blocks->zeroes && generation &&
	       generation % BLOCKS_ZERO_EVERY == BLOCKS_ZERO_EVERY - 1;
}

static void blocks_make_sector(const struct blocks *blocks, u64 sector,
			       u32 generation, u64 *word)
{
	u64 state = blocks->seed ^ sector << 24 ^ generation;
	u64 sum = 0;
	size_t i;

	for (i = WORD_DATA; i < SECTOR_WORDS; i++) {
		word[i] = random_next(&state);
		sum = sum * 31 + word[i];
	}
	word[WORD_MAGIC] = MAGIC ^ blocks->seed;
	word[WORD_SECTOR] = sector;
	word[WORD_GENERATION] = generation;
	word[WORD_SUM] = sum;
}

/* The data of @num blocks from @first on, in the generations to be sent. */
void blocks_write(const struct blocks *blocks, u64 first, u32 num, u8 *data)
{
	u32 i, each = blocks->block_bytes / SECTOR_BYTES;

	for (i = 0; i < num * each; i++)
		blocks_make_sector(blocks, first * each + i,
				   blocks->block[first + i / each].sent,
				   (u64 *)(data + i * SECTOR_BYTES));
}

static bool blocks_may_be_zero(const struct blocks *blocks, u32 low, u32 high)
{
	u32 generation;

	for (generation = low; generation <= high; generation++)
		if (blocks_is_zero(blocks, generation))
			return true;
	return false;
}

static const char *blocks_check_sector(const struct blocks *blocks, u64 sector,
				       u32 low, u32 high, const u64 *word)
{
	static const u64 zeroes[SECTOR_WORDS];
	u64 want[SECTOR_WORDS];

	if (!memcmp(word, zeroes, SECTOR_BYTES))
		return !low || blocks_may_be_zero(blocks, low, high) ? NULL :
		       "lost: a sector is empty";
	if (word[WORD_MAGIC] != (MAGIC ^ blocks->seed))
		return low ? "lost: a sector is none of ours" : NULL;
	if (word[WORD_SECTOR] != sector)
		return "a sector is in the wrong place";
	if (word[WORD_GENERATION] < low)
		return "lost: a sector is older than it may be";
	if (word[WORD_GENERATION] > high)
		return "a sector is from the future";
	blocks_make_sector(blocks, sector, word[WORD_GENERATION], want);
	if (memcmp(word, want, SECTOR_BYTES))
		return "torn: a sector is a mixture";
	if (blocks_is_zero(blocks, word[WORD_GENERATION]))
		return "a sector should be zeroes";
	return NULL;
}

/* NULL if @data may be what is in @block, of generation @low or later. */
const char *blocks_check(const struct blocks *blocks, u64 block, u32 low,
			 const u8 *data)
{
	u32 i, each = blocks->block_bytes / SECTOR_BYTES;
	const char *why = NULL;

	for (i = 0; i < each && !why; i++)
		why = blocks_check_sector(blocks, block * each + i, low,
					  blocks->block[block].sent,
					  (const u64 *)(data + i * SECTOR_BYTES));
	return why;
}

void blocks_save(const struct blocks *blocks, const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file || fwrite(blocks, blocks_bytes(blocks->num), 1, file) != 1 ||
	    fclose(file))
		die("cannot write %s", path);
}

/* Over what is there: the same number of blocks, of the same size. */
void blocks_restore(struct blocks *blocks, const char *path)
{
	struct blocks head;
	FILE *file = fopen(path, "r");

	if (!file || fread(&head, sizeof(head), 1, file) != 1)
		die("cannot read %s", path);
	if (head.num != blocks->num || head.block_bytes != blocks->block_bytes)
		die("%s is about another volume", path);
	*blocks = head;
	if (fread(blocks->block, sizeof(struct block), head.num, file) != head.num)
		die("%s is too short", path);
	fclose(file);
}
