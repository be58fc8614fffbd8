#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl: what is wrong with an nvme-tcp device is told in one sentence, and nothing
# changes.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/export.sh
. "$here/lib/export.sh"

# bad STATUS WORDS OPTION...
bad()
{
	refuses "$1" "$2" device add e1 --type nvme-tcp "${@:3}"
	ipstctl device add e1 --type nvme-tcp "${@:3}" >"$tmp/said" 2>&1 || true
	is "sentences" "$(sed '/warning/d' "$tmp/said" | grep -c '^ipstctl: ')" 1
	is "nothing changed" "$(nvmet_facts)" "$before"
}

make_volume v0
make_export e0 --listen 127.0.0.1 --volume v0
ipstctl device add d0 --type virtio-blk
at_exit ipstctl device del d0
before=$(nvmet_facts)
any=(--listen 127.0.0.1 --allow-any)

bad 2 "needs --allow-host" --listen 127.0.0.1
bad 2 "exclude each other" "${any[@]}" --allow-host "$host_nqn"
bad 2 "needs --listen" --allow-any
bad 2 "\"localhost\" is no IPv4" --listen localhost --allow-any
bad 2 "use 1 to 65535" --listen 127.0.0.1:0 --allow-any
bad 2 "without brackets" --listen ::1 --allow-any
bad 2 "is there twice" --listen 127.0.0.1,127.0.0.1:4420 --allow-any
bad 2 "must begin with \"nqn.\"" --listen 127.0.0.1 --allow-host "$host_nqn,x"
bad 2 "queues is for --type virtio-blk" "${any[@]}" --queues 2
bad 1 "no address of this box" --listen 127.0.0.1:4421,192.0.2.1 --allow-any
bad 1 "no address of this box" --listen '[2001:db8::1]' --allow-host "$host_nqn-2"
bad 1 "in use by another" --listen 127.0.0.1:4421,0.0.0.0 --allow-any
bad 1 "there is no volume v9" "${any[@]}" --volume v0,v9
refuses 2 "listen is for --type nvme-tcp" device add d1 --type virtio-blk --listen x

# Names are one for both types, and repeating with other words is refused.
refuses 1 "is of type virtio-blk" device add d0 --type nvme-tcp "${any[@]}"
refuses 1 "is of type nvme-tcp" device add e0 --type virtio-blk
refuses 1 "but --listen differs" device add e0 --type nvme-tcp --listen 127.0.0.2 \
	--allow-host "$host_nqn"
refuses 1 "but --allow-host differs" device add e0 --type nvme-tcp "${any[@]}"
refuses 1 "but --allow-host differs" device add e0 --type nvme-tcp \
	--listen 127.0.0.1 --allow-host "$host_nqn-2"
for words in "qos set e0 rw_iops=1" "qos show e0" "qos clear e0" "stats e0" "hist e0" \
		"device pause e0" "device attach e0 v0 --replace"; do
	# shellcheck disable=SC2086 # words
	refuses 1 "virtio-blk devices only" $words
done
is "nothing changed" "$(nvmet_facts)" "$before"
is "the device" "$(json device e0 state)" live
