// SPDX-License-Identifier: GPL-2.0
/* ipst_vblk.ko: devices as virtio-blk disks on the vDPA bus. Entry and exit. */
#include <linux/module.h>

#include "vblk.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

struct workqueue_struct *vblk_control_wq;

static int __init vblk_init(void)
{
	int ret = -ENOMEM;

	vblk_queue_wq = alloc_workqueue("ipst_vblk",
					WQ_HIGHPRI | WQ_MEM_RECLAIM,
					WQ_MAX_ACTIVE);
	if (!vblk_queue_wq)
		return ret;
	/*
	 * Workers wait for what it brings to an end: so it has a rescuer of its
	 * own, and no number of waiting workers can keep it from running.
	 */
	vblk_more_wq = alloc_workqueue("ipst_vblk_more",
				       WQ_HIGHPRI | WQ_MEM_RECLAIM,
				       WQ_MAX_ACTIVE);
	if (!vblk_more_wq)
		goto err_destroy_queue_wq;
	vblk_control_wq = alloc_workqueue("ipst_vblk_control", WQ_UNBOUND, 0);
	if (!vblk_control_wq)
		goto err_destroy_more_wq;
	ret = vblk_mgmtdev_init();
	if (ret)
		goto err_destroy_control_wq;
	/* Last: from here on devices can be made. */
	ret = ipst_frontend_register(&vblk_frontend);
	if (ret)
		goto err_mgmtdev_exit;
	return 0;

err_mgmtdev_exit:
	vblk_mgmtdev_exit();
err_destroy_control_wq:
	destroy_workqueue(vblk_control_wq);
err_destroy_more_wq:
	destroy_workqueue(vblk_more_wq);
err_destroy_queue_wq:
	destroy_workqueue(vblk_queue_wq);
	return ret;
}

/*
 * The folders of devices pin this module: none is left. A finished "vdpa dev
 * del" may still be on its way out with the last reference to a device.
 */
static void __exit vblk_exit(void)
{
	flush_workqueue(vblk_control_wq);
	ipst_frontend_unregister(&vblk_frontend);
	vblk_mgmtdev_exit();
	destroy_workqueue(vblk_control_wq);
	destroy_workqueue(vblk_more_wq);
	destroy_workqueue(vblk_queue_wq);
}

module_init(vblk_init);
module_exit(vblk_exit);

MODULE_DESCRIPTION("IPU storage target: virtio-blk front end on vDPA");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(IPST);
