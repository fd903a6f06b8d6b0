# The audit chain: what a real bastion writes is verified, while it runs and after;
# whatever is changed afterwards is found, and the first bad row is named.
. "$(dirname "$0")/../support/bastion.sh"
start_bastion
printf '\n[audit]\ninterval = "300ms"\n' >>"$dir/bastion.toml"
kill "$daemon_pid"; wait "$daemon_pid"
start_daemon
verify() { replay verify "$@" >"$work/verify" 2>&1; }
damaged() { "$B/hitl-replay" --db "$1/hitl.db" verify >"$work/verify" 2>&1; }

# ---- a bastion at work -----------------------------------------------------------
agent 'ls /' >/dev/null
agent 'cat /etc/hostname; echo done' >/dev/null
agent_bg "$work/a" "touch $work/one"; id=$(wait_pending); approve "$id" 'go ahead'
until_true 10 test -s "$work/a.status"
agent_bg "$work/b" "touch $work/two"; id=$(wait_pending); deny "$id" 'not now'
until_true 10 test -s "$work/b.status"
console pause --agent devin --reason 'a look' >/dev/null
holds "a bastion at work is verified" verify
kill -HUP "$daemon_pid"; until_true 5 grep -q 'in force' "$work/log"
holds "and after a reload" verify
matches "in words" "$(cat "$work/verify")" 'intact: [0-9]+ rows, [0-9]+ audit rows'
equal "and as JSON" "$(replay verify --json | jq -c '[.intact,.faults]')" '[true,[]]'
kill -KILL "$daemon_pid"; sleep 0.5
holds "a bastion that was killed is verified" verify
start_daemon
console resume --agent devin >/dev/null
agent 'ls /tmp' >/dev/null
kill "$daemon_pid"; wait "$daemon_pid"
holds "it goes on with the same chain, and its end is signed" verify
equal "nothing but the last checkpoint itself is unsigned" \
  "$(replay verify --json | jq '.audit_rows - .signed_to')" 1
