// SPDX-License-Identifier: Apache-2.0
// What a text may cost: depth, words, what is added to it, and time.
#include "shell/limits.h"

#include "unit/shell/canonical.h"

namespace hitl::shell {
namespace {

TEST(LimitsTest, LimitsAreErrors) {
  const auto code = [](const std::string& text, const Limits& limits = {}) {
    const auto r = parse(text, limits);
    return r ? "understood" : r.error().code == Errc::Limit ? r.error().what : "refused";
  };
  EXPECT_EQ(code(std::string(65'537, 'a')), "the command has 65537 bytes, limit 65536");
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "( ";
  EXPECT_EQ(code(deep), "column 129: constructs nested more than 64 deep");
  std::string sub = "echo ";
  for (int i = 0; i < 100; ++i) sub += "$(a ";
  EXPECT_NE(code(sub).find("nested more than 64 deep"), std::string::npos);
  std::string wide;
  for (int i = 0; i < 30'000; ++i) wide += "a ";
  EXPECT_NE(code(wide).find("more than 20000 words"), std::string::npos);
}

// A short text must not become a long one: x=$x$x doubles it each time.
TEST(LimitsTest, WhatIsAddedToTheTextIsBounded) {
  std::string values = "x=" + std::string(64, 'a') + "; ";
  for (int i = 0; i < 40; ++i) values += "x=$x$x; ";
  const auto script = parse(values);
  ASSERT_TRUE(script) << script.error().what;
  EXPECT_LT(print(*script).bytes().size(), 20'000u);

  std::string uses = "x=" + std::string(4'000, 'a') + "; ";
  for (int i = 0; i < 1'000; ++i) uses += "a $x; ";
  const auto refused = parse(uses);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::Limit);
  EXPECT_EQ(refused.error().what,
            "values of variables and brace expansion make the command longer by more than 1048576 "
            "bytes");

  const std::string braces[] = {"a {1..200}$(a {1..200}$(a {1..200}$(b)))",
                                "a {1..200}$(a {1..200}{1..2})",
                                "a {1..200}" + std::string(9'000, 'b')};
  for (const auto& in : braces)
    EXPECT_TRUE(canonical(in).ends_with("brace expansion makes too many words")) << in;
}

// Twice the text costs twice the steps, whatever it is made of.
TEST(LimitsTest, CostIsLinear) {
  const char* units[] = {"a b; ",
                         "a 'b c' \"d $e\" | ",
                         "x=$(a `b c`) ",
                         "{a,b}{c,d} ",
                         "{ a; }; ",
                         "if a; then b; fi; ",
                         "cat <<E\nx\nE\n",
                         "[a] *? $x",
                         "\"$(a \"$(b)\")\" ",
                         "$((1 + 2 * 3)) ",
                         "${x:-${y%.*}} ",
                         "[",
                         "[!",
                         "[[:a:]",
                         "\"b\"[",
                         "$'b'$",
                         "x=a; y=$x; (b $y); ",
                         "f() { x=1; y=2; }; f; "};
  for (const std::string unit : units) {
    SCOPED_TRACE(unit);
    const auto cost_of = [&](int n) {
      std::string text =
          std::string_view("{icxf").find(unit[0]) != std::string::npos ? ":; " : "echo ";
      for (int i = 0; i < n; ++i) text += unit;
      Cost cost;
      (void)parse(text + "a", {}, &cost);
      EXPECT_GT(cost.steps, text.size() / 2);
      return cost;
    };
    const auto once = cost_of(200);
    const auto twice = cost_of(400);
    EXPECT_LE(twice.steps, once.steps * 21 / 10);
    EXPECT_LE(twice.nodes, once.nodes * 21 / 10);
  }
}

}  // namespace
}  // namespace hitl::shell
