# shellcheck shell=bash disable=SC2034,SC2154 # both ways with lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# export.sh: words for tests of ipstctl's nvme-tcp devices. Sourced, after lib.sh. The
# initiator is this kernel's own; devices listen on the loopback network.

export_prefix=nqn.2026-11.org.ipst:
host_nqn=nqn.2026-11.org.example:host
ports=$conf/nvmet/ports
need nvme ip python3
need_ipstctl
need_module nvme_tcp
ip link set lo up

# make_export NAME OPTION...: for $host_nqn, if no other is let in.
make_export()
{
	local allow=(--allow-host "$host_nqn")

	at_exit ipstctl device del "$1" --if-exists
	[[ "$*" != *--allow-* ]] || allow=()
	ipstctl device add "$1" --type nvme-tcp "${allow[@]}" "${@:2}"
}

# host_connect NAME [OPTION]...: to 127.0.0.1, if no other address is given.
host_connect() { connect_as "$host_nqn" "$@"; }

# connect_as NQN NAME [OPTION]...: each host has an id of its own.
connect_as()
{
	at_exit host_disconnect "$2"
	quiet nvme connect -t tcp -a 127.0.0.1 -s 4420 -n "$export_prefix$2" -q "$1" \
		-I "$(uuid_of "$1")" --nr-io-queues=2 --keep-alive-tmo=5 \
		--reconnect-delay=1 "${@:3}"
}

uuid_of() { md5sum <<<"$1" | sed -E 's/(.{8})(.{4})(.{4})(.{4})(.{12}).*/\1-\2-\3-\4-\5/'; }

host_disconnect() { nvme disconnect -n "$export_prefix$1" >/dev/null 2>&1 || true; }

# find_volume VOLUME: sets $disk to the one that the host has of it.
find_volume()
{
	local uuid file

	uuid=$(ipstctl volume show "$1" | sed -n 's/^uuid: *//p')
	while read -r file; do
		file=${file%/uuid}
		disk=/dev/${file##*/}
		[ -b "$disk" ] && return
	done < <(grep -lsxi "$uuid" /sys/block/nvme*n*/uuid)
	return 1
}

wait_volume() { wait_for 20 find_volume "$1" || fail "the host has no volume $1"; }
has_no_volume() { ! find_volume "$1"; }

# volumes_of NAME: as "nsid volume", one a line.
volumes_of()
{
	ipstctl device show "$1" | sed -n 's/^volumes: *//p' | sed 's/, /\n/g'
}

# What nvmet has of ours: nothing may be left behind.
nvmet_facts()
{
	find "$ports" "$subsystems" "$conf/nvmet/hosts" -mindepth 1 -maxdepth 3 |
		sed '/ana_groups/d; /referrals/d; /passthru/d' | sort
}
