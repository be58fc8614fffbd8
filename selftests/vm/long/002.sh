#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Both paths are lost for 30 s: I/O waits and goes on, and all else works on.
#
# A disk on other storage is not slower meanwhile, nor are commands; the ones
# about the volume itself answer as well.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/paths.sh
. "$here/lib/paths.sh"
need fio ip tc python3
need_ipstctl

start_paths
add_paths --io-policy numa
make_volume v1
make_device d1 --volume v1

start_verify
sleep 1
lost_s=$SECONDS
node_cut silence 0
node_cut silence 1
check "the loss is noticed" wait_for 30 path_is_not v0 0 live
check "of both" wait_for 30 path_is_not v0 1 live

quick() { check "ipstctl $* answers" timeout $((5 * slow)) ipstctl "$@" >/dev/null; }
for noun in volume device qos; do
	quick $noun show
done
quick volume show v0
quick volume paths
quick stats
quick save
quick qos set d0 rw_iops=1000
quick qos clear d0
quick device del d1
quick device add d1 --type virtio-blk --local --volume v1
disk=$(json device d1 disk)
check "another disk works" timeout $((10 * slow)) dd if="$disk" of=/dev/null bs=4k \
	count=1000 iflag=direct status=none

sleep $((lost_s + 30 > SECONDS ? lost_s + 30 - SECONDS : 0))
node_heal silence 0
node_heal silence 1
check "a path is back" wait_for 30 path_is v0 0 live
sleep 2
stop_verify
echo "a request waited $(longest_wait) s"
