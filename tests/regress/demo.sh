# The demo that the README promises, unattended.
cd "$(dirname "$0")/../.." || exit 1
TMPDIR=$(mktemp -d) && export TMPDIR
out=$(contrib/demo script 2>&1)
status=$?
if [ $status = 0 ]; then echo "ok make demo DEMO=script"; else echo "not ok make demo DEMO=script"; echo "$out"; fi
left=$(ls -A "$TMPDIR")
if [ -z "$left" ]; then echo "ok it cleans up"; else echo "not ok it cleans up: $left"; fi
rm -rf "$TMPDIR"
