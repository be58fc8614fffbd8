#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A thin LVM volume, on a remote namespace, is a volume like any other.
#
# Discards of the disk give its blocks back to the pool.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/paths.sh
. "$here/lib/paths.sh"
need fio ip lvm blkdiscard
need_ipstctl
need_module dm_thin_pool

# No udev here, nor the tools that check pools.
lvm_config='activation { udev_sync=0 udev_rules=0 monitoring=0 }
	global { thin_check_executable="" use_lvmlockd=0 }
	devices { use_devicesfile=0 }'
run_lvm() { lvm "$@" --config "$lvm_config" >/dev/null; }

nqn=${node_prefix}lvm
start_node
node_export "$nqn" 256M
for name in v0 pool; do
	at_exit ipstctl volume del $name --if-exists
done
ipstctl volume add pool "$(node_sources "$nqn" 0)"
pool=$(json volume pool disk)
run_lvm pvcreate "$pool"
run_lvm vgcreate ipst "$pool"
at_exit run_lvm vgremove -f ipst
run_lvm lvcreate -q -L 128M -T ipst/thin
run_lvm lvcreate -q -V 512M -T ipst/thin -n disk
used() { dmsetup status ipst-thin-tpool | awk '{ split($6, n, "/"); print n[1] }'; }

ipstctl volume add v0 /dev/mapper/ipst-disk
is size "$(json volume v0 size)" $((512 << 20))
make_device d0 --volume v0
disk=$(json device d0 disk)
run_verify --size=64M --runtime=5 --time_based
before=$(used)
blkdiscard "$disk"
check "blocks are given back" [ "$(used)" -lt "$before" ]
refuses 1 "in use" volume del pool
ipstctl device del d0
ipstctl volume del v0
