#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl: 32 volumes on one nvme-tcp device, each with its own data, and a host that
# stays connected while one is exchanged for another.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/export.sh
. "$here/lib/export.sh"

# mark_volume VOLUME: its name, at its beginning, written by the host.
mark_volume()
{
	wait_volume "$1"
	printf '%-512s' "$1" | dd of="$disk" bs=512 oflag=direct status=none
}

count=32
for ((i = 1; i <= count + 1; i++)); do
	make_volume "v$i" size=4 >/dev/null
done
make_export e0 --listen 127.0.0.1
host_connect e0
for ((i = 1; i <= count; i++)); do
	ipstctl device attach e0 "v$i" >/dev/null
done
wait_volume "v$count"
is "volumes" "$(volumes_of e0 | wc -l)" $count
is "the last" "$(volumes_of e0 | tail -n 1)" "$count v$count"
is "in the list" "$(ipstctl device show | awk '$1 == "e0" { print $7, $8 }')" \
	"$count volumes"
for ((i = 1; i <= count; i++)); do
	mark_volume "v$i"
done
for ((i = 1; i <= count; i++)); do
	is "on the disk" "$(head -c 512 "/dev/ipst-v$i" | xargs)" "v$i"
done

ipstctl device detach e0 v7
ipstctl device attach e0 v33
is "the free place" "$(volumes_of e0 | sed -n 7p)" "7 v33"
wait_volume v33
check "the old one is gone" wait_for 20 has_no_volume v7
mark_volume v33
is "on the disk" "$(head -c 512 /dev/ipst-v33 | xargs)" v33
is "not on the old one" "$(head -c 512 /dev/ipst-v7 | xargs)" v7
find_volume v32
check "another is as it was" read_disk
ipstctl device del e0
host_disconnect e0
