/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One hostile case at work: a driver that was well-behaved so far, memory that
 * nobody may write to, and what the case expects. The first expectation that is
 * not met ends the trial: whatever follows does nothing.
 */
#ifndef TRIAL_H
#define TRIAL_H

#include "driver.h"

#define TRIAL_SPARE_IOVA	0x10000000ULL	/* for cases to map */
#define TRIAL_READ_IOVA		0x20000000ULL	/* mapped for reading only */
#define TRIAL_WRITE_IOVA	0x28000000ULL	/* mapped for writing only */
#define TRIAL_NOWHERE		0x30000000ULL	/* never mapped */
#define TRIAL_AREA_BYTES	(16 * PAGE_BYTES)
#define TRIAL_CANARY		0xca4a47

struct trial {
	struct driver *drv;
	struct queue *queue;		/* the first one */
	struct area spare;
	struct area readable;		/* TRIAL_READ_IOVA; a canary */
	struct area writable;		/* TRIAL_WRITE_IOVA */
	struct area unmapped;		/* a canary that no device knows */
	u32 room_bytes;			/* of the last request, before its status */
	char why[256];			/* what failed */
	bool skipped;			/* not for this device */
};

enum {
	CASE_SPLIT = 1,			/* makes sense in this format only */
	CASE_PACKED = 2,
	CASE_INDIRECT = 4,		/* needs the feature */
	CASE_FLUSH = 8,
	CASE_DISCARD = 16,
	CASE_ZEROES = 32,
};

struct hostile_case {
	const char *name;
	void (*run)(struct trial *t);
	const char *expects;
	unsigned int needs;
};

/* trial.c */
void trial_create(struct trial *t, struct driver *drv);
void trial_begin(struct trial *t);
void trial_end(struct trial *t);
void trial_fail(struct trial *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void trial_skip(struct trial *t, const char *why);
bool trial_is_over(const struct trial *t);
struct request *trial_request(struct trial *t, u32 type, u64 sector, u32 data_bytes);
void trial_offer(struct trial *t, struct request *req,
		 const struct ring_desc *descs, u16 num);
void trial_offer_table(struct trial *t, struct request *req,
		       const struct ring_desc *descs, u16 num);
void trial_submit(struct trial *t, struct request *req);
void trial_expect(struct trial *t, struct request *req, u8 vstatus);
bool trial_expect_some_end(struct trial *t, struct request *req);
void trial_expect_needs_reset(struct trial *t);
void trial_expect_broken(struct trial *t);
void trial_expect_nothing(struct trial *t);
void trial_expect_ret(struct trial *t, const char *what, int ret, int want);
void trial_expect_alive(struct trial *t);

/* case-chain.c, case-packed.c, case-request.c, case-segment.c, ... */
extern const struct hostile_case chain_cases[];
extern const struct hostile_case packed_cases[];
extern const struct hostile_case request_cases[];
extern const struct hostile_case segment_cases[];
extern const struct hostile_case memory_cases[];
extern const struct hostile_case state_cases[];

#endif
