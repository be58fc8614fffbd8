#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Five devices go through all of it at once, at random; each has its own data.
#
# The driver of one is a process of ours, which is killed. Meanwhile the storage
# node behind another dies and revives, and a CPU goes and comes. VERIFY_SECONDS
# says how long, 30 if it is not set; STRESS_SEED repeats a run's choices.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/stress.sh
. "$here/lib/stress.sh"
need fio nvme ip flock
need_helper vdpa-blk
need_helper verify-io
seed=${STRESS_SEED:-$RANDOM}
echo "STRESS_SEED=$seed"
end_s=$((SECONDS + ${VERIFY_SECONDS:-$((30 * ${STRESS:-1}))}))
cpu=/sys/devices/system/cpu/cpu1/online

# torment I: of device dI; a subshell, with its own folder, random numbers, traps.
torment()
{
	RANDOM=$((seed + $1))
	exec 9>"$lock"
	tmp=$tmp/$1
	mkdir "$tmp"
	trap stress_unload EXIT
	trap 'exit 143' TERM
	[ "$1" != 3 ] || stress_file=$file
	stress_behind=${paths[$1]}
	stress_spare=${spares[$1]}
	find_disk "d$1"
	read -ra acts < <(stress_acts | xargs)
	while [ $SECONDS -lt $end_s ]; do
		act=${acts[RANDOM % ${#acts[@]}]}
		echo "$SECONDS d$1 $act"
		[ "$1 $act" != "0 namespace" ] || flock 9
		stress_round "d$1" "$act"
		flock -u 9
	done
}

# Of d4: its driver dies in mid-flight, another one finds all in order.
torment_driver()
{
	RANDOM=$((seed + 4))
	while [ $SECONDS -lt $end_s ]; do
		"$bin/vdpa-blk" verify "$chardev" --seconds 60 >/dev/null &
		stress_linger
		kill -KILL $!
		wait $! 2>/dev/null || true
		check "d4 is free" wait_for 10 has_attr d4 state ready
		"$bin/vdpa-blk" verify "$chardev" --seconds 1 >/dev/null
	done
}

# The world around them. Not both at once: a CPU that goes offline waits for its
# disks' requests, with a lock held that nvme-tcp needs to connect again. So does a
# namespace that is disabled wait for its I/O, with the lock of all of nvmet, which
# the node needs to come back, being on the same kernel: hence $lock.
torment_world()
{
	RANDOM=$seed
	exec 9>"$lock"
	while [ $SECONDS -lt $end_s ]; do
		flock 9
		node_kill
		stress_linger
		node_revive
		check "the node is back" wait_for 30 node_is_back
		flock -u 9
		[ ! -w $cpu ] || echo 0 >$cpu
		stress_linger
		[ ! -w $cpu ] || echo 1 >$cpu
		sleep $((RANDOM % 3 + 1))
	done
}

# A controller is "live" until it notices that it is not: one that answers is.
node_is_back()
{
	timeout 20 dd if="${paths[0]}" of=/dev/null bs=4k count=1 iflag=direct \
		status=none 2>/dev/null
}

nqn=${node_prefix}stress
file=$tmp/file
lock=$tmp/lock
truncate -s ${stress_mb}m "$file"
start_node
node_export "$nqn" 64M
node_connect "$nqn" 0
at_exit node_disconnect "$nqn"
make_null ipst-n1
make_null ipst-n2 blocksize=4096
make_null ipst-n3
make_null ipst-n4 blocksize=4096
make_null ipst-n5 cache_size=4 discard=1
paths=("$(node_dev "$nqn")" /dev/ipst-n1 /dev/ipst-n2 "$file")
spares=('' /dev/ipst-n3 /dev/ipst-n4 '')
for i in 0 1 2 3; do
	make_subsystem s$i "${paths[i]}"
	local_disk d$i s$i num_queues=2
	stress_fill
done
make_subsystem s4 /dev/ipst-n5
vhost_device d4 s4 num_queues=2

at_exit node_revive
at_exit sh -c "[ ! -w $cpu ] || echo 1 >$cpu"
pids=()
for what in 'torment 0' 'torment 1' 'torment 2' 'torment 3' torment_driver \
	torment_world; do
	# shellcheck disable=SC2086 # two words
	background $what
	pids+=("$background_pid")
done
for pid in "${pids[@]}"; do
	wait "$pid" || fail "seed $seed, see above"
done
