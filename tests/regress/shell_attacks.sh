#!/usr/bin/env bash
# An agent that wants a byte of its own read by the session's shell, or an effect
# that nobody judged.  The attempts are in shell_attacks.py; here is the bastion,
# whose policy allows what they need for a start, and not what they want.
. "$(dirname "$0")/../support/bastion.sh"
make_keys
start_target db1
init_bastion
trust_bastion
mkdir "$work/marks"
free_folder "$work/free"
start_daemon
shell_environment
/usr/bin/python3 tests/regress/shell_attacks.py "$@"
