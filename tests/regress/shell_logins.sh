#!/usr/bin/env bash
# Accounts whose login shell is bash, dash, zsh, fish or tcsh: commands and
# sessions; and start-up files that make of our `exec` something else, which the
# self-test finds (shell_logins.py).
. "$(dirname "$0")/../support/bastion.sh"
[ "$(id -u)" = 0 ] || die "root gives the account other login shells, on a target of its own"
make_keys
targets=()
# target NAME SHELL: its home is $work/home.NAME.
target() {
  mkdir -p "$work/home.$1"
  HITL_TARGET_SHELL=$2 HITL_TARGET_HOME=$work/home.$1 start_target "$1"
  targets+=(--target "$1=$me@127.0.0.1:$target_port" --host-key "$work/$1/host_ed25519.pub")
}
for shell in bash dash zsh fish tcsh; do
  path=$(command -v "$shell") || die "$shell is installed"
  for kind in plain noisy; do target "$shell.$kind" "$path"; done
done
for shell in bash zsh tcsh; do target "$shell.hijacked" "$(command -v "$shell")"; done
for shell in bash zsh; do target "$shell.function" "$(command -v "$shell")"; done
target bash.ends /bin/bash
target tcsh.histchars "$(command -v tcsh)"
target none /bin/cat

# What is said and set there changes nothing; who prints on standard output is heard.
echo 'alias ls=false; echo noise >&2; HISTCONTROL=x' >"$work/home.bash.noisy/.bashrc"
echo 'alias ls=false; echo noise >&2; setopt extendedglob nomatch' >"$work/home.zsh.noisy/.zshenv"
mkdir -p "$work/home.fish.noisy/.config/fish"
printf 'alias ls=false\necho noise >&2\nfunction exec; echo taken; end\n' >"$work/home.fish.noisy/.config/fish/config.fish"
printf 'alias ls false\nset noclobber\nset nonomatch\n' >"$work/home.tcsh.noisy/.tcshrc"
echo 'alias ls=false; echo noise >&2' >"$work/home.dash.noisy/.profile"

echo 'shopt -s expand_aliases; alias exec="echo taken"' >"$work/home.bash.hijacked/.bashrc"
echo 'alias exec="echo taken"' >"$work/home.zsh.hijacked/.zshenv"
echo 'alias exec echo taken' >"$work/home.tcsh.hijacked/.tcshrc"
echo 'exec() { echo taken; }' | tee "$work/home.bash.function/.bashrc" >"$work/home.zsh.function/.zshenv"
echo 'exit 3' >"$work/home.bash.ends/.bashrc"
echo "set histchars='%^'" >"$work/home.tcsh.histchars/.tcshrc"

target_port=$(cat "$work/bash.plain/port")
cp -r "$work/bash.plain" "$work/db1"
init_bastion "${targets[@]}"
for name in "$work"/home.*; do trust_bastion "${name##*/home.}"; done
start_daemon
shell_environment
/usr/bin/python3 tests/regress/shell_logins.py
