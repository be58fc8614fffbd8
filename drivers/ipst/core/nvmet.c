// SPDX-License-Identifier: GPL-2.0
/*
 * The engine: one nvmet controller for each device, driven the way a fabrics
 * host would drive it. This is the only file that knows nvmet's insides.
 *
 * A controller needs a port, and nvmet knows no transport of our kind, so each
 * controller brings a private port which is on no list: discovery does not
 * show it, and only our own requests carry it. Then come Connect on the admin
 * queue, CC.EN, the features, Connect on every I/O queue, and one AER. nvmet
 * keeps events for which there is no AER yet, so none is lost in between.
 *
 * Requests: ipst_req_submit() -> nvmet_req_init() -> execute() -> the backend
 * -> ipst_nvmet_queue_response() -> the owner's complete().
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/blkdev.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "core.h"
#include "nvmet.h"

/* Any number but nvme-loop's, which makes nvmet hide namespace identifiers. */
#define IPST_NVMET_TRTYPE	253

/* nvmet takes no other length for the list of changed namespaces. */
#define IPST_LOG_BYTES		(NVME_MAX_CHANGED_NAMESPACES * sizeof(__le32))

/* The nvmet half of a request. */
struct ipst_iod {
	struct nvmet_req nvmet;
	struct ipst_req *req;		/* NULL: part of an ipst_admin */
};

/* A command of our own: Connect, properties, features, log pages, AER. */
struct ipst_admin {
	struct ipst_iod iod;
	struct nvme_command cmd;
	struct nvme_completion cqe;
	struct scatterlist sg;
	void (*done)(struct ipst_admin *admin);
	struct ipst_ctrl *ctrl;
	struct completion completion;
};

/**
 * struct ipst_queue - an nvmet submission queue and what runs on it
 * @sq: initialised while @sq_live
 * @cq: nvmet wants one, and uses nothing of it
 * @ctrl: whose queue it is
 * @complete: copy of &ipst_ctrl_params.complete
 * @iods: one for each tag, NULL for the admin queue
 * @sq_live: between nvmet_sq_init() and nvmet_sq_destroy()
 */
struct ipst_queue {
	struct nvmet_sq sq;
	struct nvmet_cq cq;
	struct ipst_ctrl *ctrl;
	void (*complete)(struct ipst_req *req);
	struct ipst_iod *iods;
	bool sq_live;
};

/**
 * struct ipst_ctrl - an nvmet controller
 * @port: private, see the head of this file
 * @link: the one entry on @port's list of subsystems
 * @params: what the controller was made of
 * @cntlid: controller ID, answered by Connect
 * @admin_queue: queue 0
 * @admin_lock: guards @admin, one command at a time
 * @admin: for commands that we wait for
 * @aer: the Asynchronous Event Request waiting in nvmet
 * @event_work: sees to what @aer brought and sends it again
 * @log: IPST_LOG_BYTES for @event_work
 * @num_queues: entries of @queues
 * @queues: I/O queues, queue ID = index + 1
 */
struct ipst_ctrl {
	struct nvmet_port port;
	struct nvmet_subsys_link link;
	struct ipst_ctrl_params params;
	u16 cntlid;
	struct ipst_queue admin_queue;
	struct mutex admin_lock;	/* one admin command at a time */
	struct ipst_admin admin;
	struct ipst_admin aer;
	struct work_struct event_work;
	void *log;
	unsigned int num_queues;
	struct ipst_queue queues[] __counted_by(num_queues);
};

static struct ipst_iod *to_ipst_iod(struct nvmet_req *nvmet)
{
	return container_of(nvmet, struct ipst_iod, nvmet);
}

/*
 * nvmet's completion. It comes in any context, for a request that fails early
 * from within nvmet_req_init(). nvmet still drops its references to the
 * namespace and the queue afterwards, but has no more use for the request.
 */
static void ipst_nvmet_queue_response(struct nvmet_req *nvmet)
{
	struct ipst_iod *iod = to_ipst_iod(nvmet);
	struct ipst_queue *queue = container_of(nvmet->sq, struct ipst_queue, sq);
	struct ipst_admin *admin;

	if (likely(iod->req)) {
		queue->complete(iod->req);
		return;
	}
	admin = container_of(iod, struct ipst_admin, iod);
	admin->done(admin);
}

/*
 * nvmet asks for this when an administrator changes qid_max, holding
 * nvmet_config_sem and the subsystem's lock, or after a fatal error from its
 * own work item: destroying queues here would deadlock either way. Our
 * controller goes on as it is; the change counts from the next enable.
 */
static void ipst_nvmet_delete_ctrl(struct nvmet_ctrl *ctrl)
{
	pr_notice("controller %u of %s: change counts from the next enable\n",
		  ctrl->cntlid, ctrl->subsysnqn);
}

static const struct nvmet_fabrics_ops ipst_nvmet_ops = {
	.owner		= THIS_MODULE,
	.type		= IPST_NVMET_TRTYPE,
	.queue_response	= ipst_nvmet_queue_response,
	.delete_ctrl	= ipst_nvmet_delete_ctrl,
};

/**
 * ipst_subsystem_is_valid() - is this an nvmet subsystem with namespaces?
 * @item: any configfs item that userspace could link to
 *
 * nvmet does not export the type of its items. But what lies directly in
 * /nvmet/subsystems has been made by nvmet's one mkdir there.
 *
 * Context: process; @item is pinned by the caller.
 * Return: true if it is one that a device may have.
 */
bool ipst_subsystem_is_valid(struct config_item *item)
{
	struct config_item *subsystems = item->ci_parent;
	struct config_item *nvmet = subsystems ? subsystems->ci_parent : NULL;
	struct config_item *root = nvmet ? nvmet->ci_parent : NULL;

	if (!root || root->ci_parent ||
	    strcmp(config_item_name(nvmet), "nvmet") ||
	    strcmp(config_item_name(subsystems), "subsystems"))
		return false;
	return to_subsys(item)->type == NVME_NQN_NVME;
}

/* NVMe's word for what went wrong while connecting, in errno's words. */
static int ipst_nvmet_errno(u16 status)
{
	switch (status & 0x7ff) {
	case NVME_SC_SUCCESS:
		return 0;
	case NVME_SC_CONNECT_INVALID_HOST:
	case NVME_SC_AUTH_REQUIRED:
		return -EACCES;
	case NVME_SC_INVALID_NS:
	case NVME_SC_INTERNAL_PATH_ERROR:
		return -ENODEV;
	default:
		return -EIO;
	}
}

/*
 * The namespace, if it is enabled, with a reference in @ns->ref; else NULL.
 *
 * Hold one whenever nvmet is asked about a namespace, for two reasons. It looks
 * the namespace up and takes its own reference without protection against a
 * disable in between. And asked about one that is not enabled it leaks a
 * reference, see ipst_ns_put().
 */
static struct nvmet_ns *ipst_ctrl_get_ns(struct ipst_ctrl *ctrl, u32 nsid)
{
	struct nvmet_ns *ns;

	rcu_read_lock();
	ns = xa_load(&ctrl->link.subsys->namespaces, nsid);
	if (ns && !percpu_ref_tryget_live(&ns->ref))
		ns = NULL;
	rcu_read_unlock();
	return ns;
}

/* Did nvmet look in vain for the namespace of this command? */
static bool ipst_nvmet_missed_ns(const struct nvmet_req *nvmet)
{
	return !nvmet->ns && nvmet->error_loc ==
			     offsetof(struct nvme_common_command, nsid);
}

/* Has the namespace its place in configfs? Not if its subsystem has none. */
static bool ipst_ns_is_linked(struct nvmet_ns *ns)
{
	struct configfs_subsystem *nvmet;

	nvmet = READ_ONCE(ns->subsys->namespaces_group.cg_subsys);
	if (!nvmet)
		return false;
	guard(mutex)(&nvmet->su_mutex);
	return ns->group.cg_item.ci_parent;
}

/*
 * Gives back what ipst_ctrl_get_ns() took.
 *
 * If nvmet @missed the namespace, it was disabled between our look and nvmet's,
 * and nvmet then asked configfs whether it exists at all
 * (nvmet_subsys_nsid_exists()), which leaves a reference to the item behind:
 * the namespace could never be freed. If the item still has its place, it had
 * it then, and the reference is dropped here; last, for it may be what keeps
 * the namespace, which is freed only when nobody is in it. If it has not,
 * nobody knows what nvmet found. An nvmet that keeps disabled namespaces in
 * its xarray, as later ones do, asks nobody.
 */
static void ipst_ns_put(struct nvmet_ns *ns, bool missed)
{
	bool leaked = unlikely(missed) && ipst_ns_is_linked(ns) &&
		      !xa_load(&ns->subsys->namespaces, ns->nsid);

	percpu_ref_put(&ns->ref);
	if (leaked)
		config_item_put(&ns->group.cg_item);
}

/* Answers a request in nvmet's place. */
static void ipst_req_fail(struct ipst_req *req, u16 status)
{
	req->cqe.status = cpu_to_le16(status << 1);
	req->queue->complete(req);
}

static void ipst_range_done(struct bio *bio)
{
	struct nvmet_req *nvmet = bio->bi_private;
	u16 status = NVME_SC_SUCCESS;

	if (bio->bi_status == BLK_STS_NOTSUPP)
		status = NVME_SC_INVALID_OPCODE | NVME_STATUS_DNR;
	else if (bio->bi_status)
		status = NVME_SC_INTERNAL | NVME_STATUS_DNR;
	bio_put(bio);
	nvmet_req_complete(nvmet, status);
}

static u16 ipst_range_status(int error)
{
	switch (error) {
	case -EROFS:
		return NVME_SC_NS_WRITE_PROTECTED | NVME_STATUS_DNR;
	case -EOPNOTSUPP:
		return NVME_SC_INVALID_OPCODE | NVME_STATUS_DNR;
	default:
		return NVME_SC_INTERNAL | NVME_STATUS_DNR;
	}
}

/* The request is nvmet's like any other, and holds its namespace and its queue. */
static void ipst_execute_range(struct nvmet_req *nvmet, bool erase)
{
	const struct nvme_write_zeroes_cmd *cmd = &nvmet->cmd->write_zeroes;
	unsigned int shift = nvmet->ns->blksize_shift - SECTOR_SHIFT;
	sector_t sector = le64_to_cpu(cmd->slba) << shift;
	sector_t num_sectors = (le16_to_cpu(cmd->length) + 1ULL) << shift;
	struct bio *bio;

	bio = ipst_bdev_range_bio(nvmet->ns->bdev, sector, num_sectors, erase);
	if (IS_ERR(bio)) {
		nvmet_req_complete(nvmet, ipst_range_status(PTR_ERR(bio)));
		return;
	}
	bio->bi_private = nvmet;
	bio->bi_end_io = ipst_range_done;
	submit_bio(bio);
}

/* nvmet's bios for Write Zeroes may deallocate, its files' zeroes never do. */
static void ipst_execute_zeroes(struct ipst_req *req, struct nvmet_req *nvmet)
{
	bool unmap = req->cmd.write_zeroes.control & cpu_to_le16(NVME_WZ_DEAC);

	if (nvmet->ns->bdev && (req->erase || !unmap))
		ipst_execute_range(nvmet, req->erase);
	else if (req->erase)
		nvmet_req_complete(nvmet,
				   NVME_SC_INVALID_OPCODE | NVME_STATUS_DNR);
	else
		nvmet->execute(nvmet);
}

/**
 * ipst_req_submit() - send a request to its namespace
 * @req: request with cmd, sg, sg_cnt and len_bytes filled in; owned by the
 *	core until &ipst_frontend.complete is called, perhaps before this
 *	function returns
 *
 * Context: process; may sleep for a tag of the backend. Never called for a
 * queue whose device is being disconnected. @req->tag is not used again before
 * this function has returned.
 */
void ipst_req_submit(struct ipst_req *req)
{
	struct ipst_queue *queue = req->queue;
	struct ipst_iod *iod = &queue->iods[req->tag];
	struct nvmet_req *nvmet = &iod->nvmet;
	struct nvmet_ns *ns;
	bool ok;

	req->cmd.common.command_id = req->tag;
	req->cmd.common.flags = NVME_CMD_SGL_METABUF;
	iod->req = req;
	nvmet->cmd = &req->cmd;
	nvmet->cqe = &req->cqe;
	nvmet->port = &queue->ctrl->port;

	ns = ipst_ctrl_get_ns(queue->ctrl, le32_to_cpu(req->cmd.common.nsid));
	if (!ns) {
		ipst_req_fail(req, NVME_SC_INTERNAL_PATH_ERROR);
		return;
	}
	ok = nvmet_req_init(nvmet, &queue->cq, &queue->sq, &ipst_nvmet_ops);
	ipst_ns_put(ns, !ok && ipst_nvmet_missed_ns(nvmet));
	if (!ok)
		return;

	/* Only now: nvmet_req_init() has cleared them. */
	nvmet->sg = req->sg;
	nvmet->sg_cnt = req->sg_cnt;
	nvmet->transfer_len = req->len_bytes;
	/*
	 * Another namespace may have come under this number, and the owner may
	 * not know yet. Ranges have no data whose length would give it away.
	 */
	if (nvmet->ns->blksize_shift != req->lba_shift)
		nvmet_req_complete(nvmet, NVME_SC_INTERNAL | NVME_STATUS_DNR);
	else if (req->cmd.common.opcode == nvme_cmd_write_zeroes)
		ipst_execute_zeroes(req, nvmet);
	else
		nvmet->execute(nvmet);
}
EXPORT_SYMBOL_NS_GPL(ipst_req_submit, IPST);

/* Sends an admin command; admin->done() is called when it is done. */
static void ipst_admin_start(struct ipst_queue *queue, struct ipst_admin *admin,
			     void *buf, u32 len_bytes)
{
	struct nvmet_req *nvmet = &admin->iod.nvmet;

	admin->cmd.common.flags = NVME_CMD_SGL_METABUF;
	nvmet->cmd = &admin->cmd;
	nvmet->cqe = &admin->cqe;
	nvmet->port = &queue->ctrl->port;
	if (!nvmet_req_init(nvmet, &queue->cq, &queue->sq, &ipst_nvmet_ops))
		return;

	if (len_bytes) {
		sg_init_one(&admin->sg, buf, len_bytes);
		nvmet->sg = &admin->sg;
		nvmet->sg_cnt = 1;
		nvmet->transfer_len = len_bytes;
	}
	nvmet->execute(nvmet);
}

static void ipst_admin_wake(struct ipst_admin *admin)
{
	complete(&admin->completion);
}

/*
 * Sends @cmd and waits. Returns 0 with the answer's first dword in @result, if
 * that is not NULL, -ENXIO if nvmet did not find the namespace, whatever its
 * answer, or another errno.
 */
static int ipst_admin_cmd(struct ipst_queue *queue,
			  const struct nvme_command *cmd, void *buf,
			  u32 len_bytes, u32 *result)
{
	struct ipst_admin *admin = &queue->ctrl->admin;

	guard(mutex)(&queue->ctrl->admin_lock);
	admin->cmd = *cmd;
	admin->done = ipst_admin_wake;
	init_completion(&admin->completion);
	ipst_admin_start(queue, admin, buf, len_bytes);
	wait_for_completion(&admin->completion);

	if (result)
		*result = le32_to_cpu(admin->cqe.result.u32);
	if (ipst_nvmet_missed_ns(&admin->iod.nvmet))
		return -ENXIO;
	return ipst_nvmet_errno(le16_to_cpu(admin->cqe.status) >> 1);
}

static int ipst_ctrl_set_feature(struct ipst_ctrl *ctrl, u8 fid, u32 dword11,
				 u32 *result)
{
	struct nvme_command cmd = {
		.features.opcode	= nvme_admin_set_features,
		.features.fid		= cpu_to_le32(fid),
		.features.dword11	= cpu_to_le32(dword11),
	};

	return ipst_admin_cmd(&ctrl->admin_queue, &cmd, NULL, 0, result);
}

/* Reading the log re-arms the event that announced it (RAE = 0). */
static int ipst_ctrl_get_log(struct ipst_ctrl *ctrl, u8 lid, void *buf,
			     u32 len_bytes)
{
	u32 numd = len_bytes / sizeof(u32) - 1;
	struct nvme_command cmd = {
		.get_log_page.opcode	= nvme_admin_get_log_page,
		.get_log_page.nsid	= cpu_to_le32(NVME_NSID_ALL),
		.get_log_page.lid	= lid,
		.get_log_page.numdl	= cpu_to_le16(numd & 0xffff),
		.get_log_page.numdu	= cpu_to_le16(numd >> 16),
	};

	return ipst_admin_cmd(&ctrl->admin_queue, &cmd, buf, len_bytes, NULL);
}

static void ipst_ctrl_aer_done(struct ipst_admin *admin)
{
	/* An error means that the admin queue is going: never send it again. */
	if (!admin->cqe.status)
		queue_work(system_long_wq, &admin->ctrl->event_work);
}

static void ipst_ctrl_aer_start(struct ipst_ctrl *ctrl)
{
	struct ipst_admin *aer = &ctrl->aer;

	aer->ctrl = ctrl;
	aer->done = ipst_ctrl_aer_done;
	aer->cmd = (struct nvme_command) {
		.common.opcode = nvme_admin_async_event,
	};
	ipst_admin_start(&ctrl->admin_queue, aer, NULL, 0);
}

static void ipst_ctrl_event_work(struct work_struct *work)
{
	struct ipst_ctrl *ctrl = container_of(work, struct ipst_ctrl, event_work);
	u32 result = le32_to_cpu(ctrl->aer.cqe.result.u32);
	u8 lid = result >> 16;
	int ret = 0;

	if (lid == NVME_LOG_CHANGED_NS || lid == NVME_LOG_ANA)
		ret = ipst_ctrl_get_log(ctrl, lid, ctrl->log, IPST_LOG_BYTES);
	if (ret)
		pr_warn("controller %u of %s: log page %u cannot be read\n",
			ctrl->cntlid, ctrl->link.subsys->subsysnqn, lid);

	/* First listen again, then look: so no change falls in between. */
	ipst_ctrl_aer_start(ctrl);
	ctrl->params.ns_changed(ctrl, ctrl->params.priv);
}

/* Connect (NVMe over Fabrics 1.1, 3.3) queue @qid. */
static int ipst_queue_connect(struct ipst_queue *queue, u16 qid, u16 depth,
			      u32 *cntlid)
{
	struct ipst_ctrl *ctrl = queue->ctrl;
	struct nvme_command cmd = {
		.connect.opcode		= nvme_fabrics_command,
		.connect.fctype		= nvme_fabrics_type_connect,
		.connect.qid		= cpu_to_le16(qid),
		.connect.sqsize		= cpu_to_le16(depth - 1),
		/* Nobody looks at our SQ head: spare nvmet the accounting. */
		.connect.cattr		= NVME_CONNECT_DISABLE_SQFLOW,
	};
	struct nvmf_connect_data *data __free(kfree) = NULL;
	int ret;

	data = kzalloc(sizeof(*data), GFP_KERNEL);
	if (!data)
		return -ENOMEM;
	uuid_copy(&data->hostid, &ctrl->params.host_id);
	data->cntlid = cpu_to_le16(qid ? ctrl->cntlid : NVME_CNTLID_DYNAMIC);
	strscpy(data->subsysnqn, ctrl->link.subsys->subsysnqn);
	strscpy(data->hostnqn, ctrl->params.host_nqn);

	ret = nvmet_sq_init(&queue->sq);
	if (ret)
		return ret;
	queue->sq_live = true;
	return ipst_admin_cmd(queue, &cmd, data, sizeof(*data), cntlid);
}

/* Waits until nvmet holds no reference to the queue nor to a request on it. */
static void ipst_queue_destroy(struct ipst_queue *queue)
{
	if (queue->sq_live)
		nvmet_sq_destroy(&queue->sq);
	queue->sq_live = false;
	kvfree(queue->iods);
	queue->iods = NULL;
}

static int ipst_ctrl_create_queue(struct ipst_ctrl *ctrl, unsigned int index)
{
	struct ipst_queue *queue = &ctrl->queues[index];
	unsigned int depth = ctrl->params.queue_depth;

	queue->ctrl = ctrl;
	queue->complete = ctrl->params.complete;
	queue->iods = kvcalloc(depth, sizeof(*queue->iods), GFP_KERNEL);
	if (!queue->iods)
		return -ENOMEM;
	return ipst_queue_connect(queue, index + 1, depth, NULL);
}

/* Sets CC.EN (NVMe base 2.0, 3.1.3.5) by a Property Set command. */
static int ipst_ctrl_start(struct ipst_ctrl *ctrl)
{
	struct nvme_command cmd = {
		.prop_set.opcode	= nvme_fabrics_command,
		.prop_set.fctype	= nvme_fabrics_type_property_set,
		.prop_set.offset	= cpu_to_le32(NVME_REG_CC),
		.prop_set.value		= cpu_to_le64(NVME_CC_ENABLE |
						      NVME_CC_CSS_NVM |
						      NVME_CC_IOSQES |
						      NVME_CC_IOCQES),
	};
	u32 counts, want = ctrl->num_queues - 1;
	int ret;

	ret = ipst_admin_cmd(&ctrl->admin_queue, &cmd, NULL, 0, NULL);
	if (ret)
		return ret;

	ret = ipst_ctrl_set_feature(ctrl, NVME_FEAT_NUM_QUEUES,
				    want << 16 | want, &counts);
	if (ret)
		return ret;
	if ((counts & 0xffff) < want)
		return -EUSERS;

	return ipst_ctrl_set_feature(ctrl, NVME_FEAT_ASYNC_EVENT,
				     NVME_AEN_CFG_NS_ATTR |
				     NVME_AEN_CFG_ANA_CHANGE, NULL);
}

static int ipst_ctrl_init_port(struct ipst_ctrl *ctrl)
{
	struct nvmet_port *port = &ctrl->port;
	int i;

	ctrl->log = kzalloc(IPST_LOG_BYTES, GFP_KERNEL);
	/* nvmet reads the ANA state of the namespace's group for each I/O. */
	port->ana_state = kcalloc(NVMET_MAX_ANAGRPS + 1,
				  sizeof(*port->ana_state), GFP_KERNEL);
	if (!port->ana_state || !ctrl->log)
		return -ENOMEM;
	for (i = 0; i <= NVMET_MAX_ANAGRPS; i++)
		port->ana_state[i] = NVME_ANA_OPTIMIZED;

	INIT_LIST_HEAD(&port->entry);
	INIT_LIST_HEAD(&port->global_entry);
	INIT_LIST_HEAD(&port->referrals);
	INIT_LIST_HEAD(&port->subsystems);
	port->disc_addr.trtype = IPST_NVMET_TRTYPE;
	port->max_queue_size = IPST_MAX_QUEUE_SIZE;
	port->tr_ops = &ipst_nvmet_ops;
	port->enabled = true;

	/* The list never changes while a Connect can look at it. */
	ctrl->link.subsys = to_subsys(ctrl->params.subsystem);
	list_add_tail(&ctrl->link.entry, &port->subsystems);
	return 0;
}

/**
 * ipst_ctrl_destroy() - disconnect a controller
 * @ctrl: controller on which nothing is submitted any more
 *
 * Why nothing is left: the owner has stopped submitting. No event work runs or
 * can be queued, so no AER can be sent behind the back of nvmet_sq_destroy().
 * That waits, queue by queue, for the last reference; the admin queue comes
 * last, fails the waiting AER, and with it goes nvmet's controller. Nobody else
 * knows the port.
 *
 * Context: process; waits for every request that nvmet still refers to.
 */
void ipst_ctrl_destroy(struct ipst_ctrl *ctrl)
{
	unsigned int i;

	disable_work_sync(&ctrl->event_work);
	for (i = 0; i < ctrl->num_queues; i++)
		ipst_queue_destroy(&ctrl->queues[i]);
	ipst_queue_destroy(&ctrl->admin_queue);
	kfree(ctrl->port.ana_state);
	kfree(ctrl->log);
	mutex_destroy(&ctrl->admin_lock);
	kfree(ctrl);
}

/**
 * ipst_ctrl_create() - connect a controller with all its queues
 * @params: copied; what it points to must outlive the controller
 *
 * Context: process; waits for nvmet_config_sem, which others may hold while
 * their backends are stuck.
 * Return: controller to be given to ipst_ctrl_destroy(), or ERR_PTR:
 * * -EACCES - the subsystem refuses the host, or wants it to authenticate
 * * -EUSERS - the subsystem offers fewer queues than asked for
 * * -ENOMEM, -EIO
 */
struct ipst_ctrl *ipst_ctrl_create(const struct ipst_ctrl_params *params)
{
	struct ipst_ctrl *ctrl;
	unsigned int i;
	u32 cntlid;
	int ret;

	ctrl = kzalloc(struct_size(ctrl, queues, params->num_queues),
		       GFP_KERNEL);
	if (!ctrl)
		return ERR_PTR(-ENOMEM);
	ctrl->num_queues = params->num_queues;
	ctrl->params = *params;
	ctrl->admin_queue.ctrl = ctrl;
	mutex_init(&ctrl->admin_lock);
	INIT_WORK(&ctrl->event_work, ipst_ctrl_event_work);

	ret = ipst_ctrl_init_port(ctrl);
	if (ret)
		goto err_destroy;
	ret = ipst_queue_connect(&ctrl->admin_queue, 0, NVME_AQ_DEPTH, &cntlid);
	if (ret)
		goto err_destroy;
	ctrl->cntlid = cntlid;
	ret = ipst_ctrl_start(ctrl);
	if (ret)
		goto err_destroy;

	for (i = 0; i < ctrl->num_queues; i++) {
		ret = ipst_ctrl_create_queue(ctrl, i);
		if (ret)
			goto err_destroy;
	}
	return ctrl;

err_destroy:
	ipst_ctrl_destroy(ctrl);
	return ERR_PTR(ret);
}

/**
 * ipst_ctrl_watch() - have changes of namespaces reported from now on
 * @ctrl: new controller; called once
 *
 * What has changed since ipst_ctrl_create() is reported too.
 *
 * Context: process.
 */
void ipst_ctrl_watch(struct ipst_ctrl *ctrl)
{
	ipst_ctrl_aer_start(ctrl);
}

/**
 * ipst_ctrl_queue() - an I/O queue of a controller
 * @ctrl: controller
 * @index: 0 ... number of queues - 1
 *
 * Context: any.
 * Return: the queue; it lives as long as @ctrl.
 */
struct ipst_queue *ipst_ctrl_queue(struct ipst_ctrl *ctrl, unsigned int index)
{
	return &ctrl->queues[index];
}
EXPORT_SYMBOL_NS_GPL(ipst_ctrl_queue, IPST);

/* What Identify does not tell. A file keeps the safe defaults. */
static int ipst_ns_get_rest(const struct nvmet_ns *ns, struct ipst_ns_info *info)
{
	if (ns->csi != NVME_CSI_NVM || ns->metadata_size)
		return -EOPNOTSUPP;
	uuid_copy(&info->uuid, &ns->uuid);
	if (ns->bdev) {
		ipst_bdev_get_limits(ns->bdev, info);
	} else if (ns->file->f_op->fallocate) {
		info->max_discard_bytes = info->size_bytes;
		info->max_zeroes_bytes = info->size_bytes;
	}
	return 0;
}

/* What Identify Namespace (NVMe base 2.0, 5.17.2.1) tells. */
static int ipst_ctrl_identify(struct ipst_ctrl *ctrl, u32 nsid,
			      struct ipst_ns_info *info)
{
	struct nvme_command cmd = {
		.identify.opcode	= nvme_admin_identify,
		.identify.nsid		= cpu_to_le32(nsid),
		.identify.cns		= NVME_ID_CNS_NS,
	};
	struct nvme_id_ns *id __free(kfree) = NULL;
	struct nvme_lbaf *lbaf;
	int ret;

	id = kzalloc(sizeof(*id), GFP_KERNEL);
	if (!id)
		return -ENOMEM;
	ret = ipst_admin_cmd(&ctrl->admin_queue, &cmd, id, sizeof(*id), NULL);
	if (ret)
		return ret;
	if (!id->nsze)
		return -ENODEV;

	lbaf = &id->lbaf[id->flbas & NVME_NS_FLBAS_LBA_MASK];
	if (lbaf->ds < SECTOR_SHIFT || lbaf->ds > PAGE_SHIFT)
		return -EOPNOTSUPP;
	*info = (struct ipst_ns_info) {
		.size_bytes	  = le64_to_cpu(id->nsze) << lbaf->ds,
		.lba_shift	  = lbaf->ds,
		.phys_block_bytes = 1U << lbaf->ds,
		.io_min_bytes	  = 1U << lbaf->ds,
		.max_segments	  = U16_MAX,
		.dma_alignment	  = SECTOR_SIZE - 1,
		.discard_align_bytes = 1U << lbaf->ds,
		.write_cache	  = true,
		.read_only	  = id->nsattr & NVME_NS_ATTR_RO,
	};
	return 0;
}

/**
 * ipst_ctrl_identify_ns() - read a namespace's shape
 * @ctrl: controller
 * @nsid: namespace
 * @info: filled in on success
 *
 * Makes nvmet look at the backend's size again.
 *
 * Context: process.
 * Return: 0, -ENODEV if there is no such namespace or it is not enabled,
 * -EOPNOTSUPP if it is zoned, has metadata or blocks larger than a page, or is
 * passed through, -ENOMEM, -EIO.
 */
int ipst_ctrl_identify_ns(struct ipst_ctrl *ctrl, u32 nsid,
			  struct ipst_ns_info *info)
{
	struct nvmet_ns *ns;
	int ret;

	if (nvmet_is_passthru_subsys(ctrl->link.subsys))
		return -EOPNOTSUPP;
	ns = ipst_ctrl_get_ns(ctrl, nsid);
	if (!ns)
		return -ENODEV;

	ret = ipst_ctrl_identify(ctrl, nsid, info);
	if (!ret)
		ret = ipst_ns_get_rest(ns, info);
	ipst_ns_put(ns, ret == -ENXIO);
	return ret == -ENXIO ? -ENODEV : ret;
}
