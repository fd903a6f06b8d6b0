#!/bin/bash
# What the catalogue calls a look, looks: the options of its entries against what
# programs say of themselves, a part of `make catalog-strace`, and poisoned
# repositories and homes.
build=$PWD/${B:-build}
here=$(cd "$(dirname "$0")/../catalog" && pwd)
"$here/strace" "$build/hitl-policy" --seconds 15
out=$("$here/check" "$build/hitl-policy") && echo "ok options take what the catalogue says" || {
  echo "$out" | grep '^not ok' || echo "not ok catalog/check: $out"
}
"$here/poison" "$build/hitl-policy"
