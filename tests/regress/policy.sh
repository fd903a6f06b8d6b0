# The policy of a running bastion: SIGHUP swaps it whole or not at all, each
# decision bears its hash, and whatif tells what another would have decided.
. "$(dirname "$0")/../support/bastion.sh"
start_bastion
mkdir -p "$work/srv"
hash_of() { sqlite3 "$dir/hitl.db" "SELECT policy_sha256 FROM commands ORDER BY row DESC LIMIT 1"; }
reload() {
  local before
  before=$(grep -c 'hitl-broker.*reload:' "$work/log")
  kill -HUP "$daemon_pid"
  until_true 10 eval '[ "$(grep -c "hitl-broker.*reload:" "$work/log")" -gt "$before" ]'
}

agent "ls $work/srv" >/dev/null 2>&1
equal "a look is allowed" $? 0
first=$(hash_of)
LC_HITL_WAIT=0 agent "touch $work/srv/x" 2>"$work/e"
equal "a write is held" $? 75
equal "under the same policy" "$(hash_of)" "$first"

cp "$dir/policy.toml" "$work/shipped.toml"
echo 'nonsense = true' >>"$dir/policy.toml"
holds "a faulty policy is read" reload
matches "and refused with its place" "$(tail -5 "$work/log")" "policy.toml:[0-9]+:1: unknown key 'nonsense'"
agent "ls $work/srv" >/dev/null 2>&1
equal "the old one stays in force" $? 0
equal "whole" "$(hash_of)" "$first"

cat >"$dir/policy.toml" <<P
[[deny]]
name    = "no looking at srv"
paths   = ["$work/srv/**"]
trees   = ["$work/srv"]
message = "not today"

[[rule]]
name    = "writes in tmp"
effects = ["read", "write"]
paths   = ["$work/free/**"]
action  = "allow"
P
mkdir "$work/free"
holds "a good policy is read" reload
agent "ls $work/srv/x" >/dev/null 2>"$work/e"
equal "it denies" $? 126
matches "with its message" "$(tail -1 "$work/e")" 'by=policy.*not today'
agent "touch $work/free/x" 2>/dev/null
equal "it allows" $? 0
second=$(hash_of)
matches "each decision bears its policy's hash" "$second" '^[0-9a-f]{64}$'
holds "which is another" test "$first" != "$second"
matches "the log says which" "$(grep 'in force' "$work/log" | tail -1)" "${second:0:12}"

# What the shipped policy would have decided of all this.
whatif() { "$B/hitl-policy" whatif --config "$dir/bastion.toml" --policy "$work/shipped.toml" "$@"; }
out=$(whatif --json)
equal "whatif ends well" $? 0
equal "the denied look would be allowed" \
  "$(jq -r 'select(.was_rule == "no looking at srv") | .now + " " + .now_rule' <<<"$out")" "allow look around"
equal "the allowed write would be held" \
  "$(jq -r 'select(.was_rule == "writes in tmp") | .now + " " + (.count | tostring) + " " + (.uncertain | tostring)' <<<"$out")" "hold 1 false"
equal "and nothing else would change" "$(wc -l <<<"$out")" 2
matches "for people" "$(whatif | tail -1)" '^[0-9]+ commands, 2 would be decided otherwise'
equal "since a time" "$(whatif --since 2030-01-01 --json)" ""
whatif --since yesterday 2>/dev/null
equal "which must be one" $? 64
"$B/hitl-policy" whatif --config "$dir/bastion.toml" 2>/dev/null
equal "a policy must be named" $? 64

# ---- limits --------------------------------------------------------------------------
# limits LIMITS: of the one rule.
limits() {
  cat >"$dir/policy.toml" <<END
default = "hold"
[[rule]]
name    = "a few"
effects = ["read"]
action  = "allow"
limits  = { $1 }
END
  reload
}
limits 'time = "2s", output = 5000'
SECONDS=0; agent 'sleep 30' 2>"$work/e"
holds "what runs too long is ended" test "$SECONDS" -lt 12
matches "which is said" "$(cat "$work/e")" 'it ran longer than 2 s, which its rule does not let it: ended'
agent 'seq 1 100000; sleep 20' >/dev/null 2>"$work/e"
matches "what prints too much as well" "$(cat "$work/e")" 'it printed more than 5000 bytes'
agent 'sleep 0' 2>/dev/null; equal "less is fine" $? 0
limits "an_hour = $(($(sqlite3 "$dir/hitl.db" "SELECT count(*) FROM commands WHERE decision='allow'") + 1))"
LC_HITL_WAIT=0 agent 'ls /' >/dev/null 2>&1; equal "the last of an hour" $? 0
LC_HITL_WAIT=0 agent 'ls /' >/dev/null 2>"$work/e"; equal "one too many is held" $? 75
matches "with the reason" "$(cat "$work/e")" 'is more than [0-9]+ allowed commands an hour'
approve "$(console list --json | jq -r 'select(.command=="ls /").id')"
LC_HITL_WAIT=0 agent 'ls /' >/dev/null 2>&1; equal "and runs when it is approved" $? 0
for bad in 'time = "0s"' 'output = 0' 'an_hour = 0' 'hour = 3'; do
  limits "$bad"
  matches "a fault: $bad" "$(tail -5 "$work/log")" 'policy.toml:6:'
done
