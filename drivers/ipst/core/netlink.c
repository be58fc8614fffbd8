// SPDX-License-Identifier: GPL-2.0
/*
 * The operations of the netlink family ipst. Its tables are generated from
 * Documentation/netlink/specs/ipst.yaml into genl.c.
 */
#include <linux/module.h>
#include <net/genetlink.h>

#include "core.h"
#include "genl.h"

static int ipst_nl_put_attrs(struct sk_buff *skb, struct ipst_device *dev)
{
	char nqn[IPST_NQN_LEN];
	uuid_t uuid;

	ipst_device_get_attr(dev, nqn, dev->subsys_nqn, sizeof(nqn));
	ipst_device_get_attr(dev, &uuid, &dev->ns.uuid, sizeof(uuid));

	if (nla_put_string(skb, IPST_A_DEVICE_NAME, ipst_device_name(dev)) ||
	    nla_put_u32(skb, IPST_A_DEVICE_TYPE, dev->frontend->type) ||
	    nla_put_u32(skb, IPST_A_DEVICE_NSID, READ_ONCE(dev->nsid)) ||
	    nla_put_u32(skb, IPST_A_DEVICE_NUM_QUEUES,
			READ_ONCE(dev->num_queues)) ||
	    nla_put_u32(skb, IPST_A_DEVICE_QUEUE_SIZE,
			READ_ONCE(dev->queue_size)))
		return -EMSGSIZE;
	if (READ_ONCE(dev->paused) && nla_put_flag(skb, IPST_A_DEVICE_PAUSED))
		return -EMSGSIZE;
	if (nqn[0] && nla_put_string(skb, IPST_A_DEVICE_SUBSYS_NQN, nqn))
		return -EMSGSIZE;
	if (!uuid_is_null(&uuid) &&
	    nla_put(skb, IPST_A_DEVICE_UUID, sizeof(uuid), &uuid))
		return -EMSGSIZE;
	return 0;
}

static int ipst_nl_put_info(struct sk_buff *skb, struct ipst_device *dev)
{
	struct ipst_device_info info = {};

	dev->frontend->query(dev, &info);
	if (nla_put_u32(skb, IPST_A_DEVICE_STATE, info.state) ||
	    nla_put_u32(skb, IPST_A_DEVICE_MODE, info.mode))
		return -EMSGSIZE;
	if (info.block_bytes &&
	    (nla_put_uint(skb, IPST_A_DEVICE_SIZE, info.size_bytes) ||
	     nla_put_u32(skb, IPST_A_DEVICE_BLOCK_SIZE, info.block_bytes)))
		return -EMSGSIZE;
	if (info.read_only && nla_put_flag(skb, IPST_A_DEVICE_READ_ONLY))
		return -EMSGSIZE;
	if (info.serial[0] &&
	    nla_put_string(skb, IPST_A_DEVICE_SERIAL, info.serial))
		return -EMSGSIZE;
	if (info.chardev[0] &&
	    nla_put_string(skb, IPST_A_DEVICE_CHARDEV, info.chardev))
		return -EMSGSIZE;
	return 0;
}

static int ipst_nl_put_device(struct sk_buff *skb, const struct genl_info *info,
			      struct ipst_device *dev)
{
	void *hdr;

	hdr = genlmsg_iput(skb, info);
	if (!hdr)
		return -EMSGSIZE;
	if (ipst_nl_put_attrs(skb, dev) || ipst_nl_put_info(skb, dev)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* One walk of the list of devices, on behalf of a do or of a dump. */
struct ipst_nl_walk {
	struct sk_buff *skb;
	const struct genl_info *info;
	const char *name;	/* do: the only one wanted */
	int queue;		/* likewise, -1 = their sum */
	long skip;		/* dump: sent already, by earlier calls */
	long seen;
};

static int ipst_nl_get_one(struct ipst_device *dev, void *data)
{
	struct ipst_nl_walk *walk = data;

	if (strcmp(ipst_device_name(dev), walk->name))
		return 0;
	return ipst_nl_put_device(walk->skb, walk->info, dev) ?: 1;
}

/*
 * Devices belong to the machine, not to a network namespace, and tell of its
 * storage: only the initial one may know.
 */
static int ipst_nl_check_net(const struct genl_info *info)
{
	if (net_eq(genl_info_net(info), &init_net))
		return 0;
	NL_SET_ERR_MSG_MOD(info->extack,
			   "ask in the initial network namespace");
	return -EPERM;
}

int ipst_nl_device_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ipst_nl_walk walk = { .info = info };
	int ret;

	ret = ipst_nl_check_net(info);
	if (ret)
		return ret;
	if (GENL_REQ_ATTR_CHECK(info, IPST_A_DEVICE_NAME))
		return -EINVAL;
	walk.name = nla_data(info->attrs[IPST_A_DEVICE_NAME]);

	walk.skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!walk.skb)
		return -ENOMEM;
	ret = ipst_device_for_each(ipst_nl_get_one, &walk);
	if (ret == 1)
		return genlmsg_reply(walk.skb, info);

	nlmsg_free(walk.skb);
	if (ret)
		return ret;
	NL_SET_ERR_MSG_MOD(info->extack,
			   "no such device, see the folders in configfs/ipst");
	return -ENODEV;
}

static int ipst_nl_get_next(struct ipst_device *dev, void *data)
{
	struct ipst_nl_walk *walk = data;
	int ret;

	if (walk->seen >= walk->skip) {
		ret = ipst_nl_put_device(walk->skb, walk->info, dev);
		if (ret)
			return ret;
	}
	walk->seen++;
	return 0;
}

static int ipst_nl_dump(struct sk_buff *skb, struct netlink_callback *cb,
			int (*next)(struct ipst_device *dev, void *data))
{
	struct ipst_nl_walk walk = {
		.skb = skb,
		.info = genl_info_dump(cb),
		.skip = cb->args[0],
	};
	int ret;

	ret = ipst_nl_check_net(walk.info);
	if (ret)
		return ret;
	ret = ipst_device_for_each(next, &walk);
	/* Out of room is no error once something fits: the rest comes next. */
	if (ret == -EMSGSIZE && walk.seen > walk.skip)
		ret = 0;
	cb->args[0] = walk.seen;
	return ret ?: skb->len;
}

int ipst_nl_device_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return ipst_nl_dump(skb, cb, ipst_nl_get_next);
}

static int ipst_nl_put_op_stats(struct sk_buff *skb, enum ipst_op op,
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

/* The attributes of one message; @queue < 0 is the sum of all queues. */
static int ipst_nl_put_counts(struct sk_buff *skb, struct ipst_device *dev,
			      int queue, const struct ipst_queue_stats *stats)
{
	int op;

	if (nla_put_string(skb, IPST_A_STATS_NAME, ipst_device_name(dev)) ||
	    (queue >= 0 && nla_put_u32(skb, IPST_A_STATS_QUEUE, queue)))
		return -EMSGSIZE;
	for (op = 0; op < IPST_NUM_OPS; op++)
		if (ipst_nl_put_op_stats(skb, op, &stats->op[op]))
			return -EMSGSIZE;
	if (nla_put_u32(skb, IPST_A_STATS_IN_FLIGHT, stats->in_flight) ||
	    nla_put_uint(skb, IPST_A_STATS_RUNS, stats->runs) ||
	    nla_put_uint(skb, IPST_A_STATS_SIGNALS, stats->signals))
		return -EMSGSIZE;
	return 0;
}

static int ipst_device_sum_stats(struct ipst_device *dev,
				 struct ipst_queue_stats *stats)
{
	unsigned int i;
	int ret;

	for (i = 0; i < IPST_MAX_QUEUES; i++) {
		ret = dev->frontend->add_stats(dev, i, stats);
		if (ret)
			return i && ret == -ERANGE ? 0 : ret;
	}
	return 0;
}

/* Returns -ENODEV if the device is not enabled, -ERANGE without such a queue. */
static int ipst_nl_put_stats(struct sk_buff *skb, const struct genl_info *info,
			     struct ipst_device *dev, int queue)
{
	struct ipst_queue_stats stats = {};
	void *hdr;
	int ret;

	ret = queue < 0 ? ipst_device_sum_stats(dev, &stats) :
			  dev->frontend->add_stats(dev, queue, &stats);
	if (ret)
		return ret;
	hdr = genlmsg_iput(skb, info);
	if (!hdr)
		return -EMSGSIZE;
	ret = ipst_nl_put_counts(skb, dev, queue, &stats);
	if (ret)
		genlmsg_cancel(skb, hdr);
	else
		genlmsg_end(skb, hdr);
	return ret;
}

static int ipst_nl_stats_one(struct ipst_device *dev, void *data)
{
	struct ipst_nl_walk *walk = data;

	if (strcmp(ipst_device_name(dev), walk->name))
		return 0;
	return ipst_nl_put_stats(walk->skb, walk->info, dev, walk->queue) ?: 1;
}

int ipst_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ipst_nl_walk walk = { .info = info, .queue = -1 };
	int ret;

	ret = ipst_nl_check_net(info);
	if (ret)
		return ret;
	if (GENL_REQ_ATTR_CHECK(info, IPST_A_STATS_NAME))
		return -EINVAL;
	walk.name = nla_data(info->attrs[IPST_A_STATS_NAME]);
	if (info->attrs[IPST_A_STATS_QUEUE])
		walk.queue = min(nla_get_u32(info->attrs[IPST_A_STATS_QUEUE]),
				 IPST_MAX_QUEUES);

	walk.skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!walk.skb)
		return -ENOMEM;
	ret = ipst_device_for_each(ipst_nl_stats_one, &walk);
	if (ret == 1)
		return genlmsg_reply(walk.skb, info);

	nlmsg_free(walk.skb);
	if (ret == -ERANGE)
		NL_SET_ERR_MSG_MOD(info->extack, "the device has fewer queues");
	else
		NL_SET_ERR_MSG_MOD(info->extack,
				   "no such device, or it is not enabled");
	return ret ?: -ENODEV;
}

/* The device's sum, then its queues, as far as they were not sent before. */
static int ipst_nl_stats_next(struct ipst_device *dev, void *data)
{
	struct ipst_nl_walk *walk = data;
	int queue, ret;

	for (queue = -1; queue < (int)READ_ONCE(dev->num_queues); queue++) {
		if (walk->seen >= walk->skip) {
			ret = ipst_nl_put_stats(walk->skb, walk->info, dev,
						queue);
			if (ret == -EMSGSIZE)
				return ret;
		}
		walk->seen++;
	}
	return 0;
}

int ipst_nl_stats_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return ipst_nl_dump(skb, cb, ipst_nl_stats_next);
}

int ipst_netlink_init(void)
{
	return genl_register_family(&ipst_nl_family);
}

void ipst_netlink_exit(void)
{
	genl_unregister_family(&ipst_nl_family);
}
