#!/usr/bin/env bash
# Sessions through the bastion and the same ones through plain ssh: the same
# output, exit status and files (shell_same.py).  SESSIONS=300 tries as many,
# SEED=N those of one seed.
. "$(dirname "$0")/../support/bastion.sh"
make_keys
mkdir "$work/home"  # start-up files of a machine's own can print, and differ
HITL_TARGET_HOME=$work/home start_target db1
init_bastion
trust_bastion
mkdir -p "$work/tree"
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
name    = "its own folder"
agents  = ["group:agents"]
effects = ["read", "write", "delete"]
paths   = ["$work/tree/**"]
action  = "allow"
END
start_daemon
shell_environment
/usr/bin/python3 tests/regress/shell_same.py "$@"
