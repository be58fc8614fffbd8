#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl: a volume over NVMe/TCP, from add to del, as a host and show see it.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/export.sh
. "$here/lib/export.sh"
need fio

before=$(nvmet_facts)
make_volume v0
make_volume v1
is "add" "$(make_export e0 --listen 127.0.0.1)" "device e0 added: 127.0.0.1:4420"
at_exit ipstctl device del e0 --if-exists
is "again" "$(make_export e0 --listen 127.0.0.1:4420)" \
	"device e0 unchanged: 127.0.0.1:4420"
is "state" "$(json device e0 state)" disabled
host_connect e0
is "attach" "$(ipstctl device attach e0 v0)" "device e0 attached: 127.0.0.1:4420"
is "again" "$(ipstctl device attach e0 v0)" "device e0 unchanged: 127.0.0.1:4420"
is "state" "$(json device e0 state)" live
wait_volume v0
check "the right data" run_verify --size=16m

ipstctl device attach e0 v1
wait_volume v1
is "volumes" "$(volumes_of e0 | xargs)" "1 v0 2 v1"
is "the list" "$(ipstctl device show | awk '{ $1 = $1 } $1 == "e0"')" \
	"e0 nvme_tcp live - - - v0, v1 127.0.0.1:4420"
check "the details" grep -qx "volumes: *1 v0, 2 v1" <(ipstctl device show e0)
check "the hosts" grep -qx "allow_hosts: *$host_nqn" <(ipstctl device show e0)
is "who has v1" "$(json volume v1 devices)" "['e0']"
refuses 1 "behind device e0" volume del v1
refuses 1 "has 2 volumes" device detach e0

ipstctl device detach e0 v0
check "the host loses it" wait_for 20 has_no_volume v0
is "again" "$(ipstctl device detach e0 v0)" "device e0 unchanged: 127.0.0.1:4420"
is "the nsid stays" "$(volumes_of e0)" "2 v1"
ipstctl device attach e0 v0
wait_volume v0
is "the lowest is taken" "$(volumes_of e0 | xargs)" "1 v0 2 v1"

# It goes with all it has, from a host that is connected.
is "del" "$(ipstctl device del e0)" "device e0 deleted"
refuses 1 "there is no device e0" device del e0
is "again" "$(ipstctl device del e0 --if-exists)" "device e0 absent"
host_disconnect e0
ipstctl volume del v0
is "nothing is left" "$(nvmet_facts)" "$before"
