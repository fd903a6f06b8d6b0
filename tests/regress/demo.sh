# The demo that the README promises, unattended.
cd "$(dirname "$0")/../.." || exit 1
TMPDIR=$(mktemp -d) && export TMPDIR
out=$(contrib/demo script 2>&1)
status=$?
if [ $status = 0 ]; then echo "ok make demo DEMO=script"; else echo "not ok make demo DEMO=script"; echo "$out"; fi
left=$(ls -A "$TMPDIR")
if [ -z "$left" ]; then echo "ok it cleans up"; else echo "not ok it cleans up: $left"; fi
rm -rf "$TMPDIR"

# ^C ends the interactive one with all that it started, and leaves nothing.
unset TMPDIR
TMPDIR=$(mktemp -d) && export TMPDIR
screen=hitl-demo-$$
TERM=xterm tmux -L "$screen" -f /dev/null new-session -d -x 120 -y 30 "contrib/demo; echo \"left with \$?\"; sleep 60"
shows() { tmux -L "$screen" capture-pane -p | grep -qF -- "$1"; }
tries=0
until shows 'A bastion is running' || [ $tries -gt 100 ]; do tries=$((tries + 1)); sleep 0.1; done
sleep 1.2
tmux -L "$screen" send-keys C-c
tries=0
until shows 'left with' || [ $tries -gt 100 ]; do tries=$((tries + 1)); sleep 0.1; done
if shows 'left with 130'; then echo "ok ^C ends the demo"; else echo "not ok ^C ends the demo"; tmux -L "$screen" capture-pane -p; fi
left=$(ls -A "$TMPDIR"; pgrep -f "$TMPDIR")
if [ -z "$left" ]; then echo "ok and leaves nothing"; else echo "not ok and leaves nothing: $left"; fi
tmux -L "$screen" kill-server 2>/dev/null
rm -rf "$TMPDIR"
