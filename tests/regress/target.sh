# The target: a real sshd that enforces what was approved.
. "$(dirname "$0")/../support/bastion.sh"
start_bastion

# What sshd saw: one certificate a command, with the command inside.
mkdir "$work/gone"
agent_bg "$work/a" "rm -r $work/gone"; id=$(wait_pending); approve "$id"
until_true 10 test -s "$work/a.status"
matches "sshd logs the certificate under the request's id" "$(cat "$work/db1/log")" \
  "Accepted certificate ID \"$id\" .*signed by ED25519 CA|ED25519-CERT .* ID $id "
lacks "the exec request itself carries no command" "$(cat "$work/db1/log")" "rm -r"

# Warm: key exchange is done when the session begins.
log_lines() { grep -c "$1" "$work/db1/log"; }
before=$(log_lines 'Connection from')
agent -M -S "$work/mux" -N -f
until_true 5 test "$(log_lines 'Connection from')" -gt "$before"
equal "a session connects to its target as it begins" "$(log_lines 'Connection from')" $((before + 1))
accepted=$(log_lines 'Accepted publickey')
agent -S "$work/mux" 'echo x' >/dev/null
equal "and its first command needs one authentication only" \
  "$(log_lines 'Connection from') $(log_lines 'Accepted publickey')" "$((before + 1)) $((accepted + 1))"
agent -S "$work/mux" -O exit 2>/dev/null

# sshd ends what does not log in; a session that waits gets another connection.
start_target grace LoginGraceTime=6
cp "$dir/keys/user_ca.pub" "$work/grace/user_ca.pub"
cp "$dir/bastion.toml" "$work/toml.sav"
sed -i "s/^address.*/address = \"127.0.0.1:$target_port\"/; s|^host_keys.*|host_keys = [\"$(cut -d' ' -f1,2 "$work/grace/host_ed25519.pub") grace\"]|" "$dir/bastion.toml"
kill "$daemon_pid"; wait "$daemon_pid"; start_daemon
agent -M -S "$work/mux" -N -f
connections() { grep -c 'Connection from' "$work/grace/log"; }
until_true 5 test "$(connections)" = 1
until_true 20 eval 'test "$(connections)" = 2'
equal "a connection that LoginGraceTime ended is opened again" "$(connections)" 2
equal "and serves the next command, after the self-test on the one that waited" \
  "$(agent -S "$work/mux" 'echo x'; connections)" "x
3"
agent -S "$work/mux" -O exit 2>/dev/null
cp "$work/toml.sav" "$dir/bastion.toml"
kill "$daemon_pid"; wait "$daemon_pid"; start_daemon
kill "$target_pid"; target_pid=${pids[0]}; target_port=$(cat "$work/db1/port")

# Another host key.
cp "$work/db1/host_ed25519" "$work/key.sav"; cp "$work/db1/host_ed25519.pub" "$work/key.pub.sav"
kill "$target_pid"; wait "$target_pid" 2>/dev/null
agent 'echo x' >"$work/o" 2>"$work/e"
equal "a target that is down" $? 125
matches "says so" "$(cat "$work/e")" 'hitl-result: error code=target-unreachable .*refused'
equal "nothing on stdout" "$(cat "$work/o")" ""
rm "$work/db1/host_ed25519" "$work/db1/host_ed25519.pub"
start_target db1
sed -i "s/127.0.0.1:[0-9]*\"/127.0.0.1:$target_port\"/;s/^listen.*/listen = [\"127.0.0.1:0\"]/" "$dir/bastion.toml"
trust_bastion
kill "$daemon_pid"; wait "$daemon_pid"
start_daemon
agent 'echo x' >"$work/o" 2>"$work/e"
equal "a target with another host key" $? 125
matches "says whose" "$(cat "$work/e")" 'hitl-result: error code=host-key .*SHA256:'
lacks "sshd let nobody in" "$(cat "$work/db1/log")" 'Accepted'

# A target that does not trust the CA.
new=$(cut -d' ' -f1,2 "$work/db1/host_ed25519.pub")
sed -i "/^host_keys/s|.*|host_keys = [\"$new db1\"]|" "$dir/bastion.toml"
kill "$daemon_pid"; wait "$daemon_pid"
start_daemon
cp "$work/devin.pub" "$work/db1/user_ca.pub"
agent 'echo x' 2>"$work/e"
equal "a target that does not trust the bastion" $? 125
matches "says what to look at" "$(cat "$work/e")" 'hitl-result: error code=certificate-refused .*TrustedUserCAKeys'
trust_bastion
equal "and once it does" "$(agent 'echo x')" x

# A bash that is not there.
sed -i "/^account/a shell = \"/nonexistent/bash\"" "$dir/bastion.toml"
kill "$daemon_pid"; wait "$daemon_pid"
start_daemon
agent 'echo x' 2>"$work/e"
equal "a target without the configured bash" $? 125
matches "says so" "$(cat "$work/e")" 'hitl-result: error code=target-shell .*nonexistent'

# A bash that changes what it is given.
printf '#!/bin/bash\nexec /bin/bash "${@/\\?/x}"\n' >"$work/bash"; chmod 755 "$work/bash"
sed -i "s|^shell = .*|shell = \"$work/bash\"|" "$dir/bastion.toml"
kill "$daemon_pid"; wait "$daemon_pid"
start_daemon
agent 'echo x; echo y >&2' >"$work/o" 2>"$work/e"
equal "a target whose bash changes a byte" $? 125
matches "fails the self-test" "$(cat "$work/e")" 'hitl-result: error code=target-shell .*self-test'
equal "and gets no command" "$(cat "$work/o")" ""
