// SPDX-License-Identifier: Apache-2.0
// The canonical text against real shells: it means what was submitted.  Here
// harmless lines by hand; tests/oracle has them by the thousand.
#include "shell/printer.h"

#include <gtest/gtest.h>

#include <type_traits>

#include "shell/parser.h"
#include "unit/shell/lines.h"
#include "unit/shell/shells.h"

namespace hitl::shell {
namespace {

static_assert(!std::is_constructible_v<CanonicalText, std::string>, "only Printer makes one");

void expect_same(const char* shell, const char* line) {
  SCOPED_TRACE(std::string(shell) + ": " + line);
  const auto script = parse(line);
  ASSERT_TRUE(script) << script.error().what;
  const auto text = print(*script).bytes();
  const std::string prologue = "f() { printf '[%s]' \"$@\"; }\nV='x y' E=\n";
  const std::vector<std::string> env = {"HOME=/home/x"};
  const auto want = run({shell, "-c", prologue + line}, "", env);
  const auto got = run({shell, "-c", prologue + text}, "", env);
  EXPECT_EQ(got.out, want.out) << text;
  EXPECT_EQ(got.status, want.status) << text;
  EXPECT_EQ(got.err.empty(), want.err.empty()) << text << '\n' << got.err << '\n' << want.err;
}

TEST(PrinterTest, CanonicalTextMeansTheSame) {
  for (const auto* line : kPosixLines) {
    expect_same("bash", line);
    expect_same("dash", line);
  }
  for (const auto* line : kBashLines) expect_same("bash", line);
}

TEST(PrinterTest, PrintIsAFixedPoint) {
  std::vector<const char*> lines(std::begin(kPosixLines), std::end(kPosixLines));
  lines.insert(lines.end(), std::begin(kBashLines), std::end(kBashLines));
  for (const auto* line : lines) {
    SCOPED_TRACE(line);
    const auto first = parse(line);
    ASSERT_TRUE(first);
    const auto once = print(*first);
    const auto second = parse(once.bytes());
    ASSERT_TRUE(second) << once.bytes() << ": " << second.error().what;
    EXPECT_EQ(print(*second), once);
  }
}

}  // namespace
}  // namespace hitl::shell
