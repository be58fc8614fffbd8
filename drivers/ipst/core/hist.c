// SPDX-License-Identifier: GPL-2.0
/*
 * The netlink noun hist: how the latency of a device's requests is spread. An
 * item is a kind of request, over all queues.
 *
 * With all buckets in use a message has some 1700 bytes: one page does.
 */
#include "netlink.h"

static int ipst_hist_sum(struct ipst_device *dev, enum ipst_op op,
			 struct ipst_hist *hist)
{
	unsigned int queue;
	int ret = 0;

	for (queue = 0; !ret; queue++)
		ret = dev->frontend->add_hist(dev, queue, op, hist);
	return ret == -ERANGE ? 0 : ret;
}

static int ipst_hist_put_bucket(struct sk_buff *skb, u32 exponent, u64 count)
{
	struct nlattr *nest;

	nest = nla_nest_start(skb, IPST_A_HIST_BUCKET);
	if (!nest || nla_put_u32(skb, IPST_A_HIST_BUCKET_EXPONENT, exponent) ||
	    nla_put_uint(skb, IPST_A_HIST_BUCKET_COUNT, count))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int ipst_hist_put_buckets(struct sk_buff *skb,
				 const struct ipst_hist *hist)
{
	u32 i;
	int ret = 0;

	for (i = 0; i < IPST_HIST_BUCKETS && !ret; i++)
		if (hist->bucket[i])
			ret = ipst_hist_put_bucket(skb, i, hist->bucket[i]);
	return ret;
}

static int ipst_hist_put(const struct ipst_nl_walk *walk,
			 struct ipst_device *dev, unsigned int item)
{
	struct sk_buff *skb = walk->skb;
	struct ipst_hist hist = {};
	void *hdr;
	int ret;

	if (item >= IPST_NUM_OPS)
		return -ERANGE;
	ret = ipst_hist_sum(dev, item, &hist);
	if (ret)
		return ret;
	/* A dump leaves out what is empty; who asks for it gets an answer. */
	if (walk->cb && !memchr_inv(&hist, 0, sizeof(hist)))
		return 0;
	hdr = genlmsg_iput(skb, walk->info);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_string(skb, IPST_A_HIST_NAME, ipst_device_name(dev)) ||
	    nla_put_u32(skb, IPST_A_HIST_OP, item))
		ret = -EMSGSIZE;
	return ipst_nl_end(walk, hdr, ret ?: ipst_hist_put_buckets(skb, &hist));
}

int ipst_nl_hist_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	if (GENL_REQ_ATTR_CHECK(info, IPST_A_HIST_OP))
		return -EINVAL;
	return ipst_nl_do(info, IPST_A_HIST_NAME, ipst_hist_put,
			  nla_get_u32(info->attrs[IPST_A_HIST_OP]));
}

int ipst_nl_hist_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return ipst_nl_dump(skb, cb, ipst_hist_put);
}

static int ipst_hist_reset(struct ipst_device *dev, void *data)
{
	unsigned int queue;
	int ret = 0;

	for (queue = 0; !ret; queue++)
		ret = dev->frontend->reset_hist(dev, queue);
	return ret == -ERANGE ? 0 : ret;
}

int ipst_nl_hist_reset_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ipst_nl_call(info, IPST_A_HIST_NAME, ipst_hist_reset, NULL);
}
