#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Sixty-four devices are at work at once, and all of their data is right.
#
# Half of them are local disks, half have a driver of ours behind vhost-vdpa;
# each has a megabyte of one namespace for itself. VERIFY_SECONDS says how long,
# 10 if it is not set.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
need fio python3
need_helper vdpa-blk
count=64
runtime_s=${VERIFY_SECONDS:-10}

# A job for each local disk, and a process for each of the others. None begins before
# all are there: where that takes long, the first would be done with it.
jobs=()
chardevs=()
pids=()

# The drivers of ours leave the end of a disk alone.
make_null ipst-n0 size=$((count + 1))
make_subsystem s0 /dev/ipst-n0
for ((i = 0; i < count; i += 2)); do
	local_disk "d$i" s0 num_queues=1 queue_size=64
	jobs+=(--name="d$i" --filename="$disk" --offset="${i}m" --size=1m)
	vhost_device "d$((i + 1))" s0 num_queues=1 queue_size=64
	chardevs[i + 1]=$chardev
done
for i in "${!chardevs[@]}"; do
	background "$bin/vdpa-blk" verify "${chardevs[i]}" --offset "${i}m" --size 1m \
		--depth 8 --seconds "$runtime_s"
	pids+=("$background_pid")
done
quiet fio --name=global --direct=1 --ioengine=io_uring --allow_file_create=0 --rw=randrw \
	--bsrange=4k-64k --blockalign=4k --iodepth=8 --verify=crc32c \
	--verify_backlog=32 --verify_fatal=1 --time_based \
	--runtime="$runtime_s" "${jobs[@]}"
for pid in "${pids[@]}"; do
	check "a driver's data" wait "$pid"
done

# devices: how many have read and written, and had no error.
devices()
{
	ynl --dump stats-get | sed "s/'/\"/g" | python3 -c 'import json, sys
good = 0
for d in json.load(sys.stdin):
    op = {o["op"]: o for o in d.get("op", [])}
    if "queue" not in d and op["read"]["count"] and op["write"]["count"]:
        good += not any(o["errors"] for o in op.values())
print(good)'
}
is "devices that have worked" "$(devices)" $count
