#!/bin/bash
# The one-shot commands of the console: what they print and how they exit.
set -u
build=${B:-build}
dir=$(mktemp -d)
mkfifo "$dir/orders"
"$build/tests/tools/fake_broker" "$dir/op.sock" <"$dir/orders" >"$dir/said" &
broker=$!
exec 7>"$dir/orders"
trap 'kill $broker 2>/dev/null; rm -rf "$dir"' EXIT
until grep -q ready "$dir/said"; do sleep 0.05; done

console() { "$build/hitl-console" --socket "$dir/op.sock" "$@" >"$dir/out" 2>"$dir/err"; }
# expect NAME CODE: the last call's exit code.
expect() { local code=$?; if [ $code = "$2" ]; then echo "ok $1"; else echo "not ok $1 (exit $code)"; cat "$dir/out" "$dir/err"; fi; }
holds() { if eval "$2"; then echo "ok $1"; else echo "not ok $1"; cat "$dir/out" "$dir/err"; fi; }
digest() { console show "$1" --json; jq -r .digest "$dir/out"; }

console list; expect 'list' 0
holds 'one row a request' '[ "$(wc -l <"$dir/out")" = 5 ]'
holds 'nothing but printable text reaches the terminal' '! grep -qP "[\x00-\x09\x0b-\x1f]" "$dir/out"'
console list --json; expect 'list --json' 0
holds 'one object a line' '[ "$(jq -c .id "$dir/out" | wc -l)" = 4 ]'
"$build/hitl-console" list --json --socket "$dir/op.sock" >"$dir/out2"
holds 'options may stand after the command' 'cmp -s "$dir/out" "$dir/out2"'
console show k7q; expect 'no such id' 3
console show "$(printf 'K7Q2%.0s' {1..30})"; expect 'an id that is too long' 2
console show K7Q2; expect 'show by a prefix' 0
console approve K7Q2; expect 'approve without terminal needs a digest' 2
console approve K7Q2 --digest 1234567; expect 'seven digits are too few' 2
console approve K7Q2 --digest 0000000000; expect 'another digest is refused' 1
holds 'nothing was decided so far' '! grep -qE "approve|deny" "$dir/said"'
console approve K7Q2 --digest "$(digest K7Q2 | cut -c1-8)" --reason 'looks right'
expect 'approve with the digest' 0
holds 'the reason arrives' 'grep -q "approve K7Q2MNBVA* looks right" "$dir/said"'
console approve K7Q2 --digest "$(digest K7Q2)"; expect 'approve again' 4
console deny K7Q2 --reason x; expect 'deny what is approved' 4
console deny M3XY; expect 'deny without reason' 2
console deny M3XY --reason ' '; expect 'deny with a blank reason' 2
console deny M3XY --reason 'not now' --json; expect 'deny' 0
holds 'the answer is the request' '[ "$(jq -r .state "$dir/out")" = denied ]'
console list --all --json; expect 'list --all' 0
holds 'with the decided ones' '[ "$(jq -r .state "$dir/out" | sort | uniq -c | tr -s " \n" " ")" = " 1 approved 1 denied 2 pending " ]'
console frobnicate; expect 'an unknown command' 2
holds 'errors have the one form' 'grep -q "^hitl-console: .* (see hitl-console --help)$" "$dir/err"'
"$build/hitl-console" --socket "$dir/none" list 2>"$dir/err"; expect 'no broker' 5

"$build/hitl-console" --socket "$dir/op.sock" tail --json >"$dir/tail" 2>"$dir/err" &
tail=$!
sleep 0.3; echo 'hold NEW22222 rm -r /srv/new' >&7
for _ in $(seq 60); do [ -s "$dir/tail" ] && break; sleep 0.05; done
holds 'tail tells of what happens' '[ "$(jq -r "[.event, .agent, .target] | join(\" \")" "$dir/tail")" = "held devin db1" ]'
echo drop >&7; wait $tail; expect 'tail ends with its broker' 5

# On a terminal it shows the request and asks.
echo back >&7; sleep 0.2
ask() { printf '%s\n' "$2" | script -qec "$build/hitl-console --socket $dir/op.sock approve $1" /dev/null >"$dir/out" 2>&1; }
ask NEW2 no; expect 'a no is no approval' 1
holds 'the request was shown' 'grep -q "rm -r /srv/new" "$dir/out" && grep -q "yes/no" "$dir/out"'
holds 'and nothing decided' '! grep -q NEW2 "$dir/said"'
ask NEW2 yes; expect 'a yes is one' 0
