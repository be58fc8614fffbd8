# shellcheck shell=bash disable=SC2154 # lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# qos.sh: how fast disks are. Sourced, after lib.sh.
#
#   qos_load DISK FIO-OPTION...  I/O in the background, without end, which has begun;
#			sets $background_pid
#   qos_sample DISK...	remembers what each has done, and the time
#   qos_rate N KIND	what the N-th (from 0) has done a second since: reads, writes,
#			discards, flushes, or rbytes, wbytes of data
#   qos_held KIND LIMIT	the first disk, after its burst, is held to the limit over
#			10 seconds: at most 2 % above, at most 5 % below. Who
#			stalls the machine makes a disk slower, never faster: so
#			what is below may be measured again
#   holds EXPRESSION	of awk's

qos_load()
{
	local disk=$1

	background quiet run_fio --time_based --runtime=1200 "${@:2}"
	check "there is load on $disk" wait_for 30 qos_is_loaded "$disk" "$*"
}

# Reads do not hide that a writer has yet to start, nor writes a reader.
qos_is_loaded()
{
	local reads writes

	read -r reads writes <"/sys/block/${1##*/}/inflight"
	case $2 in
	*--rw=*write*)	[ "$writes" -gt 0 ] ;;
	*)		[ "$reads" -gt 0 ] ;;
	esac
}

# Without a fork between a number and its time: a busy machine takes long for one.
qos_sample()
{
	local one

	qos_disks=("$@")
	qos_before=()
	qos_began=()
	for one; do
		read -r -a stat <"/sys/block/${one##*/}/stat"
		qos_began+=("$EPOCHREALTIME")
		qos_before+=("${stat[*]}")
	done
}

qos_rate()
{
	local -A field=([reads]=1 [rbytes]=3 [writes]=5 [wbytes]=7
			[discards]=12 [flushes]=16)
	local now

	read -r -a stat <"/sys/block/${qos_disks[$1]##*/}/stat"
	now=$EPOCHREALTIME
	awk -v kind="$2" -v f="${field[$2]}" -v began="${qos_began[$1]}" -v now="$now" '
		NR == 1 { before = $f }
		NR == 2 {
			n = ($f - before) / (now - began)
			printf "%.1f\n", kind ~ /bytes/ ? n * 512 : n
		}' <<<"${qos_before[$1]}"$'\n'"${stat[*]}"
}

holds() { awk "BEGIN { exit !($1) }"; }

qos_held()
{
	local rate

	sleep 2
	for _ in 1 2 3 4; do
		qos_sample "$disk"
		sleep 10
		rate=$(qos_rate 0 "$1")
		echo "$2: $rate $1 a second"
		holds "$rate <= $2 * 1.02" || fail "$rate $1 a second, above $2"
		! holds "$rate >= $2 * 0.95" || return 0
	done
	fail "$rate $1 a second, far below $2"
}
