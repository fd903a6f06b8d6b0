# Files that a held command runs: people see what is in them, and an approval
# holds for that and nothing else.
. "$(dirname "$0")/../support/bastion.sh"
start_bastion
spot=$work/srv; mkdir -p "$spot"
script() { printf '#!/bin/bash\n%s\n' "$2" >"$1"; chmod +x "$1"; }
# held COMMAND: asks, does not wait; the id.
held() { LC_HITL_WAIT=0 agent "$1" >/dev/null 2>&1; pending; }
field() { console show "$1" --json | jq -r "$2"; }

# ---- shown ---------------------------------------------------------------------------
script "$spot/go.sh" "echo went >>$spot/out"
id=$(held "$spot/go.sh")
equal 'the file is shown' "$(field "$id" '.files[0].head')" "$(cat "$spot/go.sh")"
equal 'with its hash' "$(field "$id" '.files[0].sha256')" "$(sha256sum <"$spot/go.sh" | cut -d' ' -f1)"
equal 'to which an approval is bound' "$(field "$id" '.files[0].bound')" true
matches 'on the page as well' "$(console show "$id")" "echo went >>$spot/out"
approve "$id"; agent "$spot/go.sh"
equal 'unchanged, it runs' "$(cat "$spot/out")" went

id=$(held "bash $spot/go.sh"); deny "$id" no
equal 'a shell and its script' "$(field "$id" '.files[0].path')" "$spot/go.sh"
id=$(held "python3 -u $spot/go.sh --x=$spot/none"); deny "$id" no
equal 'an interpreter and its words' "$(field "$id" '[.files[].path]|join(" ")')" "$spot/go.sh $spot/none"
matches 'what is not there says so' "$(field "$id" '.files[1].note')" 'no such file now'
id=$(held "bash <$spot/go.sh"); deny "$id" no
equal 'a script that comes by a redirection' "$(field "$id" '.files[0].path')" "$spot/go.sh"
id=$(held "cd $spot && ./go.sh"); deny "$id" no
equal 'one in the folder of a cd' "$(field "$id" '.files[0].path')" "$spot/go.sh"
odd="$spot/a 'b\$(touch pwned)\`x\`;"; cp "$spot/go.sh" "$odd"
id=$(held "bash $(printf %q "$odd")"); deny "$id" no
equal 'a name with quotes in it' "$(field "$id" '.files[0].head')" "$(cat "$spot/go.sh")"
fails 'and nothing of it runs' test -e "$HOME/pwned"

# files_of COMMAND: the paths that it is said to run.
files_of() { local id; id=$(held "$1"); deny "$id" no; field "$id" '[.files[].path]|join(" ")'; }
equal 'letters outside ASCII in a name' "$(files_of "python3 $spot/é.py")" "$spot/é.py"
equal 'blanks in one' "$(files_of "python3 '$spot/a b.py'")" "$spot/a b.py"
equal 'a bare name' "$(files_of 'python3 deploy')" '~/deploy'
equal 'a bare name on its input' "$(files_of "cd $spot && python3 <deploy")" "$spot/deploy"
equal 'behind wrappers' "$(files_of "env X=1 timeout 5 nice bash $spot/go.sh")" "$spot/go.sh"
mkdir -p "$spot/~"; script "$spot/~/x.sh" 'echo evil'
equal 'a tilde in quotes is no home' "$(files_of "cd $spot && bash '~/x.sh'")" '~/x.sh'
id=$(held "cd $spot && bash '~/x.sh' 1"); deny "$id" no
matches 'nor is it bound as one' "$(field "$id" '.files[0]|"\(.bound) \(.note)"')" 'false which file that is is not known beforehand'
matches 'words that are no files take a line' "$(id=$(held 'python3 nothing'); console show "$id"; deny "$id" no)" 'No file now'

printf '#!/bin/sh\n\033]0;owned\007echo \xe2\x80\xae\n' >"$spot/esc.sh"
id=$(held "sh $spot/esc.sh"); deny "$id" no
lacks 'its escapes do not reach a terminal' "$(console show "$id")" $'\033]'
equal 'its bytes are exact' "$(field "$id" '.files[0].sha256')" "$(sha256sum <"$spot/esc.sh" | cut -d' ' -f1)"

echo 'TOKEN=s3cret' >"$spot/.env"
id=$(held "source $spot/.env"); deny "$id" no
equal 'what may be a secret is not shown' "$(field "$id" '.files[0].head')" ''
equal 'but bound' "$(field "$id" '.files[0].bound')" true
fails 'nor kept' grep -q s3cret "$dir"/hitl.db*

head -c 300000 /dev/urandom | base64 >"$spot/big.sh"
id=$(held "bash $spot/big.sh"); deny "$id" no
equal 'of a long one there is the hash' "$(field "$id" '.files[0].sha256')" "$(sha256sum <"$spot/big.sh" | cut -d' ' -f1)"
matches 'and it says so' "$(console show "$id")" 'too long to be shown'

mkfifo "$spot/pipe"; mkdir "$spot/folder"
for what in "$spot/pipe" "$spot/folder" /dev/zero "$spot/../srv/none"; do
  SECONDS=0; id=$(held "bash $what"); deny "$id" no
  matches "no file: $what" "$(field "$id" '.files[0].note')" 'no such file now'
  equal "and nothing waits for it" "$((SECONDS < 5))" 1
done
id=$(held 'x=$(date +%s); ./run-$x.sh'); deny "$id" no
matches 'which one it is may not be known' "$(field "$id" '.files[0].note')" 'not known beforehand'
matches 'and then nothing binds it' "$(console show "$id")" 'this may change what runs'

# ---- bound ---------------------------------------------------------------------------
script "$spot/deploy.sh" "echo good >>$spot/deployed"
id=$(held "$spot/deploy.sh"); approve "$id"
script "$spot/deploy.sh" "echo evil >>$spot/deployed"
LC_HITL_WAIT=0 agent "$spot/deploy.sh" >/dev/null 2>&1
equal 'changed before it is sent again: asked again' "$?" 75
id2=$(pending)
lacks 'as another request' "$id2" "^$id$"
fails 'nothing ran' test -e "$spot/deployed"
deny "$id2" no

script "$spot/deploy.sh" "echo better >>$spot/deployed"
agent_bg "$work/race" "$spot/deploy.sh"
id=$(wait_pending)
script "$spot/deploy.sh" "echo evil >>$spot/deployed"
approve "$id"; until_true 10 test -s "$work/race.status"
equal 'changed while people looked at it: the target does not run it' "$(cat "$work/race.status")" 125
matches 'and says why' "$(cat "$work/race.err")" 'a file that it runs is another one than was approved: not run'
fails 'nothing ran of it' test -e "$spot/deployed"

agent_bg "$work/new" "bash $spot/later.sh"
id=$(wait_pending)
script "$spot/later.sh" "echo evil >>$spot/deployed"
approve "$id"; until_true 10 test -s "$work/new.status"
equal 'a file that was not there yet' "$(cat "$work/new.status")" 125
fails 'does not run either' test -e "$spot/deployed"

ln -s "$spot/go.sh" "$spot/link.sh"
agent_bg "$work/link" "bash $spot/link.sh"
id=$(wait_pending)
ln -sf "$spot/later.sh" "$spot/link.sh"
approve "$id"; until_true 10 test -s "$work/link.status"
equal 'a link that leads elsewhere now' "$(cat "$work/link.status")" 125

# ---- in a session --------------------------------------------------------------------
script "$spot/line.sh" "echo line >>$spot/lines"
printf 'cd %s\n./line.sh\necho "status $?"\n./line.sh\necho "status $?"\nexit\n' "$spot" >"$work/lines"
agent bash <"$work/lines" >"$work/session.out" 2>"$work/session.err" &
id=$(wait_pending)
equal 'of a line too' "$(field "$id" '.files[0].head')" "$(cat "$spot/line.sh")"
approve "$id"
until_true 10 grep -q 'status 0' "$work/session.out"
equal 'it runs' "$(cat "$spot/lines")" line
id=$(wait_pending)
script "$spot/line.sh" "echo evil >>$spot/lines"
approve "$id"
until_true 10 grep -q 'status 125' "$work/session.out"
matches 'changed meanwhile it does not' "$(cat "$work/session.out")" 'status 125'
equal 'nothing ran of it in a session' "$(cat "$spot/lines")" line
