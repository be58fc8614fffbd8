#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl: who is let in over NVMe/TCP, where devices listen, and shared ports.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/export.sh
. "$here/lib/export.sh"

count_ports() { find "$ports" -mindepth 1 -maxdepth 1 ! -name 77 | wc -l; }
port_of() { dirname "$(dirname "$(ls -d "$ports"/*/subsystems/"$export_prefix$1")")"; }

mkdir "$ports/77"
at_exit rmdir "$ports/77"
before=$(nvmet_facts)
make_volume v0
make_volume v1
make_export e0 --listen 127.0.0.1 --volume v0
check "a host that is named" host_connect e0
wait_volume v0
check "another is not" ! connect_as "$host_nqn-2" e0
host_disconnect e0

# One port for both; it goes with the last.
make_export e1 --listen 127.0.0.1 --allow-any --volume v1
is "ports" "$(count_ports)" 1
is "one" "$(port_of e0)" "$(port_of e1)"
check "any host" connect_as "$host_nqn-2" e1
wait_volume v1
is "no list" "$(json device e1 allow_hosts) $(json device e1 allow_any)" "[] True"
ipstctl device del e0
is "ports" "$(count_ports)" 1
check "the other works" read_disk
ipstctl device del e1
is "ports" "$(count_ports)" 0

# Several addresses are several paths to one disk.
make_export e0 --listen '127.0.0.1:4421,[::1],127.0.0.2' --volume v0 \
	--allow-host "$host_nqn,$host_nqn-2"
host_connect e0 -s 4421
host_connect e0 -a ::1
host_connect e0 -a 127.0.0.2
wait_volume v0
is "paths" "$(nvme list-subsys "$disk" | grep -c live)" 3
host_disconnect e0

# A port that somebody made is used, and stays.
echo tcp >"$ports/77/addr_trtype"
echo ipv4 >"$ports/77/addr_adrfam"
echo 127.0.0.3 >"$ports/77/addr_traddr"
echo 4420 >"$ports/77/addr_trsvcid"
make_export e2 --listen 127.0.0.3 --volume v1
is "the port" "$(port_of e2)" "$ports/77"
ipstctl device del e2
ipstctl device del e0
is "it stays, and nothing else" "$(nvmet_facts)" "$before"
