// SPDX-License-Identifier: Apache-2.0
// What is known of variables along a text: a certain value is printed as its
// literal, and arithmetic is admitted on what is surely a number.
#include "shell/follow.h"

#include "shell/walk.h"
#include "unit/shell/canonical.h"

namespace hitl::shell {
namespace {

TEST(FollowTest, CertainValuesAreFollowed) {
  expect_rows({
      {"d='/var/log'; 'ls' '/var/log/'*'.log' '/var/log'", "d=/var/log; ls $d/*.log \"$d\""},
      {"f='*.log'; 'ls' *'.log' '*.log'", "f='*.log'; ls $f \"$f\""},
      {"f='*'; 'ls' 1>${f} 2>'*'", "f='*'; ls >$f 2>\"$f\""},
      {"f='o'; 'ls' 1>'o'", "f=o; ls >$f"},
      {"E=; 'ls' \"${U}\" * ''", "E=; ls \"$U$E\" \"$E\"* \"$E\""},
      {"d='a b'; 'ls' ${d} 'a b'", "d='a b'; ls $d \"$d\""},
      {"d='x' && 'ls' 'x'; 'ls' 'x'", "d=x && ls $d; ls $d"},
      {"'a' && d='x'; 'ls' ${d}", "a && d=x; ls $d"},
      {"d='x'; 'read' 'd'; 'ls' ${d}", "d=x; read d; ls $d"},
      {"d='x'; 'eval' \"${y}\"; 'ls' ${d}", "d=x; eval \"$y\"; ls $d"},
      {"(d='x'; 'ls' 'x'); 'ls' ${d}", "(d=x; ls $d); ls $d"},
      // Outside of a function local fails, and assigns nothing.
      {"local d='x'; 'ls' ${d}", "local d=x; ls $d"},
      {"f() { local d='x'; 'ls' 'x'; }", "f() { local d=x; ls $d; }"},
      {"d='x'; f() { d='y'; }; 'f'; 'ls' ${d}", "d=x; f() { d=y; }; f; ls $d"},
      {"PATH='/x'; 'echo' ${PATH}", "PATH=/x; echo $PATH"},
      {"i='0'; while 'a'; do i=\"$((i + 1))\"; done; 'echo' ${i}",
       "i=0; while a; do i=$((i+1)); done; echo $i"},
      {"i='3'; 'echo' $((3 + 1)) $((3 * 2))", "i=3; echo $((i+1)) $(($i*2))"},
      {"for i in '1' '2'; do 'echo' $((i + 1)); done", "for i in 1 2; do echo $((i+1)); done"},
      {"d='x'; for f in 'a'; do 'ls' 'x' 'a'; done", "d=x; for f in a; do ls $d $f; done"},
      {"IFS='/'; d='a/b'; 'ls' ${d}", "IFS=/; d=a/b; ls $d"},
      {"c='ls'; 'ls' '-l'", "c=ls; $c -l"},
      {"c='x=~'; 'ls' 1>'x=~'", "c='x=~'; ls >$c"},
      {"c='ls'; for f in 'a'; do ${c}; ${f}; done", "c=ls; for f in a; do $c; $f; done"},
      {"d='x'; v='d'; while 'a'; do 'ls' ${d}; 'read' 'd'; v='d'; done",
       "d=x; v=d; while a; do ls $d; read d; v=d; done"},
      {"c='export'; ${c} 'X='\"${y}\"", "c=export; $c X=\"$y\""},
  });
}

TEST(FollowTest, CountersOfLoopsHaveTheirValues) {
  const auto script = parse("for f in b a b; do cat \"$f\"; done");
  ASSERT_TRUE(script);
  const auto& loop = std::get<For>(script->body.items[0].command.node);
  const auto& cat = std::get<Simple>(loop.body.items[0].command.node);
  EXPECT_EQ(std::get<Param>(cat.words[1].parts[0]).values, (std::vector<std::string>{"a", "b"}));

  const auto patterns = parse("for f in '/e?c' b; do cat $f; done");
  ASSERT_TRUE(patterns);
  each_simple(*patterns, [](const Command&, const Simple& s, const Place&) {
    EXPECT_TRUE(std::get<Param>(s.words[1].parts[0]).values.empty());
  });
}

TEST(FollowTest, ArithmeticNeedsNumbers) {
  expect_refused({
      {"echo $((x))", "column 6: arithmetic on 'x', whose value is unknown: assign a number first"},
      {"echo $((1 + $(id)))",
       "column 13: a command's output in $(( )): it could be run; assign it and check it first"},
      {"echo $((i++))", "column 10: ++ and -- in $(( )): write name=$((name + 1))"},
      {"echo $((010))", "column 9: a number in $(( )) that is not plain decimal"},
      {"((ls); b)", "column 5: a ) too many in $(( )) (for a subshell write '( (')"},
      {"((x > 1))", "column 1: arithmetic on 'x', whose value is unknown: assign a number first"},
      {"x=0; ((1 / x))",
       "column 6: /, % or ** in (( )) by anything but a number: use [ ] and $(( ))"},
      {"P=$#\n: $((1/0)); P=$#\n: $((P))",
       "line 3 column 3: arithmetic on 'P', whose value is unknown: assign a number first"},
      {"P=$((1%0))\n: $((P))",
       "line 2 column 3: arithmetic on 'P', whose value is unknown: assign a number first"},
      {"f() { : ${x:0:-9}; P=$#; }\nf\n: $((P))",
       "line 3 column 3: arithmetic on 'P', whose value is unknown: assign a number first"},
      {"{ P=$#; } <f; : $((P))",
       "column 17: arithmetic on 'P', whose value is unknown: assign a number first"},
      {"P=$# >f; : $((P))",
       "column 12: arithmetic on 'P', whose value is unknown: assign a number first"},
      {"while a; do $(echo $((P))); done",
       "column 20: arithmetic on 'P', whose value is unknown: assign a number first"},
      {"P=1; v=P; while a; do : $((P)); read $v; done",
       "column 25: arithmetic on 'P', whose value is unknown: assign a number first"},
      {"echo $((a[0]))", "column 10: an array element in $(( ))"},
      {"echo $((x=1))", "column 10: an assignment in $(( )): write name=$((...))"},
      {"x=$y; echo $((x))",
       "column 12: arithmetic on 'x', whose value is unknown: assign a number first"},
      {"p=$!; echo $((p))",
       "column 12: arithmetic on 'p', whose value is unknown: assign a number first"},
      {"read x; echo $((x + 1))",
       "column 14: arithmetic on 'x', whose value is unknown: assign a number first"},
      {"for x in 1 $y; do echo $((x)); done",
       "column 24: arithmetic on 'x', whose value is unknown: assign a number first"},
  });
}

// In SJIS the bytes 0x83 0x5c are one letter: a target in such a locale would run
// what the backslash keeps literal here.
TEST(FollowTest, NoLiveBodyHasABackslashBehindALetterOutsideAscii) {
  for (const auto* in : {"cat <<E\n$x \303\203\\$(id)\nE", "cat <<E\n$x \303\203\\\\\nE",
                         "cat <<E\n$x \303\203\\`id`\nE", "cat <<E\n$x \303\203$\nE",
                         "v='\303\203'; cat <<E\n$x $v\\$(id)\nE"})
    EXPECT_TRUE(canonical(in).starts_with("refused: ")) << in;
  for (const auto* in : {"cat <<E\n\303\203\\$(id)\nE", "cat <<'E'\n$x \303\203\\$(id)\nE",
                         "cat <<E\n$x \303\203 \\$(id)\nE", "cat <<E\n\303\203$x\nE"})
    EXPECT_FALSE(canonical(in).starts_with("refused: ")) << in;
}

}  // namespace
}  // namespace hitl::shell
