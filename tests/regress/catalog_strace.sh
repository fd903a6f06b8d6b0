#!/bin/bash
# What the catalogue calls a look, looks: a part of `make catalog-strace`, and
# the options of the entries against what programs say of themselves.
build=$PWD/${B:-build}
here=$(cd "$(dirname "$0")/../catalog" && pwd)
"$here/strace" "$build/hitl-policy" --seconds 25
out=$("$here/check" "$build/hitl-policy") && echo "ok options take what the catalogue says" || {
  echo "$out" | grep '^not ok' || echo "not ok catalog/check: $out"
}
