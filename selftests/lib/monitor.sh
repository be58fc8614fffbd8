# shellcheck shell=bash disable=SC2154 # devices, tmp: lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# monitor.sh: words for tests that listen to ipstctl monitor. Sourced, after lib.sh.

# start_monitor [-j]: into $tmp/monitor, which has a line when it listens. Sets
# $monitor_pid.
# shellcheck disable=SC2120 # -j is optional
start_monitor()
{
	local try=0

	# Appended, so that a test can empty it.
	background ipstctl "$@" monitor >>"$tmp/monitor"
	# shellcheck disable=SC2034 # for tests
	monitor_pid=$background_pid
	until [ -s "$tmp/monitor" ]; do
		mkdir "$devices/probe"
		rmdir "$devices/probe"
		sleep 0.2
		try=$((try + 1))
		check "it listens" [ $try -lt $((100 * slow)) ]
	done
}

# said PATTERN: a line has come.
said() { grep -qE "$1" "$tmp/monitor"; }
says() { wait_for 10 said "$1" || fail "no line '$1': $(tail -n 5 "$tmp/monitor")"; }
