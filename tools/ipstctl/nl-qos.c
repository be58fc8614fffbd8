// SPDX-License-Identifier: GPL-2.0
/* qos-get and qos-set of the ipst netlink family. */
#include <errno.h>

#include "nl.h"

static const struct nl_field qos_field[] = {
	[IPST_A_QOS_NAME] = { "name", .form = NL_STRING },
	[IPST_A_QOS_GROUP] = { "group", .form = NL_STRING },
	[IPST_A_QOS_RW_IOPS] = { "rw_iops", .form = NL_NUMBER },
	[IPST_A_QOS_R_IOPS] = { "r_iops", .form = NL_NUMBER },
	[IPST_A_QOS_W_IOPS] = { "w_iops", .form = NL_NUMBER },
	[IPST_A_QOS_RW_BPS] = { "rw_bps", .form = NL_NUMBER },
	[IPST_A_QOS_R_BPS] = { "r_bps", .form = NL_NUMBER },
	[IPST_A_QOS_W_BPS] = { "w_bps", .form = NL_NUMBER },
	[IPST_A_QOS_BURST_MS] = { "burst_ms", .form = NL_NUMBER },
	[IPST_A_QOS_WEIGHT] = { "weight", .form = NL_NUMBER },
};

static const struct nl_fields qos_fields = NL_FIELDS(qos_field);

static struct nl_request qos_request(uint8_t cmd, const char *device,
				     const char *group)
{
	return (struct nl_request){
		.cmd = cmd,
		.name_attr = device ? IPST_A_QOS_NAME : IPST_A_QOS_GROUP,
		.name = device ?: group,
		.fields = &qos_fields,
	};
}

/* What is not there leaves the array as it was. */
int nl_qos_get(const char *device, const char *group, json_object *array)
{
	const struct nl_request request =
		qos_request(IPST_CMD_QOS_GET, device, group);
	int ret = nl_ask(&request, array);

	if (ret == -ENOTCONN)
		return err(NL_NO_FAMILY);
	return ret && ret != -ENODEV && ret != -ENOENT ? -1 : 0;
}

static int put_limits(struct nl_msg *msg, const void *arg)
{
	static const int attrs[LIMIT_COUNT] = {
		[LIMIT_RW_IOPS] = IPST_A_QOS_RW_IOPS,
		[LIMIT_R_IOPS] = IPST_A_QOS_R_IOPS,
		[LIMIT_W_IOPS] = IPST_A_QOS_W_IOPS,
		[LIMIT_RW_BPS] = IPST_A_QOS_RW_BPS,
		[LIMIT_R_BPS] = IPST_A_QOS_R_BPS,
		[LIMIT_W_BPS] = IPST_A_QOS_W_BPS,
		[LIMIT_BURST_MS] = IPST_A_QOS_BURST_MS,
		[LIMIT_WEIGHT] = IPST_A_QOS_WEIGHT,
	};
	const struct limits *limits = arg;

	for (int i = 0; i < LIMIT_COUNT; i++) {
		if (!limits->is_given[i])
			continue;
		if (i >= LIMIT_BURST_MS ?
		    nla_put_u32(msg, attrs[i], limits->values[i]) :
		    nla_put_u64(msg, attrs[i], limits->values[i]))
			return -1;
	}
	return limits->has_group ?
		       nla_put_string(msg, IPST_A_QOS_GROUP, limits->group) : 0;
}

int nl_qos_set(const char *device, const char *group,
	       const struct limits *limits)
{
	json_object *none = json_object_new_array();
	struct nl_request request =
		qos_request(IPST_CMD_QOS_SET, device, group);
	int ret;

	request.put = put_limits;
	request.put_arg = limits;
	ret = nl_ask(&request, none);
	json_object_put(none);
	if (ret == -ENOTCONN)
		return err(NL_NO_FAMILY);
	if (ret == -ENODEV || ret == -ENOENT)
		return err("there is no %s %s%s%s",
			   device ? "device" : "group", device ?: group,
			   limits->has_group && *limits->group ?
				   ", or no group " : "",
			   limits->has_group ? limits->group : "");
	return ret ? -1 : 0;
}
