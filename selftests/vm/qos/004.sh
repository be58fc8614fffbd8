#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Nothing slips past a limit: floods of discards, zeroes and flushes are held.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/qos.sh
. "$here/lib/qos.sh"
need fio
need_ipstctl

# flood LIMIT WANT KIND COMMAND...
flood()
{
	ipstctl qos set d0 "$1" >/dev/null
	background quiet "${@:4}"
	qos_held "$3" "$2"
	stop_background "$background_pid"
	ipstctl qos clear d0 >/dev/null
}

trims() { run_fio --rw=randtrim --bs=64k --iodepth=16 --time_based --runtime=600; }
syncs() { run_fio --rw=write --bs=4k --fsync=1 --iodepth=1 --time_based --runtime=600; }
zeroes() { while :; do fallocate -z -o 0 -l 1M "$disk"; done; }

make_null ipst-n0 discard=1
make_null ipst-n1 cache_size=16
make_subsystem s0 /dev/ipst-n0 /dev/ipst-n1
local_disk d0 s0
flood w_iops=$((200 / slow)) $((200 / slow)) discards trims
# A discard counts as 4 KiB, however much it discards.
flood rw_bps=$((819200 / slow)) $((200 / slow)) discards trims
# Zeroes count as what they make zero. Where the disk cannot, they are written.
flood w_bps=$((10485760 / slow)) $((10485760 / slow)) wbytes zeroes
disable d0
set_attr d0 nsid 2
enable d0
wait_disk d0
# A write and a flush in turns.
flood w_iops=$((200 / slow)) $((100 / slow)) flushes syncs
