// SPDX-License-Identifier: Apache-2.0
// Data that bash would run: a[$(...)] where a variable's name or a number is
// expected, and builtins that change how the rest is read.
#include "shell/sinks.h"

#include "unit/shell/canonical.h"

namespace hitl::shell {
namespace {

TEST(SinksTest, WhatCouldRunAValueIsRefused) {
  expect_refused({
      {"echo ${x@P}", "column 9: ${name@...}: it can run what the value holds"},
      {"[[ -v x ]]", "column 4: this test in [[ ]]: it may evaluate its operand"},
      {"[[ $x -eq 0 ]]",
       "column 4: a number test in [[ ]] on a value that is unknown: use [ ] with quotes"},
      {"printf -v \"$x\" y", "column 8: printf -v with anything but a plain name"},
      {"printf \"$x\"",
       "column 8: a printf format that is known only when it runs: write printf '%s'"},
      {"read \"$x\"", "column 6: a variable's name that is known only when it runs"},
      {"let x=1", "column 1: 'let': write name=$((...))"},
      {"[ $x = a ]", "column 3: an unquoted expansion in [ ]: quote it"},
      {"test -v 'a[$(id)]'", "column 9: -v in [ ] with anything but a plain name"},
      {"declare -i x",
       "column 9: an attribute of variables: only -x, -g and listings are understood"},
      {"readonly x=1", "column 1: 'readonly': later assignments would not do what they say"},
      {"read -dn 'x[$(id)]'", "column 10: a variable's name other than letters, digits and _"},
      {"read -a'x[1]'", "column 6: a variable's name other than letters, digits and _"},
      {"[ \"$a\" \"$b\" \"$c\" ]", "column 3: a test in [ ] that is known only when it runs"},
      {"test ! \"$a\" 'x[$(id)]'", "column 8: a test in [ ] that is known only when it runs"},
      {"set -ek; a b=c", "column 5: set -k: operands would become variables"},
      {"printf 'a%5n' b", "column 8: %n in a printf format, which sets a variable"},
      {"[[ -o x ]]", "column 4: this test in [[ ]]: it may evaluate its operand"},
      {"[[ -R x ]]", "column 4: this test in [[ ]]: it may evaluate its operand"},
      {"[[ 1 -eq \"$x\" ]]",
       "column 10: a number test in [[ ]] on a value that is unknown: use [ ] with quotes"},
      {"test -v \"$x\"", "column 9: -v in [ ] with anything but a plain name"},
      {"[ -n a -a -R \"$x\" ]", "column 14: -v in [ ] with anything but a plain name"},
      {"declare \"$x=1\"", "column 9: a variable's name that is known only when it runs"},
      {"declare -n r=\"$x\"",
       "column 9: an attribute of variables: only -x, -g and listings are understood"},
      {"f() { local -n r=$1; }",
       "column 13: an attribute of variables: only -x, -g and listings are understood"},
      {"declare -A x",
       "column 9: an attribute of variables: only -x, -g and listings are understood"},
      {"export \"$x\"", "column 8: a variable's name that is known only when it runs"},
      {"declare x[0]=1", "column 9: an assignment to an array element"},
      {"unset 'a[$(id)]'", "column 7: an array element where a variable's name is expected"},
      {"mapfile 'a[$(id)]'", "column 9: an array element where a variable's name is expected"},
      {"getopts ab \"$x\"", "column 12: a variable's name that is known only when it runs"},
      {"echo ${x:y}", "column 10: an offset or length inside ${ } that is no plain number"},
      {"builtin printf -v \"$x\" y", "column 16: printf -v with anything but a plain name"},
      {"command -p read \"$x\"", "column 17: a variable's name that is known only when it runs"},
      {"command export X=$y", "column 9: a declaration behind 'command'"},
      {"printf -v 'a[$(id)]' y", "column 8: printf -v with anything but a plain name"},
      {"printf -v x %n y", "column 13: %n in a printf format, which sets a variable"},
      {"printf -- %n x", "column 11: %n in a printf format, which sets a variable"},
      {"wait -n -p'x[$(id)]'", "column 9: wait -p with anything but a plain name"},
      {"wait -np 'x[$(id)]'", "column 10: wait -p with anything but a plain name"},
      {"wait -p \"$x\"", "column 9: wait -p with anything but a plain name"},
      {"wait \"$x\"",
       "column 6: an operand of 'wait' that is known only when it runs: write wait -- before it"},
      {"f() { wait $1; }",
       "column 12: an operand of 'wait' that is known only when it runs: write wait -- before it"},
      {"set -o keyword; a b=c", "column 8: set -k: operands would become variables"},
      {"set +B; a {b,c}", "column 5: set +B: braces are expanded before it runs"},
      {"set -eo braceexpand", "column 9: set +B: braces are expanded before it runs"},
      {"set \"$x\"", "column 5: an option of 'set' that is known only when it runs: write set --"},
      {"set -o $x", "column 8: an option of 'set' that is known only when it runs: write set --"},
  });
}

TEST(SinksTest, WhatRunsNoValueIsUnderstood) {
  expect_rows({
      {"'[' \"${x}\" '-eq' '0' ']'", "[ \"$x\" -eq 0 ]"},
      {"[[ \"${x}\" == '0' ]]", "[[ $x == 0 ]]"},
      {"case \"${x}\" in ('a') 'b' ;; esac", "case $x in a) b;; esac"},
      {"export X=\"${y}\" 'Z'", "export X=$y Z"},
      {"'unset' 'X'", "unset X"},
      {"'printf' '%d' \"${x}\"", "printf %d \"$x\""},
      {"'printf' '-v' 'x' '%s%%n' \"${y}\"", "printf -v x %s%%n \"$y\""},
      {"'read' '-rp' \"${x}\" 'y'", "read -rp \"$x\" y"},
      {"'a' & 'wait' ${!}", "a & wait $!"},
      {"'a' & p=\"${!}\"; 'b' & q=\"${!}\"; 'wait' '-n' ${p} \"${q}\"",
       "a & p=$!; b & q=$!; wait -n $p \"$q\""},
      {"'wait' '-n' '-p' 'x' '--' ${y}", "wait -n -p x -- $y"},
      {"'wait' '%1' '-px[1]'", "wait %1 '-px[1]'"},
      {"'set' '-euo' 'pipefail'", "set -euo pipefail"},
      {"'set' '--' ${x}", "set -- $x"},
  });
}

// bash calculates what it assigns to these, and runs a substitution on the way.
TEST(SinksTest, VariablesThatAreCalculatedGetNumbersOnly) {
  for (const auto* in :
       {"RANDOM='x[$(id)]'", "RANDOM=$x", "OPTIND=$(a)", "OPTIND=$x cmd",
        "for RANDOM in a; do b; done", "read OPTIND", "read -raSECONDS", "export RANDOM=$x",
        "a ${OPTIND:=$x}", "a ${b:-${OPTIND=c}}", "cat <<E\n${OPTIND=c}\nE",
        "printf -v RANDOM %s a", "UID=5", "OPTIND+=1", "RANDOM=(1)", "getopts a SRANDOM",
        "FUNCNEST=1", "mapfile HISTCMD", "case ${SECONDS:=a} in b) c;; esac"})
    EXPECT_NE(canonical(in).find("is set to what may be no number"), std::string::npos) << in;
  EXPECT_EQ(canonical("OPTIND=1 RANDOM=$#; SECONDS=$((2+3))"),
            "OPTIND='1' RANDOM=\"${#}\"; SECONDS=\"$((2 + 3))\"");
}

}  // namespace
}  // namespace hitl::shell
