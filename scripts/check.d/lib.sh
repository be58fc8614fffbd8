# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # root, here, tmp, jobs: scripts/check
#
# What the checks share: which files there are, and which of them changed.

results=$root/build/check

# our_files PATTERN...: tracked and new files that git does not ignore.
our_files()
{
	if git rev-parse --git-dir >/dev/null 2>&1; then
		git ls-files -co --exclude-standard -- "$@"
	else
		find "${@%%\**}" -type f 2>/dev/null
	fi | sort -u | while read -r file; do
		[ ! -f "$file" ] || echo "$file"
	done
}

# Drops the files that gen-netlink wrote from a list on standard input.
not_generated()
{
	local file

	while read -r file; do
		head -n 4 "$file" | grep -q 'auto-generated from' || echo "$file"
	done
}

# our_c FOLDER...: C sources and headers written by hand.
our_c()
{
	our_files "${@/%//*.[ch]}" | not_generated
}

our_shell()
{
	local file first

	our_files '*' | while read -r file; do
		case $file in
		*.sh)	echo "$file"; continue ;;
		*.*)	continue ;;
		esac
		IFS= read -r -n 64 first <"$file" 2>/dev/null
		[[ "$first" =~ ^#!.*(/| )(ba|da)?sh( |$) ]] && echo "$file"
	done
}

# What a check ends with where there is nothing to look at: "|| skipped WHY ||
# return".
skipped() { echo "$*"; return 77; }

need()
{
	command -v "$1" >/dev/null && return
	echo "$1 is not installed: scripts/setup"
	return 1
}

stamp_of() { echo "$results/$1/${2//\//%}"; }

# changed CHECK FILE...: those that did not pass CHECK in their present form.
changed()
{
	local check=$1 file stamp

	mkdir -p "$results/$check"
	for file in "${@:2}"; do
		stamp=$(stamp_of "$check" "$file")
		[ "$stamp" -nt "$file" ] && [ "$stamp" -nt "$here/style.sh" ] ||
			echo "$file"
	done
}

# Takes the time a file had when its check began: it may be edited meanwhile.
passed() { touch -d "@$3" "$(stamp_of "$1" "$2")"; }

# check_one CHECK COMMAND FILE
check_one()
{
	local began found

	began=$(date +%s.%N)
	if found=$("$2" "$3" 2>&1) && [ -z "$found" ]; then
		passed "$1" "$3" "$began"
	else
		printf '%s\n' "$found"
		return 1
	fi
}

# each CHECK COMMAND FILE...: run COMMAND on each changed file, as many at once as
# checks may run; it prints what is wrong.
each()
{
	local files file running=0 rc=0

	mapfile -t files < <(changed "$1" "${@:3}")
	for file in "${files[@]}"; do
		if [ $running = "$jobs" ]; then
			wait -n || rc=1
			running=$((running - 1))
		fi
		check_one "$1" "$2" "$file" &
		running=$((running + 1))
	done
	while [ $running -gt 0 ]; do
		wait -n || rc=1
		running=$((running - 1))
	done
	return $rc
}
