#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl: what fails says why, exits 1 or 2, and leaves nothing behind.
#
# run.sh sees what is left behind.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
need nvme ip
need_ipstctl

nqn=${node_prefix}remote
start_node
node_export "$nqn" 64M
url=nvme+tcp://$(node_addr 0)

refuses 2 "usage" volume frob
refuses 2 "usage" volume add
refuses 2 "frob" volume add v0 frob:xyz
refuses 1 "/dev/nothing" volume add v0 /dev/nothing
refuses 1 "/dev/null" volume add v0 /dev/null
refuses 1 "" volume add v0 "$url/nqn.2026-11.org.example:wrong"
refuses 1 "" volume add v0 "$url/$nqn?nsid=7"
refuses 1 "" volume add v0 "$url:4421/$nqn"
refuses 1 "v0" device add d0 --type virtio-blk --volume v0
refuses 1 "d0" device attach d0 v0
refuses 1 "d0" device del d0
refuses 2 "type" device add d0 --type floppy
refuses 2 "" device add d0 --type virtio-blk --queues 0
check "no device was made" [ ! -e "$devices/d0" ]
check "no connection is left" ! grep -q "$nqn" <(nvme list-subsys)
