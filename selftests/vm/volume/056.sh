#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Both ends authenticate, by keys that are nowhere but where the admin put them.
#
# Not in the records, in a state file, in what ipstctl prints or logs, or in the
# arguments of a process; the volume comes back from a state file all the same.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/paths.sh
. "$here/lib/paths.sh"
need fio ip nvme keyctl
need_ipstctl

nqn=${node_prefix}paths
host=nqn.2026-11.org.example:host
start_node
node_export "$nqn" 64M
at_exit ipstctl volume del v0 --if-exists
for file in key ctrl; do
	nvme gen-dhchap-key --nqn "$host" 2>/dev/null | grep -o 'DHHC-1:.*' >"$tmp/$file"
	chmod 600 "$tmp/$file"
done
node_auth "$nqn" "$host" "$(<"$tmp/key")" "$(<"$tmp/ctrl")"
add() { ipstctl volume add v0 "$(node_sources "$nqn" 0)" --host-nqn "$host" "$@"; }

# No key in any of these.
nowhere()
{
	ipstctl -j volume show
	ipstctl volume show v0
	ipstctl -j volume paths
	ipstctl save
	cat /run/ipst/*.json
	dmesg | sed "1,/$mark/d"
	cat /proc/[0-9]*/cmdline | tr '\0' ' '
}
check_secret()
{
	nowhere >"$tmp/all" 2>/dev/null
	for file in key ctrl; do
		check "the $file is kept" ! grep -qF "$(<"$tmp/$file")" "$tmp/all"
	done
}

add --dhchap-key "file:$tmp/key"
check "authenticated" dmesg_has "qid 0: authenticated"
check_secret
ipstctl volume del v0

keyctl padd user ipst-test @u <"$tmp/key" >/dev/null
at_exit keyctl purge user ipst-test
add --dhchap-key keyring:ipst-test --dhchap-ctrl-key "file:$tmp/ctrl"
check "a repeated add" grep -q unchanged <(add --dhchap-key keyring:ipst-test \
	--dhchap-ctrl-key "file:$tmp/ctrl")
check_secret
make_device d0 --volume v0
disk=$(json device d0 disk)
run_verify --size=32M --runtime=3 --time_based
ipstctl save "$tmp/state"
ipstctl clear --yes
ipstctl apply "$tmp/state"
is "the key's place" "$(json volume v0 dhchap_key)" keyring:ipst-test
wait_disk d0
check "the disk is back" read_disk
check_secret
