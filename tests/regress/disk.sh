# A disk that is full, and a store that cannot be read: what cannot be recorded
# does not run, in words, and the bastion is itself again when the disk is.
if [ "${HITL_OWN_MOUNTS:-}" != yes ]; then
  map=; [ "$(id -u)" = 0 ] || map=--map-root-user
  HITL_OWN_MOUNTS=yes exec unshare $map --mount --propagation private bash "$0"
fi
. "$(dirname "$0")/../support/bastion.sh"
make_keys
start_target db1
mkdir "$dir"
mount -t tmpfs -o size=4m,mode=700 tmpfs "$dir" || die "a small disk can be made"
trap 'clean_up; umount "$dir" 2>/dev/null; rm -rf "$work"' EXIT
init_bastion
trust_bastion
start_daemon
fill() { dd if=/dev/zero of="$dir/fill" bs=4k 2>/dev/null; [ -s "$dir/fill" ]; }

equal "with room, it runs" "$(agent 'echo x')" x
agent_bg "$work/a" "touch $work/held"; id=$(wait_pending)
fill
# The write that fails ends the broker, so this one may only lose its connection.
agent "echo $(head -c 60000 /dev/zero | tr '\0' y)" >"$work/o" 2>/dev/null
equal "a full disk: a command runs nothing" "$(cat "$work/o")" ""
until_true 10 test -s "$work/a.status"
equal "a full disk: what was held is told" "$(cat "$work/a.status")" 125
refused() { agent 'echo y' >"$work/o" 2>"$work/e"; [ $? = 125 ] && grep -q 'code=store' "$work/e"; }
holds "then each is refused in words" until_true 10 refused
LC_HITL_NOTICES=json agent 'echo y' 2>&1 | sed 's/^hitl: //' | jq -e '.code == "store"' >/dev/null
equal "as JSON where the agent wishes it" $? 0
fails "and nothing ran" grep -q y "$work/o"

rm "$dir/fill"
runs() { [ "$(agent 'echo z' 2>/dev/null)" = z ]; }
holds "with room again, it runs again" until_true 20 runs
equal "and the request that was held is still there" "$(pending)" "$id"
approve "$id"
agent "touch $work/held"
holds "to be decided and used" test -e "$work/held"

# Another program has the database for itself: the turn that cannot write ends the broker.
mkfifo "$work/hold"
sqlite3 "$dir/hitl.db" <"$work/hold" >/dev/null 2>&1 & pids+=($!)
exec 9>"$work/hold"
echo 'BEGIN IMMEDIATE;' >&9; sleep 0.3
agent 'echo x' >"$work/o" 2>/dev/null
equal "a locked store: a command runs nothing" "$(cat "$work/o")" ""
holds "then each is refused in words" until_true 15 refused
echo 'ROLLBACK;' >&9; exec 9>&-
holds "unlocked, it runs again" until_true 20 runs

kill "$daemon_pid"; wait "$daemon_pid"
mount --bind "$dir/hitl.db" "$dir/hitl.db" && mount -o remount,bind,ro "$dir/hitl.db" || die "a file is made read-only"
start_daemon
holds "a read-only store: each command is refused" refused
umount "$dir/hitl.db"
holds "and runs again once it can be written" until_true 20 runs
equal "and all of it is as it was written" "$(replay verify >/dev/null 2>&1; echo $?)" 0

cp "$dir/hitl.db" "$work/sav"
kill "$daemon_pid"; wait "$daemon_pid"
head -c 8192 /dev/urandom >"$dir/hitl.db"; rm -f "$dir"/hitl.db-*
start_daemon
holds "a store that is none: each command is refused" refused
equal "and it is left as it is" "$(wc -c <"$dir/hitl.db")" 8192
