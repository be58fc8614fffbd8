#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What ipstctl -j prints is what its schema says, and no key is missing there.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/monitor.sh
. "$here/lib/monitor.sh"
need nvme ip python3 fio
need_ipstctl
python3 -c 'import jsonschema' 2>/dev/null || skip "python3-jsonschema is not installed"
tool=$here/../tools/ipstctl

# prints DEFINITION ARGUMENT...: such is what ipstctl prints; looked at in the end, for
# a python takes its time to start.
prints()
{
	number=$((number + 1))
	mkdir -p "$tmp/$1"
	ipstctl -j "${@:2}" >"$tmp/$1/$number-$2" </dev/null ||
		fail "ipstctl -j ${*:2} fails"
}

# has_lines DEFINITION FILE: each is a document of its own.
has_lines()
{
	mkdir -p "$tmp/$1"
	split -l 1 -d "$tmp/$2" "$tmp/$1/$2-"
}

number=0
nqn=${node_prefix}schema
start_node
node_export "$nqn" 64M
source=nvme+tcp://$(node_addr 0)/$nqn
make_null ipst-v1
at_exit ipstctl clear --yes

start_monitor -j
ipstctl volume add v0 "$source"
prints result volume del v0
prints result volume del v0 --if-exists
ipstctl -j volume add v0 "$source" >"$tmp/result/added"
ipstctl -j volume add v0 "$source" >"$tmp/result/unchanged"
prints result volume add v1 /dev/ipst-v1
prints result group add g0
prints result device add d0 --type virtio-blk --volume v0 --local --queues 2
prints result device add d1 --type virtio-blk --volume v1 --serial s --cpus 0
prints result device add d2 --type virtio-blk
prints result device add e0 --type nvme-tcp --listen 10.77.0.1 --allow-any --volume v1
prints result qos set --group g0 rw_bps=1G
prints result qos set d0 group=g0 rw_iops=100k
disk=$(json device d0 disk)
run_fio --rw=randrw --bs=4k --size=1m >/dev/null

prints volumes volume show
prints paths volume paths
prints devices device show
prints devices device show d0
prints devices device show e0
prints groups group show
prints limits qos show
prints statistics stats
prints statistics stats d0 --queues
prints histograms hist d0
timeout 3 "$tool/ipstctl" -j stats d0 --interval 1 >"$tmp/stats.lines" || true
has_lines statistics stats.lines
ipstctl -j top --count 2 --interval 1 >"$tmp/top.lines"
has_lines top top.lines
prints result device pause d0
prints result device resume d0
prints result device detach d1
prints result device attach d1 v1
prints result qos clear d0
prints result hist d0 --reset

ipstctl save "$tmp/state"
ipstctl device del d2
prints changes apply "$tmp/state"
prints result device del d2
prints result device del d2 --if-exists
prints changes clear --yes
stop_background "$monitor_pid"
check "monitor: $(<"$tmp/monitor")" [ "$(grep -vc '"probe"' "$tmp/monitor")" -gt 5 ]
has_lines event monitor

for definition in volumes devices groups limits statistics histograms top result \
		changes event; do
	check "$definition" "$tool/test/check-schema" --strict \
		"$tool/output.schema.json#$definition" "$tmp/$definition"/*
done
