// SPDX-License-Identifier: Apache-2.0
// Harmless lines by hand, with a function f that shows its arguments, for what is
// held against real shells.
#pragma once

namespace hitl::shell {

inline constexpr const char* kPosixLines[] = {
    "f a 'b  c' \"d\\\"e\" g\\ h",
    "f it\\'s ''",
    "f \"$V\" && f x",
    "f a=b --opt='v w'",
    "'if' x || f no-such-command",
    "'a=b' || f assignment-is-not-a-command",
    "f a | cat; f b",
    "f '*' '~' '#' '!x' '{a,b}' '[' 'time'",
    "false || f alternative",
    "f $V",
    "f \"$V\"x",
    "f ${V}x a$V'b' \"${V}\"",
    "f \"$V\"'' $E'' \"$E\" $E",
    "X=$V; f \"$X\"; f $X",
    "X=~; f \"$X\"; X=~/a:~; f \"$X\"",
    "export X=$V; f \"$X\"",
    "f ${V:-x} ${U:-x} \"${U:-x y}\" ${V%y}",
    "f ${#V} ${V%y} \"${V#x}\" \"${V##* }\"",
    "f $(echo a b) \"$(echo a  b)\" `echo c`",
    "f $((1+2*3)) $(( (1+2)*3 ))",
    "(f a; f b) | cat; { f c; }",
    "for i in a b $V; do f \"$i\"; done",
    "i=0; while [ \"$i\" -lt 3 ]; do i=$((i+1)); f $i; done",
    "case $V in x) f no;; x*) f yes;; esac; case a in [!b]) f bracket;; esac",
    "if false; then f a; elif true; then f b; else f c; fi",
    "g() { f \"$1\" $#; }; g 'a b' c",
    "cat <<E\na $V \\$V `echo b`\nE\nf x",
    "cat <<'E' | tr a b\na $V\nE",
    "f a 2>&1 >/dev/null; f b >/dev/null 2>&1; f c >&2 2>/dev/null",
    "cat </dev/null; f x 3>&1 >&3",
    "! true; f $?; ! false; f $?",
    "f a & wait; f b",
    "exit 3",
    "f a; f \"$((1/0))\"; f b\nf c",
    "f a[b ]c; f [x",
    "set -- a 'b c'; f \"$@\"; f \"x$@y\"; for i; do f $i; done",
};

inline constexpr const char* kBashLines[] = {
    "f {a,b}{1,2} {1..3} x{,y}",
    "f dd of=~/x",
    "a=(1 'b c' *.none); f \"${a[@]}\" ${a[1]} ${#a[@]} \"${a[*]}\"",
    "f ${V/x/z} ${V//[xy]/_} \"${V:0:1}\" ${V^^} \"${V: -1}\"",
    "[[ $V == x* && -d / && ! -f /none ]] && f yes; [[ a < b || ( x ) ]] && f less",
    "cat <<<\"$V\"; cat <<<a",
    "f \"$(cat <<'E'\na 'b' $V\nE\n)\"",
    "cat < <(echo x); cat <(f a) <(f b)",
    "f $'a\\tb\\x41\\033' | od -c",
    "f a &>/dev/null; f b |& cat",
    "X=a; X+=b; f $X",
    "v='k$(f PWNED)'; f hi &> \"/tmp/hitl-none/$v\"; f x",
    "f \"$(case x in x) echo a;; esac)\"",
};

}  // namespace hitl::shell
