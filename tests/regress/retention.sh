# What is deleted, by which rule, and what keeps it: signed tombstones stay in its place,
# the store verifies afterwards, and the file gets smaller.
. "$(dirname "$0")/../support/bastion.sh"
. tests/support/signed_bed.sh

agent 'ls /' >/dev/null
head -c 3000000 /dev/urandom >"$work/noise"
agent "cat $work/noise" >/dev/null
approved "touch $work/one"
agent_bg "$work/b" "mkdir $work/two"; deny "$(wait_pending)" 'not now'; until_true 10 test -s "$work/b.status"
session_of() { sqlite3 "$dir/hitl.db" "SELECT session FROM commands WHERE CAST(submitted AS TEXT) LIKE '%$1%'"; }
count() { sqlite3 "$dir/hitl.db" "SELECT count(*) FROM $1"; }
big=$(session_of noise) touched=$(session_of touch) refused=$(session_of mkdir) looked=$(session_of 'ls /')

fails "without a rule nothing goes" sh -c "'$B/hitl-replay' --db '$dir/hitl.db' prune --dry-run | grep -v '^would delete 0 sessions'"
cat >>"$dir/bastion.toml" <<'END'
[retention]
every = "1d"
[[retention.rule]]
name     = "approvals stay for years"
outcomes = ["held"]
keep     = "2000d"
[[retention.rule]]
name    = "this target's soon"
targets = ["db1"]
keep    = "2s"
END
kill "$daemon_pid"; wait "$daemon_pid"
sleep 2.1
replay hold "$refused" --reason x 2>"$work/e"; equal "without a bastion nothing is held" $? 1
matches "which is said" "$(cat "$work/e")" 'the bastion must run'
sed -i 's/keep    = "2s"/keep    = "1d"/' "$dir/bastion.toml"
start_daemon
replay hold "$looked" 2>/dev/null; equal "a hold has a reason" $? 2
replay hold ZZZZZZZZ --reason x 2>/dev/null; equal "and a session" $? 3
holds "a session is held" replay hold "$looked" --reason 'case 17'
kill "$daemon_pid"; wait "$daemon_pid"
sed -i 's/keep    = "1d"/keep    = "2s"/; s/every = "1d"/every = "300d"/' "$dir/bastion.toml"
before=$(stat -c %s "$dir/hitl.db")
start_daemon
gone() { [ "$(sqlite3 "$dir/hitl.db" "SELECT count(*) FROM sessions WHERE id='$1'")" = 0 ]; }
holds "at its start the bastion deletes what is due" until_true 10 gone "$big"
holds "each session" until_true 10 gone "$refused"
fails "but not what is held" gone "$looked"
fails "nor what an earlier rule keeps" gone "$touched"
equal "with each row of theirs" "$(sqlite3 "$dir/hitl.db" "SELECT count(*) FROM commands c LEFT JOIN sessions s ON s.id=c.session WHERE s.id IS NULL")" 0
equal "a tombstone has what, how much and why" \
  "$(sqlite3 "$dir/hitl.db" "SELECT rule||': '||rows FROM tombstones WHERE session='$refused'")" \
  "this target's soon: sessions 1, requests 1, commands 1, decisions 1, chunks $(sqlite3 "$dir/hitl.db" "SELECT substr(rows, instr(rows,'chunks ')+7) FROM tombstones WHERE session='$refused'")"
verify; equal "and the store is intact" $? 0
matches "tombstones and all" "$(cat "$work/verify")" '[1-9] tombstones'
agent 'echo after' >/dev/null
smaller() { sqlite3 "$dir/hitl.db" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null; [ "$(stat -c %s "$dir/hitl.db")" -lt $((before - 2000000)) ]; }
holds "the file has given the space back" until_true 10 smaller
matches "on request it is only said" "$(replay prune --dry-run)" 'would delete [0-9]+ sessions'
holds "a hold ends" replay release "$looked"
replay release "$looked" 2>/dev/null; equal "once" $? 1
sleep 2.1
matches "and then the session may go" "$(replay prune --dry-run)" "$looked devin on db1 .rule \"this target's soon\""
holds "on request too" replay prune
holds "so it does" until_true 10 gone "$looked"
holds "and the store is intact again" verify
sed -i "/^\[operators.\"$me\"\]/,/^\$/ s/^roles *=.*/roles = [\"operator\"]/" "$dir/bastion.toml"
kill "$daemon_pid"; wait "$daemon_pid"; start_daemon
replay prune 2>"$work/e"; equal "an operator who is no auditor deletes nothing" $? 1
matches "which is said too" "$(cat "$work/e")" 'has not the role auditor'

# ---- tombstones that are none ------------------------------------------------------
kill "$daemon_pid"; wait "$daemon_pid"
sqlite3 "$dir/hitl.db" ".backup $work/whole.db"; chmod 600 "$work/whole.db"
bent() {
  cp "$work/whole.db" "$dir/hitl.db"; rm -f "$dir"/hitl.db-*
  sqlite3 "$dir/hitl.db" "PRAGMA foreign_keys=OFF; $2" || bad "$1" "the damage fails"
  verify; equal "found: $1" $? 1
}
bent "a tombstone is gone" "DELETE FROM tombstones WHERE session='$refused'"
bent "a tombstone says less" "UPDATE tombstones SET rows='sessions 1' WHERE session='$refused'"
bent "a tombstone names another rule" "UPDATE tombstones SET rule='x' WHERE session='$refused'"
bent "a tombstone is of another time" "UPDATE tombstones SET at=at+1 WHERE session='$refused'"
bent "a session is deleted with a tombstone of nobody's" \
  "INSERT INTO tombstones(session,rule,at,rows,sha256,bastion,signature) SELECT '$touched','x',1,rows,sha256,bastion,signature FROM tombstones LIMIT 1; DELETE FROM sessions WHERE id='$touched'"
bent "a session comes back" "INSERT INTO sessions(id,agent,target,account,client_addr,key_fingerprint,started_at,state) VALUES('$refused','devin','db1','x','x','x',1,'closed')"
bent "a hold is gone" "DELETE FROM holds"
bent "a hold is released by nobody" "UPDATE holds SET released_at=NULL"
