# The console's screen on a real bastion, driven as a person would drive it.
. "$(dirname "$0")/../support/bastion.sh"
start_bastion
screen=hitl-$$
mux() { tmux -L "$screen" "$@"; }
trap 'mux kill-server 2>/dev/null; clean_up' EXIT
shows() { mux capture-pane -p | grep -qF -- "$1"; }
TERM=xterm mux -f /dev/null new-session -d -x 100 -y 30 \
  "$B/hitl-console --socket $dir/run/operator.sock; echo \"left with \$?\"; sleep 60"
holds "the screen opens on an empty queue" until_true 5 shows '0 waiting'

mkdir "$work/one" "$work/two"
agent_bg "$work/a" "rm -r $work/one"
holds "a held command appears by itself" until_true 5 shows "'rm' '-r' '$work/one'"
holds "with who asks and where" shows "devin asks to run this on db1 as $me"
holds "and what it does" shows "removes $work/one"
sleep 0.7
mux send-keys a
until_true 10 test -s "$work/a.status"
equal "the key a approves it" "$(cat "$work/a.status")" 0
fails "and it ran" test -d "$work/one"
holds "and it leaves the queue" until_true 5 shows '0 waiting'

agent_bg "$work/b" "rm -r $work/two"
until_true 5 shows "'rm' '-r' '$work/two'"; sleep 0.7
mux send-keys d; sleep 0.3
mux send-keys -l 'not today'; mux send-keys Enter
until_true 10 test -s "$work/b.status"
equal "the key d denies it" "$(cat "$work/b.status")" 126
matches "with the reason that was typed" "$(tail -1 "$work/b.err")" 'by=operator reason="not today"'

# Rule 10: a command longer than the screen cannot be approved unread.
long=$(for i in $(seq 60); do printf 'touch %s/f%s\n' "$work" "$i"; done)
agent_bg "$work/c" "$long"
until_true 5 shows "$work/f1'"; sleep 0.7
mux send-keys a; sleep 0.5
fails "what was not read to its end is not approved" test -s "$work/c.status"
holds "and the screen says what to do" shows 'read on to its end first'
read_on() { mux send-keys Space; sleep 0.1; ! shows "more lines below"; }
until_true 10 read_on
mux send-keys a
until_true 10 test -s "$work/c.status"
equal "read to its end it is" "$(cat "$work/c.status")" 0
holds "and all of it ran" test -e "$work/f60"

# Rule 11: what an agent sends does not steer the terminal.
agent_bg "$work/d" "$(printf 'touch \033]0;owned\007 \342\200\256 %s' "$work/x")"
holds "escapes and bidi controls are shown, not obeyed" until_true 5 shows '\x1b]0;owned\x07 U+202E'
deny "$(wait_pending)" no

# A session, live, paused and killed; and the queue grown back after it.
mkfifo "$work/typed"
# shellcheck disable=SC2046
ssh -tt $(ssh_options) -l devin+db1 127.0.0.1 <"$work/typed" >"$work/session.out" 2>&1 &
session=$!
exec 6>"$work/typed"
mux send-keys S
holds "the sessions are listed" until_true 10 shows 'devin on db1'
sleep 0.7; mux send-keys Enter; sleep 0.5
printf 'echo live-%s\r' seen >&6
holds "a session is seen live" until_true 10 shows 'live-seen'
holds "read-only" shows 'read-only'
mux send-keys q; sleep 1; mux send-keys P; sleep 0.3
mux send-keys -l 'one moment'; mux send-keys Enter
holds "and paused, with the reason" until_true 5 shows 'one moment'
mux send-keys K; sleep 0.3; mux send-keys -l 'enough'; mux send-keys Enter; sleep 0.3
mux send-keys -l yes; mux send-keys Enter
gone_session() { ! kill -0 "$session" 2>/dev/null; }
holds "and killed" until_true 10 gone_session
exec 6>&-
mux send-keys H
holds "the history has what was decided" until_true 5 shows 'consumed'
mux send-keys H; sleep 0.7

pkill -KILL -g "$(ps -o pgid= "$daemon_pid" | tr -d ' ')" -x hitl-broker
agent_bg "$work/e" "touch $work/again"
holds "the screen survives the broker's death" until_true 10 shows "'touch' '$work/again'"
mux resize-window -x 80 -y 24; sleep 0.5
holds "and a smaller window" shows "'touch' '$work/again'"
mux send-keys q
holds "q leaves" until_true 5 shows 'left with 0'
