# A command that is held: notices, approval, denial, no decision, leaving.
. "$(dirname "$0")/../support/bastion.sh"
start_bastion
mkdir -p "$work/srv/old" "$work/srv/two" "$work/srv/three"

agent_bg "$work/a" "rm -r $work/srv/old"
id=$(wait_pending)
until_true 5 grep -q 'held for approval' "$work/a.err"
matches "the notice" "$(cat "$work/a.err")" \
  "hitl: held for approval #${id:0:8} \(.*$work/srv/old.*; rule \".*\"\)\. Waiting up to 100 s\. If this is cut off, run the SAME command again later: the decision is kept\."
holds "nothing has run" test -d "$work/srv/old"
until_true 15 grep -q 'hitl: waiting' "$work/a.err"
matches "the heartbeat" "$(cat "$work/a.err")" "hitl: waiting #${id:0:8} \(10 s, 0 of 1 approvals\)"
console approve "$id" --digest 00000000 >/dev/null 2>&1
equal "an approval of another digest is refused" $? 1
holds "and runs nothing" test -d "$work/srv/old"
approve "$id" "go ahead"
until_true 10 test -s "$work/a.status"
equal "approved, it ran" "$(cat "$work/a.status")" 0
fails "and did what it says" test -d "$work/srv/old"
equal "stdout stayed clean" "$(cat "$work/a.out")" ""
console approve "$id" --digest "$(digest_of "$id")" >/dev/null 2>&1
equal "a second decision" $? 4
console show XXXXXXXX >/dev/null 2>&1
equal "an id of nobody's" $? 3

agent_bg "$work/b" "rm -r $work/srv/two"
id=$(wait_pending)
deny "$id" 'use the "blue/green" script'
until_true 10 test -s "$work/b.status"
equal "denied" "$(cat "$work/b.status")" 126
matches "with the operator's reason" "$(tail -1 "$work/b.err")" \
  "hitl-result: denied id=${id:0:8} by=operator reason=\"use the \\\\\"blue/green\\\\\" script\""
holds "and nothing ran" test -d "$work/srv/two"
agent "rm  -r  '$work/srv/two'" 2>"$work/e"
equal "a denial is remembered for the identical command" $? 126

LC_HITL_WAIT=1 agent "rm -r $work/srv/three" 2>"$work/e"
equal "no decision in time" $? 75
matches "says that it is held" "$(tail -1 "$work/e")" 'hitl-result: held id=[A-Z2-7]{8} retry-after=[0-9]+'
id=$(wait_pending)
approve "$id"
sleep 0.5
holds "an approval after the wait runs nothing by itself" test -d "$work/srv/three"
agent "rm -r \"$work/srv/three\""
equal "the identical command uses it" $? 0
fails "and ran" test -d "$work/srv/three"
mkdir "$work/srv/three"
LC_HITL_WAIT=0 agent "rm -r $work/srv/three" 2>"$work/e"
equal "once" $? 75
deny "$(wait_pending)" no

LC_HITL_WAIT=0 LC_HITL_NOTICES=json agent "touch $work/j" 2>"$work/e"
equal "notices as JSON" "$(head -1 "$work/e" | sed 's/^hitl: //' | jq -r .event)" held
deny "$(wait_pending)" no
LC_HITL_WAIT=0 LC_HITL_REASON='ticket 4711' agent "touch $work/k" 2>"$work/e"
id=$(wait_pending)
equal "the agent's reason is shown" "$(console show "$id" --json | jq -r .justification)" 'ticket 4711'
deny "$id" no

agent_bg "$work/c" "touch $work/left"
id=$(wait_pending)
pkill -f -x "ssh .*touch $work/left"
until_true 5 test -s "$work/c.status"
until_true 5 test "$(command_state)" = cancelled
equal "a client that leaves while held" "$(command_state)" cancelled
equal "leaves its request undecided" "$(pending)" "$id"
approve "$id"
sleep 0.5
fails "and its approval runs nothing" test -e "$work/left"
agent "touch $work/left"
holds "until the identical command comes" test -e "$work/left"

agent 'mkfs.ext4 /dev/sda1' 2>"$work/e"
equal "the catastrophic is denied at once" $? 126
matches "by policy" "$(cat "$work/e")" 'hitl-result: denied id=[A-Z2-7]{8} by=policy rule="'
for c in 'rm -rf /' 'dd if=/dev/zero of=/dev/sda' 'shutdown -h now' ':(){ :|:& };:'; do
  agent "$c" 2>/dev/null
  equal "denied: $c" $? 126
done

agent_bg "$work/d" "touch \$(echo $work/opaque) && [[ x =~ x ]]"
id=$(wait_pending)
equal "what is not understood is held" "$(console show "$id" --json | jq -r '.opaque, .canonical')" "true
null"
deny "$id" no

printf 'open("%s/script", "w")\n' "$work" | agent 'python3 -' >"$work/o" 2>"$work/e" &
id=$(wait_pending)
equal "a script on standard input is shown" "$(console show "$id" --json | jq -r .input_head)" "open(\"$work/script\", \"w\")"
approve "$id"
wait $!
until_true 5 test -e "$work/script"
holds "and run once it is approved" test -e "$work/script"
