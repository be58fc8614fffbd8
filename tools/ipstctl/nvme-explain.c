// SPDX-License-Identifier: GPL-2.0
/*
 * Why a connection could not be made, in one sentence. libnvme hides the errno,
 * and the kernel has none for what a target answers; it tells the log instead.
 * So the log's lines since the attempt are looked through for the ones known
 * here.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libnvme.h>

#include "ipstctl.h"

#define PROBE_TIMEOUT_MS 3000
#define LINE_LEN 1024

/* What the kernel says, and what it means; the more telling ones first. */
static const struct reason {
	const char *words;
	const char *meaning;
} reasons[] = {
	{ "Connect for subsystem ",
	  "does not let this host in: add its host NQN on the target" },
	{ "Connect Invalid Data Parameter, subsysnqn",
	  "has no such subsystem for this host: check the NQN" },
	{ "controller authentication failed",
	  "does not have the key of --dhchap-ctrl-key: it may be somebody else" },
	{ "controller did not authenticate",
	  "does not authenticate itself: set the key of --dhchap-ctrl-key on it" },
	{ "qid 0: no key",
	  "wants authentication: add --dhchap-key" },
	{ "authentication required",
	  "wants authentication: add --dhchap-key" },
	{ "invalid ctrl key",
	  "cannot be asked for its key: --dhchap-ctrl-key holds none" },
	{ "authentication failed",
	  "does not accept the key of --dhchap-key" },
	{ "authentication setup failed",
	  "does not accept the key of --dhchap-key" },
	{ "no valid PSK found",
	  "has no TLS key here: put its PSK into keyring .nvme (nvme gen-tls-key --insert)" },
	{ "failed to start TLS",
	  "cannot be reached by TLS: start tlshd, of ktls-utils" },
	{ "TLS handshake",
	  "does not agree on TLS: it has to have the same PSK" },
	{ "controller is busy", "has no room for another host now" },
};

/* From here on; -1: there is no log to read. */
int nvme_log_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

/* Of the controller that failed, which is gone by now. */
static bool is_of_gone_ctrl(const char *line)
{
	const char *name = strstr(line, "nvme nvme");
	char path[64];

	if (!name)
		return false;
	name += strlen("nvme ");
	snprintf(path, sizeof(path), "/sys/class/nvme/%.*s",
		 (int)strcspn(name, ":"), name);
	return access(path, F_OK);
}

static const struct reason *find_reason(int log_fd)
{
	const struct reason *found = NULL;
	char line[LINE_LEN];
	ssize_t n;

	/* EPIPE: lines were overwritten before they were read. */
	while (log_fd >= 0 && ((n = read(log_fd, line, sizeof(line) - 1)) > 0 ||
			       (n < 0 && errno == EPIPE))) {
		line[n > 0 ? n : 0] = '\0';
		if (!is_of_gone_ctrl(line))
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
			if (strstr(line, reasons[i].words) &&
			    (!found || &reasons[i] < found))
				found = &reasons[i];
	}
	return found;
}

/* Why there is nothing at the other end; 0: there is. */
int nvme_tcp_errno(const struct path *path)
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

static int explain_refusal(const char *nqn, const struct path *path, int log_fd)
{
	const struct reason *reason = find_reason(log_fd);
	int error;

	if (reason)
		return err("%s port %s %s (%s)", path->traddr, path->trsvcid,
			   reason->meaning, nqn);
	error = nvme_tcp_errno(path);
	if (error)
		return err("%s port %s cannot be reached: %s", path->traddr,
			   path->trsvcid, strerror(error));
	return err("%s port %s does not let this host into %s: check the NQN "
		   "and the target's list of hosts, dmesg says more",
		   path->traddr, path->trsvcid, nqn);
}

/* @error: an errno, or of libnvme's own. Returns -1. */
int nvme_explain(const char *nqn, const struct path *path, int error,
		 int log_fd)
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
		return explain_refusal(nqn, path, log_fd);
	}
	why = error >= ENVME_CONNECT_RESOLVE ? nvme_errno_to_string(error) :
					       strerror(error);
	return err("%s port %s cannot be connected to: %s", path->traddr,
		   path->trsvcid, why);
}
