# kill -9 of each process, in each state of a command: no committed decision is
# lost, nothing runs twice, nothing runs unjudged, and nothing is left running.
. "$(dirname "$0")/../support/bastion.sh"
start_bastion

n=0
# A command that is held, runs for a while once approved, and says so in files.
slow() {
  n=$((n + 1))
  mark=$work/mark$n
  job="touch $mark.began && sleep ${1:-60} && touch $mark.ended"
}
runs_there() { pgrep -f "^sleep 60$" >/dev/null; }
nothing_runs() { ! runs_there; }
strike() { pkill -KILL -g "$(ps -o pgid= "$daemon_pid" | tr -d ' ')" -x "$1"; }
broker_back() { console list >/dev/null 2>&1; }
# The target stands still from here on: what was sent stays unanswered.
freeze() { for p in $(pgrep -f "sshd: .*\[priv\]|sshd: unknown|sshd: $me" ; pgrep -P "$(pgrep -f "sshd.*$work/db1" | head -1)"); do kill -"$1" "$p" 2>/dev/null; done; }

# ---- held ---------------------------------------------------------------------
slow 1; agent_bg "$work/a" "$job"; id=$(wait_pending)
strike hitl-broker
until_true 10 test -s "$work/a.status"
equal "broker, held: the agent is told that nothing ran" "$(cat "$work/a.status")" 125
matches "broker, held: why" "$(cat "$work/a.err")" 'hitl-result: error code=restarted'
holds "broker, held: it is back on the same port within a second or so" until_true 3 broker_back
equal "broker, held: the request is still there" "$(pending)" "$id"
approve "$id"; sleep 0.3
fails "broker, held: and runs nothing by itself" test -e "$mark.began"
agent "$job"; equal "broker, held: the identical command uses the approval" $? 0
LC_HITL_WAIT=0 agent "$job" 2>/dev/null; equal "broker, held: once" $? 75
deny "$(wait_pending)" test

slow 1; agent_bg "$work/b" "$job"; id=$(wait_pending)
strike hitl-ingress
until_true 10 test -s "$work/b.status"
equal "ingress, held: the connection is gone" "$(cat "$work/b.status")" 255
until_true 5 test "$(command_state)" = cancelled
approve "$id"; sleep 0.5
fails "ingress, held: an approval runs nothing" test -e "$mark.began"
agent "$job"; equal "ingress, held: but for the identical command" $? 0

slow 1; agent_bg "$work/c" "$job"; id=$(wait_pending)
strike hitl-egress; sleep 0.3
fails "egress, held: nothing ran" test -e "$mark.began"
approve "$id"
until_true 15 test -s "$work/c.status"
equal "egress, held: approved, it runs over another one" "$(cat "$work/c.status")" 0
holds "egress, held: to its end" test -e "$mark.ended"

# ---- running ------------------------------------------------------------------
slow; agent_bg "$work/d" "$job"; id=$(wait_pending); approve "$id"
until_true 10 test -e "$mark.began"; until_true 5 test "$(command_state)" = running
strike hitl-broker
until_true 10 test -s "$work/d.status"
equal "broker, running: the outcome is unknown" "$(cat "$work/d.status")" 74
matches "broker, running: said so" "$(cat "$work/d.err")" 'hitl-result: error code=outcome-unknown'
until_true 5 broker_back
holds "broker, running: the next one ends what was left there" until_true 20 nothing_runs
equal "broker, running: recorded as unknown" "$(command_state)" unknown
fails "broker, running: it did not end by itself" test -e "$mark.ended"
LC_HITL_WAIT=0 agent "$job" 2>"$work/e"
equal "broker, running: a re-issue is asked about again" $? 75
matches "broker, running: and told why" "$(cat "$work/e")" 'its outcome is unknown'
deny "$(wait_pending)" test

slow; agent_bg "$work/f" "$job"; id=$(wait_pending); approve "$id"
until_true 10 test -e "$mark.began"; until_true 5 test "$(command_state)" = running
strike hitl-egress
until_true 10 test -s "$work/f.status"
equal "egress, running: the outcome is unknown" "$(cat "$work/f.status")" 74
holds "egress, running: its command is ended over another one" until_true 20 nothing_runs
fails "egress, running: it did not end by itself" test -e "$mark.ended"

slow; agent_bg "$work/g" "$job"; id=$(wait_pending); approve "$id"
until_true 10 test -e "$mark.began"; until_true 5 test "$(command_state)" = running
strike hitl-ingress
until_true 10 test -s "$work/g.status"
holds "ingress, running: its command is ended" until_true 20 nothing_runs
until_true 8 test "$(command_state)" = ended
equal "ingress, running: and recorded as ended by a signal" \
  "$(last_command | jq -r '.[0].exit_signal')" TERM

slow; agent_bg "$work/h" "$job"; id=$(wait_pending); approve "$id"
until_true 10 test -e "$mark.began"
pkill -f -x "ssh .*$mark.ended"
holds "a client that leaves while its command runs ends it" until_true 20 nothing_runs

# ---- starting -----------------------------------------------------------------
for who in hitl-broker hitl-egress hitl-ingress; do
  agent 'echo x' >/dev/null  # the self-test is over
  slow; agent_bg "$work/s" "$job"; id=$(wait_pending)
  freeze STOP
  approve "$id"
  until_true 5 test "$(command_state)" = starting
  equal "$who, starting: the intent is on disk" "$(command_state)" starting
  strike "$who"; sleep 0.5
  freeze CONT
  until_true 15 test -s "$work/s.status"
  [ $who = hitl-ingress ] ||
    equal "$who, starting: the outcome is unknown" "$(cat "$work/s.status")" 74
  until_true 5 broker_back
  until_true 20 nothing_runs
  until_true 10 test ! "$(command_state)" = starting
  fails "$who, starting: it ran to no end" test -e "$mark.ended"
  LC_HITL_WAIT=0 agent "$job" 2>/dev/null
  equal "$who, starting: the approval is used up" $? 75
  deny "$(wait_pending)" test
  rm -f "$work/s".*
done

# ---- the end --------------------------------------------------------------------
slow; agent_bg "$work/i" "$job"; id=$(wait_pending)
agent_bg "$work/j" 'sleep 2'; sleep 0.7
kill -TERM "$daemon_pid"
until_true 10 test -s "$work/j.status"
equal "stopping: what runs may end" "$(cat "$work/j.status")" 0
until_true 10 test -s "$work/i.status"
equal "stopping: what is held is told" "$(cat "$work/i.status")" 125
matches "stopping: so" "$(cat "$work/i.err")" 'code=stopping'
wait "$daemon_pid"; equal "stopping: exit status 0" $? 0
start_daemon
equal "after a restart the request is still there" "$(pending)" "$id"

slow; agent_bg "$work/k" "$job"; sleep 1
kill -KILL "$daemon_pid"
sleep 0.5
equal "with the daemon all its processes go" "$(pgrep -f "$work/bastion" | wc -l)" 0
