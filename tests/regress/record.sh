# What is recorded of commands over the real path, and how it is shown.
. "$(dirname "$0")/../support/bastion.sh"
start_bastion
row() { sqlite3 "$dir/hitl.db" "$1"; }
session() { replay list --json --limit 1 | jq -r .id; }
# events CODES [SESSION]: exact bytes of the last session's events.
events() {
  replay export "${2:-$(session)}" --format json | python3 -c '
import base64, json, sys
for e in json.load(sys.stdin)["events"]:
    if e["code"] in sys.argv[1]:
        data = e["data_base64"] if "data_base64" in e else ""
        sys.stdout.buffer.write(base64.b64decode(data) if data else e["data"].encode())' "$1"
}

agent 'printf "a\377\n"; ls /nonexistent-here' >/dev/null 2>&1
equal "exact bytes of stdout" "$(events o | xxd -p)" 61ff0a
matches "stderr tagged as such" "$(events e)" 'nonexistent-here'
equal "exit status" "$(last_command | jq '.[0].exit_status')" 2
equal "the hash of what was printed" "$(last_command | jq -r '.[0].output_sha256')" \
  "$(events oe | sha256sum | cut -d' ' -f1)"
echo 'some input' | agent 'cat' >/dev/null
equal "input" "$(events i)" 'some input'

mkdir "$work/old"
agent_bg "$work/a" "rm -r $work/old"
id=$(wait_pending); approve "$id" 'it is old'
until_true 10 test -s "$work/a.status"
s=$(session)
matches "markers tell the decision" "$(replay export "$s" --format json | jq -r '[.events[] | select(.code == "m") | .data] | join(";")')" \
  "held $id: .*;approved by $me: it is old;started: 'rm' .*;ended: exit 0"
equal "show names the approvers" "$(replay show "$s" --json | jq -c '.commands[0].approvers')" "[\"$me\"]"
equal "and the decision" "$(replay show "$s" --json | jq -r '.commands[0].decision')" hold

agent 'printf "one\ntwo\n"; printf "\033[31mred\033[0m \033]0;title\007\n"' >/dev/null
s=$(session)
replay export "$s" -o "$work/x.cast"
equal "asciinema plays the export" "$(script -qec "asciinema cat $work/x.cast" /dev/null </dev/null | head -2 | tr -d '\r')" "one
two"
equal "it is asciicast v2" "$(head -1 "$work/x.cast" | jq .version)" 2
play=$(replay play "$s" --speed 1000)
matches "play shows it" "$play" 'one'
lacks "and lets no title through" "$play" $'\033]0;'
holds "raw does" bash -c "'$B/hitl-replay' --db '$dir/hitl.db' play '$s' --speed 1000 --raw | grep -q $'\033]0;title'"

agent -N -f -M -S "$work/mux"; agent -S "$work/mux" -O exit 2>/dev/null
until_true 5 test "$(row "SELECT count(*) FROM sessions WHERE state='open'")" = 0
s=$(session)
equal "a session without a command is listed" "$(replay list --json --limit 1 | jq .commands)" 0
equal "and exportable" "$(replay export "$s" | wc -l)" 1

sed -i '$a [limits]\noutput_mib = 1' "$dir/bastion.toml"
kill "$daemon_pid"; wait "$daemon_pid"; start_daemon
truncate -s 5M "$work/big"; chmod 755 "$work"
equal "a long output arrives whole" "$(agent "cat $work/big" | wc -c)" 5242880
equal "is counted whole" "$(last_command | jq '.[0].bytes_out')" 5242880
equal "and kept as head and tail" "$(events o | wc -c)" \
  $((1048576 + 65536))
matches "and says what is missing" "$(events m)" '4128768 bytes are not kept here'
agent 'echo findme-quickly' >/dev/null
equal "a search sees what was just printed" "$(replay search 'findme-quick' --in output --json | jq -r .in)" output
indexed() { [ "$(row "SELECT count(*) FROM search_words WHERE search_words MATCH 'findme'")" -ge 1 ]; }
holds "and the bastion has it in the index soon" until_true 30 indexed
equal "where it is found as well" "$(replay search 'findme-quick' --in output --json | jq -r .in)" output
