// SPDX-License-Identifier: Apache-2.0
#include "shell/memory.h"

#include <gtest/gtest.h>

#include <string>

#include "shell/parser.h"

namespace hitl::shell {
namespace {

Script line(const std::string& text) {
  auto script = parse(text);
  EXPECT_TRUE(script) << text;
  return script ? *script : Script{};
}

// What is known for `asked` after these lines have run.
std::string known(std::initializer_list<const char*> lines, const char* asked) {
  Memory m;
  for (const char* l : lines) m.learn(line(l), true);
  return m.preamble(line(asked));
}

TEST(MemoryTest, LiteralValuesAndFunctionsAreKnownWhereTheyMatter) {
  EXPECT_EQ(known({"x=1", "y=2"}, "echo $x"), "x='1'\n");
  EXPECT_EQ(known({"x=1 y=2"}, "echo $y"), "y='2'\n");
  EXPECT_NE(known({"f() { ls /srv; }"}, "f a").find("'/srv'"), std::string::npos);
  EXPECT_EQ(known({"f() { ls /srv; }"}, "echo f"), "");
  const auto both = known({"g() { ls; }", "f() { g $x; }", "x=1"}, "f");
  EXPECT_NE(both.find("g()"), std::string::npos) << both;
  EXPECT_NE(both.find("x='1'"), std::string::npos) << both;
}

TEST(MemoryTest, WhatIsNotCertainIsForgotten) {
  for (const char* changes :
       {"x=$y", "x+=1", "read x", "unset x", "printf -v x a", "for x in a b; do :; done",
        "export x=$z", "if a; then x=3; fi", "a && x=3", "eval a", "source b", ". b",
        "trap 'x=2' EXIT", "builtin eval c", "command -p eval c", "getopts a x"})
    EXPECT_EQ(known({"x=1", changes}, "echo $x"), "") << changes;
  for (const char* changes :
       {"a && f() { rm b; }", "f() { rm b; } &", "unset -f f", "if a; then f() { rm b; }; fi",
        "eval a", "source b", "trap a EXIT", "(f() { rm b; })"})
    EXPECT_EQ(known({"f() { ls; }", changes}, "f"), "") << changes;
}

TEST(MemoryTest, ACallChangesWhatItMay) {
  EXPECT_EQ(known({"f() { x=2; }", "x=1", "f"}, "echo $x"), "");
}

// `g` makes another h: it must not be called unseen.
TEST(MemoryTest, AFunctionThatChangesOthersIsNotKnown) {
  for (const char* g :
       {"g() { h() { rm b; }; }", "g() { if a; then h() { rm b; }; fi; }", "g() { unset -f h; }",
        "g() { builtin unset h; }", "g() { (h() { rm b; }); }"})
    EXPECT_EQ(known({g, "h() { ls; }"}, "g"), "") << g;
}

TEST(MemoryTest, ALineThatFailedTaughtNothing) {
  Memory m;
  m.learn(line("x=1"), true);
  m.learn(line("x=2"), false);
  EXPECT_EQ(m.preamble(line("echo $x")), "");
}

TEST(MemoryTest, WhatNobodyReadIsSaid) {
  Memory m;
  m.learn(line("ls"), true);
  EXPECT_EQ(m.lost(), "");
  m.learn(line("eval ls"), true);
  EXPECT_NE(m.lost().find("eval"), std::string::npos);
  m.lose("another");
  EXPECT_NE(m.lost().find("eval"), std::string::npos);
}

TEST(MemoryTest, ThereAreLimits) {
  Memory m;
  for (std::size_t i = 0; i < Memory::kMaxValues; ++i)
    m.learn(line("v" + std::to_string(i) + "=1"), true);
  m.learn(line("more=1"), true);
  EXPECT_EQ(m.preamble(line("echo $more")), "");
  EXPECT_EQ(m.preamble(line("echo $v1")), "v1='1'\n");
  m.learn(line("v1=2"), true);
  EXPECT_EQ(m.preamble(line("echo $v1")), "v1='2'\n");
  m.learn(line("v1=" + std::string(Memory::kMaxValue + 1, 'a')), true);
  EXPECT_EQ(m.preamble(line("echo $v1")), "");
}

}  // namespace
}  // namespace hitl::shell
