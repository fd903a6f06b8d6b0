#!/usr/bin/env bash
# What becomes of a session: what it may not be any more, what it cannot do any
# more, and what is left of it (shell_state.py).
. "$(dirname "$0")/../support/bastion.sh"
make_keys
start_target db1
old_port=$target_port
# A stand-in for a bash of another time: its version is all that differs.
cat >"$work/old-bash" <<'E'
#!/bin/bash
HITL_OLD=4.2.46 exec -a bash /bin/bash "${@//BASH_VERSION/HITL_OLD}"
E
chmod 755 "$work/old-bash"
init_bastion --target "old=$me@127.0.0.1:$old_port" --host-key "$work/db1/host_ed25519.pub" \
  --target "closed=$me@127.0.0.1:$old_port" --host-key "$work/db1/host_ed25519.pub"
sed -i "/^\[targets\.\"old\"\]/a shell = \"$work/old-bash\"" "$dir/bastion.toml"
cat >>"$dir/policy.toml" <<'E'

[[deny]]
name         = "no shells there"
targets      = ["closed"]
capabilities = ["shell"]
message      = "one command at a time, please"
E
trust_bastion
start_daemon
shell_environment
/usr/bin/python3 tests/regress/shell_state.py "$@"
