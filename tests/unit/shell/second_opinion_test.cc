// SPDX-License-Identifier: Apache-2.0
// Two other parsers of shell: what we understand they accept, as submitted and as
// printed.  Where one of them does not, the row is listed with the reason.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "shell/parser.h"
#include "shell/printer.h"
#include "unit/shell/lines.h"
#include "unit/shell/shells.h"

namespace hitl::shell {
namespace {

struct Parser {
  const char* name;
  std::vector<std::string> (*argv)(const std::string& text);
};

const Parser kParsers[] = {
    {"bash",
     [](const std::string& text) {
       return std::vector<std::string>{"bash", "-n", "-c", "--", text};
     }},
    {"shfmt",
     [](const std::string&) {
       return std::vector<std::string>{"shfmt", "-ln=bash"};
     }},
};

bool accepts(const Parser& parser, const std::string& text) {
  return run(parser.argv(text), text).status == 0;
}

struct Disagreement {
  const char* parser;
  const char* text;
  const char* reason;
};

// All of them bash runs; the oracle has seen that.
const Disagreement kDisagreements[] = {
    {"shfmt", "export A='1' B=\"${y}\" 'C'",
     "a quoted name behind export: bash removes quotes before it looks for names"},
    {"shfmt", "time ! 'a'", "! behind time: bash's grammar has it in either order"},
    {"shfmt", "a[b] c", "name[...] where a command begins: an assignment only with = behind it"},
    {"shfmt", "'a' 0<<'EOT_1' & ('b' ||\nx\nEOT_1\n'c')",
     "a here-document's body inside of the subshell that begins on its line"},
};

bool is_listed(const Parser& parser, const std::string& text) {
  return std::ranges::any_of(kDisagreements, [&](const Disagreement& d) {
    return d.text == text && std::string_view(d.parser) == parser.name;
  });
}

std::vector<std::string> lines() {
  std::vector<std::string> out;
  for (const auto* line : kPosixLines) out.emplace_back(line);
  for (const auto* line : kBashLines) out.emplace_back(line);
  const auto corpus = std::filesystem::path(HITL_SOURCE_DIR) / "tests/fuzz/corpus/shell_parser";
  for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
    std::ifstream in(entry.path(), std::ios::binary);
    out.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return out;
}

TEST(SecondOpinionTest, WhatIsUnderstoodIsAcceptedByOthers) {
  std::size_t understood = 0;
  for (const auto& line : lines()) {
    const auto script = parse(line);
    if (!script) continue;
    ++understood;
    for (const auto& text : {line, print(*script).bytes()})
      for (const auto& parser : kParsers)
        EXPECT_TRUE(is_listed(parser, text) || accepts(parser, text))
            << parser.name << " rejects " << text;
  }
  EXPECT_GT(understood, 100u);
}

TEST(SecondOpinionTest, WhatIsListedDisagrees) {
  for (const auto& d : kDisagreements) {
    SCOPED_TRACE(std::string(d.text) + ": " + d.reason);
    EXPECT_TRUE(parse(d.text));
    for (const auto& parser : kParsers)
      EXPECT_EQ(accepts(parser, d.text), std::string_view(d.parser) != parser.name) << parser.name;
  }
}

// What bash rejects we refuse: nothing is judged that could not run.
TEST(SecondOpinionTest, WhatBashRejectsIsRefused) {
  for (const std::string text :
       {"a &&",          "a | | b", "(a",          "a)",       "if a; then fi", "{ }",
        "case x in",     "a <",     "a <<E &&\nE", "[[ a",     "echo $(",       "echo \"",
        "f() {",         "f() a b", "a=(b",        "a;;",      "a & && b",      "! | a",
        "while a; done", "((1) ",   "a <(b",       "time | a", "a || ; b"}) {
    EXPECT_FALSE(accepts(kParsers[0], text)) << text;
    EXPECT_FALSE(parse(text)) << text;
  }
}

}  // namespace
}  // namespace hitl::shell
