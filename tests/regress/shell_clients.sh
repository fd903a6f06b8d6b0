#!/usr/bin/env bash
# What drives a shell over ssh: libraries, agents' harnesses, a person in tmux
# (shell_clients.py).
. "$(dirname "$0")/../support/bastion.sh"
start_bastion
shell_environment

/usr/bin/python3 tests/regress/shell_clients.py "$@"
