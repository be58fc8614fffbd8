# shellcheck shell=bash disable=SC2034,SC2154 # both ways with lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# rows.sh: measure I/O; each time is a row of bench.json, which bench/report.py makes
# of it. Sourced, after bench.sh, in a machine with --count, where instructions are
# counted (and with --icount, if times are to be instructions, too); or after
# row_mode=wall, in any.
#
#   run_row NAME RW BS QD JOBS BATCH	of $disk, over $backing. Or of many, $disk is
#			their names with : in between; then $num_devices says how many,
#			and what is counted is the I/O of $counted, which they share.
#			fio gets the arguments in load, too.
#   run_reads NAME			its 4 KiB at random: alone, 32, 32 by 16
#   without_scheduler			$disk, and what is underneath
#   rows_end				after the last one, with all modules there
#
# A section whose fio is elsewhere has these in its own way:
#
#   start_load ARGUMENT...	fio, until it is stopped
#   stop_load			prints what it says

rows=/run/ipst-out/rows
row=0
row_mode=${row_mode:-icount}
warm_up=300		# I/Os
window_ms=${window_ms:-500}
load=()

need fio
need_helper insn-mark
mkdir -p $rows

start_load()
{
	run_fio "$@" "${load[@]}" >$rows/fio || true &
	fio_pid=$!
}

stop_load()
{
	pkill -P "$fio_pid"
	wait "$fio_pid"
	cat $rows/fio
}

# At $1, have that many passed?
have_passed() { [ "$(ios "$1")" -ge "$2" ]; }

# count_window DISK: sets ios to what has passed there meanwhile.
count_window()
{
	ios=$("$bin/insn-mark" "$1" "$window_ms")
	mv /run/ipst-out/count "$rows/$row.count"
}

run_row()
{
	local ios=0 of=${counted:-$disk}

	of=${of##*/}
	progress "$backing $1: $2 $(($3 / 1024))k, depth $4, $5 jobs, $6 at a time"
	start_load --output-format=json --rw="$2" --bs="$3" --iodepth="$4" \
		--numjobs="$5" --iodepth_batch_submit="$6" \
		--iodepth_batch_complete_min="$6" --iodepth_batch_complete_max="$4" \
		--lat_percentiles=1 --time_based --runtime=1000
	wait_for 60 have_passed "$of" $(($(ios "$of") + warm_up)) || fail "no I/O"
	if [ "$row_mode" = icount ]; then
		count_window "$of"
	else
		sleep "$((window_ms / 1000)).$((window_ms % 1000))"
	fi
	stop_load >"$rows/$row.fio"
	printf '%s\t' "$row" "$1" "$backing" "${num_devices:-1}" "$2" "$3" "$4" "$5" "$6" \
		"$row_mode" >>$rows/list
	printf '%s\n' "$ios" >>$rows/list
	row=$((row + 1))
}

run_reads()
{
	run_row "$1" randread 4096 1 1 1
	run_row "$1" randread 4096 32 1 1
	run_row "$1" randread 4096 32 1 16
}

# A multipath disk has none itself, but its paths do.
without_scheduler()
{
	local path

	for path in "/sys/block/${disk##*/}" /sys/class/nvme-subsystem/*/nvme*c*n*; do
		(echo none >"$path/queue/scheduler") 2>/dev/null || true
	done
}

rows_end()
{
	cat /proc/kallsyms >$rows/kallsyms
	uname -r >$rows/kernel
}
