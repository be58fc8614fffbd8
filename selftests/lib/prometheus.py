#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Check the text format of Prometheus on standard input, strictly.

Each metric has one HELP, then one TYPE, then all of its samples; no sample comes
twice; counters end in _total; histograms have cumulative buckets that end in
+Inf with the count. Prints the samples sorted: name{labels} value.
"""
import re
import sys

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? (\S+)\Z")

family = kind = None
seen_families = set()
samples = {}

text = sys.stdin.read()
assert text.endswith("\n"), "no line feed at the end"
for line in text.splitlines():
    head = re.fullmatch(rf"# (HELP|TYPE) ({NAME}) (.+)", line)
    if head and head[1] == "HELP":
        assert head[2] not in seen_families, f"not together: {line}"
        family, kind = head[2], None
        seen_families.add(family)
        continue
    if head:
        assert head[2] == family and not kind, f"out of place: {line}"
        kind = head[3]
        assert kind in ("counter", "gauge", "histogram"), line
        assert (kind == "counter") == family.endswith("_total"), line
        continue
    match = SAMPLE.match(line)
    assert match, f"no sample: {line}"
    assert kind, f"without a type: {line}"
    suffixes = ("_bucket", "_sum", "_count") if kind == "histogram" else ("",)
    assert match[1] in [family + s for s in suffixes], f"of another metric: {line}"
    key = (match[1], match[2] or "")
    assert key not in samples, f"twice: {line}"
    samples[key] = float(match[3])

before = {}
for (name, labels), value in samples.items():
    if not name.endswith("_bucket"):
        continue
    series = re.sub(r',?le="[^"]*"', "", labels)
    le = float(re.search(r'le="([^"]*)"', labels)[1])
    last_le, last = before.get((name, series), (-1, 0))
    assert le > last_le and value >= last, f"buckets are not cumulative: {labels}"
    before[name, series] = le, value
for (name, series), (le, value) in before.items():
    assert le == float("inf"), f"no +Inf: {series}"
    assert samples[name[:-7] + "_count", series] == value, f"count: {series}"
    assert (name[:-7] + "_sum", series) in samples, f"no sum: {series}"
for (name, labels), value in sorted(samples.items()):
    print(f"{name}{{{labels}}} {value:g}")
