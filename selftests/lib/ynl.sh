# shellcheck shell=bash disable=SC2154 # lib.sh sets tmp
# SPDX-License-Identifier: GPL-2.0
#
# ynl.sh: what to do with the kernel's own netlink program. Sourced, after lib.sh.
#
#   get EXPRESSION	of Python's, of the answer d on standard input
#   refuses_do WORDS OPERATION JSON	with a sentence that has WORDS

get() { python3 -c 'import ast, sys
d = ast.literal_eval(sys.stdin.read().replace("null", "None"))
print(eval(sys.argv[1]))' "$1"; }

refuses_do()
{
	check "$2 is refused: $3" ! ynl --do "$2" --json "$3" >"$tmp/refused"
	check "$2 says why" grep -q "$1" "$tmp/refused"
}
