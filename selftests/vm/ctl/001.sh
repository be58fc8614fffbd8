#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl: a remote volume behind a device and back, repeatable at each step.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
need nvme ip python3
need_ipstctl

nqn=${node_prefix}remote
start_node
node_export "$nqn" 64M
source=nvme+tcp://$(node_addr 0)/$nqn
at_exit ipstctl volume del v0 --if-exists
at_exit ipstctl device del d0 --if-exists

ipstctl volume add v0 "$source"
check "a repeated add" grep -q "v0 unchanged" <(ipstctl volume add v0 "$source")
check "another source" ! ipstctl volume add v0 "$source?nsid=2" 2>/dev/null
check "nvme list shows it" grep -q "$(json volume v0 disk)" <(nvme list)

ipstctl device add d0 --type virtio-blk --volume v0 --local --queues 2
ipstctl device add d0 --type virtio-blk --volume v0 --local --queues 2
check "other arguments" ! ipstctl device add d0 --type virtio-blk --queues 1 2>/dev/null
is state "$(json device d0 state)" live
is size "$(json device d0 size)" $((64 << 20))
is uuid "$(json device d0 uuid)" "$(node_uuid "$nqn")"
disk=$(json device d0 disk)
check "the disk is there" read_disk
check "volume in use" ! ipstctl volume del v0 2>/dev/null

ipstctl device detach d0
is "state when detached" "$(json device d0 state)" disabled
ipstctl device attach d0 v0
is "state when attached" "$(json device d0 state)" live
ipstctl device del d0
ipstctl volume del v0
check "a second del" ! ipstctl volume del v0 2>/dev/null
ipstctl volume del v0 --if-exists
check "disconnected" ! grep -q "$nqn" <(nvme list-subsys)
