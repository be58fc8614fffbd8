// SPDX-License-Identifier: GPL-2.0
/* The types of devices, and of which type a device is. */
#include <string.h>

#include "ipstctl.h"

const struct device_type *const device_types[] = {
	&virtio_blk_type,
	&nvme_tcp_type,
	NULL
};

const struct device_type *device_type_find(const char *name)
{
	const struct device_type *const *type = device_types;

	while (*type && strcmp((*type)->name, name))
		type++;
	return *type;
}

/* NULL: there is no such device. */
const struct device_type *device_type_of(const char *device)
{
	const struct device_type *const *type = device_types;

	while (*type && !(*type)->is_there(device))
		type++;
	return *type;
}

/* Names are one space for all types: they have the same subsystem. */
int device_check_type(const char *device, const struct device_type *type)
{
	const struct device_type *have = device_type_of(device);

	if (!have || have == type)
		return 0;
	return err("device %s exists, and is of type %s: device del it first, or "
		   "choose another name", device, have->name);
}

int device_check_virtio(const char *command, const char *device)
{
	const struct device_type *type = device_type_of(device);

	if (!type || type == &virtio_blk_type)
		return 0;
	return err("%s is for virtio-blk devices only: the I/O of device %s, which "
		   "is %s, does not pass ipst's modules", command, device,
		   type->name);
}
