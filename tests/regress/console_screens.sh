#!/bin/bash
# Each screen of the console as a person sees it, compared as text: the real
# program in a private tmux, before a broker that does as it is told.  UPDATE=1
# writes what is expected anew.
. "$(dirname "$0")/../support/console_bed.sh"
expected=$(dirname "$0")/console_screens
# Times differ from run to run, and what is filled up to the margin with them.
plain() { sed -E 's/[0-9]{2}:[0-9]{2}:[0-9]{2} UTC/CLOCK/; s/\b([0-9]+d|[0-9]+h[0-9]{2}m|[0-9]+m[0-9]{2}s|[0-9]+s)\b/T/g; s/20[0-9-]{8}T[0-9:]{8}Z/TIME/g; s/─+/─/g; s/  +/  /g'; }
# screen NAME TEXT: once TEXT is there, all of it is as expected.
screen() {
  until_ "$2"; sleep 0.2
  mux capture-pane -p | plain >"$dir/now"
  if [ -n "${UPDATE:-}" ]; then mkdir -p "$expected"; cp "$dir/now" "$expected/$1"; fi
  if diff -u "$expected/$1" "$dir/now" >"$dir/diff"; then echo "ok screen: $1"; else echo "not ok screen: $1"; cat "$dir/diff"; fi
}

said ready
order past
order review
sleep 0.2
mux new-session -d -x 80 -y 24 "exec $build/hitl-console --socket $dir/op.sock 2>$dir/errors"

until_ '▶ QW5ER6TY'; press j
screen queue '▶ K7Q2MNBV'
press Enter
screen detail 'In this session before'
press q; rest
press g
screen grant-time '1  5m00s'
press 2 s Enter
screen grant-confirm 'would also have allowed'
press -l no; press Enter
check 'a grant needs a yes' 'until_ "type yes" && ! grep -q grant= "$dir/said"'
press C-u; press -l yes; press Enter
check 'a grant is asked for with its time and scope' 'said "approve K7Q2MNBVA*  grant=900000 session"'
rest; press '>'; until_ '▶ M3XYZ2LK'
press p; until_ 'In place of'; press C-u; press -l 'systemctl reload nginx'; press Enter
screen propose 'Not M3XYZ2LK but this, because'
press -l 'a reload will do'; press Enter
check 'a proposal carries command and reason' 'said "propose M3XYZ2LKA* a reload will do proposal=systemctl reload nginx"'
rest; press '<'; until_ '▶ QW5ER6TY'; press d
screen deny 'Deny QW5ER6TY because:'
press 2; until_ 'smaller steps'; press Enter
check 'a denial by a template' 'said "deny QW5ER6TYA* do it in smaller steps, and say why each is needed"'
rest; order flood 20
screen flood '+ 21'
press '/'; press -l '/srv/7'
screen filter '/srv/7'
press Enter; press Escape
rest; press S
screen sessions '▶ 5ZKQ7OMW'
rest; press P; until_ 'Pause the session'; press -l 'let me see'; press Enter
check 'a session is paused' 'said "pause 5ZKQ7OMWX2QJ3V4T6YLR2NAPBE let me see" && until_ "alice: let me see"'
press R; until_ 'Resume'; press Enter
check 'and goes on' 'said "resume 5ZKQ7OMWX2QJ3V4T6YLR2NAPBE"'
press Enter; until_ 'nothing was written so far'
order 'output o plain text\r\nand more'
screen live-text 'and more'
order 'output r 60x16'
order 'output o \e[2J\e[5;10Hat its place\e]0;owned\e\\\e[7;3H\e[1mbold\e[0m \e[7mturned\e[0m'
screen live-terminal 'at its place'
press q; rest; press j; until_ '▶ 7CODEXAA'; rest; press K; until_ 'Kill the session'
press -l 'it is odd'; press Enter; until_ 'What runs ends now'; press -l yes; press Enter
check 'a session is killed, after a yes' 'said "kill 7CODEXAAX2QJ3V4T6YLR2NAPBE it is odd"'
press G
screen grants '▶ GRANT222'
rest; press x; until_ 'Take back'; press -l yes; press Enter
check 'a grant is taken back' 'said "revoke GRANT222A*" && until_ "Nothing is granted"'
press H
screen history '▶ BROKEN22'
press '/'; press -l 'BROKEN'; press Enter
screen history-filter '1 of 1'
press q V
screen reviews 'nobody has looked at it yet'
rest; press Space Space; press v; until_ 'Looked at BROKEN22'; press -l 'justified'; press Enter
check 'a review carries its words' 'said "review BROKEN22A* justified" && until_ "Nothing waits for a review"'
press Tab; until_ 'waiting'; press '?'
screen help 'Everywhere'
press Space
screen help-2 'While typing'
press q; press q
check 'q quits, and nothing was complained of' 'sleep 0.3; ! mux has-session 2>/dev/null && [ ! -s "$dir/errors" ]'
