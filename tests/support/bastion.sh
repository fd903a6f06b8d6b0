# Sourced by the regress scripts: a bastion with a real sshd as its target, the
# agent devin with a key, and the verbs that the scenarios are written in.
#
# A script reports with ok, bad, equal, matches, holds; tests/run counts them.
# Everything lives in $work and ends with the script.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
B=$PWD/${B:-build}
work=$(mktemp -d)
me=$(id -un)
pids=()

clean_up() {
  local p
  for p in "${pids[@]}"; do kill "$p" 2>/dev/null; done
  for p in "${pids[@]}"; do wait "$p" 2>/dev/null; done
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM HUP

ok() { echo "ok $1"; }
bad() { echo "not ok $1"; shift; printf '    %s\n' "$@"; }
equal() { if [ "$2" = "$3" ]; then ok "$1"; else bad "$1" "got:  $2" "want: $3"; fi; }
# matches NAME TEXT REGEX: an extended regular expression, anywhere in TEXT.
matches() { if [[ $2 =~ $3 ]]; then ok "$1"; else bad "$1" "got:  $2" "want: $3"; fi; }
lacks() { if [[ $2 =~ $3 ]]; then bad "$1" "got:  $2" "without: $3"; else ok "$1"; fi; }
# holds NAME COMMAND...: its exit status is 0.
holds() { local name=$1; shift; if "$@"; then ok "$name"; else bad "$name" "failed: $*"; fi; }
fails() { local name=$1; shift; if "$@"; then bad "$name" "succeeded: $*"; else ok "$name"; fi; }
die() { bad "$1" "${@:2}"; exit 1; }

# until SECONDS COMMAND...: polls until the command succeeds.
until_true() {
  local end=$(($(date +%s%N) + $1 * 1000000000)); shift
  until "$@"; do
    [ "$(date +%s%N)" -lt "$end" ] || return 1
    sleep 0.05
  done
}

# start_target [NAME [OPTION=VALUE...]]: an sshd that trusts nobody yet.
start_target() {
  local name=${1:-db1}; shift || true
  : >"$work/$name.ca"
  contrib/target-sshd "$work/$name" "$work/$name.ca" "$@" 2>"$work/$name.err" &
  pids+=($!)
  target_pid=$!
  until_true 120 test -s "$work/$name/port" || die "the target starts" "$(cat "$work/$name.err")"
  target_port=$(cat "$work/$name/port")
}

make_keys() {
  ssh-keygen -q -t ed25519 -N '' -C devin -f "$work/devin"
  ssh-keygen -q -t ed25519 -N '' -C stranger -f "$work/stranger"
}

# init_bastion [ARGUMENT...]: DIR $dir; more arguments go to init.
dir=$work/bastion
init_bastion() {
  "$B/hitl-bastiond" init "$dir" --listen 127.0.0.1:0 --agent devin="$work/devin.pub" \
    --operator "$me" --target "db1=$me@127.0.0.1:$target_port" \
    --host-key "$work/db1/host_ed25519.pub" "$@" >"$work/init.out" 2>&1 ||
    die "init" "$(cat "$work/init.out")"
}

# The target reads the file with each login.
trust_bastion() { cp "$dir/keys/user_ca.pub" "$work/${1:-db1}/user_ca.pub"; }

start_daemon() {
  : >"$work/log"
  "$B/hitl-bastiond" --config "$dir/bastion.toml" 2>>"$work/log" &
  daemon_pid=$!
  pids+=("$daemon_pid")
  until_true 20 grep -q 'listening on' "$work/log" || die "the bastion starts" "$(cat "$work/log")"
  port=$(sed -n 's/.*listening on 127.0.0.1:\([0-9]*\).*/\1/p' "$work/log" | head -1)
  printf '[127.0.0.1]:%s %s\n' "$port" "$(cat "$dir/keys/host_ed25519.pub")" >"$work/known_hosts"
}

# All of it, as most scripts want it.
start_bastion() {
  make_keys
  start_target db1 "$@"
  init_bastion
  trust_bastion
  start_daemon
}

# free_folder FOLDER: a policy that lets agents look around, do as they like below
# the folder, and ask about the rest.
free_folder() {
  mkdir -p "$1"
  printf '\n[limits]\npending = 4000\n' >>"$dir/bastion.toml"
  cat >"$dir/policy.toml" <<END
default   = "hold"
approvers = { group = "oncall", count = 1 }

[[rule]]
name    = "look around"
agents  = ["group:agents"]
effects = ["read"]
action  = "allow"

[[rule]]
name    = "their own folder"
agents  = ["group:agents"]
effects = ["read", "write", "delete"]
paths   = ["$1/**"]
action  = "allow"
END
}

# shell_environment: what shell_bed.py wants to know, and a way to the target
# that does not pass the bastion.
shell_environment() {
  ssh-keygen -q -t ed25519 -N '' -C plain -f "$work/plain"
  ssh-keygen -q -s "$dir/keys/user_ca" -I plain -n "$me" -V -5m:+1d "$work/plain.pub"
  export WORK=$work PORT=$port DIR=$dir ME=$me BUILD=$B TARGET_PORT=$target_port DAEMON=$daemon_pid
  export PYTHONPATH=$PWD/tests/support PYTHONDONTWRITEBYTECODE=1
}

ssh_options() {
  echo -F none -o BatchMode=yes -o IdentitiesOnly=yes -o "UserKnownHostsFile=$work/known_hosts" \
    -o StrictHostKeyChecking=yes -o LogLevel=ERROR -o SendEnv=LC_* -i "$work/devin" -p "$port"
}
# agent [SSH OPTION...] COMMAND: as devin on db1.
agent() {
  # shellcheck disable=SC2046
  timeout 60 ssh $(ssh_options) -l "${as:-devin+db1}" 127.0.0.1 "$@"
}
# agent_bg OUT COMMAND...: the same in the background; $! is it, and its exit
# status goes to OUT.status.
agent_bg() {
  local out=$1; shift
  { agent "$@" >"$out.out" 2>"$out.err" </dev/null; echo $? >"$out.status"; } &
}
console() { "$B/hitl-console" --socket "$dir/run/operator.sock" "$@"; }
replay() { "$B/hitl-replay" --db "$dir/hitl.db" "$@"; }

# The id of the one request that waits, once there is one.
pending() { console list --json 2>/dev/null | jq -r .id; }
wait_pending() {
  until_true 20 pending_one || { bad "a request is held" "$(tail -5 "$work/log")"; return 1; }
  pending | head -1
}
pending_one() { [ -n "$(pending)" ]; }
digest_of() { console show "$1" --json | jq -r .digest; }
approve() { console approve "$1" --digest "$(digest_of "$1")" ${2:+--reason "$2"} >/dev/null; }
deny() { console deny "$1" --reason "$2" >/dev/null; }

# The last command's row, as JSON, from the store itself.
last_command() {
  sqlite3 -json "$dir/hitl.db" "SELECT * FROM commands ORDER BY row DESC LIMIT 1"
}
command_state() { sqlite3 "$dir/hitl.db" "SELECT state FROM commands ORDER BY row DESC LIMIT 1"; }
# process NAME: pids of the daemon's children of that name.
process() { pgrep -g "$(ps -o pgid= "$daemon_pid" | tr -d ' ')" -x "$1"; }
