// SPDX-License-Identifier: GPL-2.0
/*
 * Connections to NVMe/TCP subsystems. The kernel's initiator does the work;
 * libnvme hands it the orders.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
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

#define KEEP_ALIVE_S 5
#define RECONNECT_DELAY_S 2
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
static int system_identity(char **hostnqn, char **hostid)
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

/* Another host NQN has to have another id: its own UUID, or one made from it. */
static int given_identity(const char *nqn, char **hostnqn, char **hostid)
{
	const char *uuid = strstr(nqn, ":uuid:");
	char text[UUID_LEN];

	if (uuid)
		snprintf(text, sizeof(text), "%s", uuid + strlen(":uuid:"));
	else
		identity_derive(nqn, text);
	*hostnqn = strdup(nqn);
	*hostid = strdup(text);
	return *hostnqn && *hostid ? 0 : err("out of memory");
}

int nvme_host_identity(const struct volume *vol, char **hostnqn, char **hostid)
{
	const char *given = vol->settings[VSET_HOST_NQN];
	char *own = nvmf_hostnqn_from_file();
	bool is_own = !*given || (own && !strcmp(own, given));

	free(own);
	return is_own ? system_identity(hostnqn, hostid) :
			given_identity(given, hostnqn, hostid);
}

/* Wiped after the attempt. */
struct secrets {
	char host[KEY_LEN], ctrl[KEY_LEN];
};

static int secret_read(const struct volume *vol, int setting,
		       char secret[KEY_LEN])
{
	size_t len;

	*secret = '\0';
	if (!volume_is_set(vol, setting))
		return 0;
	if (keyspec_read(vol->settings[setting], secret, &len))
		return -1;
	secret[strcspn(secret, "\r\n")] = '\0';
	if (!strncmp(secret, "DHHC-1:", 7))
		return 0;
	return err("the key of --%s is no DH-HMAC-CHAP secret: it has to begin "
		   "with DHHC-1: (nvme gen-dhchap-key makes one)",
		   volume_settings[setting].option);
}

static int secrets_read(const struct volume *vol, struct secrets *secrets)
{
	return secret_read(vol, VSET_DHCHAP, secrets->host) ||
	       secret_read(vol, VSET_DHCHAP_CTRL, secrets->ctrl) ? -1 : 0;
}

/*
 * A black hole shows when a keep-alive, sent each half of KEEP_ALIVE_S, has no
 * answer for KEEP_ALIVE_S: 7.5 s at most. Shorter, and a target that is merely
 * busy would be taken for lost.
 */
static void config_fill(const struct volume *vol, const struct path *path,
			struct nvme_fabrics_config *config)
{
	const struct source *src = &vol->sources[path->source];

	nvmf_default_config(config);
	config->keep_alive_tmo = KEEP_ALIVE_S;
	config->reconnect_delay = RECONNECT_DELAY_S;
	config->ctrl_loss_tmo = atoi(vol->settings[VSET_CTRL_LOSS]);
	config->fast_io_fail_tmo = atoi(vol->settings[VSET_FAST_IO_FAIL]);
	config->nr_io_queues = src->queues;
	config->hdr_digest = src->hdr_digest;
	config->data_digest = src->data_digest;
	config->tls = volume_is_set(vol, VSET_TLS);
}

/*
 * Bounded by the kernel: 3 s for TCP to connect, 10 s for the target to greet,
 * its admin_timeout for each command after that.
 */
static int connect_ctrl(nvme_root_t root, const struct volume *vol,
			const struct path *path, const char *hostnqn,
			const char *hostid, const struct secrets *secrets)
{
	struct nvme_fabrics_config config;
	nvme_host_t host;
	nvme_ctrl_t ctrl;
	int ret;

	config_fill(vol, path, &config);
	host = nvme_lookup_host(root, hostnqn, hostid);
	ctrl = nvme_create_ctrl(root, vol->nqn, "tcp", path->traddr, NULL, NULL,
				path->trsvcid);
	if (!host || !ctrl)
		return ENOMEM;
	if (*secrets->host)
		nvme_ctrl_set_dhchap_host_key(ctrl, secrets->host);
	if (*secrets->ctrl)
		nvme_ctrl_set_dhchap_key(ctrl, secrets->ctrl);
	ret = nvmf_add_ctrl(host, ctrl, &config);
	if (ret) {
		ret = errno ?: EIO;
		nvme_free_ctrl(ctrl);
	}
	return ret;
}

/* Whether it is there is what sysfs says, not what libnvme made of it. */
static int connect_as(const struct volume *vol, struct path *path,
		      const char *hostnqn, const char *hostid,
		      const struct secrets *secrets)
{
	nvme_root_t root = nvme_create_root(stderr, LOG_CRIT);
	int log_fd = nvme_log_open();
	int ret = ENOMEM;

	if (root)
		ret = connect_ctrl(root, vol, path, hostnqn, hostid, secrets);
	if (nvme_path_find(vol, path, path->ctrl))
		ret = 0;
	if (ret)
		ret = nvme_explain(vol->nqn, path, ret, log_fd);
	if (root)
		nvme_free_tree(root);
	if (log_fd >= 0)
		close(log_fd);
	return ret;
}

static int check_tls(const struct volume *vol, const struct path *path)
{
	char value[ATTR_LEN];

	if (!volume_is_set(vol, VSET_TLS) ||
	    nvme_ctrl_attr(path->ctrl, "tls_key", value))
		return 0;
	nvme_disconnect(vol, path);
	return err("%s port %s was connected without TLS, and is disconnected again",
		   path->traddr, path->trsvcid);
}

/* Path @i. */
int nvme_connect(struct volume *vol, int i)
{
	struct path *path = &vol->paths[i];
	char *hostnqn = NULL, *hostid = NULL;
	struct secrets secrets = { };
	int ret;

	if (module_load("nvme_tcp", NULL))
		return err("module nvme-tcp is not there: install the kernel's NVMe/TCP initiator");
	ret = nvme_host_identity(vol, &hostnqn, &hostid) ||
	      secrets_read(vol, &secrets) ||
	      connect_as(vol, path, hostnqn, hostid, &secrets) ||
	      check_tls(vol, path) ? -1 : 0;
	explicit_bzero(&secrets, sizeof(secrets));
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

/* As the kernel spells the wwid of a namespace. */
static void descs_wwid(const uint8_t *descs, size_t len, char *wwid)
{
	size_t at = 0;
	int best = 0;

	*wwid = '\0';
	while (at + sizeof(struct nvme_ns_id_desc) <= len) {
		const struct nvme_ns_id_desc *desc = (const void *)(descs + at);
		const uint8_t *id = desc->nid;
		char *to = wwid;

		if (!desc->nidl || at + sizeof(*desc) + desc->nidl > len)
			break;
		at += sizeof(*desc) + desc->nidl;
		/* The kernel, too, takes the type with the highest number. */
		if (desc->nidt > NVME_NIDT_UUID || desc->nidt < best)
			continue;
		best = desc->nidt;
		to += sprintf(to, best == NVME_NIDT_UUID ? "uuid." : "eui.");
		for (int i = 0; i < desc->nidl && i < 16; i++)
			to += sprintf(to, "%s%02x",
				      best == NVME_NIDT_UUID &&
				      (i == 4 || i == 6 || i == 8 || i == 10) ?
					      "-" : "", id[i]);
	}
}

/* Of one namespace, by asking the target. */
static int ns_wwid(int fd, uint32_t nsid, char wwid[ATTR_LEN])
{
	_Alignas(4096) uint8_t descs[NVME_IDENTIFY_DATA_SIZE];
	int ret = nvme_identify_ns_descs(fd, nsid, (void *)descs);

	*wwid = '\0';
	if (!ret)
		descs_wwid(descs, sizeof(descs), wwid);
	return ret;
}

/* 0: there is none. */
static uint32_t list_find_uuid(int fd, const struct nvme_ns_list *list,
			       const char *uuid)
{
	char wwid[ATTR_LEN];

	for (size_t i = 0; i < ARRAY_SIZE(list->ns) && list->ns[i]; i++) {
		uint32_t nsid = le32toh(list->ns[i]);

		if (!ns_wwid(fd, nsid, wwid) && identity_is(wwid, uuid))
			return nsid;
	}
	return 0;
}

/* Quiet: 0, if a live controller shows no such namespace. */
uint32_t nvme_find_uuid(const char *ctrl, const char *uuid)
{
	struct nvme_ns_list list;
	uint32_t nsid = 0;
	char node[64];
	int fd;

	snprintf(node, sizeof(node), "/dev/%s", ctrl);
	fd = open(node, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	if (!nvme_identify_active_ns_list(fd, 0, &list))
		nsid = list_find_uuid(fd, &list, uuid);
	close(fd);
	return nsid;
}

static int nsid_of_uuid(const struct volume *vol, int fd,
			const struct nvme_ns_list *list, uint32_t *nsid)
{
	const char *uuid = vol->sources[0].uuid;

	*nsid = list_find_uuid(fd, list, uuid);
	return *nsid ? 0 : err("%s shows no namespace with UUID %s to this host: check "
		   "the UUID, and that it is enabled", vol->nqn, uuid);
}

static int check_wwid(const struct volume *vol, const struct path *path, int fd)
{
	const char *uuid = vol->sources[0].uuid;
	char wwid[ATTR_LEN];

	if (ns_wwid(fd, vol->nsid, wwid) || !*wwid)
		return 0;	/* it has none; then the kernel compares serials */
	if (*uuid && !identity_is(wwid, uuid))
		return err("%s port %s leads to another namespace %u, %s: it is "
			   "refused", path->traddr, path->trsvcid, vol->nsid, wwid);
	if (*vol->wwid && strcmp(vol->wwid, wwid))
		return err("%s port %s leads to another namespace %u, %s, than "
			   "the volume's, %s: it is refused",
			   path->traddr, path->trsvcid, vol->nsid, wwid,
			   vol->wwid);
	return 0;
}

static int find_ns(struct volume *vol, int fd, const char *ctrl)
{
	struct nvme_ns_list list;
	int ret = nvme_identify_active_ns_list(fd, 0, &list);

	if (ret)
		return err("/dev/%s does not list its namespaces: %s", ctrl,
			   ret > 0 ? nvme_status_to_string(ret, false) :
				     strerror(errno));
	if (vol->nsid)
		return nsid_find(vol->nqn, &list, vol->nsid);
	return *vol->sources[0].uuid ?
		       nsid_of_uuid(vol, fd, &list, &vol->nsid) :
		       nsid_choose(vol->nqn, &list, &vol->nsid);
}

/*
 * Asks the target behind path @i for the volume's namespace, which is found out
 * if it is not known yet, and has to be the same on all paths.
 */
int nvme_find_ns(struct volume *vol, int i)
{
	const struct path *path = &vol->paths[i];
	char state[32], node[64];
	int fd, ret;

	nvme_ctrl_state(path->ctrl, state, sizeof(state));
	if (strcmp(state, "live")) {
		if (vol->nsid)
			return 0;
		return err("%s is %s now: add ?nsid=N to the source, or try again later",
			   path->ctrl, state);
	}
	snprintf(node, sizeof(node), "/dev/%s", path->ctrl);
	fd = open(node, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err("%s cannot be opened: %s", node, strerror(errno));
	ret = find_ns(vol, fd, path->ctrl) || check_wwid(vol, path, fd);
	close(fd);
	return ret ? -1 : 0;
}
