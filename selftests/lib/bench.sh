# shellcheck shell=bash disable=SC2034,SC2154 # both ways with lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# bench.sh: the words of a section of scripts/bench, over those of the tests.
# Sourced.
#
#   progress TEXT...
#   metric KEY VALUE UNIT WHAT...	one result

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

[ -n "${IPST_VM:-}" ] || fail "scripts/bench runs this in a machine of its own"
results=/run/ipst-out/results

progress() { printf '  %s\n' "$*"; }
metric() { printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "${*:4}" >>$results; }

# ratio A B: A / B with a digit
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", a / b }'; }

modules_load || fail "the modules cannot be loaded"
