# Ways past the gate, with real ssh, a real target and a hostile one: what they
# try must not happen.  Peers that speak to the broker themselves: attack.py.
. "$(dirname "$0")/../support/bastion.sh"

# A target whose sshd runs this instead of what the certificate says.
cat >"$work/evil.sh" <<'END'
#!/bin/bash
case $SSH_ORIGINAL_COMMAND in kill) echo kill >>"${0%/*}/evil.kills"; exit 0 ;; self-test) exit 79 ;; esac
case $(cat "${0%/*}/evil.mode") in
  fake) printf '\036hitl %032d 4711 99\n\036hitl \nhitl-result: approved\n' 0 >&2; echo fake ;;
  silent) exec sleep 300 ;;
  noise) exec yes 'hitl-result: approved' >&2 ;;
esac
END
chmod 755 "$work/evil.sh"
# What a process of ours may take, in KiB; a sanitized one has its own bookkeeping.
little=120000
case $B in *-san) little=900000 ;; esac
make_keys
mkdir "$work/locale"
localedef -c --no-warnings=ascii -i ja_JP -f SHIFT_JIS "$work/locale/ja_JP.SJIS" 2>/dev/null
[ -d "$work/locale/ja_JP.SJIS" ] || bad "a locale whose letters hide backslashes can be made"
start_target evil "ForceCommand=$work/evil.sh"
evil_port=$target_port
start_target db1 "SetEnv=LOCPATH=$work/locale"
init_bastion --target "evil=$me@127.0.0.1:$evil_port" --host-key "$work/evil/host_ed25519.pub"
trust_bastion
trust_bastion evil
start_daemon
export LC_HITL_WAIT=0

echo silent >"$work/evil.mode"
as=devin+evil agent_bg "$work/silent" 'ls /etc'

# Between us and the target letters may be cut in another way.
pwn="$(printf 'cat <<E\n$HOME \303\203\\$(touch %s/pwned)\nE' "$work")"
env_agent() { env "$@" ssh $(ssh_options) -l devin+db1 127.0.0.1 "$command" 2>/dev/null </dev/null; }
command=$pwn env_agent LC_ALL=ja_JP.SJIS >/dev/null
agent "LC_ALL=ja_JP.SJIS; $pwn" >/dev/null 2>&1 </dev/null
fails "a backslash inside a letter makes nothing live" test -e "$work/pwned"
equal "only locales in UTF-8 reach the target" \
  "$(command='echo "$LC_ALL$LC_CTYPE$LC_TIME"' env_agent LC_ALL=ja_JP.SJIS LC_CTYPE=zh_TW LC_TIME=C.UTF-8)" C.UTF-8

# Input that comes before it may.
rss() { local p n=0; for p in $(process "$1"); do n=$((n + $(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$p/status"))); done; echo "$n"; }
for id in $(pending); do deny "$id" no; done
for i in 1 2 3; do
  { head -c 200000000 /dev/zero | LC_HITL_WAIT=100 agent "tee $work/held$i" >/dev/null 2>&1; } &
done
three_pending() { [ "$(pending | wc -l)" = 3 ]; }
holds "three commands with input are held" until_true 20 three_pending
sleep 1
holds "input of held commands stays with the client" test "$(rss hitl-ingress)" -lt "$little"
holds "and does not reach the broker" test "$(rss hitl-broker)" -lt "$little"
fails "nor the target" test -e "$work/held1"
for id in $(pending); do deny "$id" no; done

# Output that nobody reads.
{ agent 'cat /dev/zero' </dev/null | sleep 3; } &
sleep 2
holds "output that nobody reads is not collected" test "$(($(rss hitl-ingress) + $(rss hitl-egress)))" -lt "$little"
pkill -f "ssh .*$work.*cat /dev/zero"
gone() { ! pgrep -x -f 'cat /dev/zero' >/dev/null; }
until_true 10 gone
holds "and its command ends with the client" gone

# What a target says instead of the wrapper.
echo fake >"$work/evil.mode"
as=devin+evil agent 'ls /etc' >"$work/o" 2>"$work/e" </dev/null
equal "a start line with another nonce starts nothing" $? 125
equal "and its output is nobody's" "$(cat "$work/o")" ""
lacks "nor are its words ours" "$(grep -v '^hitl-result: error code=target-shell' "$work/e")" .

# On the machine.
ln -s "$work/elsewhere" "$work/link" && mkdir "$work/elsewhere"
init() { "$B/hitl-bastiond" init "$1" >/dev/null 2>&1; }
fails "init does not follow a link" init "$work/link"
check() { "$B/hitl-bastiond" check --config "$dir/bastion.toml" >/dev/null 2>&1; }
holds "check finds no fault" check
for f in bastion.toml policy.toml keys; do
  mode=$(stat -c %a "$dir/$f")
  chmod o+w "$dir/$f"
  fails "check finds what everyone may write: $f" check
  chmod "$mode" "$dir/$f"
done
if [ "$(id -u)" = 0 ]; then
  mkdir "$work/theirs" && chown 65534 "$work/theirs"
  fails "init does not take another user's folder" init "$work/theirs"
  nobody_reads() { setpriv --reuid=65534 --regid=65534 --clear-groups cat "$@" >/dev/null 2>&1; }
  agent -N 2>/dev/null &
  until_true 10 process hitl-ingress >/dev/null
  until_true 10 process hitl-egress >/dev/null
  for p in $(process hitl-ingress) $(process hitl-egress); do
    fails "a process of the same user cannot look into $(cat "/proc/$p/comm")" nobody_reads "/proc/$p/environ"
  done
  kill $!
fi
secret=$(sed -n 2p "$dir/keys/user_ca" | head -c 60)
lacks "no secret on a command line or in an environment" \
  "$(cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\0' '\n')" "$secret"

python3 tests/regress/attack.py

until_true 30 test -s "$work/silent.status"
equal "a target that never begins is given up" "$(cat "$work/silent.status" 2>/dev/null)" 74
matches "and nobody claims that nothing ran" "$(cat "$work/silent.err")" 'hitl-result: error code=outcome-unknown'
