# Sourced by the scripts that drive the console's screen: the real program in a
# private tmux, before a broker that does as it is told.
set -u
build=${B:-build}
dir=$(mktemp -d)
mux() { TERM=screen-256color tmux -L "hitl-$$" -f /dev/null "$@"; }
mkfifo "$dir/orders"
"$build/tests/tools/fake_broker" "$dir/op.sock" <"$dir/orders" >"$dir/said" &
broker=$!
exec 7>"$dir/orders"
trap 'mux kill-server 2>/dev/null; kill $broker 2>/dev/null; rm -rf "$dir"' EXIT

check() { if eval "$2"; then echo "ok $1"; else echo "not ok $1"; mux capture-pane -p; fi; }
order() { echo "$*" >&7; }
press() { mux send-keys "$@"; }
# until_ TEXT / gone TEXT: what the screen shows within 5 s.
until_() { for _ in $(seq 100); do mux capture-pane -p | grep -qF -- "$1" && return 0; sleep 0.05; done; return 1; }
gone() { for _ in $(seq 100); do mux capture-pane -p | grep -qF -- "$1" || return 0; sleep 0.05; done; return 1; }
# What the broker was told.
said() { for _ in $(seq 100); do grep -q -- "$1" "$dir/said" && return 0; sleep 0.05; done; cat "$dir/said"; return 1; }
rest() { sleep 0.7; }  # longer than the dead time of the keys
