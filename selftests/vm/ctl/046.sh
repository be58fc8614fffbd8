#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl: nvme-tcp devices need none of ipst's modules, listen in the network namespace
# of whoever adds them, and their volumes are found again when the records are lost.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/export.sh
. "$here/lib/export.sh"

netns=ipst-test-ns
modules_unload
at_exit modules_load
before=$(nvmet_facts)
at_exit ipstctl clear --yes
ip netns add $netns
at_exit ip netns del $netns
ip link add ipst-t0 type veth peer ipst-t0 netns $netns
ip addr add 10.78.0.1/24 dev ipst-t0
ip link set ipst-t0 up
ip -n $netns addr add 10.78.0.2/24 dev ipst-t0
ip -n $netns link set ipst-t0 up

make_volume v0
refuses 1 "no address of this box" device add e0 --type nvme-tcp --listen 10.78.0.2 \
	--allow-any
# Not "ip netns exec": that hides configfs.
nsenter --net=/run/netns/$netns "$(command -v ipstctl)" device add e0 --type nvme-tcp \
	--listen 10.78.0.2 --allow-host "$host_nqn" --volume v0
host_connect e0 -a 10.78.0.2
wait_volume v0
check "it reads" read_disk
host_disconnect e0

ipstctl save "$tmp/saved"
rm /run/ipst/volumes.json
is "found again" "$(ipstctl volume show | awk 'NR > 1 { print $1 }')" e0.1
refuses 1 "behind device e0" volume del e0.1
ipstctl volume add v0 /dev/ipst-v0
is "named" "$(volumes_of e0)" "1 v0"
check "as it was" diff "$tmp/saved" <(ipstctl save)

ipstctl clear --yes
is "nothing is left" "$(nvmet_facts)" "$before"
check "no module of ipst's" [ ! -d /sys/module/ipst ]
