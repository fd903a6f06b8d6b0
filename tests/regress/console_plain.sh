#!/bin/bash
# hitl-console --plain: lines for a screen reader, on a terminal and through a
# pipe; never a cursor that moves.
set -u
build=${B:-build}
dir=$(mktemp -d)
mux() { TERM=screen-256color tmux -L "hitl-p-$$" -f /dev/null "$@"; }
mkfifo "$dir/orders" "$dir/in"
"$build/tests/tools/fake_broker" "$dir/op.sock" <"$dir/orders" >"$dir/said" &
broker=$!
exec 7>"$dir/orders"
trap 'mux kill-server 2>/dev/null; kill $broker 2>/dev/null; rm -rf "$dir"' EXIT

check() { if eval "$2"; then echo "ok $1"; else echo "not ok $1"; cat "$dir/out"; fi; }
until_() { for _ in $(seq 100); do grep -qF -- "$1" "$dir/out" && return 0; sleep 0.05; done; return 1; }
said() { for _ in $(seq 100); do grep -q -- "$1" "$dir/said" && return 0; sleep 0.05; done; return 1; }
say() { echo "$*" >&8; }

said ready
"$build/hitl-console" --socket "$dir/op.sock" --plain <"$dir/in" >"$dir/out" 2>"$dir/errors" &
console=$!
exec 8>"$dir/in"
check 'it says who is connected and what waits' 'until_ "Connected as alice." && until_ "New request 1. codex on db1: not understood"'
say show 2
check 'show says all of one' 'until_ "│ rm -r /srv/old" && until_ "own words, which nobody checked"'
say approve 3
check 'what was not shown is shown, and not approved' 'until_ "Read it, then say approve again." && ! grep -q approve "$dir/said"'
say approve 2 looks right
check 'what was shown is' 'said "approve K7Q2MNBVA* looks right" && until_ "was approved by alice"'
say deny 4
check 'a denial needs a reason' 'until_ "needs a reason"'
say deny 4 not today
check 'a denial carries it' 'said "deny M3XYZ2LKA* not today"'
echo 'hold NEW22222 rm -r /srv/new' >&7
check 'a new request shows by itself' 'until_ "New request 5. devin on db1: deletes files"'
say sessions
check 'sessions' 'until_ "5ZKQ7OMW"'
echo drop >&7
check 'a broker that is gone is told' 'until_ "No broker, trying again"'
echo back >&7
check 'and found again' 'until_ "connected again"'
say frobnicate
check 'an unknown command gets the list of them' 'until_ "No such command" && until_ "quit               leave"'
say quit; wait $console
check 'quit quits' '[ $? = 0 ] && [ ! -s "$dir/errors" ]'
check 'no byte of it steers a terminal, but for the bell' '! grep -qP "[\x00-\x06\x08\x09\x0b-\x1f]" "$dir/out"'

mux new-session -d -x 80 -y 24 "$build/hitl-console --socket $dir/op.sock --plain; sleep 5"
shows() { for _ in $(seq 100); do mux capture-pane -p | grep -qF -- "$1" && return 0; sleep 0.05; done; mux capture-pane -p; return 1; }
check 'on a terminal it has a prompt' 'shows "New request" && shows ">"'
mux send-keys list Enter
check 'and takes commands' 'shows "> list"'
