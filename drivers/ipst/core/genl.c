// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/ipst.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "genl.h"

#include <linux/ipst.h>

/* Integer value ranges */
static const struct netlink_range_validation ipst_a_qos_rw_iops_range = {
	.max	= IPST_IOPS_MAX,
};

static const struct netlink_range_validation ipst_a_qos_r_iops_range = {
	.max	= IPST_IOPS_MAX,
};

static const struct netlink_range_validation ipst_a_qos_w_iops_range = {
	.max	= IPST_IOPS_MAX,
};

static const struct netlink_range_validation ipst_a_qos_rw_bps_range = {
	.max	= IPST_BPS_MAX,
};

static const struct netlink_range_validation ipst_a_qos_r_bps_range = {
	.max	= IPST_BPS_MAX,
};

static const struct netlink_range_validation ipst_a_qos_w_bps_range = {
	.max	= IPST_BPS_MAX,
};

static const struct netlink_range_validation ipst_a_qos_burst_ms_range = {
	.min	= 1ULL,
	.max	= IPST_BURST_MS_MAX,
};

/* IPST_CMD_DEVICE_GET - do */
static const struct nla_policy ipst_device_get_nl_policy[IPST_A_DEVICE_NAME + 1] = {
	[IPST_A_DEVICE_NAME] = { .type = NLA_NUL_STRING, .len = IPST_NAME_MAX_LEN, },
};

/* IPST_CMD_STATS_GET - do */
static const struct nla_policy ipst_stats_get_nl_policy[IPST_A_STATS_QUEUE + 1] = {
	[IPST_A_STATS_NAME] = { .type = NLA_NUL_STRING, .len = IPST_NAME_MAX_LEN, },
	[IPST_A_STATS_QUEUE] = { .type = NLA_U32, },
};

/* IPST_CMD_QOS_GET - do */
static const struct nla_policy ipst_qos_get_nl_policy[IPST_A_QOS_GROUP + 1] = {
	[IPST_A_QOS_NAME] = { .type = NLA_NUL_STRING, .len = IPST_NAME_MAX_LEN, },
	[IPST_A_QOS_GROUP] = { .type = NLA_NUL_STRING, .len = IPST_NAME_MAX_LEN, },
};

/* IPST_CMD_QOS_SET - do */
static const struct nla_policy ipst_qos_set_nl_policy[IPST_A_QOS_WEIGHT + 1] = {
	[IPST_A_QOS_NAME] = { .type = NLA_NUL_STRING, .len = IPST_NAME_MAX_LEN, },
	[IPST_A_QOS_GROUP] = { .type = NLA_NUL_STRING, .len = IPST_NAME_MAX_LEN, },
	[IPST_A_QOS_RW_IOPS] = NLA_POLICY_FULL_RANGE(NLA_UINT, &ipst_a_qos_rw_iops_range),
	[IPST_A_QOS_R_IOPS] = NLA_POLICY_FULL_RANGE(NLA_UINT, &ipst_a_qos_r_iops_range),
	[IPST_A_QOS_W_IOPS] = NLA_POLICY_FULL_RANGE(NLA_UINT, &ipst_a_qos_w_iops_range),
	[IPST_A_QOS_RW_BPS] = NLA_POLICY_FULL_RANGE(NLA_UINT, &ipst_a_qos_rw_bps_range),
	[IPST_A_QOS_R_BPS] = NLA_POLICY_FULL_RANGE(NLA_UINT, &ipst_a_qos_r_bps_range),
	[IPST_A_QOS_W_BPS] = NLA_POLICY_FULL_RANGE(NLA_UINT, &ipst_a_qos_w_bps_range),
	[IPST_A_QOS_BURST_MS] = NLA_POLICY_FULL_RANGE(NLA_U32, &ipst_a_qos_burst_ms_range),
	[IPST_A_QOS_WEIGHT] = NLA_POLICY_RANGE(NLA_U32, 1, IPST_WEIGHT_MAX),
};

/* IPST_CMD_HIST_GET - do */
static const struct nla_policy ipst_hist_get_nl_policy[IPST_A_HIST_OP + 1] = {
	[IPST_A_HIST_NAME] = { .type = NLA_NUL_STRING, .len = IPST_NAME_MAX_LEN, },
	[IPST_A_HIST_OP] = NLA_POLICY_MAX(NLA_U32, 6),
};

/* IPST_CMD_HIST_RESET - do */
static const struct nla_policy ipst_hist_reset_nl_policy[IPST_A_HIST_NAME + 1] = {
	[IPST_A_HIST_NAME] = { .type = NLA_NUL_STRING, .len = IPST_NAME_MAX_LEN, },
};

/* Ops table for ipst */
static const struct genl_split_ops ipst_nl_ops[] = {
	{
		.cmd		= IPST_CMD_DEVICE_GET,
		.doit		= ipst_nl_device_get_doit,
		.policy		= ipst_device_get_nl_policy,
		.maxattr	= IPST_A_DEVICE_NAME,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd	= IPST_CMD_DEVICE_GET,
		.dumpit	= ipst_nl_device_get_dumpit,
		.flags	= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= IPST_CMD_STATS_GET,
		.doit		= ipst_nl_stats_get_doit,
		.policy		= ipst_stats_get_nl_policy,
		.maxattr	= IPST_A_STATS_QUEUE,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd	= IPST_CMD_STATS_GET,
		.dumpit	= ipst_nl_stats_get_dumpit,
		.flags	= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= IPST_CMD_QOS_GET,
		.doit		= ipst_nl_qos_get_doit,
		.policy		= ipst_qos_get_nl_policy,
		.maxattr	= IPST_A_QOS_GROUP,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd	= IPST_CMD_QOS_GET,
		.dumpit	= ipst_nl_qos_get_dumpit,
		.flags	= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= IPST_CMD_QOS_SET,
		.doit		= ipst_nl_qos_set_doit,
		.policy		= ipst_qos_set_nl_policy,
		.maxattr	= IPST_A_QOS_WEIGHT,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= IPST_CMD_HIST_GET,
		.doit		= ipst_nl_hist_get_doit,
		.policy		= ipst_hist_get_nl_policy,
		.maxattr	= IPST_A_HIST_OP,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd	= IPST_CMD_HIST_GET,
		.dumpit	= ipst_nl_hist_get_dumpit,
		.flags	= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= IPST_CMD_HIST_RESET,
		.doit		= ipst_nl_hist_reset_doit,
		.policy		= ipst_hist_reset_nl_policy,
		.maxattr	= IPST_A_HIST_NAME,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
};

static const struct genl_multicast_group ipst_nl_mcgrps[] = {
	[IPST_NLGRP_EVENTS] = { "events", },
};

struct genl_family ipst_nl_family __ro_after_init = {
	.name		= IPST_FAMILY_NAME,
	.version	= IPST_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.split_ops	= ipst_nl_ops,
	.n_split_ops	= ARRAY_SIZE(ipst_nl_ops),
	.mcgrps		= ipst_nl_mcgrps,
	.n_mcgrps	= ARRAY_SIZE(ipst_nl_mcgrps),
};
