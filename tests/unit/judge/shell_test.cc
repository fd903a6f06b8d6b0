// SPDX-License-Identifier: Apache-2.0
// What an attacker found between the text and its tree: lines that were allowed
// once although the shell runs, or reads, something else.
#include "unit/judge/shipped.h"

namespace hitl::judge {
namespace {

using Lines = std::initializer_list<const char*>;

void never_allowed(Lines lines) {
  for (const char* line : lines) EXPECT_NE(judged(line).verdict, Verdict::Allow) << line;
}

void allowed(Lines lines) {
  for (const char* line : lines) {
    const auto j = judged(line);
    EXPECT_EQ(j.verdict, Verdict::Allow) << line << ": " << j.summary;
  }
}

TEST(ShellTest, DataThatBecomesCode) {
  never_allowed({"read -dn 'x[$(touch z)0]' </etc/hostname",
                 "cat f | while read -r a b c; do [ \"$a\" \"$b\" \"$c\" ]; done",
                 "cat f | while read -r a; do [ ! \"$a\" 'x[$(touch z)0]' ]; done",
                 "P='x[$(touch z)0]'; { P=$#; } </none; echo $((P))",
                 "P='x[$(touch z)0]'\nP=$((1/0))\necho $((P))",
                 "P='x[$(touch z)0]'\n: $((1/0)); P=$#\necho $((P))", "RANDOM='x[$(touch z)0]'",
                 "echo ${OPTIND:=$x}"});
  allowed({"read -r x </etc/hostname; [ -n \"$x\" ] && [ \"$x\" = y ]", "P=$#; echo $((P + 1))",
           "for i in 1 2; do echo $((i * 2)); done", "time ls -l", "((3 > 2)) && ls"});
}

TEST(ShellTest, CountersWhoseValuesAreExpandedAgain) {
  never_allowed({"for f in '/e?c/sh?dow' x; do cat $f; done",
                 "for f in '/e?c/sh?dow' *.c; do cat $f; done",
                 "for f in '/e[t]c/sh[a]dow' x; do cat $f; done",
                 "for f in 'a /etc/shadow' *.c; do cat $f; done"});
  allowed({"for f in a.c b.c; do cat $f; done", "for f in *.c; do cat $f; done",
           "for f in 'a b' 'c?'; do cat \"$f\"; done"});
}

}  // namespace
}  // namespace hitl::judge
