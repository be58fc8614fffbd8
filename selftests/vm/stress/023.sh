#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Memory runs out again and again; I/O is slow, but right, and writeback goes on.
#
# A file system on the disk has to be written back for memory to become free.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/stress.sh
. "$here/lib/stress.sh"
need fio mkfs.ext4
need_module ext4
runtime_s=${VERIFY_SECONDS:-15}

# How often somebody had to wait for memory, or was killed for it.
waits() { awk '/^(allocstall|oom_kill )/ { n += $2 } END { print n }' /proc/vmstat; }

is_short() { [ "$(waits)" -gt "$before" ]; }

# What null_blk stores is allocated before memory is short: it can fail.
make_null ipst-n0 size=256
make_null ipst-n1 size=128
for i in 0 1; do
	dd if=/dev/zero of=/dev/ipst-n$i bs=1M oflag=direct status=none 2>/dev/null || true
done
make_subsystem s0 /dev/ipst-n0 /dev/ipst-n1
local_disk d0 s0 num_queues=2
quiet mkfs.ext4 -E nodiscard "$disk"
mkdir "$tmp/mnt"
mount "$disk" "$tmp/mnt"
at_exit sh -c "! mountpoint -q $tmp/mnt || umount $tmp/mnt"
local_disk d1 s0 nsid=2 num_queues=2

before=$(waits)
stress_squeeze
hog=$background_pid
check "memory runs out" wait_for 60 is_short
background quiet fio --name=fs --directory="$tmp/mnt" --size=96M --rw=randwrite \
	--bsrange=4k-256k --ioengine=psync --verify=crc32c --verify_fatal=1 \
	--time_based --runtime="$runtime_s"
buffered=$background_pid
run_verify --size=64m --time_based --runtime="$runtime_s"
check "the files are right" wait "$buffered"
stop_background "$hog"
umount "$tmp/mnt"
quiet fsck.ext4 -fn "/dev/ipst-n0"
