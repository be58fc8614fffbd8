#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# coverage.sh: run the fuzzers on their corpus, and say which lines of the sources
# that runs, and which the unit tests do. KTAP.
#
# usage: coverage.sh FOLDER SOURCE...
#   FOLDER  has unit and the fuzzers, built by clang for coverage
set -uo pipefail

least=90	# percent of each file
bin=$1
sources=("${@:2}")
corpus=$(dirname "$0")/corpus
fuzzers=(split packed qos)
num=0
failed=0
export LLVM_PROFILE_FILE=$bin/%p.profraw

# result TEXT COMMAND...: ok if COMMAND is.
result()
{
	if "${@:2}"; then
		echo "ok $((++num)) $1"
	else
		echo "not ok $((++num)) $1"
		failed=1
	fi
}

# replay FUZZER
replay()
{
	"$bin/$1" -runs=0 "$corpus/$1" >"$bin/$1.log" 2>&1 && return
	sed 's/^/# /' "$bin/$1.log"
	return 1
}

is_enough() { awk "BEGIN { exit !(${1%\%} >= $least) }"; }

# lines NAME BINARY [-object BINARY]: of each source "file lines missed percent".
lines()
{
	llvm-profdata merge -o "$bin/$1.profdata" "$bin"/*.profraw &&
		llvm-cov report "${@:2}" -instr-profile="$bin/$1.profdata" |
		awk -v sources="${sources[*]##*/}" '
			{ sub(".*/", "", $1) }
			index(" " sources " ", " " $1 " ") { print $1, $8, $9, $10 }'
	rm -f "$bin"/*.profraw
}

# coverage WHOSE BINARY [-object BINARY]
coverage()
{
	local file all missed percent

	while read -r file all missed percent; do
		result "$(printf 'lines run by %-7s %-15s %3d of %3d, %s' \
			"$1:" "$file" $((all - missed)) "$all" "$percent")" \
			is_enough "$percent"
	done < <(lines "$@")
}

expected=$((${#fuzzers[@]} + 2 * ${#sources[@]}))
printf 'KTAP version 1\n1..%d\n' $expected
rm -f "$bin"/*.profraw
for fuzzer in "${fuzzers[@]}"; do
	result "corpus, $fuzzer: $(find "$corpus/$fuzzer" -type f | wc -l) inputs" \
		replay "$fuzzer"
done
coverage corpus "$bin/split" -object "$bin/packed" -object "$bin/qos"
# What it finds is the unit tests' to say: they run for themselves.
"$bin/unit" >"$bin/unit.log" 2>&1
coverage unit "$bin/unit"
[ $failed = 0 ] && [ $num = $expected ]
