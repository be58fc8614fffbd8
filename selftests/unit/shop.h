/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A world for the limits in drivers/ipst/core/qos.c: hosts that send requests to
 * queues, a backend that takes a moment for each, and a clock. A second opinion on
 * each limit counts all that passes.
 */
#ifndef SHOP_H
#define SHOP_H

#include "../../drivers/ipst/qos.h"

#define SHOP_MAX_HOSTS	8
#define SHOP_MAX_DEPTH	64
#define SHOP_MAX_AUDITS	8

#define US	1000ULL
#define MS	(1000 * US)
#define S	(1000 * MS)

/* A request, and when it is sent next: never, while it is parked. */
struct shop_req {
	struct ipst_qos_req req;
	struct shop_host *host;
	u64 send_ns;
};

/* Keeps @depth requests in flight, each one @pause_ns after its last. */
struct shop_host {
	struct ipst_qos_node *queue;
	enum ipst_qos_dir dir;
	u64 bytes;
	u32 depth;
	u64 pause_ns;
	u64 from_ns;		/* of time, and */
	u64 until_ns;		/* 0: for ever */
	u64 done;		/* requests that have passed */
	struct shop_req reqs[SHOP_MAX_DEPTH];
};

/* What passes @node in one share must fit the rate and its burst. */
struct shop_audit {
	const struct ipst_qos_node *node;
	enum ipst_qos_share share;
	enum ipst_qos_unit unit;
	double level;		/* units above what the rate allows */
	u64 level_ns;		/* as of then */
	double worst;		/* highest it was */
};

struct shop {
	struct ipst_qos_node *root;
	u64 now_ns;
	u64 wake_ns;
	u64 late_ns;		/* timers are up to so much late */
	u32 num_hosts;
	struct shop_host host[SHOP_MAX_HOSTS];
	u32 num_audits;
	struct shop_audit audit[SHOP_MAX_AUDITS];
};

void shop_open(struct shop *shop, struct ipst_qos_node *root);
struct shop_host *shop_add_host(struct shop *shop, struct ipst_qos_node *queue,
				enum ipst_qos_dir dir, u64 bytes, u32 depth);
struct shop_audit *shop_add_audit(struct shop *shop,
				  const struct ipst_qos_node *node,
				  enum ipst_qos_share share,
				  enum ipst_qos_unit unit);
void shop_run(struct shop *shop, u64 len_ns);
void shop_settle(struct shop *shop);
void shop_set(struct shop *shop, struct ipst_qos_node *node,
	      enum ipst_qos_share share, enum ipst_qos_unit unit, u64 rate,
	      u32 burst_ms);

#endif
