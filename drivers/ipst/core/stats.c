// SPDX-License-Identifier: GPL-2.0
/*
 * The netlink noun stats: what a device has done. Its first item is the sum of
 * all queues, then comes one for each queue.
 */
#include "netlink.h"

static int ipst_stats_put_op(struct sk_buff *skb, enum ipst_op op,
			     const struct ipst_op_stats *stats)
{
	struct nlattr *nest;

	if (!stats->count)
		return 0;
	nest = nla_nest_start(skb, IPST_A_STATS_OP);
	if (!nest || nla_put_u32(skb, IPST_A_OP_STATS_OP, op) ||
	    nla_put_uint(skb, IPST_A_OP_STATS_COUNT, stats->count) ||
	    nla_put_uint(skb, IPST_A_OP_STATS_ERRORS, stats->errors) ||
	    nla_put_uint(skb, IPST_A_OP_STATS_BYTES, stats->bytes) ||
	    nla_put_uint(skb, IPST_A_OP_STATS_NS, stats->ns))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int ipst_stats_put_counts(struct sk_buff *skb,
				 const struct ipst_queue_stats *stats)
{
	int op;

	for (op = 0; op < IPST_NUM_OPS; op++)
		if (ipst_stats_put_op(skb, op, &stats->op[op]))
			return -EMSGSIZE;
	if (nla_put_u32(skb, IPST_A_STATS_IN_FLIGHT, stats->in_flight) ||
	    nla_put_uint(skb, IPST_A_STATS_RUNS, stats->runs) ||
	    nla_put_uint(skb, IPST_A_STATS_SIGNALS, stats->signals) ||
	    nla_put_uint(skb, IPST_A_STATS_KICKS, stats->kicks) ||
	    nla_put_uint(skb, IPST_A_STATS_POLL_HITS, stats->poll_hits) ||
	    nla_put_uint(skb, IPST_A_STATS_POLL_MISSES, stats->poll_misses) ||
	    nla_put_uint(skb, IPST_A_STATS_RING_ERRORS, stats->ring_errors) ||
	    nla_put_u32(skb, IPST_A_STATS_PARKED, stats->parked) ||
	    nla_put_uint(skb, IPST_A_STATS_THROTTLED, stats->throttled) ||
	    nla_put_uint(skb, IPST_A_STATS_THROTTLED_NS, stats->throttled_ns))
		return -EMSGSIZE;
	return 0;
}

static int ipst_stats_sum(struct ipst_device *dev,
			  struct ipst_queue_stats *stats)
{
	unsigned int queue;
	int ret = 0;

	for (queue = 0; !ret; queue++)
		ret = dev->frontend->add_stats(dev, queue, stats);
	return ret == -ERANGE ? 0 : ret;
}

static int ipst_stats_put(const struct ipst_nl_walk *walk,
			  struct ipst_device *dev, unsigned int item)
{
	struct ipst_queue_stats stats = {};
	struct sk_buff *skb = walk->skb;
	void *hdr;
	int ret;

	ret = item ? dev->frontend->add_stats(dev, item - 1, &stats) :
		     ipst_stats_sum(dev, &stats);
	if (ret)
		return ret;
	hdr = genlmsg_iput(skb, walk->info);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_string(skb, IPST_A_STATS_NAME, ipst_device_name(dev)) ||
	    (item && nla_put_u32(skb, IPST_A_STATS_QUEUE, item - 1)))
		ret = -EMSGSIZE;
	return ipst_nl_end(walk, hdr, ret ?: ipst_stats_put_counts(skb, &stats));
}

int ipst_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *queue = info->attrs[IPST_A_STATS_QUEUE];
	unsigned int item = 0;
	int ret;

	if (queue)
		item = 1 + min(nla_get_u32(queue), IPST_MAX_QUEUES);
	ret = ipst_nl_do(info, IPST_A_STATS_NAME, ipst_stats_put, item);
	if (ret == -ERANGE)
		NL_SET_ERR_MSG_MOD(info->extack, "the device has fewer queues");
	return ret;
}

int ipst_nl_stats_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return ipst_nl_dump(skb, cb, ipst_stats_put);
}
