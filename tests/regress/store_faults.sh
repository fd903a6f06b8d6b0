# The store under a disk that fails, and a writer that is killed at every tenth of its
# writes: what was said to be kept is there, without any repair, and the audit chain
# goes on and verifies (rules 15, 18).
. "$(dirname "$0")/../support/bastion.sh"
mkdir -p "$work/base/keys"
ssh-keygen -q -t ed25519 -N '' -C audit -f "$work/base/keys/audit_ed25519"
tool=$B/tests/tools/store_faults
"$tool" "$work/base" none 0 3 >"$work/base/kept" || die "a store is made"
missing() {  # what was kept and is not there
  local id
  for id in $(sed -n 's/^kept //p' "$1/kept" | sort -u); do
    [ "$(sqlite3 "$1/hitl.db" "SELECT count(*) FROM sessions WHERE id='$id'")" = 1 ] || echo "$id"
  done
}
# each FAULT STEP: at write 1, 1 + STEP, ... until one comes through.
each() {
  local n=1 lost= broken= status count=0 stopped=0
  while [ $n -lt 2000 ]; do
    rm -rf "$work/try"; cp -r "$work/base" "$work/try"
    "$tool" "$work/try" "$1" $n 8 >>"$work/try/kept" 2>"$work/try/err"; status=$?
    [ $status = 0 ] || stopped=$((stopped + 1))
    lost=$lost$(missing "$work/try")
    "$B/hitl-replay" --db "$work/try/hitl.db" verify >"$work/said" 2>&1 || broken="$broken $n: $(head -2 "$work/said")"
    "$tool" "$work/try" none 0 1 >>"$work/try/kept" 2>&1 || broken="$broken $n: does not go on"
    lost=$lost$(missing "$work/try")
    "$B/hitl-replay" --db "$work/try/hitl.db" verify >"$work/said" 2>&1 || broken="$broken $n: $(head -2 "$work/said")"
    count=$((count + 1))
    [ $status != 0 ] || break
    n=$((n + $2))
  done
  equal "$1: nothing is lost that was kept ($count tries)" "$lost" ""
  equal "$1: nothing to repair, and the chain is whole" "$broken" ""
  fails "$1: there were such faults" test $stopped -lt 5
}
each kill 10 2>/dev/null
each full 10
each io 10
each sync 10
