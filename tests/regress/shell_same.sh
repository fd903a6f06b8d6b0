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
free_folder "$work/tree"
start_daemon
shell_environment
/usr/bin/python3 tests/regress/shell_same.py "$@"
