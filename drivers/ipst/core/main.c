// SPDX-License-Identifier: GPL-2.0
/* ipst.ko: the core that front ends build on. Entry and exit. */
#include <linux/module.h>

#include "core.h"

static int __init ipst_init(void)
{
	int ret;

	ret = ipst_configfs_init();
	if (ret)
		return ret;

	/* Last: from here on anybody may ask for our devices. */
	ret = ipst_netlink_init();
	if (ret)
		goto err_configfs_exit;
	return 0;

err_configfs_exit:
	ipst_configfs_exit();
	return ret;
}

static void __exit ipst_exit(void)
{
	ipst_netlink_exit();
	ipst_configfs_exit();
}

module_init(ipst_init);
module_exit(ipst_exit);

MODULE_DESCRIPTION("IPU storage target: core on nvmet");
MODULE_LICENSE("GPL");
