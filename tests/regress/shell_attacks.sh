#!/usr/bin/env bash
# An agent that wants a byte of its own read by the session's shell, or an effect
# that nobody judged.  The attempts are in shell_attacks.py; here is the bastion,
# whose policy allows what they need for a start, and not what they want.
. "$(dirname "$0")/../support/bastion.sh"
make_keys
start_target db1
init_bastion
trust_bastion
mkdir -p "$work/free" "$work/marks"
printf '\n[limits]\npending = 4000\n' >>"$dir/bastion.toml"
cat >"$dir/policy.toml" <<END
default   = "hold"
approvers = { group = "oncall", count = 1 }

[[rule]]
name    = "look around"
agents  = ["group:agents"]
effects = ["read"]
action  = "allow"

[[rule]]
name    = "the attacker's folder"
agents  = ["group:agents"]
effects = ["read", "write", "delete"]
paths   = ["$work/free/**"]
action  = "allow"
END
start_daemon
shell_environment
/usr/bin/python3 tests/regress/shell_attacks.py "$@"
