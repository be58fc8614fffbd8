// SPDX-License-Identifier: GPL-2.0
/*
 * Connections to discovery services, and the logs that are read by them.
 *
 * One made for a single look has no keep-alive: should the tool be killed
 * meanwhile, the target ends it (nvmet: after 120 s), and then the kernel does
 * not try again. A lasting one is like that of a volume.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include <libnvme.h>

#include "discovery-log.h"
#include "ipstctl.h"

#define KEEP_ALIVE_S 5
#define RECONNECT_DELAY_S 2
#define LOG_TRIES 8
#define CHUNK_BYTES 4096	/* what all targets can transfer */

static void config_fill(const struct source *src, bool is_lasting,
			struct nvme_fabrics_config *config)
{
	nvmf_default_config(config);
	config->reconnect_delay = RECONNECT_DELAY_S;
	config->keep_alive_tmo = is_lasting ? KEEP_ALIVE_S : 0;
	config->ctrl_loss_tmo = is_lasting ? -1 : 0;
	config->hdr_digest = src->hdr_digest;
	config->data_digest = src->data_digest;
}

/* There may be others to the same place: only the answer tells which is ours. */
static int connect_as(const struct source *src, struct path *path,
		      bool is_lasting, const char *hostnqn, const char *hostid)
{
	nvme_root_t root = nvme_create_root(stderr, LOG_CRIT);
	struct nvme_fabrics_config config;
	nvme_host_t host = NULL;
	nvme_ctrl_t ctrl = NULL;
	int ret = ENOMEM;

	config_fill(src, is_lasting, &config);
	if (root)
		host = nvme_lookup_host(root, hostnqn, hostid);
	if (host)
		ctrl = nvme_create_ctrl(root, DISCOVERY_NQN, "tcp",
					path->traddr, NULL, NULL,
					path->trsvcid);
	if (ctrl)
		ret = nvmf_add_ctrl(host, ctrl, &config) ? errno ?: EIO : 0;
	if (!ret)
		snprintf(path->ctrl, sizeof(path->ctrl), "%s",
			 nvme_ctrl_get_name(ctrl));
	else if (ctrl)
		nvme_free_ctrl(ctrl);
	if (root)
		nvme_free_tree(root);
	return ret;
}

/* As the host that @vol is, with the options of the path's source. */
int nvme_discovery_connect(const struct volume *vol, struct path *path,
			   bool is_lasting)
{
	char *hostnqn = NULL, *hostid = NULL;
	int log_fd, ret;

	if (module_load("nvme_tcp", NULL))
		return err("module nvme-tcp is not there: install the kernel's NVMe/TCP initiator");
	log_fd = nvme_log_open();
	ret = nvme_host_identity(vol, &hostnqn, &hostid);
	if (!ret)
		ret = connect_as(&vol->sources[path->source], path, is_lasting,
				 hostnqn, hostid);
	if (ret > 0)
		ret = nvme_explain(DISCOVERY_NQN, path, ret, log_fd);
	if (log_fd >= 0)
		close(log_fd);
	free(hostnqn);
	free(hostid);
	return ret;
}

/* @rae: a change after this is not told, until it is read without. */
static int log_read(int fd, bool rae, size_t len, uint8_t *log)
{
	for (size_t at = 0; at < len; at += CHUNK_BYTES) {
		size_t n = len - at < CHUNK_BYTES ? len - at : CHUNK_BYTES;
		int ret = nvme_get_log_discovery(fd, rae, at, n, log + at);

		if (ret)
			return ret;
	}
	return 0;
}

/*
 * Once: 0, an NVMe status, -1 with errno, or -EAGAIN for a log that changed
 * meanwhile. The last look at the header has the next change told.
 */
static int log_try(int fd, uint8_t **log, size_t *len)
{
	uint8_t header[DISCOVERY_LOG_RECORD] = { };
	struct discovery_header first = { }, last = { };
	size_t n;
	int ret;

	ret = log_read(fd, true, sizeof(header), header);
	if (ret)
		return ret;
	discovery_log_header(header, sizeof(header), &first);
	n = first.n_records < DISCOVERY_LOG_RECORDS_MAX ?
		    first.n_records : DISCOVERY_LOG_RECORDS_MAX;
	*len = (n + 1) * DISCOVERY_LOG_RECORD;
	*log = calloc(n + 1, DISCOVERY_LOG_RECORD);
	if (!*log)
		return -1;
	ret = log_read(fd, true, *len, *log);
	if (!ret)
		ret = log_read(fd, false, sizeof(header), header);
	discovery_log_header(header, sizeof(header), &last);
	if (!ret && (first.generation != last.generation ||
		     first.n_records != last.n_records))
		ret = -EAGAIN;
	return ret;
}

/* Of a live controller; *log is to be freed, whatever happens. */
int nvme_discovery_log(const char *ctrl, uint8_t **log, size_t *len)
{
	char node[64];
	int fd, ret;

	*log = NULL;
	snprintf(node, sizeof(node), "/dev/%s", ctrl);
	fd = open(node, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err("%s cannot be opened: %s", node, strerror(errno));
	for (int i = 0; i < LOG_TRIES; i++) {
		free(*log);
		*log = NULL;
		ret = log_try(fd, log, len);
		if (ret != -EAGAIN)
			break;
	}
	if (ret)
		err("%s does not give its discovery log: %s", node,
		    ret == -EAGAIN ? "it changes all the time" :
		    ret > 0 ? nvme_status_to_string(ret, false) :
			      strerror(errno));
	close(fd);
	return ret ? -1 : 0;
}
