#!/bin/bash
# hitl-replay on a store with recorded sessions; asciinema reads what it exports.
set -u
build=${B:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$build/tests/tools/make_store" "$dir/hitl.db"

replay() { "$build/hitl-replay" --db "$dir/hitl.db" "$@" >"$dir/out" 2>"$dir/err"; }
# expect NAME CODE: the last call's exit code.
expect() { local code=$?; if [ $code = "$2" ]; then echo "ok $1"; else echo "not ok $1 (exit $code)"; cat "$dir/out" "$dir/err"; fi; }
holds() { if eval "$2"; then echo "ok $1"; else echo "not ok $1"; cat -v "$dir/out" "$dir/err"; fi; }

replay list; expect 'list' 0
holds 'the newest first' '[ "$(sed 1d "$dir/out" | cut -c1-8 | tr "\n" " ")" = "SESSIONT SESSIONO " ]'
replay list --json; expect 'list --json' 0
fields='.id,.agent,.target,.account,.client_addr,.started_at,.ended_at,.commands,.held,.denied,.bytes_out,.state'
holds 'the fields that others rely on' '[ "$(jq -c "[$fields]" "$dir/out" | tail -1)" = \
  "[\"SESSIONONEAAAAAAAAAAAAAAAA\",\"devin\",\"db1\",\"deploy\",\"10.0.0.9:4711\",\"2026-09-21T14:13:20.000Z\",\"2026-09-21T14:14:20.000Z\",3,1,1,26,\"closed\"]" ]'
replay list --agent devin --since 2026-09-21 --until 2026-09-21T15:00 --state closed --json
holds 'filters' '[ "$(jq -r .agent "$dir/out")" = devin ]'
replay list --agent nobody --json
holds 'none is no line' '[ ! -s "$dir/out" ]'
replay list --since yesterday; expect 'a time that is none' 2
replay show SESSIONONE --json; expect 'show' 0
holds 'with the commands' '[ "$(jq -c "[.commands[] | [.decision, .approvers[0], .exit_status]]" "$dir/out")" = "[[\"allow\",null,0],[\"hold\",\"alice\",3],[\"deny\",null,null]]" ]'
replay show NOSUCHID; expect 'no such session' 3
replay seek x; expect 'an unknown command' 2
replay export SESSIONONE --format html; expect 'a format that is none' 2
holds 'errors have the one form' 'grep -q "^hitl-replay: .* (see hitl-replay --help)$" "$dir/err"'
"$build/hitl-replay" --db "$dir/none.db" list 2>"$dir/err"; expect 'no store' 1

replay play SESSIONONE --speed 1000; expect 'play' 0
holds 'shows output and decisions' 'grep -q "red" "$dir/out" && grep -q "approved by alice" "$dir/out"'
holds 'and nothing that a terminal obeys but colour and erasing' \
  '! sed "s/\x1b\[[0-9;]*[mJ]//g" "$dir/out" | grep -q "$(printf "\033")"'
replay play SESSIONONE --speed 1000 --raw
holds 'but with --raw' 'grep -q "52;c;" "$dir/out"'
start=$(date +%s%N); replay play SESSIONONE --from 'approved by' --speed 10
took=$((($(date +%s%N) - start) / 1000000))
holds "from a marker ($took ms)" '[ $took -lt 1500 ] && grep -q end "$dir/out"'
replay play SESSIONONE --from nowhere; expect 'a marker that is none' 1

replay export SESSIONONE -o "$dir/one.cast"; expect 'export' 0
holds 'the file is its owner'\''s' '[ "$(stat -c %a "$dir/one.cast")" = 600 ]'
# It wants a terminal, so script(1) gives it one.
asciinema_cat() { script -qec "asciinema cat $1" /dev/null </dev/null >"$dir/out" 2>"$dir/err"; }
asciinema_cat "$dir/one.cast"; expect 'asciinema reads it' 0
holds 'stdout and stderr both' 'grep -q old "$dir/out" && grep -q warn "$dir/out" && grep -q "éw" "$dir/out"'
replay export SESSIONTWO -o "$dir/two.cast"
asciinema_cat "$dir/two.cast"; expect 'a session where nothing ran, too' 0
replay export SESSIONONE --format txt
holds 'txt is plain' '! grep -qP "[\x00-\x08\x0b-\x1f]" "$dir/out" && grep -q "^nwarning$" "$dir/out"'
replay export SESSIONONE --format json
holds 'json is one document' '[ "$(jq ".events | length" "$dir/out")" = 10 ]'
replay search 'IS  old' --json; expect 'search' 0
holds 'finds a reason whatever its case and space' '[ "$(jq -r .in "$dir/out")" = reasons ]'
replay search warning --json
holds 'and output without what is a sequence in it' '[ "$(jq -r "[.in, .session[0:10]] | join(\" \")" "$dir/out")" = "output SESSIONONE" ]'
replay search warning --in commands --json
holds 'only where it is asked for' '[ ! -s "$dir/out" ]'
replay stats --json; expect 'stats' 0
holds 'with the time to decide' '[ "$(jq -c ".agents[0] | [.name, .allowed, .held, .denied, .median_ms]" "$dir/out")" = "[\"devin\",1,1,1,10000]" ]'
replay list --decision deny --json
holds 'list by decision' '[ "$(jq -r .agent "$dir/out")" = devin ]'
