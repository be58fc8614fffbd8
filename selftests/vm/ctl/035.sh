#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl: the file of the volumes is lost, and what devices have is found again.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/state.sh
. "$here/lib/state.sh"
need nvme ip python3

file=/run/ipst/volumes.json
nqn=${node_prefix}remote
start_node
node_export "$nqn" 64M
source=nvme+tcp://$(node_addr 0)/$nqn
make_null ipst-v1
at_exit sh -c "nvme disconnect -n $nqn >/dev/null"
at_exit ipstctl clear --yes
ipstctl volume add v0 "$source"
ipstctl volume add v1 /dev/ipst-v1
ipstctl device add d0 --type virtio-blk --volume v0 --local
ipstctl device add d1 --type virtio-blk --volume v1 --local
ipstctl save "$tmp/state"
uuid=$(json volume v0 uuid)

rm $file
is "the volumes" "$(ipstctl volume show | awk 'NR > 1 { print $1 }' | xargs)" "d0 d1"
is "of the same UUID" "$(json volume d0 uuid)" "$uuid"
is "by the same way" "$(json volume d0 sources)" \
	"['nvme+tcp://$(node_addr 0):4420/$nqn?nsid=1']"
is "behind its device" "$(json device d1 volume)" d1
refuses 1 "behind device d0" volume del d0
check "looking writes nothing" [ ! -e $file ]

# Its old command names a volume, and so does a document.
is "add" "$(ipstctl volume add v0 "$source")" "volume v0 added: $(json volume v0 disk)"
is "the volumes" "$(ipstctl volume show | awk 'NR > 1 { print $1 }' | xargs)" "d1 v0"
applies "" "$tmp/state" --prune --dry-run
applies "" "$tmp/state" --prune
is "the volumes" "$(ipstctl volume show | awk 'NR > 1 { print $1 }' | xargs)" "v0 v1"
is "states" "$(json device d0 state) $(json device d1 state)" "live live"
check "as it was" diff "$tmp/state" <(ipstctl save)

# What is no such file is left alone.
echo '{ "version": 1, "volumes": { "v0": 1 } }' >$file
cp $file "$tmp/bad"
refuses 1 "move it away" volume show
refuses 1 "move it away" volume add v1 /dev/ipst-v1
refuses 1 "move it away" apply "$tmp/state"
check "it is as it was" cmp $file "$tmp/bad"
disk=$(json device d0 disk)
check "the device works" read_disk
rm $file
applies "" "$tmp/state"
