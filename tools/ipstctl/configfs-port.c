// SPDX-License-Identifier: GPL-2.0
/*
 * nvmet's ports in configfs: addresses at which nvmet-tcp listens.
 *
 *   nvmet/ports/<id>/subsystems/<nqn> -> nvmet/subsystems/<nqn>
 *
 * One address has one port, whoever made it; subsystems share it. The first link
 * opens its socket, the last one that goes closes it. What is a port of ours and
 * goes with its last link is told by its number: so it is known after a tool was
 * killed, and when /run is lost.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "configfs-path.h"
#include "ipstctl.h"

#define PORTS NVMET "/ports"
#define OURS_FIRST 26992	/* "ip" */
#define OURS_COUNT 4096
#define NO_PORT -1

static void port_path(int id, const char *part, char path[PATH_LEN])
{
	snprintf(path, PATH_LEN, PORTS "/%d%s%s", id, *part ? "/" : "", part);
}

static bool is_ours(int id)
{
	return id >= OURS_FIRST && id < OURS_FIRST + OURS_COUNT;
}

static bool port_get(int id, const char *attr, char value[ATTR_LEN])
{
	char path[PATH_LEN];

	port_path(id, attr, path);
	return !file_read(path, value, ATTR_LEN);
}

static int port_set(int id, const char *attr, const char *value)
{
	char path[PATH_LEN];
	int ret;

	port_path(id, attr, path);
	ret = file_write(path, value);
	return ret ? err("%s cannot be set to \"%s\": %s", path, value,
			 strerror(-ret)) : 0;
}

/* False: it is of another transport, or has no address yet. */
static bool port_addr(int id, struct listen_addr *at)
{
	char type[ATTR_LEN], family[ATTR_LEN], addr[ATTR_LEN], port[ATTR_LEN];
	char text[2 * ATTR_LEN + 4];
	bool is_ipv6;

	if (!port_get(id, "addr_trtype", type) || strcmp(type, "tcp") ||
	    !port_get(id, "addr_adrfam", family) ||
	    !port_get(id, "addr_traddr", addr) ||
	    !port_get(id, "addr_trsvcid", port))
		return false;
	is_ipv6 = !strcmp(family, "ipv6");
	snprintf(text, sizeof(text), is_ipv6 ? "[%s]:%s" : "%s:%s", addr, port);
	return !listen_parse(text, at);
}

static bool addr_is_same(const struct listen_addr *a, const struct listen_addr *b)
{
	return a->is_ipv6 == b->is_ipv6 && !strcmp(a->addr, b->addr) &&
	       !strcmp(a->port, b->port);
}

struct port_search {
	const struct listen_addr *at;
	int id;
};

static void port_match(const char *name, void *arg)
{
	struct port_search *search = arg;
	struct listen_addr at;

	if (port_addr(atoi(name), &at) && addr_is_same(&at, search->at))
		search->id = atoi(name);
}

static int port_find(const struct listen_addr *at)
{
	struct port_search search = { at, NO_PORT };

	path_each(PORTS "/*", port_match, &search);
	return search.id;
}

static bool port_is_used(int id)
{
	char pattern[PATH_LEN];

	port_path(id, "subsystems/*", pattern);
	return matches_any(pattern);
}

/* What an earlier tool has left goes as well. */
static void port_sweep(const char *name, void *arg)
{
	int id = atoi(name);
	char path[PATH_LEN];

	(void)arg;
	port_path(id, "", path);
	if (is_ours(id) && !port_is_used(id))
		rmdir(path);
}

static void ports_sweep(void)
{
	path_each(PORTS "/*", port_sweep, NULL);
}

/* The number, or NO_PORT. */
static int port_create(const struct listen_addr *at)
{
	char path[PATH_LEN];
	int id = OURS_FIRST;

	for (port_path(id, "", path); path_is_there(path); port_path(id, "", path))
		if (!is_ours(++id))
			return err("nvmet has no number left for a port: remove unused ones");
	if (dir_make(path, "the nvmet port"))
		return NO_PORT;
	return port_set(id, "addr_trtype", "tcp") ||
	       port_set(id, "addr_adrfam", at->is_ipv6 ? "ipv6" : "ipv4") ||
	       port_set(id, "addr_traddr", at->addr) ||
	       port_set(id, "addr_trsvcid", at->port) ? NO_PORT : id;
}

static int link_error(const struct listen_addr *at, int error)
{
	char text[LISTEN_LEN];

	listen_format(at, text);
	switch (error) {
	case EADDRINUSE:
		return err("%s is in use by another program or nvmet port: choose "
			   "another address or port, ss -ltn lists them", text);
	case EADDRNOTAVAIL:
	case ENETUNREACH:
	case ENODEV:
		return err("%s is no address of this box: choose one that ip "
			   "address show lists", text);
	case EAFNOSUPPORT:
		return err("%s cannot be used: this box has no IPv6", text);
	}
	return err("nvmet cannot listen at %s: %s, dmesg may say more", text,
		   strerror(error));
}

static void link_path(int id, const char *nqn, char path[PATH_LEN])
{
	char part[NQN_LEN + 16];

	snprintf(part, sizeof(part), "subsystems/%s", nqn);
	port_path(id, part, path);
}

int configfs_port_link(const struct listen_addr *at, const char *nqn)
{
	char path[PATH_LEN], target[PATH_LEN];
	int id = port_find(at), ret;

	if (id == NO_PORT) {
		ports_sweep();
		id = port_create(at);
	}
	if (id == NO_PORT) {
		ports_sweep();
		return -1;
	}
	link_path(id, nqn, path);
	configfs_subsys_path(nqn, "", target);
	ret = symlink(target, path) && errno != EEXIST ? link_error(at, errno) : 0;
	if (ret)
		ports_sweep();
	return ret;
}

int configfs_port_unlink(const struct listen_addr *at, const char *nqn)
{
	int id = port_find(at), ret;
	char path[PATH_LEN];

	if (id == NO_PORT)
		return 0;
	link_path(id, nqn, path);
	ret = link_remove(path, "the nvmet port");
	ports_sweep();
	return ret;
}

struct linked {
	const char *nqn;
	void (*fn)(const struct listen_addr *at, void *arg);
	void *arg;
	int ret;
};

static void linked_match(const char *name, void *arg)
{
	struct linked *linked = arg;
	struct listen_addr at;
	char path[PATH_LEN];

	link_path(atoi(name), linked->nqn, path);
	if (path_is_there(path) && port_addr(atoi(name), &at))
		linked->fn(&at, linked->arg);
}

/* Of the subsystem's. */
void configfs_port_each(const char *nqn,
			void (*fn)(const struct listen_addr *at, void *arg),
			void *arg)
{
	struct linked linked = { .nqn = nqn, .fn = fn, .arg = arg };

	path_each(PORTS "/*", linked_match, &linked);
}

bool configfs_port_is_linked(const char *nqn)
{
	char pattern[PATH_LEN];

	snprintf(pattern, sizeof(pattern), PORTS "/*/subsystems/%s", nqn);
	return matches_any(pattern);
}

static void linked_remove(const char *name, void *arg)
{
	struct linked *linked = arg;
	char path[PATH_LEN];

	link_path(atoi(name), linked->nqn, path);
	linked->ret |= link_remove(path, "the nvmet port");
}

/* From whatever ports it is linked to, also such of other transports. */
int configfs_port_unlink_all(const char *nqn)
{
	struct linked linked = { .nqn = nqn };

	path_each(PORTS "/*", linked_remove, &linked);
	ports_sweep();
	return linked.ret;
}
