# shellcheck shell=bash disable=SC2034,SC2154 # both ways with lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# connect.sh: this kernel's own nvmet subsystems as its own NVMe disks, for
# measurements. For tests see node.sh, whose links can be cut. Sourced, after lib.sh.
#
#   connect_loop SUBSYSTEM	by nvme-loop; sets $disk
#   connect_tcp SUBSYSTEM [OPTION]...	by NVMe/TCP, over the loopback network;
#				likewise. Options are of nvme connect
#   disconnect loop|tcp SUBSYSTEM

# find_nvme NQN: sets $disk. The name at the top, not the paths', which have a
# controller in it.
find_nvme()
{
	local subsys path

	for subsys in /sys/class/nvme-subsystem/*/; do
		[ "$(<"$subsys/subsysnqn")" = "$1" ] || continue
		for path in "$subsys"/nvme*n*; do
			disk=/dev/${path##*/}
			[ -b "$disk" ] && return
		done
	done
	return 1
}

# port_of TRANSPORT: nvmet's; their names are numbers.
port_of()
{
	case $1 in
	loop)	echo "$conf/nvmet/ports/7708" ;;
	tcp)	echo "$conf/nvmet/ports/7709" ;;
	esac
}

make_port()
{
	local port

	port=$(port_of "$1")
	[ ! -d "$port" ] || return 0
	mkdir "$port"
	at_exit rmdir "$port"
	echo "$1" >"$port/addr_trtype"
}

# connect TRANSPORT SUBSYSTEM [OPTION]...: sets $disk.
connect()
{
	local nqn port

	nqn=$(basename "$(subsystem "$2")") port=$(port_of "$1")
	ln -s "$(subsystem "$2")" "$port/subsystems/"
	at_exit disconnect "$1" "$2"
	quiet nvme connect -t "$1" -n "$nqn" "${@:3}"
	wait_for 20 find_nvme "$nqn" || fail "no disk by $1"
}

disconnect()
{
	local nqn port

	nqn=$(basename "$(subsystem "$2")") port=$(port_of "$1")
	[ -L "$port/subsystems/$nqn" ] || return 0
	quiet nvme disconnect -n "$nqn"
	rm "$port/subsystems/$nqn"
}

connect_loop()
{
	modprobe nvme_loop
	make_port loop
	connect loop "$1"
}

connect_tcp()
{
	local port

	modprobe -a nvmet_tcp nvme_tcp
	ip link set lo up
	make_port tcp
	port=$(port_of tcp)
	echo ipv4 >"$port/addr_adrfam"
	echo 127.0.0.1 >"$port/addr_traddr"
	echo 4420 >"$port/addr_trsvcid"
	connect tcp "$1" -a 127.0.0.1 -s 4420 "${@:2}"
}
