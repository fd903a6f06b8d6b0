# The audit chain: what a real bastion writes is verified, while it runs and after;
# whatever is changed afterwards is found, and the first bad row is named (rule 18).
. "$(dirname "$0")/../support/bastion.sh"
make_keys
start_target
ssh-keygen -q -t ed25519 -N '' -C alice -f "$work/alice"
init_bastion --operator alice="$work/alice.pub"
trust_bastion
cat >"$dir/policy.toml" <<'END'
default   = "hold"
approvers = { group = "oncall", count = 1 }
[[rule]]
name    = "look around"
effects = ["read"]
action  = "allow"
[[rule]]
name     = "files"
commands = ["touch ..."]
effects  = ["read", "write"]
action   = "hold"
grants   = "10m"
END
printf '\n[audit]\ninterval = "200ms"\n' >>"$dir/bastion.toml"
start_daemon
verify() { replay verify "$@" >"$work/verify" 2>&1; }
# alice's console, over ssh with her key: her decisions are signed.
mkdir "$work/path" "$work/home"
cat >"$work/path/ssh" <<END
#!/bin/sh
exec /usr/bin/ssh -F none -o IdentitiesOnly=yes -o UserKnownHostsFile=$work/known_hosts -o LogLevel=ERROR -i $work/alice "\$@"
END
chmod +x "$work/path/ssh"
mkdir -p "$work/home/.ssh"; cp "$work/alice" "$work/home/.ssh/id_ed25519"; cp "$work/alice.pub" "$work/home/.ssh/id_ed25519.pub"
alice() {
  PATH=$work/path:$PATH HOME=$work/home SSH_AUTH_SOCK= timeout 60 "$B/hitl-console" --host "alice@127.0.0.1:$port" "$@"
}

# ---- a bastion at work -----------------------------------------------------------
agent 'ls /' >/dev/null
agent 'cat /etc/hostname; echo done; ls /nowhere' >/dev/null 2>&1
agent_bg "$work/a" "touch $work/one"; id=$(wait_pending)
alice approve "$id" --digest "$(digest_of "$id")" --reason 'go ahead' --grant 5m >/dev/null || bad "alice approves by signature"
until_true 10 test -s "$work/a.status"
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
console resume --agent devin >/dev/null 2>&1
runs() { console resume --agent devin >/dev/null 2>&1; [ "$(agent 'echo z' 2>/dev/null)" = z ]; }
holds "with its own again it goes on" until_true 10 runs
holds "and is intact" verify
