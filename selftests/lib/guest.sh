# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# guest.sh: virtual machines inside the test machine, with real KVM. Sourced.
#
#   guest_start NAME [--cpus N] [--mem SIZE] [--disk CHARDEV]...
#                    [--qemu-arg ARG]... [--append WORDS] [--boot DISK]
#                    [--pages 2M|4K]
#   guest_run NAME COMMAND...	a shell command line; its output to stdout,
#				its status (98 guest gone, 124 time is up);
#				one at a time, a daemon needs its own "&"
#   guest_qmp NAME JSON		the reply to stdout, 1 if it is an error
#   guest_stop NAME		power off, then guest_check_splat
#   guest_kill NAME		SIGKILL to its QEMU
#   guest_wait NAME [SECONDS]	until it ended by itself; 1 if it does not
#   guest_is_up NAME
#   guest_check_splat NAME	1, and prints, if its kernel complained
#   guest_console NAME		prints its console log
#   guest_pid NAME		its QEMU's
#
# The guest runs the kernel that runs here, or the stock kernel if that is the
# debug one; its root is this machine's, read only, with a tmpfs over it: what is
# in /usr/bin here is there. CHARDEV is a
# /dev/vhost-vdpa-N; the Nth --disk is on PCIe port "portN", device id "diskN",
# and one more port stays empty for device_add. --boot: firmware has to find the
# kernel, on the disk of that number. A guest that reboots ends, but if it was
# started with --qemu-arg -action --qemu-arg reboot=reset. --pages: of its memory,
# huge ones if there are enough by default.

# shellcheck source=../../scripts/vm-lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/vm-lib.sh"

guest_dir=/tmp/ipst-guest	# a folder per guest: console.log, qemu.log, qmp, pid
guest_huge=/sys/kernel/mm/hugepages/hugepages-2048kB
guest_slow=${IPST_SLOW:-1}
guest_boot_s=$((240 * guest_slow))
guest_timeout_s=$((150 * guest_slow + ${VERIFY_SECONDS:-0}))	# of one guest_run
guest_lines=60			# of the console of one that is stuck
guest_spare_ports=1

guest_note() { printf 'guest %s: %s\n' "$1" "$2" >&2; }

# One vhost iotlb entry is spent per contiguous chunk of guest memory, and the
# default of 2048 is too few for scattered 4 KiB pages (ENOSPC from QEMU). The
# parameter is read-only once the module is loaded.
guest_load_modules()
{
	local kvm=kvm_intel

	! grep -qw svm /proc/cpuinfo || kvm=kvm_amd
	modprobe "$kvm" && [ -w /dev/kvm ] || return
	modprobe vhost_vdpa max_iotlb_entries=16777216 || return
}

# guest_reserve SIZE: huge pages for a guest's memory: fewer chunks to map, and
# fewer exits to populate them, which is most of a guest's boot time under TCG.
guest_reserve()
{
	local pages

	pages=$(($(numfmt --from=iec "$1") >> 21))
	guest_release
	echo $(($(<"$guest_huge/nr_hugepages") + pages)) >"$guest_huge/nr_hugepages"
	[ "$(guest_free_pages)" -ge "$pages" ]
}

guest_free_pages()
{
	echo $(($(<"$guest_huge/free_hugepages") - $(<"$guest_huge/resv_hugepages")))
}

# Gives back what no guest uses.
guest_release()
{
	echo $(($(<"$guest_huge/nr_hugepages") - $(guest_free_pages))) \
		>"$guest_huge/nr_hugepages"
}

# loglevel: a line costs an exit per byte here; warnings are enough. The watchdogs
# allow for an emulated CPU under an emulated hypervisor.
guest_cmdline()
{
	echo "$(vm_cmdline ipst-guest 5) mitigations=off ipst.modprobe=virtio_blk,nvme" \
		"watchdog_thresh=30 rcupdate.rcu_cpu_stall_timeout=120"
}

# Sets guest_args from guest_start's options.
guest_parse_args()
{
	local cpus=1 mem=256M pages=2M append='' boot='' ports=0 disks=0 extra=() huge='' i

	while [ $# -gt 0 ]; do
		case $1 in
		--cpus)		cpus=$2 ;;
		--mem)		mem=$2 ;;
		--append)	append=" $2" ;;
		--qemu-arg)	extra+=("$2") ;;
		--boot)		boot=$2 ;;
		--pages)	pages=$2 ;;
		--disk)		extra+=(-device "vhost-vdpa-device-pci,vhostdev=$2,id=disk$disks,bus=port$disks")
				disks=$((disks + 1)) ;;
		*)		guest_note "$1" "unknown option"; return 2 ;;
		esac
		shift 2
	done
	[ "$pages" = 4K ] || ! guest_reserve "$mem" || huge=,hugetlb=on,hugetlbsize=2M
	# Once a kernel has ticked by QEMU's HPET, QEMU wakes for each tick ever after.
	guest_args=(-M "q35,usb=off,sata=off,smbus=off,hpet=off,memory-backend=ram" -accel kvm -cpu host
		-smp "$cpus" -m "$mem"
		-object "memory-backend-memfd,id=ram,size=$mem,share=on$huge")
	ports=$((disks + guest_spare_ports))
	for ((i = 0; i < ports; i++)); do
		guest_args+=(-device "pcie-root-port,id=port$i,chassis=$i,slot=$i")
	done
	if [ -n "$boot" ]; then
		guest_args+=("${extra[@]}" -set "device.disk$boot.bootindex=0")
		return
	fi
	guest_args+=("${extra[@]}" -kernel "$vm_image" -initrd "$vm_initrd"
		-append "$(guest_cmdline)$append")
}

guest_start()
{
	local name=$1 dir=$guest_dir/$1 guest_args vm_args

	shift
	if guest_is_up "$name"; then
		guest_note "$name" "is up already"
		return 1
	fi
	guest_load_modules || { guest_note "$name" "no KVM here"; return 4; }
	vm_kernel_guest
	guest_parse_args "$@" || return
	guest_boot "$name" && return
	if guest_has_vanished "$name"; then
		guest_note "$name" "vanished without a word; once more"
		guest_boot "$name" && return
	fi
	guest_note "$name" "did not boot; its QEMU and console said:"
	tail -n 60 "$dir/qemu.log" "$dir/console.log" >&2
	guest_kill "$name"
	return 1
}

guest_boot()
{
	local dir=$guest_dir/$1

	rm -rf "$dir"
	mkdir -p "$dir"
	vm_qemu_base "$dir" "$dir/console.log"
	(
		ulimit -l unlimited
		exec setpriv --pdeathsig KILL -- "$vm_qemu" "${vm_args[@]}" \
			"${guest_args[@]}" </dev/null >"$dir/qemu.log" 2>&1
	) &
	echo $! >"$dir/pid"
	disown	# or bash would tell of each guest_kill
	guest_timeout_s=$guest_boot_s guest_run "$1" true
}

# A triple fault: neither QEMU nor the kernel has anything to say. What scripts/vm
# calls the emulator's fault does that to guests, too.
guest_has_vanished()
{
	! guest_is_up "$1" && [ ! -s "$guest_dir/$1/qemu.log" ] &&
		"$vm_scripts/vm-splat" "$guest_dir/$1/console.log" >/dev/null
}

guest_pid() { cat "$guest_dir/$1/pid"; }

# A QEMU that ended and was not waited for is a zombie; while another thread of it
# still ends, its files are open.
guest_is_up()
{
	local pid

	pid=$(guest_pid "$1" 2>/dev/null) || return
	awk '/^State:/ && $2 != "Z" { up = 1 } END { exit !up }' \
		<<<"$(cat "/proc/$pid/task"/*/status 2>/dev/null || true)"
}

guest_run()
{
	local name=$1 rc=0

	shift
	guest_is_up "$name" || { guest_note "$name" "is not up"; return 98; }
	"$vm_scripts/vm-talk" --timeout "$guest_timeout_s" \
		"$(guest_pid "$name")" "$guest_dir/$name/talk" <<<"$*" || rc=$?
	[ $rc != 124 ] || guest_show_stuck "$name" "$*"
	return $rc
}

# What of it waits, and for what. The first key is for the console to show it. Then
# what its CPUs are at, which of our threads are, and what takes the time here.
guest_show_stuck()
{
	local i

	guest_note "$1" "no end after $guest_timeout_s s: $2"
	vm_press_sysrq "$guest_dir/$1/qmp" 8 && vm_press_sysrq "$guest_dir/$1/qmp" w
	sleep $((2 * guest_slow))
	guest_console "$1" | tail -n "$guest_lines" >&2
	guest_qmp "$1" '{"execute": "query-status"}' >&2
	for i in 1 2 3; do
		guest_qmp "$1" '{"execute": "human-monitor-command",
			"arguments": {"command-line": "info registers -a"}}' |
			grep -oE 'CPU#[0-9]+|RIP=[^\\]*' >&2
		sleep 1
	done
	grep -s . "/proc/$(guest_pid "$1")"/task/*/{comm,wchan} >&2
	COLUMNS=100 top -bHn 2 -d 2 |
		awk '/^top/ { n++ } n == 2 && lines++ < 20' >&2
}

guest_qmp() { "$vm_scripts/vm-qmp" "$guest_dir/$1/qmp" "$2"; }
guest_console() { tr -d '\r' <"$guest_dir/$1/console.log"; }

guest_wait()
{
	local i

	for ((i = 0; i < ${2:-60} * 10 * guest_slow; i++)); do
		guest_is_up "$1" || { guest_release; return 0; }
		sleep 0.1
	done
	return 1
}

guest_stop()
{
	local name=$1

	if guest_is_up "$name"; then
		echo off >"$guest_dir/$name/talk.in"
		if ! guest_wait "$name" 60; then
			guest_note "$name" "does not power off, killing it"
			guest_kill "$name"
			return 1
		fi
	fi
	guest_check_splat "$name"
}

guest_kill()
{
	kill -KILL "$(guest_pid "$1")" 2>/dev/null
	guest_wait "$1" 60
}

guest_check_splat()
{
	"$vm_scripts/vm-splat" "$guest_dir/$1/console.log" || {
		guest_note "$1" "its kernel complained (above)"
		return 1
	}
}
