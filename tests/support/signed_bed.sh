# Sourced after bastion.sh: a bastion that signs its chain five times a second, with an
# operator alice who decides over ssh, so by signature.
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

# approved COMMAND: run by the agent, and approved by alice.
approved() {
  local id
  agent_bg "$work/approved" "$1"; id=$(wait_pending)
  alice approve "$id" --digest "$(digest_of "$id")" --reason 'go ahead' "${@:2}" >/dev/null ||
    bad "alice approves by signature"
  until_true 10 test -s "$work/approved.status"; rm -f "$work/approved.status"
}
