// SPDX-License-Identifier: GPL-2.0
/* ipstctl volume discover: what a discovery service tells of. */
#include <stdio.h>
#include <string.h>

#include "ipstctl.h"

static const struct out_column columns[] = {
	{ .key = "subsys_nqn", .title = "SUBSYSTEM" },
	{ .key = "traddr", .title = "ADDRESS" },
	{ .key = "trsvcid", .title = "PORT" },
	{ .key = "secure", .title = "SECURE", .form = OUT_YES_NO },
	{ .key = "told_by", .title = "TOLD BY" },
	{ }
};

static json_object *row_object(const struct discovery_row *row)
{
	const struct path *teller = &row->service->path;
	json_object *object = json_object_new_object();
	bool is_addr6 = strchr(teller->traddr, ':');
	char told_by[ADDR_LEN + 16];

	snprintf(told_by, sizeof(told_by), "%s%s%s:%s", is_addr6 ? "[" : "",
		 teller->traddr, is_addr6 ? "]" : "", teller->trsvcid);
	out_add_string(object, "subsys_nqn", row->port->nqn);
	out_add_string(object, "traddr", row->port->traddr);
	out_add_string(object, "trsvcid", row->port->trsvcid);
	json_object_object_add(object, "secure",
			       json_object_new_boolean(row->port->is_secure));
	out_add_string(object, "told_by", told_by);
	return object;
}

static int discover(const struct volume *vol, json_object *array)
{
	struct discovery discovery = { .n_services = 0 };
	struct discovery_rows rows;
	int ret;

	ret = discovery_walk(&discovery, vol, &rows);
	for (size_t i = 0; i < rows.n && !ret; i++)
		json_object_array_add(array, row_object(&rows.row[i]));
	if (!rows.n_answers)
		ret = -1;
	else if (!rows.is_complete)
		warn("not all is known that discovery services could tell");
	discovery_rows_exit(&rows);
	discovery_exit(&discovery);
	return ret;
}

int volume_discover(struct cmd_call *call)
{
	const char *host_nqn = cmd_value(call, "host-nqn") ?: "";
	json_object *array;
	struct volume vol;
	const char *why;
	int ret;

	volume_init(&vol, "discover");
	vol.n_sources = 1;
	why = source_parse_service(call->argv[0], &vol.sources[0]);
	if (why)
		return cmd_usage(call, "address \"%s\" %s", call->argv[0], why);
	why = volume_settings[VSET_HOST_NQN].check(host_nqn);
	if (why)
		return cmd_usage(call, "--host-nqn \"%s\" %s", host_nqn, why);
	snprintf(vol.settings[VSET_HOST_NQN], VSET_LEN, "%s", host_nqn);
	array = json_object_new_array();
	ret = discover(&vol, array);
	if (!ret)
		out_table(call->json, array, columns);
	json_object_put(array);
	return ret ? EXIT_FAILED : EXIT_DONE;
}
