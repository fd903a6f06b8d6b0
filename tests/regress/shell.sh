# A shell of an agent's: a terminal or a script, judged line by line.  The
# scenarios are in shell.py; here is the bastion that they need.
. "$(dirname "$0")/../support/bastion.sh"
start_bastion
shell_environment
/usr/bin/python3 tests/regress/shell.py
