// SPDX-License-Identifier: GPL-2.0
/* Any bytes: no crash, and what is taken may go into records and sysfs paths. */
#include <stdlib.h>
#include <string.h>

#include "discovery-log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct discovery_port ports[2];
	bool damaged;
	size_t n = discovery_log_parse(data, size, ports, 2, &damaged);

	for (size_t i = 0; i < n; i++)
		if (nqn_check(ports[i].nqn) || !*ports[i].traddr ||
		    !*ports[i].trsvcid || strpbrk(ports[i].traddr, "/, "))
			abort();
	return 0;
}
