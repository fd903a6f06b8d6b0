#!/bin/bash
# Who is told of what happens: a command, a signed webhook, a file; and that a
# receiver in trouble delays nobody.
. "$(dirname "$0")/../support/bastion.sh"
make_keys
start_target db1
init_bastion
cat >"$work/webhook.py" <<'P'
import hashlib, hmac, http.server, json, sys
secret, out, fail = open(sys.argv[1], 'rb').read().strip(), sys.argv[2], int(sys.argv[3])
class Hook(http.server.BaseHTTPRequestHandler):
    seen = 0
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        want = 'sha256=' + hmac.new(secret, body, hashlib.sha256).hexdigest()
        good = hmac.compare_digest(want, self.headers.get('X-Hitl-Signature', ''))
        Hook.seen += 1
        code = 503 if Hook.seen <= fail else 204
        open(out, 'a').write(json.dumps([code, good, json.loads(body)['event']]) + '\n')
        self.send_response(code); self.end_headers()
    def log_message(self, *a): pass
s = http.server.HTTPServer(('127.0.0.1', 0), Hook)
open(out + '.port', 'w').write(str(s.server_port))
s.serve_forever()
P
echo 'a secret of the webhook' >"$dir/keys/hook.secret"
python3 "$work/webhook.py" "$dir/keys/hook.secret" "$work/hook" 1 & pids+=($!)
until_true 10 test -s "$work/hook.port"
cat >"$work/page" <<P
#!/bin/sh
cat >>$work/paged
P
printf '#!/bin/sh\nsleep 600\n' >"$work/stuck"
chmod +x "$work/page" "$work/stuck"
cat >>"$dir/bastion.toml" <<P

[events]
file = "events.jsonl"

[notify.page]
command = ["$work/page"]
events  = ["held", "denied"]

[notify.hook]
webhook     = "http://127.0.0.1:$(cat "$work/hook.port")/"
secret_file = "keys/hook.secret"
events      = ["held"]

[notify.stuck]
command = ["$work/stuck"]
events  = ["*"]

[notify.boss]
command = ["$work/page"]
P
cat >>"$dir/policy.toml" <<'P'

[[rule]]
name     = "late"
commands = ["tee ..."]
effects  = ["*"]
action   = "hold"
escalate = [{ after = "1s", notify = "boss" }]
P
# The shipped "ask first" covers all: this one goes before it.
python3 - "$dir/policy.toml" <<'P'
import sys
p = sys.argv[1]; s = open(p).read()
i = s.index('[[rule]]\nname      = "ask first"'); j = s.index('[[rule]]\nname     = "late"')
open(p, 'w').write(s[:i] + s[j:] + '\n' + s[i:j])
P
trust_bastion
start_daemon
agent_bg "$work/one" "tee $work/file </dev/null"
id=$(wait_pending)
until_true 10 grep -q '"held"' "$work/paged" && ok 'a command is told' || bad 'a command is told' "$(tail -5 "$work/log")"
matches 'with what waits' "$(head -1 "$work/paged" | jq -r '[.agent, .target, .state, .rule] | join(" ")')" 'devin db1 pending late'
matches 'and the command' "$(head -1 "$work/paged" | jq -r .command)" "^tee $work/file"
until_true 10 grep -q '204, true, "held"' "$work/hook" && ok 'a webhook is signed, and tried again' || bad 'a webhook is signed, and tried again' "$(cat "$work/hook")"
equal 'it was refused first' "$(head -1 "$work/hook")" '[503, true, "held"]'
until_true 10 grep -q '"escalated"' "$work/paged" && ok 'an escalation notifies whom it names' || bad 'an escalation notifies whom it names'
console deny "$id" --reason 'no' >/dev/null
until_true 5 test -s "$work/one.status" && ok 'a stuck receiver delays no decision' || bad 'a stuck receiver delays no decision'
until_true 10 grep -q '"denied"' "$work/paged" && ok 'nor the others' || bad 'nor the others'
until_true 10 grep -q '"event":"denied"' "$dir/events.jsonl" && ok 'the event file has it' || bad 'the event file has it'
equal 'each line is an object' "$(jq -c 'type' "$dir/events.jsonl" | sort -u)" '"object"'
equal 'for its owner only' "$(stat -c %a "$dir/events.jsonl")" 600
pkill -9 -P "$(pgrep -P "$daemon_pid" -f hitl-broker)" -f hitl-notify
LC_HITL_WAIT=0 agent "tee $work/after </dev/null" >/dev/null 2>&1
equal 'without the helper commands are held all the same' "$?" 75
until_true 10 sh -c "grep -q 'started again' '$work/log'" && ok 'it is started again' || bad 'it is started again'
sed -i 's/notify = "boss"/notify = "nobody"/' "$dir/policy.toml"
matches 'check: a name that nothing bears' "$("$B/hitl-bastiond" check --config "$dir/bastion.toml" 2>&1)" "no \[notify.nobody\]"
sed -i 's/events  = \["\*"\]/events = ["hold"]/' "$dir/bastion.toml"
fails 'check: an event that does not exist' "$B/hitl-bastiond" check --config "$dir/bastion.toml"

# ---- the hooks that are shipped -------------------------------------------------
cat >"$work/api.py" <<'P'
import http.server, json, sys
class Api(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
        open(sys.argv[1], 'a').write(json.dumps([self.path, body]) + '\n')
        self.send_response(200); self.end_headers()
        self.wfile.write(json.dumps({'ok': True, 'ts': '17.5'}).encode())
    def log_message(self, *a): pass
s = http.server.HTTPServer(('127.0.0.1', 0), Api)
open(sys.argv[1] + '.port', 'w').write(str(s.server_port))
s.serve_forever()
P
python3 "$work/api.py" "$work/api" & pids+=($!)
until_true 10 test -s "$work/api.port"
url=http://127.0.0.1:$(cat "$work/api.port")/
held='{"event":"held","id":"K7Q2","agent":"devin","target":"db1","at":"x","text":"writes <a>","command":"tee ```x","state":"pending"}'
denied='{"event":"denied","id":"K7Q2","agent":"devin","target":"db1","at":"x","text":"alice: no"}'
echo key >"$work/key"; echo "$url" >"$work/url"
for e in "$held" "$denied"; do
  echo "$e" | SLACK_API=$url STATE_DIRECTORY=$work/slack contrib/notify/slack "$work/key" C1 || bad 'slack'
  echo "$e" | PAGERDUTY_API=$url contrib/notify/pagerduty "$work/key" || bad 'pagerduty'
  echo "$e" | contrib/notify/teams "$work/url" || bad 'teams'
done
equal 'slack: one message, changed in place' "$(jq -c 'select(.[0] | startswith("/chat")) | [.[0], .[1].ts]' "$work/api" | tr '\n' ' ')" '["/chat.postMessage",null] ["/chat.update","17.5"] '
equal 'pagerduty: one incident, resolved' "$(jq -c 'select(.[1].dedup_key) | [.[1].event_action, .[1].dedup_key]' "$work/api" | tr '\n' ' ')" '["trigger","hitl-K7Q2"] ["resolve","hitl-K7Q2"] '
equal 'teams: a card each' "$(jq -c 'select(.[1].attachments[0].contentType) | .[1].attachments[0].content.body[0].color' "$work/api" | tr '\n' ' ')" '"warning" "attention" '
