// SPDX-License-Identifier: GPL-2.0
/*
 * Connections to NVMe/TCP subsystems. The kernel's initiator does the work;
 * libnvme hands it the orders. Its timeouts (ctrl_loss_tmo, reconnect_delay,
 * keep_alive_tmo) are left at their defaults: `nvme connect` makes the same.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <libnvme.h>
#include <uuid/uuid.h>

#include "ipstctl.h"

#define PROBE_TIMEOUT_MS 3000
#define NVME_DIR "/etc/nvme"
#define HOST_NQN_PREFIX "nqn.2014-08.org.nvmexpress:uuid:"

int nvme_resolve(const struct source *src, struct path *path)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	int ret;

	ret = getaddrinfo(src->host, NULL, &hints, &found);
	if (ret)
		return err("%s has no address: %s", src->host,
			   gai_strerror(ret));
	ret = getnameinfo(found->ai_addr, found->ai_addrlen, path->traddr,
			  sizeof(path->traddr), NULL, 0, NI_NUMERICHOST);
	freeaddrinfo(found);
	if (ret)
		return err("%s has an address that cannot be used: %s",
			   src->host, gai_strerror(ret));
	snprintf(path->trsvcid, sizeof(path->trsvcid), "%u", src->port);
	return 0;
}

/* Written under another name first, so a crash leaves no half an identity. */
static int identity_file_write(const char *name, const char *text)
{
	char tmp[64], path[64];
	FILE *file;

	snprintf(path, sizeof(path), NVME_DIR "/%s", name);
	snprintf(tmp, sizeof(tmp), NVME_DIR "/.%s.new", name);
	if (mkdir(NVME_DIR, 0755) && errno != EEXIST)
		return err(NVME_DIR " cannot be made: %s", strerror(errno));
	file = fopen(tmp, "we");
	if (!file)
		return err("%s cannot be written: %s", tmp, strerror(errno));
	fprintf(file, "%s\n", text);
	if (fclose(file) || rename(tmp, path))
		return err("%s cannot be written: %s", path, strerror(errno));
	return 0;
}

/* Made from the firmware's UUID, which some VMs have as all zeros. */
static char *hostnqn_generate(void)
{
	char *hostnqn = nvmf_hostnqn_generate();
	char text[UUID_LEN];
	uuid_t uuid;

	if (hostnqn && !strstr(hostnqn, ":00000000-0000-0000-0000-000000000000"))
		return hostnqn;
	free(hostnqn);
	uuid_generate(uuid);
	uuid_unparse_lower(uuid, text);
	return asprintf(&hostnqn, HOST_NQN_PREFIX "%s", text) < 0 ? NULL :
								     hostnqn;
}

/*
 * Who we are to targets: /etc/nvme as for nvme-cli, made once if it is not
 * there. The kernel wants one host id for one host NQN, so the id is the UUID
 * in the NQN.
 */
static int host_identity(char **hostnqn, char **hostid)
{
	const char *uuid;

	*hostid = nvmf_hostid_from_file();
	*hostnqn = nvmf_hostnqn_from_file();
	if (!*hostnqn) {
		*hostnqn = hostnqn_generate();
		if (!*hostnqn)
			return err("no host NQN can be made: write one to " NVME_DIR "/hostnqn");
		if (identity_file_write("hostnqn", *hostnqn))
			return -1;
	}
	if (!*hostid) {
		uuid = strstr(*hostnqn, ":uuid:");
		if (!uuid)
			return err(NVME_DIR "/hostid is missing: write the host's UUID there");
		*hostid = strdup(uuid + strlen(":uuid:"));
		return identity_file_write("hostid", *hostid);
	}
	return 0;
}

/*
 * Bounded by the kernel: 3 s for TCP to connect, 10 s for the target to greet,
 * its admin_timeout for each command after that.
 */
static int connect_ctrl(nvme_root_t root, const char *nqn,
			const struct path *path, const char *hostnqn,
			const char *hostid)
{
	struct nvme_fabrics_config config;
	nvme_host_t host;
	nvme_ctrl_t ctrl;
	int ret;

	nvmf_default_config(&config);
	host = nvme_lookup_host(root, hostnqn, hostid);
	ctrl = nvme_create_ctrl(root, nqn, "tcp", path->traddr, NULL, NULL,
				path->trsvcid);
	if (!host || !ctrl)
		return ENOMEM;
	ret = nvmf_add_ctrl(host, ctrl, &config);
	if (ret) {
		ret = errno ?: EIO;
		nvme_free_ctrl(ctrl);
	}
	return ret;
}

/* libnvme hides the errno of a failed connect. Asked only after a failure. */
static int tcp_errno(const struct path *path)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
				  .ai_flags = AI_NUMERICHOST };
	struct pollfd poll_fd = { .events = POLLOUT };
	struct addrinfo *addr;
	int error = 0;
	socklen_t len = sizeof(error);

	if (getaddrinfo(path->traddr, path->trsvcid, &hints, &addr))
		return 0;
	poll_fd.fd = socket(addr->ai_family,
			    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (poll_fd.fd >= 0 &&
	    connect(poll_fd.fd, addr->ai_addr, addr->ai_addrlen)) {
		error = errno;
		if (error == EINPROGRESS &&
		    (poll(&poll_fd, 1, PROBE_TIMEOUT_MS) != 1 ||
		     getsockopt(poll_fd.fd, SOL_SOCKET, SO_ERROR, &error, &len)))
			error = ETIMEDOUT;
	}
	if (poll_fd.fd >= 0)
		close(poll_fd.fd);
	freeaddrinfo(addr);
	return error;
}

static int explain_write(const char *nqn, const struct path *path)
{
	int error = tcp_errno(path);

	if (error)
		return err("%s port %s cannot be reached: %s", path->traddr,
			   path->trsvcid, strerror(error));
	return err("%s port %s does not let this host into %s: check the NQN "
		   "and the target's list of hosts, dmesg says more",
		   path->traddr, path->trsvcid, nqn);
}

static int explain(const char *nqn, const struct path *path, int error)
{
	const char *why;

	switch (error) {
	case ENVME_CONNECT_CONNREFUSED:
		return err("%s port %s refuses connections: check the port, "
			   "and that the target runs",
			   path->traddr, path->trsvcid);
	case ENVME_CONNECT_OPEN:
		return err("/dev/nvme-fabrics cannot be opened: run ipstctl as "
			   "root, with module nvme-tcp loaded");
	case ENVME_CONNECT_WRITE:
		return explain_write(nqn, path);
	}
	why = error >= ENVME_CONNECT_RESOLVE ? nvme_errno_to_string(error) :
					       strerror(error);
	return err("%s port %s cannot be connected to: %s", path->traddr,
		   path->trsvcid, why);
}

/* Whether it is there is what sysfs says, not what libnvme made of it. */
int nvme_connect(const char *nqn, struct path *path)
{
	char *hostnqn = NULL, *hostid = NULL;
	nvme_root_t root;
	int ret;

	if (module_load("nvme_tcp", NULL))
		return err("module nvme-tcp is not there: install the kernel's NVMe/TCP initiator");
	ret = host_identity(&hostnqn, &hostid);
	root = ret ? NULL : nvme_create_root(stderr, LOG_CRIT);
	if (root) {
		ret = connect_ctrl(root, nqn, path, hostnqn, hostid);
		if (nvme_path_find(nqn, path, path->ctrl, sizeof(path->ctrl)))
			ret = 0;
		if (ret)
			ret = explain(nqn, path, ret);
		nvme_free_tree(root);
	}
	free(hostnqn);
	free(hostid);
	path->is_new = !ret;
	return ret;
}

static int nsid_choose(const char *nqn, const struct nvme_ns_list *list,
		       uint32_t *nsid)
{
	uint32_t first = le32toh(list->ns[0]), second = le32toh(list->ns[1]);

	if (!first)
		return err("%s shows no namespace to this host: add one on the target",
			   nqn);
	if (second)
		return err("%s has several namespaces (%u, %u%s): add ?nsid=N to the source",
			   nqn, first, second, list->ns[2] ? ", ..." : "");
	*nsid = first;
	return 0;
}

static int nsid_find(const char *nqn, const struct nvme_ns_list *list,
		     uint32_t nsid)
{
	for (size_t i = 0; i < ARRAY_SIZE(list->ns); i++) {
		if (le32toh(list->ns[i]) == nsid)
			return 0;
		if (!list->ns[i])
			return err("%s shows no namespace %u to this host: "
				   "check the nsid, and that it is enabled",
				   nqn, nsid);
	}
	return 0;	/* the list is longer; waiting for the disk will tell */
}

static int ns_list(const char *ctrl, struct nvme_ns_list *list)
{
	char path[ATTR_LEN];
	int fd, ret;

	snprintf(path, sizeof(path), "/dev/%s", ctrl);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err("%s cannot be opened: %s", path, strerror(errno));
	ret = nvme_identify_active_ns_list(fd, 0, list);
	if (ret)
		ret = err("%s does not list its namespaces: %s", path,
			  ret > 0 ? nvme_status_to_string(ret, false) :
				    strerror(errno));
	close(fd);
	return ret;
}

/* *nsid 0: finds the only one. Else: asks the target whether it is there. */
int nvme_check_nsid(const char *nqn, const char *ctrl, uint32_t *nsid)
{
	struct nvme_ns_list list;
	char state[32];

	nvme_ctrl_state(ctrl, state, sizeof(state));
	if (strcmp(state, "live")) {
		if (*nsid)
			return 0;
		return err("%s is %s now: add ?nsid=N to the source, or try again later",
			   ctrl, state);
	}
	if (ns_list(ctrl, &list))
		return -1;
	return *nsid ? nsid_find(nqn, &list, *nsid) :
		       nsid_choose(nqn, &list, nsid);
}
