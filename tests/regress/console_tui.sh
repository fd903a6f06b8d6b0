#!/bin/bash
# The console's screen as a person sees and uses it: the real program in a
# private tmux, before a broker that does as it is told.
. "$(dirname "$0")/../support/console_bed.sh"
heard() { for _ in $(seq 40); do grep -qaF -- "$1" "$dir/raw" && return 0; sleep 0.05; done; return 1; }

said ready
mux new-session -d -x 80 -y 24 "exec $build/hitl-console --socket $dir/op.sock 2>$dir/errors"

check 'the queue is there, the worst first' 'until_ "4 waiting" && until_ "▶ QW5ER6TY  codex  db1"'
check 'what was not understood is escaped' 'until_ "\\x1b[2JU+202E/etc" && until_ "NOTHING IN IT WAS UNDERSTOOD"'
press j; until_ '▶ K7Q2MNBV'
check 'the command is there' 'until_ "│ rm -r /srv/old"'
check 'a claim is boxed as a claim' 'until_ "own words, which nobody checked"'
press '>'
check 'the last one, with what the agent sent' 'until_ "│ systemctl   restart nginx;tail -n5"'
press k; until_ "python3 -"; press a
check 'the approve key is dead before the end' 'until_ "read on to its end first" && ! grep -q approve "$dir/said"'
for _ in 1 2 3 4; do press Space; done; until_ "── end"  || until_ " end ──"; press a
check 'and lives after it' 'said "approve ZZ77AB2C"'
check 'what is decided leaves the queue' 'until_ "3 waiting" && until_ "was approved by alice"'
rest; press '<' j; until_ "▶ K7Q2MNBV"; press d; until_ "Deny K7Q2MNBV because:"; press Enter
check 'a denial needs a reason' 'until_ "needs a reason" || ! grep -q deny "$dir/said"'
press -l 'use the blue/green script'; press Enter
check 'a denial carries its reason' 'said "deny K7Q2MNBVA* use the blue/green script"'
rest; mux pipe-pane -o "cat >$dir/raw"; order hold NEW22222 rm -r /srv/new
check 'a new request shows by itself' 'until_ "NEW22222"'
check 'rings the bell and tells the desktop' 'heard "]9;hitl: devin waits for a decision: deletes files" && heard "]777;notify;hitl-console;devin waits"'
mux pipe-pane
order settle NEW2 cancelled
check 'one settled elsewhere goes by itself' 'until_ "(deletes files) was cancelled" && until_ "2 waiting"'
mux resize-window -x 140 -y 40
press '>'
check 'it follows the size of the window' 'until_ "Would run                                    "'
order drop
check 'a broker that is gone is told' 'until_ "NO BROKER"'
order back
check 'and found again' 'until_ "connected again" && until_ "2 waiting"'
rest; order flood 500
check '500 at once' 'until_ "502 waiting"'
press '<'; until_ '▶ QW5ER6TY'
start=$(date +%s%N); press j; until_ "▶ + 501" ; took=$((($(date +%s%N) - start) / 1000000))
check "a key is answered among 500 ($took ms with tmux)" '[ $took -lt 500 ]'
press Enter; press '>'; until_ '▶ M3XYZ2LK'; press k
check 'a flood is one line, and unfolds' 'until_ "▶ F10499"'
press '?'
check 'help' 'until_ "deny, with a reason"'
press q; gone 'deny, with a reason'; press q
check 'q quits, and nothing was complained of' 'sleep 0.3; ! mux has-session 2>/dev/null && [ ! -s "$dir/errors" ]'

mux new-session -d -x 80 -y 24 "sleep 0.5; NO_COLOR=1 exec $build/hitl-console --quiet --socket $dir/op.sock 2>$dir/errors"
mux pipe-pane -o "cat >$dir/raw"
until_ 'waiting'; order hold QQ222222 rm -r /srv/quiet; rest
check 'NO_COLOR has no colours, and --quiet no bell' 'until_ waiting && [ -s "$dir/raw" ] && ! grep -qaE "$(printf "\\033")\\[[0-9;]*3[0-9]m" "$dir/raw" && ! grep -qaF "]9;hitl" "$dir/raw"'
