# shellcheck shell=bash disable=SC2034,SC2154 # both ways with lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# rows.sh: count the instructions of I/O; each count is a row of bench.json, which
# bench/report.py makes of it. Sourced, after bench.sh, in a machine of one CPU with
# --icount and --count.
#
#   run_row NAME RW BS QD JOBS BATCH	of $disk, over $backing. Or of many, $disk is
#			their names with : in between; then $num_devices says how many,
#			and what is counted is the I/O of $counted, which they share.
#   without_scheduler			$disk, and what is underneath
#   rows_end				after the last one, with all modules there

rows=/run/ipst-out/rows
row=0
warm_up=300		# I/Os
window_ms=${window_ms:-500}

need fio
need_helper insn-mark
mkdir -p $rows

# At $1, have that many passed?
have_passed() { [ "$(ios "$1")" -ge "$2" ]; }

run_row()
{
	local ios fio_pid of=${counted:-$disk}

	of=${of##*/}
	progress "$backing $1: $2 $(($3 / 1024))k, depth $4, $5 jobs, $6 at a time"
	run_fio --output-format=json --rw="$2" --bs="$3" --iodepth="$4" \
		--numjobs="$5" --iodepth_batch_submit="$6" \
		--iodepth_batch_complete_min="$6" --iodepth_batch_complete_max="$4" \
		--lat_percentiles=1 --time_based --runtime=1000 >$rows/fio || true &
	fio_pid=$!
	wait_for 60 have_passed "$of" $(($(ios "$of") + warm_up)) || fail "no I/O"
	ios=$("$bin/insn-mark" "$of" "$window_ms")
	pkill -P $fio_pid
	wait $fio_pid
	mv $rows/fio "$rows/$row.fio"
	mv /run/ipst-out/count "$rows/$row.count"
	printf '%s\t' "$row" "$1" "$backing" "${num_devices:-1}" "$2" "$3" "$4" "$5" "$6" \
		icount >>$rows/list
	printf '%s\n' "$ios" >>$rows/list
	row=$((row + 1))
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
