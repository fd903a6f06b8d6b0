#!/usr/bin/env bash
# A session whose lines each have a bash, a connection and a certificate of their
# own, for targets that shall enforce each line.
. "$(dirname "$0")/../support/bastion.sh"

make_keys
start_target db1
init_bastion
sed -i '/^\[targets\."db1"\]/a sessions = "carried"' "$dir/bastion.toml"
trust_bastion
start_daemon

# shellcheck disable=SC2046
session() { timeout 60 ssh $(ssh_options) -l devin+db1 -T 127.0.0.1; }

out=$(printf '%s\n' 'cd /usr' 'pwd' 'cd share' 'pwd' 'x=5' 'echo $x ${#x}' 'f() { echo in $1; }' 'f 3' 'false' \
  'echo st=$?' 'if true' 'then echo two lines' 'fi' 'cat <<E' 'here' 'E' 'cd /tmp; y=1' 'pwd' 'exit 7' 'echo never' |
  session 2>"$work/e")
equal "its exit status" $? 7
equal "what lines leave is carried" "$out" "/usr
/usr/share
5 1
in 3
st=1
two lines
here
/usr/share"
matches "the agent is told" "$(cat "$work/e")" 'each line here runs in a shell of its own'
matches "each line is a command of its own" \
  "$(sqlite3 "$dir/hitl.db" "SELECT canonical FROM commands WHERE canonical IS NOT NULL")" "'echo' '5'"

mkdir -p "$work/there/x"
printf 'cd %s\nrm -r x\n' "$work/there" | session >"$work/o" 2>"$work/e" &
waiter=$!
id=$(wait_pending)
approve "$id"
wait $waiter
fails "what is approved runs in the session's folder" test -e "$work/there/x"

mkdir -p "$work/there/x" "$work/elsewhere/x"
printf 'cd %s\nrm -r x\n' "$work/there" | LC_HITL_WAIT=0 session >"$work/o" 2>"$work/e"
id=$(wait_pending)
approve "$id"
printf 'cd %s\nrm -r x\n' "$work/elsewhere" | LC_HITL_WAIT=0 session >"$work/o" 2>"$work/e"
equal "and is approved for that folder only" $? 75
holds "so nothing ran elsewhere" test -e "$work/elsewhere/x"
deny "$(pending | head -1)" no
printf 'cd %s\nrm -r x\n' "$work/there" | session >"$work/o" 2>"$work/e"
fails "while the identical line finds its approval" test -e "$work/there/x"

printf 'cd %s\nrmdir %s\npwd\n' "$work/there" "$work/there" | session >"$work/o" 2>"$work/e" &
waiter=$!
id=$(wait_pending)
approve "$id"
wait $waiter
equal "a folder that is gone: 125" $? 125
matches "and nothing runs" "$(cat "$work/e")" 'the working directory is gone: not run'
