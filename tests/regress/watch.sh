# Who opens a recording is authorised by role and written down, in the chain, before
# anything is shown.
. "$(dirname "$0")/../support/bastion.sh"
. tests/support/signed_bed.sh

agent 'echo grass' >/dev/null
agent 'echo clover' >/dev/null
session_of() { sqlite3 "$dir/hitl.db" "SELECT session FROM commands WHERE CAST(submitted AS TEXT) LIKE '%$1%'"; }
one=$(session_of grass) two=$(session_of clover)
watches() { sqlite3 "$dir/hitl.db" "SELECT watcher||' '||how||' '||session FROM watches ORDER BY row"; }
quietly() { "$@" >"$work/out" 2>"$work/e"; }
shows() { quietly replay "$@"; }
last() { watches | tail -1; }

replay list >/dev/null
equal "a list of sessions opens none" "$(watches)" ""
holds "play" shows play "$one" --speed 1000
equal "leaves who, how and which" "$(last)" "$me play $one"
matches "and shows" "$(cat "$work/out")" grass
replay show "${one:0:8}" >/dev/null; equal "so does show, by a short id" "$(last)" "$me show $one"
replay export "$two" -o "$work/two.cast"; equal "and export" "$(last)" "$me export $two"
until_true 5 shows export --bundle "$two" -o "$work/bundle"
equal "and a bundle" "$(last)" "$me bundle $two"
holds "which verifies" quietly contrib/verify-bundle "$work/bundle" "$dir/keys/audit_ed25519.pub"
equal "and does not tell who watched" "$(sqlite3 "$work/bundle" 'SELECT count(*) FROM watches')" 0
before=$(watches | wc -l)
replay search clover --in output >/dev/null; equal "and a search, of what it shows" "$(last)" "$me search $two"
equal "once each" "$(watches | wc -l)" $((before + 1))
replay search heather >/dev/null; equal "a search that finds nothing shows none" "$(watches | wc -l)" $((before + 1))
matches "show lists who watched" "$(replay show "$one")" "watched +2.* by $me \(play\)"
equal "for programs too" "$(replay show "$one" --json | jq -r '.watches[0].how')" play
verify; equal "the store is intact" $? 0
fails "a session that is none" shows show ZZZZZZZZ

# ---- by role -----------------------------------------------------------------------
rows=$(watches | wc -l)
roles() {
  sed -i "/^\[operators.\"$me\"\]/,/^\$/ s/^roles *=.*/roles = [$1]/" "$dir/bastion.toml"
  kill "$daemon_pid"; wait "$daemon_pid"; start_daemon
}
roles '"operator"'
for words in "show $one" "play $one" "export $one" "export --bundle $one" "search grass" "search heather"; do
  # shellcheck disable=SC2086
  shows $words; equal "an operator who is no auditor is refused: ${words%% ??????*}" $? 1
  matches "with the reason" "$(cat "$work/e")" 'has not the role auditor'
  equal "and sees nothing" "$(cat "$work/out")" ""
done
equal "nor does it count as watched" "$(watches | wc -l)" "$rows"
roles '"admin"'
holds "an admin may" shows show "$one"
roles '"auditor"'
holds "and an auditor" shows show "$one"
equal "one row each" "$(watches | wc -l)" $((rows + 2))
mv "$dir/run/operator.sock" "$work/moved.sock"
fails "a bastion that is not found is not passed by" shows show "$one"
matches "which is said" "$(cat "$work/e")" 'another process writes it'
equal "and shown is nothing" "$(cat "$work/out")" ""
holds "it can be named" shows show "$one" --socket "$work/moved.sock"
mv "$work/moved.sock" "$dir/run/operator.sock"

# ---- where no bastion runs ---------------------------------------------------------
kill "$daemon_pid"; wait "$daemon_pid"
holds "without a bastion its owner sees the store" shows play "$one" --speed 1000
equal "with nothing to say" "$(cat "$work/e")" ""
equal "and is written down as who they are on the host" "$(last)" "user $me play $one"
verify; equal "in the chain, which is whole" $? 0
start_daemon
agent 'echo later' >/dev/null
verify; equal "and goes on at the next start" $? 0
kill "$daemon_pid"; wait "$daemon_pid"
rows=$(watches | wc -l)
sqlite3 "$dir/hitl.db" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
mkdir "$work/copy"; cp "$dir/hitl.db" "$work/copy/hitl.db"; chmod 644 "$work/copy/hitl.db"
holds "what cannot be written down is shown" quietly "$B/hitl-replay" --db "$work/copy/hitl.db" show "$one"
matches "as who can read the file can read it anyway" "$(cat "$work/out")" grass
matches "but it is said" "$(cat "$work/e")" 'could not be written down'
equal "and the copy is as it was" "$(sqlite3 "$work/copy/hitl.db" 'SELECT count(*) FROM watches')" "$rows"
