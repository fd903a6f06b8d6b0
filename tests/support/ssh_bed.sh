# Sourced by the regress scripts of ingress and egress: a private sshd as target
# and fake_bastion before it, in $dir; both end with the script.
#
#   INGRESS_ARGS, TARGET_OPTIONS   passed on
set -u
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$(cd "$root/${BUILD:-build}" && pwd)
dir=$(mktemp -d)
mkdir "$dir/bastion"
for key in ca host agent stranger; do ssh-keygen -q -t ed25519 -N '' -f "$dir/bastion/$key"; done
# shellcheck disable=SC2086
"$root/contrib/target-sshd" "$dir/target" "$dir/bastion/ca.pub" ${TARGET_OPTIONS:-} &
target=$!
fake=
clean_up() {
  [ -z "$fake" ] || kill "$fake" 2>/dev/null
  kill "$target" 2>/dev/null
  wait "$target" 2>/dev/null
  rm -rf "$dir"
}
trap clean_up EXIT
# wait_for FILE: until it is there, 20 s at most.
wait_for() { for _ in $(seq 400); do [ -f "$1" ] && return; sleep 0.05; done; echo "not ok $1 never came"; exit 1; }
wait_for "$dir/target/port"

# start_bastion HOST_KEY ACCOUNT
start_bastion() {
  rm -f "$dir/bastion/port"
  # shellcheck disable=SC2086
  "$build/tests/tools/fake_bastion" "$dir/bastion" "$build" "$(cat "$dir/target/port")" "$1" "$2" \
    ${INGRESS_ARGS:-} 2>"$dir/bastion/err" &
  fake=$!
  wait_for "$dir/bastion/port"
  port=$(cat "$dir/bastion/port")
  echo "[127.0.0.1]:$port $(cut -d' ' -f1,2 "$dir/bastion/host.pub")" >"$dir/known_hosts"
}
stop_bastion() { kill "$fake"; wait "$fake" 2>/dev/null; fake=; }

options=(-F none -i "$dir/bastion/agent" -o IdentitiesOnly=yes -o IdentityAgent=none
  -o "UserKnownHostsFile=$dir/known_hosts" -o BatchMode=yes)
agent() { timeout 30 ssh "${options[@]}" -p "$port" devin@127.0.0.1 "$@"; }

# same NAME GOT WANTED
same() { if [ "$2" = "$3" ]; then echo "ok $1"; else printf 'not ok %s\n got: %s\nwant: %s\n' "$1" "$2" "$3"; fi; }
# holds NAME CONDITION
holds() { if eval "$2"; then echo "ok $1"; else echo "not ok $1"; tail -n 5 "$dir/bastion/log"; fi; }
# soon CONDITION: true within 5 s
soon() { for _ in $(seq 100); do eval "$1" && return 0; sleep 0.05; done; return 1; }
