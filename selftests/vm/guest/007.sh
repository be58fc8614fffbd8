#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A guest of more than 4 GB, on pages of 4 KiB, starts, and its data is right.
#
# With the parameter of vhost_vdpa that we ship. Its memory is pinned: when the
# host's runs out, I/O goes on. VERIFY_SECONDS says how long, 10 if it is not set.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/guest.sh
. "$here/lib/guest.sh"
# shellcheck source=../../lib/stress.sh
. "$here/lib/stress.sh"
need qemu-system-x86_64 fio
need_kvm
mb=4608
available_mb=$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo)
[ "$available_mb" -gt $((mb + 1500)) ] || skip "only $available_mb MB of memory"
modprobe -r vhost_vdpa || skip "vhost_vdpa is in use"
modprobe -C "$here/../scripts/modprobe.conf" vhost_vdpa

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
vhost_device d0 s0
start_guest g0 --mem ${mb}M --pages 4K --disk "$chardev"
pinned_mb=$(awk '/^VmPin:/ { print int($2 / 1024) }' "/proc/$(guest_pid g0)/status")
check "all of its memory is pinned" [ "$pinned_mb" -ge $mb ]
is "its memory in GB" "$(guest_run g0 'free -g --si' | awk '/^Mem:/ { print $2 }')" 4

stress_squeeze
hog=$background_pid
guest_run g0 "fio --name=v --filename=/dev/vda --rw=randrw --direct=1 --size=64M \
	--bsrange=4k-1m --blockalign=4k --iodepth=32 --ioengine=io_uring \
	--verify=crc32c --verify_backlog=64 --verify_fatal=1 --time_based \
	--runtime=${VERIFY_SECONDS:-10} >/tmp/fio || { cat /tmp/fio; false; }"
stop_background "$hog"
guest_stop g0
