# The audit chain: what a real bastion writes is verified, while it runs and after;
# whatever is changed afterwards is found, and the first bad row is named (rule 18).
. "$(dirname "$0")/../support/bastion.sh"
. tests/support/signed_bed.sh

# ---- a bastion at work -----------------------------------------------------------
agent 'ls /' >/dev/null
agent 'cat /etc/hostname; echo done; ls /nowhere' >/dev/null 2>&1
approved "touch $work/one" --grant 5m
agent_bg "$work/b" "mkdir $work/two"; id=$(wait_pending); deny "$id" 'not now'
until_true 10 test -s "$work/b.status"
console pause --agent codex --reason 'a look' >/dev/null 2>&1
holds "a bastion at work is verified" verify
kill -HUP "$daemon_pid"; until_true 5 grep -q 'in force' "$work/log"
holds "and after a reload" verify
matches "in words" "$(cat "$work/verify")" 'intact: [0-9]+ rows, [0-9]+ audit rows'
equal "and as JSON" "$(replay verify --json | jq -c '[.intact,.faults,.signed_decisions]')" '[true,[],1]'
for i in 1 2 3 4 5 6 7 8; do agent "ls /etc /usr/lib | head -$((i * 100))" >/dev/null; done &
busy=$!
n=0 bad=0
while kill -0 $busy 2>/dev/null; do verify || { bad=$((bad + 1)); cp "$work/verify" "$work/bad"; }; n=$((n + 1)); done
equal "and all the time while commands run" "$bad" 0
fails "of which there was some" test "$n" -lt 5
[ "$bad" = 0 ] || sed 's/^/    /' "$work/bad"
matches "each checkpoint is in the log too" "$(cat "$work/log")" 'hitl-broker: checkpoint sequence=[0-9]+ hash='
{ kill -KILL "$daemon_pid"; wait "$daemon_pid"; } 2>/dev/null; sleep 0.3
sqlite3 "$dir/hitl.db" ".backup $work/old.db"; chmod 600 "$work/old.db"
holds "a bastion that was killed is verified" verify
start_daemon
agent 'ls /tmp' >/dev/null
console pause --agent devin --reason 'a look' >/dev/null
kill "$daemon_pid"; wait "$daemon_pid"
holds "it goes on with the same chain, and its end is signed" verify
equal "nothing but the last checkpoint itself is unsigned" \
  "$(replay verify --json | jq '.audit_rows - .signed_to')" 1

# ---- damage ----------------------------------------------------------------------
sqlite3 "$dir/hitl.db" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
python3 tests/regress/damage.py "$B/hitl-replay" "$dir" "$work/old.db"

# ---- an older database -----------------------------------------------------------
cp "$dir/hitl.db" "$work/new.db"; cp "$work/old.db" "$dir/hitl.db"; rm -f "$dir"/hitl.db-*
start_daemon
agent 'ls /' >"$work/o" 2>"$work/e"; code=$?
equal "with an older copy of its store the bastion runs nothing" "$code" 125
matches "and says why" "$(cat "$work/log")" 'older copy'
cp "$work/new.db" "$dir/hitl.db"; rm -f "$dir"/hitl.db-*
resumed() { console resume --agent devin >/dev/null 2>&1; }
holds "with its own again it goes on" until_true 10 resumed
equal "as before" "$(agent 'echo z' 2>/dev/null)" z
holds "and is intact" verify
