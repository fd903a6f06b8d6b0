#!/bin/bash
# The screen through `--host`: over what stands in for the operator's ssh, which is
# lost and found again.
set -u
build=$(realpath "${B:-build}")
dir=$(mktemp -d)
mux() { TERM=screen-256color tmux -L "hitl-h-$$" -f /dev/null "$@"; }
mkfifo "$dir/orders"
"$build/tests/tools/fake_broker" "$dir/op.sock" <"$dir/orders" >"$dir/said" &
broker=$!
exec 7>"$dir/orders"
trap 'mux kill-server 2>/dev/null; kill $broker 2>/dev/null; rm -rf "$dir"' EXIT

check() { if eval "$2"; then echo "ok $1"; else echo "not ok $1"; mux capture-pane -p; fi; }
until_() { for _ in $(seq 160); do mux capture-pane -p | grep -qF -- "$1" && return 0; sleep 0.05; done; return 1; }
said() { for _ in $(seq 100); do grep -q -- "$1" "$dir/said" && return 0; sleep 0.05; done; return 1; }

mkdir "$dir/bin"
cat >"$dir/bin/ssh" <<END
#!/usr/bin/python3
import os, select, socket, sys
open('$dir/calls', 'a').write(' '.join(sys.argv[1:]) + '\n')
open('$dir/pid', 'w').write(str(os.getpid()))
s = socket.socket(socket.AF_UNIX)
s.connect('$dir/op.sock')
while True:
    for fd in select.select([0, s], [], [])[0]:
        data = os.read(0, 65536) if fd == 0 else s.recv(65536)
        if not data: sys.exit(0)
        s.sendall(data) if fd == 0 else os.write(1, data)
END
chmod +x "$dir/bin/ssh"

said ready
mux new-session -d -x 100 -y 30 "PATH=$dir/bin:\$PATH exec $build/hitl-console --host alice@bastion.example:2222 2>$dir/errors"
check 'the queue comes through ssh' 'until_ "4 waiting" && until_ "▶ QW5ER6TY"'
check 'which is called for the subsystem' 'grep -q -- "-p 2222 .*-s -- alice@bastion.example hitl-operator" "$dir/calls"'
check 'and once the screen is there asks nothing' 'tail -1 "$dir/calls" | grep -q BatchMode=yes'
mux send-keys j; sleep 0.7; mux send-keys a
check 'a decision goes through it' 'said "approve K7Q2MNBVA*"'
kill "$(cat "$dir/pid")"
check 'it is lost and found again' 'until_ "connected again" && until_ "3 waiting"'
sleep 0.7; mux send-keys S
check 'other screens come through it too' 'until_ "▶ 5ZKQ7OMW"'
mux send-keys q q
check 'q quits, and nothing was complained of' 'sleep 0.5; ! mux has-session 2>/dev/null && [ ! -s "$dir/errors" ]'
