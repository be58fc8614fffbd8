# shellcheck shell=bash disable=SC2154 # scripts/vm sets run, timeout, log, ...
# SPDX-License-Identifier: GPL-2.0
#
# vm-vng.sh: scripts/vm --runner vng, the same job by way of virtme-ng. Sourced
# by scripts/vm; uses its variables.

# What our own vm-init would have done, then the job.
vng_job()
{
	cat <<-'END'
		exec 2>&1 </dev/null
		export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
		ulimit -l unlimited
		modprobe -q configfs
		mountpoint -q /sys/kernel/config ||
			mount -t configfs configfs /sys/kernel/config
		mountpoint -q /sys/kernel/debug ||
			mount -t debugfs debugfs /sys/kernel/debug
		echo 1 >/proc/sys/kernel/panic_on_oops
	END
	[ -z "$out" ] ||
		echo "mkdir -p /run/ipst-out && mount --bind $out /run/ipst-out"
	job
}

# vng starts QEMU as a child of its own: in a PID namespace both die with the
# one process that we know.
run_vng()
{
	local args own_ns=()

	if ! command -v vng >/dev/null; then
		say "virtme-ng is not installed: run scripts/setup --vng"
		exit 4
	fi
	[ -z "$icount" ] || bad_usage "--icount needs --runner own"
	[ "$(id -u)" = 0 ] || own_ns=(--user --map-current-user)
	vng_job >"$run/job"
	args=(--verbose --run "$vm_image" --force-9p --user root
		--cpus "$cpus" --memory "$mem" --append "panic=-1 oops=panic$append"
		--cwd "$repo" --exec "bash $run/job")
	vm_kvm_works || args+=(--disable-kvm)
	# Both sides by name: vng 1.35 looks for a lone one in the wrong place.
	[ -z "$out" ] || args+=("--rwdir=$out=$out")
	setpriv --pdeathsig KILL -- unshare "${own_ns[@]}" --fork --pid \
		--kill-child --mount-proc timeout -k 5 "$timeout" \
		vng "${args[@]}" </dev/null 2>"$log" &
	pids=("$!")
	status=0
	wait "${pids[0]}" || status=$?
	pids=()
	case $status in
	137)	status=124 ;;	# timeout had to insist
	255)	status=98 ;;	# how vng says that the machine vanished
	esac
}
