// SPDX-License-Identifier: GPL-2.0
/*
 * Device-mapper devices, each with one target. Whatever instant the tool dies
 * at, a device of ours is there or not, has a table or not, is suspended or
 * not; mapper_is_live() tells, and mapper_reload() and mapper_remove() put each
 * of these right.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <libdevmapper.h>

#include "ipstctl.h"
#include "mapper.h"

/* What a guest has on its disk is not for this box to start or mount. */
#define UDEV_FLAGS (DM_UDEV_DISABLE_DISK_RULES_FLAG | \
		    DM_UDEV_DISABLE_OTHER_RULES_FLAG)

/* The library's own lines would not be one sentence. */
__attribute__((format(printf, 5, 6)))
static void no_log(int level, const char *file, int line, int error,
		   const char *fmt, ...)
{
	(void)level, (void)file, (void)line, (void)error, (void)fmt;
}

int mapper_start(const char *target, const char *module)
{
	if (module_load("dm_mod", NULL) ||
	    (!module_is_loaded(module) && module_load(module, NULL)))
		return err("device-mapper has no target \"%s\": install the kernel's module %s",
			   target, module);
	return 0;
}

static struct dm_task *task_new(int type, const char *name)
{
	struct dm_task *task;

	dm_log_with_errno_init(no_log);
	task = dm_task_create(type);
	if (task && dm_task_set_name(task, name))
		return task;
	if (task)
		dm_task_destroy(task);
	return NULL;
}

/* Takes @task; 0 or -errno. Those that make udev work wait for it. */
static int task_run(struct dm_task *task, bool has_event)
{
	uint32_t cookie = 0;
	int ret;

	if (!task)
		return -ENOMEM;
	if (has_event && !dm_task_set_cookie(task, &cookie, UDEV_FLAGS))
		cookie = 0;
	ret = dm_task_run(task) ? 0 : -(dm_task_get_errno(task) ?: EIO);
	if (has_event && cookie)
		dm_udev_wait(cookie);
	dm_task_destroy(task);
	if (has_event)
		dm_task_update_nodes();
	return ret;
}

static int run_simple(int type, const char *name)
{
	return task_run(task_new(type, name), type != DM_DEVICE_SUSPEND);
}

static int load(const char *name, const struct mapper_table *table)
{
	struct dm_task *task = task_new(DM_DEVICE_RELOAD, name);

	if (task && !dm_task_add_target(task, 0, table->sectors, table->target,
					table->params)) {
		dm_task_destroy(task);
		return -ENOMEM;
	}
	return task_run(task, false);
}

static int create_empty(const char *name, const char *uuid)
{
	struct dm_task *task = task_new(DM_DEVICE_CREATE, name);

	if (task && !dm_task_set_uuid(task, uuid)) {
		dm_task_destroy(task);
		return -ENOMEM;
	}
	/* Its node, and udev's event, come with its first table. */
	return task_run(task, false);
}

static const char *explain(int error)
{
	switch (error) {
	case ENOKEY:
		return "its key is in no keyring";
	case ENOENT:
		return "the kernel has not all algorithms or keys that it needs";
	case EBUSY:
		return "its disk is in use: unmount it, or stop what else has it open";
	case EROFS:
	case EACCES:
		return "its disk is read-only, or you are not root";
	}
	return strerror(error);
}

int mapper_create(const char *name, const char *uuid,
		  const struct mapper_table *table)
{
	int ret = create_empty(name, uuid);

	if (ret)
		return err("device-mapper cannot make %s: %s", name,
			   ret == -EBUSY ? "the name is taken" :
					   explain(-ret));
	ret = load(name, table);
	if (!ret)
		ret = run_simple(DM_DEVICE_RESUME, name);
	if (!ret)
		return 0;
	run_simple(DM_DEVICE_REMOVE, name);
	return err("device-mapper does not take %s: %s (dmesg may say more)",
		   name, explain(-ret));
}

/* A suspended device makes its users wait: no signal may leave it so. */
int mapper_reload(const char *name, const struct mapper_table *table)
{
	sigset_t all, old;
	int ret, resumed;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	ret = load(name, table);
	if (!ret)
		ret = run_simple(DM_DEVICE_SUSPEND, name);
	resumed = run_simple(DM_DEVICE_RESUME, name);
	sigprocmask(SIG_SETMASK, &old, NULL);
	ret = ret ?: resumed;
	return ret ? err("device-mapper does not take the new size of %s: %s "
			 "(dmesg may say more)", name, explain(-ret)) : 0;
}

/*
 * By its UUID, whatever it is called. One that has had no table yet is not in
 * sysfs, so this does not look there.
 */
int mapper_remove(const char *name, const char *uuid)
{
	struct dm_task *task;
	int ret;

	if (!module_is_loaded("dm_mod"))
		return 0;
	dm_log_with_errno_init(no_log);
	task = dm_task_create(DM_DEVICE_REMOVE);
	if (task && !dm_task_set_uuid(task, uuid)) {
		dm_task_destroy(task);
		task = NULL;
	}
	/* udev may be looking at it. */
	if (task)
		dm_task_retry_remove(task);
	ret = task_run(task, true);
	if (ret && ret != -ENXIO)
		return err("%s cannot be removed: %s", name, ret == -EBUSY ?
			   "it is in use, unmount it or stop what is built on it" :
			   explain(-ret));
	/* Without udev the library removes nodes, but by their names alone. */
	task_run(task_new(DM_DEVICE_MKNODES, name), false);
	dm_task_update_nodes();
	return 0;
}

bool mapper_is_live(const char *name)
{
	struct dm_task *task = task_new(DM_DEVICE_INFO, name);
	struct dm_info info = { 0 };

	if (!task)
		return false;
	if (!dm_task_run(task) || !dm_task_get_info(task, &info))
		info.exists = 0;
	dm_task_destroy(task);
	return info.exists && info.live_table && !info.suspended;
}

static bool read_status(const char *name, bool is_inactive,
			char status[MAPPER_PARAMS_LEN])
{
	struct dm_task *task = task_new(DM_DEVICE_STATUS, name);
	char *target = NULL, *params = NULL;
	uint64_t start, len;

	*status = '\0';
	if (!task)
		return false;
	/* Not to wait for a disk that has gone. */
	dm_task_no_flush(task);
	if (is_inactive)
		dm_task_query_inactive_table(task);
	if (dm_task_run(task))
		dm_get_next_target(task, NULL, &start, &len, &target, &params);
	if (params)
		snprintf(status, MAPPER_PARAMS_LEN, "%s", params);
	dm_task_destroy(task);
	return *status;
}

bool mapper_status(const char *name, char status[MAPPER_PARAMS_LEN])
{
	return read_status(name, false, status);
}

int mapper_try(const char *name, const struct mapper_table *table,
	       char status[MAPPER_PARAMS_LEN])
{
	bool is_good = !load(name, table) && read_status(name, true, status);

	task_run(task_new(DM_DEVICE_CLEAR, name), false);
	return is_good ? 0 : -1;
}
