#!/usr/bin/env bash
# Rule 30: a line runs in the folder that it was judged for, by identity.
. "$(dirname "$0")/../support/bastion.sh"
start_bastion
mkdir -p "$work/a"
# shellcheck disable=SC2046
{
  echo "cd $work/a"
  echo 'echo first'
  until_true 10 grep -q first "$work/o" && mv "$work/a" "$work/b" && mkdir "$work/a"
  echo 'echo not here'
  echo 'echo nor here; cd /tmp'
  echo "cd /tmp; echo still not"
  echo 'cd ..'
  echo "cd /usr"
  echo 'echo st=$?; pwd'
  echo "cd $work/a; echo in the new one"
} | timeout 30 ssh $(ssh_options) -l devin+db1 -T 127.0.0.1 >"$work/o" 2>"$work/e"
equal "the session goes on to its end" $? 0
matches "a session stands where it was sent" "$(cat "$work/o")" first
lacks "a folder that was swapped refuses the line" "$(cat "$work/o")" 'not here'
lacks "nor any other line" "$(cat "$work/o")" 'nor here|still not'
matches "but a lone cd to an absolute folder" "$(cat "$work/o")" 'st=0
/usr
in the new one'
matches "and the agent reads why" "$(cat "$work/e")" 'the working directory is another one now: not run'
