#!/bin/bash
# Secrets: the agent, the record, the consoles, the notices and whoever is notified see
# masks; what runs, and what an approval is for, is the true text.
. "$(dirname "$0")/../support/bastion.sh"
token=ghp_0123456789abcdefghijklmnopqrstuvwxyz
other=ghp_zyxwvutsrqponmlkjihgfedcba9876543210
make_keys
start_target db1
init_bastion
mkdir -m 755 "$work/free"
printf 'hunter2-of-the-house\n' >"$dir/keys/words"
chmod 600 "$dir/keys/words"
cat >>"$dir/bastion.toml" <<P

[events]
file = "events.jsonl"

[mask]
profiles = ["iban"]

[[mask.rule]]
name          = "house-words"
literals_file = "keys/words"

[[mask.rule]]
name        = "customer"
pattern     = 'ACME-[0-9]{6}'
tail        = '[0-9]'
replacement = "[a customer]"
targets     = ["db1"]
agents      = ["group:agents"]

[[mask.rule]]
name    = "nobody-here"
pattern = 'NOBODY-[0-9]{4}'
targets = ["elsewhere"]

[targets.elsewhere]
address   = "127.0.0.1:9"
account   = "x"
host_keys = ["$(cat "$work/db1/host_ed25519.pub")"]
P
trust_bastion
start_daemon
row() { sqlite3 "$dir/hitl.db" "$1"; }
session() { replay list --json --limit 1 | jq -r .id; }
# recorded CODE: all of the newest session's.
recorded() { replay export "$(session)" --format cast | jq -rs --arg c "$1" '[.[1:][] | select(.[1]==$c) | .[2]] | join("")'; }
masked_of() { replay show "$(session)" --json | jq -c '.commands[-1].masked'; }

# ---- output ------------------------------------------------------------------

printf 'a %s b\n' "$token" >"$work/free/one"
equal "stdout is masked" "$(agent "cat $work/free/one")" "a [masked github-token] b"
equal "and the record" "$(recorded o | tr -d '\r')" "a [masked github-token] b"
until_true 5 test "$(command_state)" = ended
equal "which says how many, and by which rule" "$(masked_of)" '{"github-token":1}'
# ls complains with the name, and the name is the secret.
equal "stderr is masked" "$(agent "ls $work/free/$token" 2>&1 >/dev/null | sed "s|$work||")" \
  "ls: cannot access '/free/[masked github-token]': No such file or directory"
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 2>/dev/null >"$work/free/pem"
agent "cat $work/free/pem" >"$work/key.out"
equal "a key's lines stay lines" "$(wc -l <"$work/key.out")" "$(wc -l <"$work/free/pem")"
equal "and nothing of it is shown" "$(sort -u "$work/key.out" | tr '\n' ';')" \
  ";-----END PRIVATE KEY-----;[masked private-key];"
printf 'IBAN DE89 3704 0044 0532 0130 00, ACME-1234567, hunter2-of-the-house, NOBODY-1234\n' >"$work/free/own"
equal "profiles and rules of the configuration" "$(agent "cat $work/free/own")" \
  "IBAN [masked iban], [a customer], [masked house-words], NOBODY-1234"
equal "each counted" "$(masked_of)" '{"customer":1,"house-words":1,"iban":1}'
printf '\033[31mghp_\033[1m0123456789abcdef\033[0mghijklmnopqrstuvwxyz\033[0m\n' >"$work/free/colour"
equal "colours do not hide a secret" "$(agent "cat $work/free/colour")" \
  "$(printf '\033[31m[masked github-token]\033[1m\033[0m\033[0m')"
equal "nor on a terminal" "$(agent -tt "cat $work/free/colour" 2>/dev/null | tr -d '\r')" \
  "$(printf '\033[31m[masked github-token]\033[1m\033[0m\033[0m')"
head -c 1000000 /dev/urandom | tr -d '@' >"$work/free/blob"
equal "bytes that are no secret arrive as they are" "$(agent "cat $work/free/blob" | sha256sum)" \
  "$(sha256sum <"$work/free/blob")"
echo "in $token" | agent 'sha256sum' >"$work/in"
equal "the target reads what was sent" "$(cat "$work/in")" "$(echo "in $token" | sha256sum)"
equal "the record of it is masked" "$(recorded i)" \
  "in [masked github-token]"

# ---- time ------------------------------------------------------------------

mkfifo "$work/free/pipe"
exec 8<>"$work/free/pipe"
agent "head -n 2 $work/free/pipe" >"$work/slow" 2>/dev/null & pids+=($!)
until_true 10 test "$(command_state)" = running
printf 'Password: \n' >&8
until_true 10 grep -q 'Password: ' "$work/slow" && ok "a prompt appears"
printf 'x\n' >&8
wait $!
agent_bg "$work/tail" "tail -f $work/free/grows"
sleep 0 && : >"$work/free/grows"
tailing=$!
until_true 20 test "$(command_state)" = running
printf 'name? ' >>"$work/free/grows"
holds "also one without an end of line" until_true 10 grep -q 'name? $' "$work/tail.out"
printf 'ghp_0123' >>"$work/free/grows"
holds "of a secret under way three bytes" until_true 10 grep -q 'name? ghp$' "$work/tail.out"
printf '456789abcdefghijklmnopqrstuvwxyz!\n' >>"$work/free/grows"
until_true 10 grep -q '!' "$work/tail.out"
equal "and the rest is masked" "$(cat "$work/tail.out")" "name? ghp[masked github-token]!"
kill "$tailing" 2>/dev/null

# ---- commands --------------------------------------------------------------

touch "$work/free/$token" "$work/free/x"
agent_bg "$work/rm" "rm $work/free/$token; rm $work/free/x"
id=$(wait_pending)
shown=$(console show "$id" --json)
matches "a held command is shown masked" "$(jq -r .canonical <<<"$shown")" "rm' '.*/free/\[masked github-token\]'; 'rm' '.*/free/x'"
matches "as it was written too" "$(jq -r .command <<<"$shown")" "^rm .*/free/\[masked github-token\]; rm .*/free/x$"
equal "its marks are where the words are" "$(jq -r '.command as $c | [.findings[] | $c[.begin:.end]] | unique | join("|")' <<<"$shown" 2>/dev/null | grep -c masked)" 1
notice=$(cat "$work/rm.err")
matches "the agent is told so" "$notice" "\[masked github-token\]"
digest=$(digest_of "$id")
approve "$id"
until_true 20 test -s "$work/rm.status"
equal "what ran is the true text" "$(ls "$work/free" | grep -c ghp_)" 0
equal "with its exit status" "$(cat "$work/rm.status")" 0
touch "$work/free/$token"
LC_HITL_WAIT=0 agent "rm $work/free/$token" >/dev/null 2>&1
id=$(pending | head -1)
first=$(digest_of "$id")
kill -9 "$(pgrep -P "$daemon_pid" -x hitl-broker)" 2>/dev/null
until_true 20 console list
equal "a request outlives the broker" "$(pending | head -1)" "$id"
LC_HITL_WAIT=0 agent "rm $work/free/$token" >/dev/null 2>&1
equal "the identical command finds it again" "$(pending | wc -l)" 1
LC_HITL_WAIT=0 agent "rm $work/free/$other" >/dev/null 2>&1
equal "another secret is another command" "$(console list --json | jq -r .digest | sort -u | wc -l)" 2
equal "though both look alike" "$(console list --json | jq -r .canonical | sort -u | wc -l)" 1
equal "who knows the secret can prove that it was this" \
  "$(contrib/check-secret "$dir" "$id" <<<"$token"; contrib/check-secret "$dir" "$id" <<<"$other")" \
  "it was this secret
it was another secret"
approve "$id"
agent "rm $work/free/$other" >/dev/null 2>&1 </dev/null &
waits=$!
equal "an approval is for the one that was asked" "$(agent "rm $work/free/$token" 2>/dev/null; echo $?)" 0
fails "which is gone now" test -e "$work/free/$token"
kill "$waits"; wait "$waits" 2>/dev/null
agent "rm $work/free/none; : 'password=hunter2'; tee $work/free/out" >/dev/null 2>&1 <<<"token=$token" &
tee_waits() { console list --json | jq -e 'select(.canonical|test("tee"))' >/dev/null; }
until_true 20 tee_waits
id=$(console list --json | jq -r 'select(.canonical|test("tee")).id')
lacks "input that people see is masked" "$(console show "$id" --json)" "$token"
console deny "$id" --reason no >/dev/null
wait $!

# ---- what is nowhere ---------------------------------------------------------

# A password that is asked for without echo, on a terminal.
cat >"$work/type.py" <<'P'
import pexpect, sys
c = pexpect.spawn(sys.argv[1], sys.argv[2:], timeout=30, encoding='utf-8')
c.expect('word[?] ')
c.sendline('never-echoed-word')
c.expect('it has ([0-9]+) bytes')
print(c.match.group(1))
c.expect(pexpect.EOF)
P
# shellcheck disable=SC2046
python3 "$work/type.py" ssh -tt $(ssh_options) -l devin+db1 127.0.0.1 \
  'read -rsp "word? " w; echo "it has ${#w} bytes"' >"$work/typed" 2>&1 &
typing=$!
asks() { console list --json | jq -r 'select(.canonical|test("read")).id' | grep .; }
until_true 20 asks >/dev/null && approve "$(asks)"
wait "$typing"
equal "what is typed without echo arrives" "$(cat "$work/typed")" 17
sqlite3 "$dir/hitl.db" 'PRAGMA wal_checkpoint(PASSIVE)' >/dev/null
for what in "$token" "$other" never-echoed-word hunter2-of-the-house 'DE89 3704 0044 0532 0130 00'; do
  fails "the store has no ${what:0:8}" grep -qaF "$what" "$dir/hitl.db" "$dir/hitl.db-wal"
  fails "nor the events and the log" grep -qaF "$what" "$dir/events.jsonl" "$work/log"
done
holds "the events have masks" grep -q 'masked github-token' "$dir/events.jsonl"
for s in $(replay list --json | jq -r .id); do replay export "$s"; done >"$work/exports"
fails "no export has one" grep -qF "$token" "$work/exports"

# ---- configuration -------------------------------------------------------------

fault() {
  mkdir -p "$work/bad"; cp -r "$dir/bastion.toml" "$dir/policy.toml" "$dir/keys" "$work/bad/"
  printf '%s\n' "$1" >>"$work/bad/bastion.toml"
  "$B/hitl-bastiond" check --config "$work/bad/bastion.toml" 2>&1
}
matches "an expression that is none" "$(fault $'[[mask.rule]]\nname = "p"\npattern = "("')" 'bastion.toml:[0-9]+: p: pattern: '
matches "a key that is none" "$(fault $'[[mask.rule]]\nname = "p"\npatern = "abcd"')" 'bastion.toml:[0-9]+:[0-9]+: .*patern'
matches "a profile that is none" "$(sed -i 's/"iban"/"ibann"/' "$dir/bastion.toml"; fault '')" 'bastion.toml:[0-9]+:[0-9]+: no such one .*e-mail'
sed -i 's/"ibann"/"iban"/' "$dir/bastion.toml"
matches "one that is too much" "$(fault $'[[mask.rule]]\nname = "p"\npattern = "a.{1,500}b"')" 'bastion.toml:[0-9]+: p: pattern: Pattern is too large'
chmod o+r "$dir/keys/words"; rm -r "$work/bad"
matches "secrets that everybody may read" "$(fault '')" 'words: secrets that everybody may read'
