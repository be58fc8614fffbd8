// SPDX-License-Identifier: GPL-2.0
/* What the files below /run/ipst have of a path, whatever else they add. */
#include <stdio.h>

#include "ipstctl.h"

void path_to_json(const struct path *path, json_object *object)
{
	out_add_string(object, "traddr", path->traddr);
	out_add_string(object, "trsvcid", path->trsvcid);
	out_add_string(object, "ctrl", path->ctrl);
}

void path_from_json(json_object *object, struct path *path)
{
	snprintf(path->traddr, sizeof(path->traddr), "%s",
		 out_string(object, "traddr"));
	snprintf(path->trsvcid, sizeof(path->trsvcid), "%s",
		 out_string(object, "trsvcid"));
	snprintf(path->ctrl, sizeof(path->ctrl), "%s",
		 out_string(object, "ctrl"));
}
