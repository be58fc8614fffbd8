// SPDX-License-Identifier: GPL-2.0
/*
 * After the disk below a volume has grown: each layer grows, from the bottom
 * up, then nvmet looks at the disk again and tells the devices, which tell their
 * hosts. Each step finds out itself what is left to do, so this may be repeated,
 * and a run that was killed is finished by the next one.
 */
#include "ipstctl.h"
#include "layer.h"

/* 0: nobody tells. */
static uint64_t device_bytes(const char *device)
{
	json_object *array = json_object_new_array();
	uint64_t bytes = 0;
	bool is_there;

	if (!nl_device_get(device, array, &is_there))
		bytes = out_number(json_object_array_get_idx(array, 0), "size");
	json_object_put(array);
	return bytes;
}

static int check_devices(const struct volume *vol, const struct disk *disk,
			 bool *changed)
{
	json_object *users = attach_users(vol);
	int ret = 0;

	for (size_t i = 0; i < json_object_array_length(users) && !ret; i++) {
		const char *device = out_item(users, i);
		uint64_t bytes = device_bytes(device);

		if (bytes > disk->size_bytes)
			ret = err("%s is smaller than device %s has told its host: "
				  "volumes only grow", disk->path, device);
		*changed |= bytes && bytes != disk->size_bytes;
	}
	json_object_put(users);
	return ret;
}

int resize_volume(const struct volume *vol, bool *changed)
{
	struct disk disk;

	*changed = false;
	if (backing_open_base(vol, &disk) ||
	    layers_resize(vol, &disk, changed) ||
	    check_devices(vol, &disk, changed))
		return -1;
	return attach_revalidate(vol);
}
