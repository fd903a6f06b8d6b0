// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "classify/shapes.h"
#include "shell/parser.h"

namespace hitl::classify {
namespace {

bool bomb(std::string_view text) {
  auto script = shell::parse(text);
  EXPECT_TRUE(script) << text;
  if (!script) return false;
  const auto* f = std::get_if<shell::FunctionDef>(&script->body.items[0].command.node);
  EXPECT_NE(f, nullptr) << text;
  return f != nullptr && is_fork_bomb(*f);
}

TEST(ForkBombTest, AFunctionThatStartsItselfMoreThanOnceOrBesides) {
  for (const char* text :
       {"f() { f | f & }", "f() { f & }", "f() { f; f; }", "f() { ls; f | cat; }",
        "f() { (f | f) & }", "f() { if true; then f & fi; }"})
    EXPECT_TRUE(bomb(text)) << text;
}

TEST(ForkBombTest, OrdinaryFunctionsAreNone) {
  for (const char* text :
       {"f() { ls | cat & }", "f() { f; }", "f() { g | g & }", "f() { echo f; }"})
    EXPECT_FALSE(bomb(text)) << text;
}

}  // namespace
}  // namespace hitl::classify
