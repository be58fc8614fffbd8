#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Whatever is done to a device under load, its data is right, and it works on.
#
# Driver and bus driver unbound and bound, which resets the device; disable and
# enable; link pulled; namespace disabled and enabled; its disk exchanged, or
# resized. VERIFY_SECONDS says for how long, once each if it is not set.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/stress.sh
. "$here/lib/stress.sh"
need fio
need_helper verify-io
at_exit stress_unload

# torment DEVICE
torment()
{
	local_disk "$1" "s${1#d}" num_queues=2
	stress_fill
	stress_check
	stress_rounds "$1" $((${VERIFY_SECONDS:-0} / 2)) "${STRESS:-1}"
	is "state at the end" "$(get_attr "$1" state)" live
}

# One that changes its size, and one that changes its place.
stress_file=$tmp/file
truncate -s ${stress_mb}m "$stress_file"
make_subsystem s0 "$stress_file"
torment d0

stress_file=
stress_behind=/dev/ipst-n1
stress_spare=/dev/ipst-n2
make_null ipst-n1
make_null ipst-n2
make_subsystem s1 $stress_behind
torment d1
