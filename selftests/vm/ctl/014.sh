#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# attach --replace: killed wherever it is, repeating it puts things right.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
need fio python3
need_ipstctl
need_helper kill_nth.so

# replace VOLUME N: killed before its Nth call that changes anything.
replace()
{
	LD_PRELOAD=$bin/kill_nth.so KILL_NTH=$2 \
		ipstctl device attach d0 "$1" --replace >/dev/null 2>&1
}

is_paused() { has_attr d0 paused 1; }

make_volume v0
make_volume v1
make_device d0 --volume v0
disk=$(json device d0 disk)
background quiet run_fio --rw=randread --bs=4k --rate_iops=200 \
	--time_based --runtime=900
fio=$background_pid

ns=$subsystems/nqn.2026-11.org.ipst:d0/namespaces/1
paused=0
for ((n = 1; n < 40; n++)); do
	vol=v$((n % 2))
	! replace $vol $n || break
	if is_paused; then
		paused=$((paused + 1))
		refuses 1 "interrupted" device resume d0
	fi
	ipstctl device attach d0 $vol --replace >/dev/null
	check "the volume" grep -q "/dev/ipst-$vol" "$ns/device_path"
	is "paused" "$(get_attr d0 paused)" 0
done
# After the pause: namespace off, path, UUID, NGUID, namespace on, resume.
is "kills in the pause" $paused 6
check "no errors" kill -0 $fio
stop_background $fio

# Killed in between, and then given up.
! replace v$(((n + 1) % 2)) $((n - 4)) || fail "not killed"
refuses 1 "interrupted" device attach d0 v0
ipstctl device detach d0
ipstctl device attach d0 v0
ipstctl device pause d0
ipstctl device resume d0
