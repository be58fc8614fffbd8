// SPDX-License-Identifier: GPL-2.0
/*
 * Services under a volume: the layers between its disk and what is presented.
 * They go up from the bottom, and down from the top. Each is a device-mapper
 * device ipst-NAME-TYPE with the UUID IPST-TYPE-UUID, by which the next tool
 * knows it again, whatever became of this one and of its records.
 *
 * A disk is formatted only if told so, and only while nothing is found on it.
 * Before a layer's format is begun, its type is in the volume's record, until
 * that of the next layer, or none, replaces it: so a format that was cut short
 * is begun anew and not mistaken for what somebody else has there.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "ipstctl.h"
#include "layer.h"

static const struct layer *const layers[LAYER_COUNT] = {
	[LAYER_INTEGRITY] = &layer_integrity,
	[LAYER_CRYPT] = &layer_crypt,
	[LAYER_VDO] = &layer_vdo,
};

static void layer_uuid(const struct volume *vol, int i, char uuid[MAPPER_LEN])
{
	snprintf(uuid, MAPPER_LEN, "IPST-%s-%s", layers[i]->type, vol->uuid);
}

static void layer_name(const struct volume *vol, int i, char name[MAPPER_LEN])
{
	snprintf(name, MAPPER_LEN, "ipst-%s-%s", vol->name, layers[i]->type);
}

/* The device may have another name: its volume may have been renamed. */
static bool layer_find(const struct volume *vol, int i, char name[MAPPER_LEN])
{
	char uuid[MAPPER_LEN];

	if (!*vol->uuid)
		return false;
	layer_uuid(vol, i, uuid);
	return mapper_find(uuid, name);
}

static bool layer_is_over(const struct volume *vol, int i, dev_t below)
{
	char uuid[MAPPER_LEN];

	layer_uuid(vol, i, uuid);
	return mapper_is_over(uuid, below);
}

bool layers_are_wanted(const struct volume *vol)
{
	for (int i = 0; i < LAYER_COUNT; i++)
		if (layers[i]->is_wanted(vol))
			return true;
	return false;
}

bool layers_are_there(const struct volume *vol)
{
	char name[MAPPER_LEN];

	for (int i = 0; i < LAYER_COUNT; i++)
		if (layer_find(vol, i, name))
			return true;
	return false;
}

bool layers_find(const struct volume *vol, char *path, size_t len)
{
	char name[MAPPER_LEN], found[ATTR_LEN];

	for (int i = 0; i < LAYER_COUNT; i++) {
		if (layer_find(vol, i, name)) {
			mapper_path(name, found);
			snprintf(path, len, "%s", found);
		} else if (layers[i]->is_wanted(vol)) {
			return false;
		}
	}
	return true;
}

static int layer_remove(const struct volume *vol, int i)
{
	char name[MAPPER_LEN], uuid[MAPPER_LEN];

	if (!*vol->uuid)
		return 0;
	layer_name(vol, i, name);
	layer_uuid(vol, i, uuid);
	return mapper_remove(name, uuid);
}

/* From @first up; the top goes first. */
static int layers_remove(const struct volume *vol, int first)
{
	for (int i = LAYER_COUNT - 1; i >= first; i--)
		if (layer_remove(vol, i))
			return -1;
	return 0;
}

int layers_detach(const struct volume *vol)
{
	return layers_remove(vol, 0);
}

/*
 * What an earlier tool left without a table, or what lies on a disk that is
 * gone since, is of no use, nor is what lies upon it.
 */
static int remove_dead(const struct volume *vol, const struct disk *disk)
{
	char name[MAPPER_LEN], path[ATTR_LEN];
	dev_t below = disk->rdev;
	struct stat st;

	for (int i = 0; i < LAYER_COUNT; i++) {
		if (!layer_find(vol, i, name)) {
			if (layer_remove(vol, i))
				return -1;
			continue;
		}
		mapper_path(name, path);
		if (!mapper_is_live(name) || !layer_is_over(vol, i, below) ||
		    !strcmp(vol->formatting, layers[i]->type) ||
		    stat(path, &st))
			return layers_remove(vol, i);
		below = st.st_rdev;
	}
	return 0;
}

static const char *next_type(const struct volume *vol, int i)
{
	while (++i < LAYER_COUNT)
		if (layers[i]->is_wanted(vol))
			return layers[i]->type;
	return "";
}

static int mark_formatting(struct volume *vol, const char *type)
{
	snprintf(vol->formatting, sizeof(vol->formatting), "%s", type);
	return record_save(vol);
}

static int layer_format(struct volume *vol, int i, const struct disk *below)
{
	const struct layer *layer = layers[i];

	/* What is above a layer that was just formatted is noise. */
	if (strcmp(vol->formatting, layer->type) &&
	    signature_check_blank(below->path))
		return -1;
	if (mark_formatting(vol, layer->type))
		return -1;
	vol->formatted_layers |= 1u << i;
	return layer->format(vol, below) ||
	       mark_formatting(vol, next_type(vol, i)) ? -1 : 0;
}

static int layer_prepare(struct volume *vol, int i, const struct disk *below)
{
	bool is_begun = !strcmp(vol->formatting, layers[i]->type);
	int is = is_begun ? 0 : layers[i]->is_formatted(vol, below);

	if (is)
		return is > 0 ? 0 : -1;
	if (vol->format)
		return layer_format(vol, i, below);
	if (is_begun)
		return err("formatting volume %s was interrupted: repeat its "
			   "volume add with --format", vol->name);
	return err("%s is not formatted for the layer \"%s\" of volume %s: add "
		   "--format, if it may lose what it has",
		   below->path, layers[i]->type, vol->name);
}

/* @disk becomes what the layer presents. */
static int layer_attach(struct volume *vol, int i, struct disk *disk)
{
	char name[MAPPER_LEN], uuid[MAPPER_LEN], path[ATTR_LEN];
	struct mapper_table table;

	if (!layer_find(vol, i, name)) {
		layer_name(vol, i, name);
		layer_uuid(vol, i, uuid);
		if (layer_prepare(vol, i, disk) ||
		    layers[i]->table(vol, disk, &table) ||
		    mapper_create(name, uuid, &table))
			return -1;
		vol->new_layers |= 1u << i;
	}
	mapper_path(name, path);
	return disk_probe(path, disk);
}

/* True: all that are wanted are there. */
static bool check_missing(const struct volume *vol, int *ret)
{
	char name[MAPPER_LEN];
	bool all = true;

	*ret = 0;
	for (int i = 0; i < LAYER_COUNT && !*ret; i++) {
		if (!layers[i]->is_wanted(vol) || layer_find(vol, i, name))
			continue;
		all = false;
		*ret = layers[i]->check(vol);
	}
	return all;
}

int layers_attach(struct volume *vol, struct disk *disk)
{
	bool was_complete = vol->complete;
	int ret;

	if (!layers_are_wanted(vol))
		return vol->format ? err("volume %s has no layer to format: leave --format out",
					 vol->name) : 0;
	if (remove_dead(vol, disk))
		return -1;
	vol->complete = check_missing(vol, &ret) && was_complete;
	if (ret || (!vol->complete && record_save(vol)))
		return -1;
	for (int i = 0; i < LAYER_COUNT; i++)
		if (layers[i]->is_wanted(vol) && layer_attach(vol, i, disk))
			return -1;
	vol->formatting[0] = '\0';
	vol->complete = was_complete;
	return 0;
}

/* The layer below @i, or the disk below all. */
static void below_path(const struct volume *vol, int i, const char *disk,
		       char path[ATTR_LEN])
{
	char name[MAPPER_LEN];

	snprintf(path, ATTR_LEN, "%s", disk);
	while (--i >= 0) {
		if (!layer_find(vol, i, name))
			continue;
		mapper_path(name, path);
		return;
	}
}

/*
 * What was formatted had nothing on it, and has nothing again, unless the disk
 * has gone meanwhile.
 */
void layers_undo(struct volume *vol, const char *path)
{
	char below[ATTR_LEN];

	for (int i = LAYER_COUNT - 1; i >= 0; i--) {
		if (vol->new_layers & 1u << i)
			layer_remove(vol, i);
		below_path(vol, i, path, below);
		if (vol->formatted_layers & 1u << i)
			signature_wipe(below);
	}
	vol->new_layers = 0;
	vol->formatted_layers = 0;
}

static json_object *layer_model(int i, const char *name)
{
	json_object *object = json_object_new_object();
	char path[ATTR_LEN], status[MAPPER_PARAMS_LEN];
	struct disk disk;

	mapper_path(name, path);
	out_add_string(object, "type", layers[i]->type);
	out_add_string(object, "disk", path);
	if (!disk_probe(path, &disk))
		json_object_object_add(object, "size",
				       json_object_new_uint64(disk.size_bytes));
	if (layers[i]->show && mapper_status(name, status))
		layers[i]->show(status, object);
	return object;
}

json_object *layers_model(const struct volume *vol)
{
	json_object *array = json_object_new_array();
	char name[MAPPER_LEN];

	for (int i = 0; i < LAYER_COUNT; i++)
		if (layer_find(vol, i, name))
			json_object_array_add(array, layer_model(i, name));
	return array;
}

static int layer_resize(const struct volume *vol, int i, const char *name,
			const struct disk *below, bool *changed)
{
	struct mapper_table table;
	char path[ATTR_LEN];
	struct disk disk;

	mapper_path(name, path);
	if (disk_probe(path, &disk) ||
	    layers[i]->grown_table(vol, name, below, &table))
		return -1;
	if (table.sectors < disk.size_bytes / SECTOR_BYTES)
		return err("%s is smaller than what lies on it: volumes only grow",
			   below->path);
	if (table.sectors == disk.size_bytes / SECTOR_BYTES &&
	    mapper_is_live(name))
		return 0;
	*changed = true;
	return mapper_reload(name, &table);
}

/* @disk: the one below all; becomes the one on top. */
int layers_resize(const struct volume *vol, struct disk *disk, bool *changed)
{
	char name[MAPPER_LEN], path[ATTR_LEN];

	for (int i = 0; i < LAYER_COUNT; i++) {
		if (!layer_find(vol, i, name))
			continue;
		if (layer_resize(vol, i, name, disk, changed))
			return -1;
		mapper_path(name, path);
		if (disk_probe(path, disk))
			return -1;
	}
	return 0;
}
