# exec over plain ssh: what an allowed command is to its user.
. "$(dirname "$0")/../support/bastion.sh"
start_bastion

equal "an allowed command runs" "$(agent 'echo hello')" hello
equal "a pipeline runs" "$(agent 'printf "a\nb\nc\n" | head -2 | tail -1')" b
equal "ls on the target" "$(agent 'ls -d /etc')" /etc
agent 'ls /nonexistent-here' >"$work/o" 2>"$work/e"
equal "exit status of its own" $? 2
equal "stdout stays clean" "$(cat "$work/o")" ""
matches "stderr is apart" "$(cat "$work/e")" 'nonexistent-here'
equal "stdin is data for a reader" "$(printf 'x\ny\n' | agent 'wc -l')" 2
equal "a reader without input ends" "$(agent 'cat' </dev/null)" ""
head -c 3000000 /dev/urandom >"$work/big"
agent cat <"$work/big" >"$work/back"
holds "3 MB through cat come back as they were" cmp -s "$work/big" "$work/back"
cp "$work/big" /tmp/hitl-big.$$ && chmod 644 /tmp/hitl-big.$$
agent "cat /tmp/hitl-big.$$" >"$work/back"
holds "3 MB down" cmp -s "$work/big" "$work/back"
rm -f /tmp/hitl-big.$$
equal "quotes and newlines survive" "$(agent "echo 'a  b' \"c\$HOME\" 'd
e'")" "a  b c$HOME d
e"
equal "the agent's language reaches it" "$(LC_TIME=C.UTF-8 agent 'printenv LC_TIME')" C.UTF-8
equal "other variables do not" "$(FOO=1 agent -o SendEnv=FOO 'printenv FOO')" ""

# Several channels on one connection.
agent -M -S "$work/mux" -o ControlPersist=30 -N -f
for i in 1 2 3 4 5 6; do
  { agent -S "$work/mux" "echo $i; echo e$i >&2" >"$work/m$i" 2>"$work/n$i"; echo $? >"$work/s$i"; } &
  jobs[i]=$!
done
wait "${jobs[@]}"
equal "six channels of one connection" "$(cat "$work"/m? "$work"/n? "$work"/s? | tr '\n' ' ')" \
  "1 2 3 4 5 6 e1 e2 e3 e4 e5 e6 0 0 0 0 0 0 "
agent -S "$work/mux" -O exit 2>/dev/null

as=devin
equal "the only target needs no name" "$(agent 'echo x')" x
as=devin+nowhere
agent 'echo x' >"$work/o" 2>"$work/e"
equal "a target of nobody's is refused" $? 125
matches "in words" "$(cat "$work/e")" "hitl-result: error code=no-target.*nowhere"
as=devin+db1
ssh $(ssh_options) -i "$work/stranger" -o IdentityFile="$work/stranger" -l devin+db1 127.0.0.1 true 2>/dev/null
x=$(timeout 20 ssh -F none -o BatchMode=yes -o IdentitiesOnly=yes -o UserKnownHostsFile="$work/known_hosts" \
  -i "$work/stranger" -p "$port" -l devin+db1 127.0.0.1 'echo x' 2>&1)
equal "a stranger's key opens nothing" $? 255
lacks "and runs nothing" "$x" '^x$'

agent "$(head -c 70000 /dev/zero | tr '\0' x)" >"$work/o" 2>"$work/e"
equal "a command over 65,536 bytes" $? 125
matches "says so" "$(cat "$work/e")" 'code=too-long'

# A reader that has had enough ends the command, as it does without a bastion.
timeout 20 bash -c "$(declare -f ssh_options); work=$work port=$port; ssh \$(ssh_options) -l devin+db1 127.0.0.1 'cat /dev/zero' 2>/dev/null | head -c 10 >/dev/null"
equal "ssh HOST 'cat big' | head ends" $? 0
until_true 5 test "$(command_state)" = ended
equal "and so does the command" "$(command_state)" ended
for c in 'scp -t /tmp' 'rsync --server --sender . /tmp'; do
  agent "$c" >"$work/o" 2>"$work/e"
  equal "refused, not held: $c" $? 125
  matches "in words: $c" "$(cat "$work/e")" 'code=not-served'
done
