// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer target: the model of qos_model.h does what the input says. A choice
 * takes as many bytes as it needs; a step, a byte or more.
 */
#include <stdlib.h>

#include "qos_model.h"
#include "unit.h"

int unit_failed;
static const u8 *input, *input_end;

static u32 take_below(u32 limit)
{
	u32 value = 0, most;

	for (most = limit - 1; most && input < input_end; most >>= 8)
		value = value << 8 | *input++;
	return value % limit;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size_bytes)
{
	input = data;
	input_end = data + size_bytes;
	qos_model_run(take_below, size_bytes);
	if (unit_failed)
		abort();
	return 0;
}
