#!/bin/bash
# Several operators: logins over ssh, signed decisions, chains, escalation,
# proposals, broken glass, grants by shape, pause, kill; and what agents ask the
# bastion itself.  SECURITY-RULES 8, 9, 12, 33, 40.
. "$(dirname "$0")/../support/bastion.sh"

make_keys
start_target db1
people="alice bob cleo max"
for p in $people; do ssh-keygen -q -t ed25519 -N '' -C "$p" -f "$work/$p"; done
args=()
for p in $people; do args+=(--operator "$p=$work/$p.pub"); done
init_bastion "${args[@]}"
sed -i '/^\[agents."devin"\]/a owner = "max"' "$dir/bastion.toml"
# alice and bob are on call, cleo and max lead.
for p in cleo max; do
  sed -i "/^\[operators.\"$p\"\]/,/^\$/ s/^groups *=.*/groups = [\"leads\"]/" "$dir/bastion.toml"
done
cat >"$dir/policy.toml" <<'P'
default   = "hold"
approvers = { group = "oncall", count = 1 }

[[deny]]
name     = "never this"
commands = ["touch ... /forbidden* ..."]
message  = "not here"

[[rule]]
name     = "looks"
effects  = ["read"]
action   = "allow"

[[rule]]
name      = "chain"
commands  = ["mkdir ..."]
effects   = ["read", "write"]
action    = "hold"
approvers = [{ group = "oncall", count = 1 }, { group = "leads", count = 1 }]

[[rule]]
name      = "climbs"
commands  = ["rmdir ..."]
effects   = ["*"]
action    = "hold"
escalate  = [{ after = "2s", group = "leads" }]
expires   = "60s"

[[rule]]
name      = "glass"
commands  = ["ln ..."]
effects   = ["*"]
action    = "hold"
approvers = { group = "oncall", count = 2 }
break_glass = "leads"

[[rule]]
name      = "why"
commands  = ["chmod ..."]
effects   = ["*"]
action    = "hold"
justification = "required"

[[rule]]
name      = "files"
commands  = ["touch ..."]
effects   = ["read", "write"]
action    = "hold"
grants    = "10m"

[[rule]]
name      = "signed"
commands  = ["cp ..."]
effects   = ["*"]
action    = "hold"
proof     = "signature"
P
trust_bastion
start_daemon
spot=$work/spot; mkdir "$spot"

# as PERSON COMMAND...: their console over ssh, with their own key.
as() {
  local p=$1; shift
  mkdir -p "$work/home-$p/.ssh"
  cp "$work/$p" "$work/home-$p/.ssh/id_ed25519"; cp "$work/$p.pub" "$work/home-$p/.ssh/id_ed25519.pub"
  local ssh_config=$work/home-$p/.ssh/config
  cat >"$work/bin-$p" <<S
#!/bin/sh
exec /usr/bin/ssh -F none -o IdentitiesOnly=yes -o UserKnownHostsFile=$work/known_hosts -o StrictHostKeyChecking=yes -o LogLevel=ERROR -i $work/$p "\$@"
S
  mkdir -p "$work/path-$p"; cp "$work/bin-$p" "$work/path-$p/ssh"; chmod +x "$work/path-$p/ssh"
  PATH=$work/path-$p:$PATH HOME=$work/home-$p SSH_AUTH_SOCK= timeout 60 "$B/hitl-console" \
    --host "$p@127.0.0.1:$port" "$@"
}
short_digest() { as "$1" show "$2" --json | jq -r .digest | cut -c1-16; }
# approve PERSON ID [ARGUMENT...]
approve() { local p=$1 id=$2; shift 2; as "$p" approve "$id" --digest "$(short_digest "$p" "$id")" "$@"; }
# held NAME COMMAND: in the background, until it waits; its id is in $id.
held() { agent_bg "$work/$1" "${@:2}"; id=$(wait_pending); }
status_of() { until_true 20 test -s "$work/$1.status"; cat "$work/$1.status"; }

# ---- over ssh, signed ----------------------------------------------------------
equal 'an operator lists over ssh' "$(as alice list 2>&1)" ''
out=$(timeout 20 ssh $(ssh_options) -i "$work/alice" -o IdentitiesOnly=yes -l alice 127.0.0.1 id 2>&1 </dev/null); code=$?
equal "an operator's key runs nothing" "$code" 125
matches 'and that is said' "$out" 'opens a console and nothing else'
out=$(timeout 20 ssh $(ssh_options) -l alice 127.0.0.1 -s hitl-operator 2>&1 </dev/null); code=$?
equal "an agent's key is no operator's" "$code" 255
out=$(agent -s hitl-operator 2>&1 </dev/null); code=$?
equal 'an agent gets no console' "$code" 126

held one "tee $spot/one </dev/null"
out=$(approve alice "$id" --reason 'looks right' 2>&1)
matches 'a signed approval counts' "$out" 'approved'
equal 'and the command runs' "$(status_of one)" 0
decision=$(console show "$id" --json | jq -c '.decisions[0] | [.operator, .say, .reason]')
equal 'it is recorded with who said it' "$decision" '["alice","approve","looks right"]'
matches 'and with the key' "$(console show "$id" --json | jq -r '.decisions[0].key')" '^SHA256:'
sqlite3 "$dir/hitl.db" "select writefile('$work/st', statement), writefile('$work/sig', signature) from decisions where key_fingerprint<>'' limit 1" >/dev/null
echo "alice $(cat "$work/alice.pub")" >"$work/allowed"
holds 'ssh-keygen verifies it without us' \
  sh -c "ssh-keygen -Y verify -f '$work/allowed' -I alice -n hitl-approval -s '$work/sig' <'$work/st'"
matches 'and it names the command' "$(cat "$work/st")" "command: .*tee"

# ---- an ingress that was taken over (rule 33) -------------------------------------
# bent HOW PERSON COMMAND...: their console, with what the wire carries changed.
bent() {
  local how=$1 p=$2; shift 2
  mkdir -p "$work/bent-$p"
  printf '#!/bin/sh\nexec python3 %s/tests/support/bent_ssh.py %s/path-%s/ssh "$@"\n' "$PWD" "$work" "$p" >"$work/bent-$p/ssh"
  chmod +x "$work/bent-$p/ssh"
  HITL_BEND=$how HITL_BEND_FILE=$work/frame HITL_BEND_TO=${to:-} PATH=$work/bent-$p:$PATH \
    HOME=$work/home-$p SSH_AUTH_SOCK= timeout 60 "$B/hitl-console" --host "$p@127.0.0.1:$port" "$@"
}
state() { console show "$1" --json | jq -r .state; }
LC_HITL_WAIT=0 agent "touch $spot/bent1" >/dev/null 2>&1; first=$(pending | head -1); first_digest=$(short_digest bob "$first")
LC_HITL_WAIT=0 agent "rmdir $spot/bent2" >/dev/null 2>&1; second=$(pending | grep -v "$first")
to=$second:$(console show "$second" --json | jq -r .digest)
for how in none-signed approve-for-deny other-request other-reason longer-grant cut-signature; do
  case $how in
    approve-for-deny) bent $how bob deny "$first" --reason no >"$work/out" 2>&1 ;;
    *) bent $how bob approve "$first" --digest "$first_digest" >"$work/out" 2>&1 ;;
  esac
  code=$?
  equal "a decision bent on the way is refused: $how" "$code $(state "$first") $(state "$second")" '1 pending pending'
done
for how in other-text other-text-and-terms other-input-hash; do
  bent $how bob approve "$first" --digest "$first_digest" >"$work/out" 2>&1; code=$?
  equal "what is shown otherwise is not signed: $how" "$code $(state "$first")" '1 pending'
done
bent save bob approve "$first" --digest "$first_digest" >"$work/out" 2>&1
equal 'unbent it counts' "$?" 0
LC_HITL_WAIT=5 agent "touch $spot/bent1" >/dev/null 2>&1; equal 'and runs once' "$?" 0
LC_HITL_WAIT=0 agent "touch $spot/bent1" >/dev/null 2>&1; third=$(pending | grep -v "$second")
bent replay bob approve "$third" --digest "$(short_digest bob "$third")" >"$work/out" 2>&1; code=$?
equal 'a decision that is played again is refused' "$code $(state "$third")" '1 pending'
matches 'with the reason' "$(cat "$work/out")" 'nonce|digest|already'
cp "$work/alice" "$work/home-bob/.ssh/other"; cp "$work/alice.pub" "$work/home-bob/.ssh/other.pub"
as bob --identity "$work/home-bob/.ssh/other" approve "$third" --digest "$(short_digest bob "$third")" >"$work/out" 2>&1; code=$?
equal "another's key is not one's own" "$code $(state "$third")" '1 pending'
for r in $second $third; do as bob deny "$r" --reason 'test is over' >/dev/null 2>&1; done

# ---- the owner, the agent, groups ----------------------------------------------
held two "tee $spot/two </dev/null"
out=$(approve max "$id" 2>&1); code=$?
equal "the agent's owner cannot approve" "$code" 1
matches 'and is told why' "$out" 'owns the agent'
out=$(approve cleo "$id" 2>&1); code=$?
equal 'another group cannot either' "$code" 1
out=$(as bob deny "$id" --reason 'use blue/green' 2>&1); code=$?
equal 'one of the group denies' "$code" 0
equal 'the agent is denied' "$(status_of two)" 126
matches 'in the words of the operator' "$(cat "$work/two.err")" 'denied id=.* by=operator reason="use blue/green"'

# ---- chains ----------------------------------------------------------------------
held chain "mkdir $spot/chain"
out=$(approve cleo "$id" 2>&1); code=$?
equal 'the second step waits for the first' "$code" 1
approve alice "$id" >/dev/null 2>&1
equal 'after the first step it still waits' "$(console show "$id" --json | jq -c '[.state, .step, .deciders]')" '["pending",2,["leads"]]'
out=$(approve bob "$id" 2>&1); code=$?
equal 'the first group is done' "$code" 1
equal 'nothing ran so far' "$(ls "$spot" | grep -c chain)" 0
approve cleo "$id" >/dev/null 2>&1
equal 'with the second step it runs' "$(status_of chain)" 0
holds 'on the target' test -d "$spot/chain"

# ---- escalation --------------------------------------------------------------------
held climbs "rmdir $spot/chain"
out=$(approve cleo "$id" 2>&1); code=$?
equal 'before its time nobody else decides' "$code" 1
until_true 20 sh -c "grep -q 'request $id .*escalates to leads' '$work/log'" && ok 'it escalates by the clock' || bad 'it escalates by the clock'
approve cleo "$id" >/dev/null 2>&1
equal 'and then the others may' "$(status_of climbs)" 0

# ---- proposals, justification ------------------------------------------------------
held prop "tee $spot/p1 </dev/null"
as alice propose "$id" --command "tee $spot/p2" --reason 'the other file' >/dev/null 2>&1
equal 'a proposal is a denial' "$(status_of prop)" 126
matches 'that says what would do' "$(cat "$work/prop.err")" "hitl-result: proposal id=.* reason=\"the other file\" command=\"tee $spot/p2\""
out=$(agent "chmod 600 $spot/one" 2>&1); code=$?
equal 'where a reason is wanted nobody is asked without' "$code" 126
matches 'and how to give it is said' "$out" '# hitl:'
held why "chmod 600 $spot/one # hitl: it is private"
matches 'with a reason people are asked' "$(console show "$id" --json | jq -r .justification)" 'it is private'
as alice deny "$id" --reason no >/dev/null 2>&1; status_of why >/dev/null

# ---- broken glass ------------------------------------------------------------------
held glass "ln -s one $spot/link"
out=$(approve alice "$id" --break-glass --reason now 2>&1); code=$?
equal 'not everyone breaks the glass' "$code" 1
out=$(approve max "$id" --break-glass --reason now 2>&1); code=$?
equal 'nor the owner' "$code" 1
approve cleo "$id" --break-glass --reason 'site is down' >/dev/null 2>&1
equal 'one who may does it alone' "$(status_of glass)" 0
equal 'and it waits for a second look' "$(console list --reviews --json | jq -r .id)" "$id"
out=$(as cleo review "$id" --reason fine 2>&1); code=$?
equal 'not by the same person' "$code" 4
as bob review "$id" --reason 'was right' >/dev/null 2>&1
equal 'another one has looked' "$(console list --reviews --json)" ''
LC_HITL_WAIT=0 agent "ln -s two $spot/link2" >/dev/null 2>&1; id=$(pending)
approve cleo "$id" --break-glass --reason 'not yet used' >/dev/null 2>&1
out=$(as bob review "$id" --reason 'seen before it ran' 2>&1); equal 'one that was not used yet can be looked at too' "$?" 0

# ---- proof ---------------------------------------------------------------------------
held proof "cp $spot/one $spot/copy"
d=$(console show "$id" --json | jq -r .digest)
out=$("$B/hitl-console" --socket "$dir/run/operator.sock" approve "$id" --digest "$d" 2>&1); code=$?
equal 'a rule can want a signature on the host too' "$code" 1
approve alice "$id" >/dev/null 2>&1
equal 'and takes it from afar' "$(status_of proof)" 0

# ---- grants --------------------------------------------------------------------------
held g1 "touch $spot/a"
out=$(approve alice "$id" --grant 2h 2>&1); code=$?
equal 'no longer than the rule lets' "$code" 1
approve alice "$id" --grant 5m >/dev/null 2>&1
equal 'granted by shape' "$(status_of g1)" 0
agent "touch $spot/b" >/dev/null 2>&1; equal 'the same shape runs at once' "$?" 0
holds 'and did' test -e "$spot/b"
equal 'its uses are counted' "$(console grants --json | jq -c '[.agent, .uses]')" '["devin",1]'
out=$(LC_HITL_WAIT=0 agent "touch -d yesterday $spot/b" 2>&1); equal 'another option is another shape' "$?" 75
out=$(LC_HITL_WAIT=0 agent "touch $work/elsewhere" 2>&1); equal 'another folder too' "$?" 75
out=$(agent "touch /forbidden" 2>&1); equal 'a denial beats the grant' "$?" 126
out=$(LC_HITL_WAIT=0 agent "touch $spot/../x" 2>&1); equal 'no way out of the folder' "$?" 75
grant=$(console grants --json | jq -r .id)
as bob revoke "${grant:0:8}" >/dev/null 2>&1
out=$(LC_HITL_WAIT=0 agent "touch $spot/c" 2>&1); equal 'taken back, it is over' "$?" 75
for r in $(console list --json | jq -r .id); do as alice deny "$r" --reason 'test is over' >/dev/null 2>&1; done
held g2 "bash -c 'touch $spot/d'"
out=$(approve alice "$id" --grant 5m 2>&1); code=$?
equal 'never of what runs anything' "$code" 1
as alice deny "$id" --reason no >/dev/null 2>&1; status_of g2 >/dev/null

# ---- sessions ------------------------------------------------------------------------
agent_bg "$work/long" 'sleep 61.25'
until_true 20 sh -c "'$B/hitl-console' --socket '$dir/run/operator.sock' sessions --json | grep -q sleep" && ok 'what runs is listed' || bad 'what runs is listed'
session=$(console sessions --json | jq -r 'select(.running != "") .id')
as alice pause --agent devin --reason 'look first' >/dev/null 2>&1
out=$(LC_HITL_WAIT=1 agent 'ls /' 2>&1); code=$?
equal 'paused, nothing new starts' "$code" 75
matches 'and who did it is said' "$out" 'paused by alice: look first'
agent_bg "$work/goes" 'ls /'
until_true 20 grep -q 'paused' "$work/goes.err"
out=$(as bob resume --agent devin 2>&1); code=$?
equal 'nobody resumes over a network: no key proves who says it' "$code" 1
matches 'and where to do it is said' "$out" "own host"
console resume --agent devin >/dev/null 2>&1
equal 'resumed, what waited goes on' "$(status_of goes)" 0
as alice kill "${session:0:8}" --reason 'runs too long' >/dev/null 2>&1
lacks 'a killed session ends' "$(status_of long)" '^0$'
matches 'with words' "$(cat "$work/long.err")" 'ended by alice: runs too long'
until_true 20 sh -c "! pgrep -f '[s]leep 61.25' >/dev/null" && ok 'and what it ran' || bad 'and what it ran'

# ---- long words ----------------------------------------------------------------------
# What does not fit into a message ends nothing but the words.
broker=$(pgrep -P "$daemon_pid" -f hitl-broker)
hidden() { head -c "$1" /dev/zero | tr '\0' '\001'; }
held words "tee $spot/words </dev/null"
as alice propose "$id" --command "$(printf '%0501d' 0)" --reason 'the other' >/dev/null 2>&1
equal 'a proposal has an end' "$?" 2
as alice propose "$id" --command "$(head -c 500 /dev/zero | tr '\0' '"')" --reason 'the other' >/dev/null 2>&1
equal 'a long proposal' "$(status_of words)" 126
equal 'is said to the agent as a whole' "$(tail -1 "$work/words.err" | sed 's/.*command=//' | tr -dc '"' | wc -c)" 502
agent_bg "$work/words2" 'sleep 62.25'
until_true 20 sh -c "'$B/hitl-console' --socket '$dir/run/operator.sock' sessions --json | grep -q 'sleep 62'"
session=$(console sessions --json | jq -r 'select(.running == "sleep 62.25") .id')
as alice kill "${session:0:8}" --reason "$(hidden 4000)" >/dev/null 2>&1
lacks 'killed with many words' "$(status_of words2)" '^0$'
as=devin; agent "hitl explain 'rm $(head -c 65000 /dev/zero | tr '\0' x)'" >"$work/explained" 2>&1
equal 'a long explanation' "$?" 0
as=devin+db1
equal 'and the broker lives' "$(pgrep -P "$daemon_pid" -f hitl-broker)" "$broker"

# ---- the agent asks the bastion -----------------------------------------------------
as=devin
matches 'hitl whoami' "$(agent hitl whoami 2>&1)" 'agent +devin'
matches 'hitl targets' "$(agent hitl targets 2>&1)" 'db1'
matches 'hitl explain' "$(agent "hitl explain 'rm -r /srv/x'" 2>&1)" 'hold by the rule "default"'
out=$(agent 'hitl whoami; id' 2>&1); equal 'one command and nothing else' "$?" 64
out=$(agent 'hitl $(id)' 2>&1); equal 'no expansion' "$?" 64
out=$(agent hitl status NOSUCHID 2>&1); a=$?; mine=$out
foreign=$(sqlite3 "$dir/hitl.db" "select id from requests limit 1")
equal 'a missing id' "$a" 66
as=devin+db1; held mine "tee $spot/mine </dev/null"; as=devin
matches 'hitl status' "$(agent hitl status 2>&1)" 'pending on db1'
LC_HITL_WAIT=1 agent hitl wait "$id" >/dev/null 2>&1; equal 'hitl wait: not yet' "$?" 75
agent hitl cancel "$id" >/dev/null 2>&1; equal 'hitl cancel' "$?" 0
equal 'and who waits for it ends' "$(status_of mine)" 130
agent hitl wait "$id" >/dev/null 2>&1; equal 'hitl wait: cancelled' "$?" 130

# ---- after a kill -9 of the broker ---------------------------------------------------
as=devin+db1
out=$(LC_HITL_WAIT=0 agent "mkdir $spot/after" 2>&1)
id=$(pending)
approve alice "$id" >/dev/null 2>&1
as alice pause --agent devin --reason 'and stays' >/dev/null 2>&1
pkill -9 -f "hitl-broker.*$dir" || pkill -9 -P "$daemon_pid" hitl-broker
until_true 20 sh -c "'$B/hitl-console' --socket '$dir/run/operator.sock' list >/dev/null 2>&1"
equal 'an approval survives the broker' "$(console show "$id" --json | jq -c '[.state, .step]')" '["pending",2]'
approve cleo "$id" >/dev/null 2>&1
out=$(LC_HITL_WAIT=1 agent "mkdir $spot/after" 2>&1); equal 'a pause survives too' "$?" 75
console resume --agent devin >/dev/null 2>&1
agent "mkdir $spot/after" >/dev/null 2>&1; equal 'the approved command runs' "$?" 0
out=$(LC_HITL_WAIT=0 agent "mkdir $spot/after" 2>&1); equal 'once' "$?" 75
