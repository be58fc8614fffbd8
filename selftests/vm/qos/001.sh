#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each limit is kept and reached: 2 % more at most, 5 % less, over 10 seconds.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/qos.sh
. "$here/lib/qos.sh"
need fio
need_ipstctl

# limit LIMIT KIND FIO-OPTION...: what KIND counts is held to it.
limit()
{
	ipstctl qos set d0 "$1" >/dev/null
	qos_load "$disk" "${@:3}"
	qos_held "$2" "$(json qos d0 "${1%=*}")"
	stop_background "$background_pid"
	ipstctl qos clear d0 >/dev/null
}

make_null ipst-n0 memory_backed=0
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0 num_queues=2
limit rw_bps=1M rbytes --rw=randread --bs=4k --iodepth=32
limit w_bps=1M wbytes --rw=randwrite --bs=64k --iodepth=32
limit r_iops=$((1000 / slow)) reads --rw=randread --bs=4k --iodepth=32 --numjobs=2
limit rw_iops=$((1000 / slow)) writes --rw=randwrite --bs=512 --iodepth=32
# The debug kernel's backend does not do that much.
[ "$slow" -gt 1 ] || limit r_bps=100M rbytes --rw=read --bs=128k --iodepth=32
limit w_iops=7 writes --rw=randwrite --bs=4k --iodepth=4
