#!/bin/bash
# Commands through the real ingress and egress, by OpenSSH's client to its sshd.
. "$(dirname "$0")/../support/ssh_bed.sh"
start_bastion "$dir/target/host_ed25519.pub" "$(id -un)"
head -c 24M /dev/urandom >"$dir/big"
sum=$(sha256sum <"$dir/big")

same 'output and status' "$(agent -n 'run:none:echo hi; exit 7'; echo $?)" "hi
7"
same 'standard error is apart' "$(agent -n 'run:none:echo o; echo e >&2' 2>/dev/null)" o
same 'standard error arrives' "$(agent -n 'run:none:echo o; echo e >&2' 2>&1 >/dev/null)" e
same 'no input is an empty input' "$(echo x | agent 'run:none:cat; echo end')" end
same 'data is passed on' "$(echo x | agent 'run:data:cat')" x
same 'half-close: output goes on' "$( (echo a; sleep 0.2; echo b) | agent 'run:data:cat; sleep 0.3; echo c')" "a
b
c"
same 'a script is what was collected' "$(echo 'echo $((6*7))' | agent 'run:script:sh')" 42
same 'bulk down' "$(agent -n "run:none:cat $dir/big" | sha256sum)" "$sum"
same 'bulk to standard error' "$(agent -n "run:none:cat $dir/big >&2" 2>&1 >/dev/null | sha256sum)" "$sum"
same 'bulk up' "$(agent 'run:data:sha256sum' <"$dir/big")" "$sum"
same 'bulk both ways' "$(agent 'run:data:cat' <"$dir/big" | sha256sum)" "$sum"
same 'a slow reader gets all' "$(agent -n "run:none:cat $dir/big" | (sleep 1; sha256sum))" "$sum"
same 'with key exchanges between' "$(agent -o RekeyLimit=1M 'run:data:cat' <"$dir/big" | sha256sum)" "$sum"
agent -n 'run:none:kill -TERM $$' 2>"$dir/err"; same 'a signal is a signal' $? 255
holds 'and recorded as one' 'grep -q "ended signal 0TERM" "$dir/bastion/log"'
same 'a notice goes to standard error' "$(agent -n deny:why 2>&1 >/dev/null)" 'hitl-result: denied why'
agent -n deny:why 2>"$dir/err"; same 'denied is 126' $? 126
same 'collected: at its end' "$(agent collect: 2>&1 </dev/null)" 'input: complete 0 bytes'
same 'collected: a mebibyte' "$(head -c 1048576 "$dir/big" | agent collect: 2>&1)" 'input: complete 1048576 bytes'
same 'collected: too long' "$(head -c 1048577 "$dir/big" | agent collect: 2>&1)" 'input: too long 0 bytes'
same 'collected: nothing comes' "$(sleep 1 | agent collect: 2>&1)" 'input: silent 0 bytes'
same 'some variables' "$(LC_A=1 LANG=C FOO=b agent -n -o SendEnv='LC_A LANG FOO' show: 2>&1 | sort)" "env LANG=C
env LC_A=1
refused FOO"
agent -n leave: 2>"$dir/err"; same 'no broker: 125' "$? $(cat "$dir/err")" '125 hitl-result: error code=restarted'
agent -n 'die:sleep 5' 2>"$dir/err"; same 'no broker while it runs: 74' "$? $(grep result "$dir/err")" '74 hitl-result: error code=outcome-unknown'

sftp "${options[@]}" -P "$port" devin@127.0.0.1 >"$dir/out" 2>&1 </dev/null; same 'sftp is explained' "$(grep -c 'not-served' "$dir/out")" 1
agent -n -W 127.0.0.1:22 >"$dir/out" 2>&1; same 'no forward' "$(grep -c 'prohibited' "$dir/out")" 1
agent -n -R 0:127.0.0.1:22 -o ExitOnForwardFailure=yes deny: >"$dir/out" 2>&1; same 'no remote forward' "$(grep -c 'forwarding failed' "$dir/out")" 1

long=$(head -c 65537 /dev/zero | tr '\0' a)
agent -n "deny:$long" 2>"$dir/err"; holds 'a long command arrives cut' 'grep -q "(65537 bytes)" "$dir/bastion/log"'

# One connection, many channels.
mux=(-S "$dir/mux" -o ControlPath="$dir/mux")
agent -M "${mux[@]}" -o ControlPersist=yes -n -N -f
for i in 1 2 3 4 5 6; do agent "${mux[@]}" "run:data:cat; echo $i" <"$dir/known_hosts" >"$dir/mux.$i" & echo $! >>"$dir/pids"; done
wait $(cat "$dir/pids")
for i in 1 2 3 4 5 6; do same "channel $i" "$(cat "$dir/mux.$i")" "$(cat "$dir/known_hosts"; echo "$i")"; done
agent "${mux[@]}" -O exit 2>/dev/null

# A client that goes away.
ssh "${options[@]}" -n -p "$port" devin@127.0.0.1 hold: 2>"$dir/held" & client=$!
soon 'grep -q held "$dir/held"'; : >"$dir/bastion/log"; kill -KILL $client; wait $client 2>/dev/null
holds 'gone while held: seen' 'soon "grep -q \"ingress ended\" \"$dir/bastion/log\""'
ssh "${options[@]}" -n -p "$port" devin@127.0.0.1 'run:none:sleep 30' & client=$!
soon 'grep -q started "$dir/bastion/log"'; kill -KILL $client; wait $client 2>/dev/null
holds 'gone while it runs: seen' 'soon "[ \$(grep -c \"ingress ended\" \"$dir/bastion/log\") = 2 ]"'

# What an ended command printed waits for who reads late, or is let go.
same 'all of it, read late' "$(agent -n 'run:none:head -c 3000000 /dev/zero' | (sleep 1; wc -c))" 3000000
{ ssh "${options[@]}" -n -p "$port" devin@127.0.0.1 'run:none:head -c 3000000 /dev/zero' & echo $! >"$dir/pid"; sleep 1.5; } | sleep 1.5 &
late=$!; sleep 1; kill -KILL "$(cat "$dir/pid")"; wait $late
holds 'nobody reads it: no harm' '! grep -qE "Sanitizer|check failed" "$dir/bastion/err"'

# Back-pressure: nobody reads, nobody records, a held command.
rss() { ps -o rss= -C "$1" | sort -n | tail -n 1; }
{ ssh "${options[@]}" -n -p "$port" devin@127.0.0.1 'slow:cat /dev/zero' & echo $! >"$dir/pid"; } | wc -c >"$dir/count" & counter=$!
sleep 1.5; kill "$(cat "$dir/pid")"; wait $counter
holds 'what is not recorded does not pass' '[ "$(cat "$dir/count")" -gt 500000 ] && [ "$(cat "$dir/count")" -lt 4000000 ]'
{ ssh "${options[@]}" -n -p "$port" devin@127.0.0.1 'run:none:cat /dev/zero' & echo $! >"$dir/pid"; sleep 2; } | sleep 2 & sleep 1.5
holds 'nobody reads: little memory' '[ "$(rss hitl-ingress)" -lt "$little" ] && [ "$(rss hitl-egress)" -lt "$little" ]'
kill "$(cat "$dir/pid")"; wait %% 2>/dev/null
ssh "${options[@]}" -p "$port" devin@127.0.0.1 hold: </dev/zero 2>/dev/null & client=$!; sleep 1
holds 'input while held: little memory' '[ "$(rss hitl-ingress)" -lt "$little" ]'
kill $client

# Targets that do not do.
stop_bastion; start_bastion "$dir/bastion/stranger.pub" "$(id -un)"
agent -n 'run:none:touch /nowhere' 2>"$dir/err"; same 'another host key: 125' $? 125
holds 'and its fingerprint' 'grep -q "not the pinned one but ssh-ed25519 SHA256:" "$dir/err"'
stop_bastion; start_bastion "$dir/target/host_ed25519.pub" 'nobody-of-that-name'
agent -n 'run:none:true' 2>"$dir/err"; same 'certificate refused: 125' "$? $(grep -c 'refuses the certificate' "$dir/err")" '125 1'
stop_bastion
