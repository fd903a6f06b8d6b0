// SPDX-License-Identifier: Apache-2.0
#include "shell/carried.h"

#include <gtest/gtest.h>

#include "shell/parser.h"
#include "shell/printer.h"

namespace hitl::shell {
namespace {

TEST(CarriedTest, OnlyALoneCdMoves) {
  struct Case {
    const char *line, *from, *to;
  };
  const Case cases[] = {{"cd /srv", "", "/srv"},
                        {"cd app", "/srv", "/srv/app"},
                        {"cd ../x/./y", "/srv/a", "/srv/x/y"},
                        {"cd", "/srv", ""},
                        {"cd ~", "/srv", ""},
                        {"cd ..", "/", "/"},
                        {"cd '/a b'", "", "/a b"},
                        {"cd app", "", ""},
                        {"cd -", "/srv", "/srv"},
                        {"cd -P /", "/srv", "/srv"},
                        {"cd $x", "/srv", "/srv"},
                        {"cd /tmp && ls", "/srv", "/srv"},
                        {"(cd /tmp)", "/srv", "/srv"},
                        {"cd /tmp &", "/srv", "/srv"},
                        {"cd /a /b", "/srv", "/srv"},
                        {"LC_ALL=C cd /tmp", "/srv", "/srv"},
                        {"cd ~root", "/srv", "/srv"},
                        {"ls", "/srv", "/srv"}};
  for (const auto& c : cases) {
    const auto script = parse(c.line);
    ASSERT_TRUE(script) << c.line;
    EXPECT_EQ(folder_after(*script, c.from), c.to) << c.line;
  }
}

TEST(CarriedTest, ALineBeginsWhereTheLastOneLeft) {
  const auto text = print(*parse("f; ls"));
  EXPECT_EQ(carried_line({}, text), "'f'; 'ls'");
  const auto line = carried_line({"/it's", "f() { 'ls'; }\n", 3}, text);
  EXPECT_TRUE(line.starts_with("cd -P -- '/it'\\''s' || {")) << line;
  EXPECT_TRUE(line.ends_with("f() { 'ls'; }\n(exit 3)\n'f'; 'ls'")) << line;
}

TEST(CarriedTest, WhatIsOpaqueRunsApart) {
  EXPECT_EQ(carried_line({}, RawText("x='"), "/bin/bash"),
            "exec /bin/bash --noprofile --norc -p -c 'x='\\''' bash");
}

TEST(CarriedTest, ALoneExitEndsTheSession) {
  EXPECT_TRUE(is_exit(*parse("exit")));
  EXPECT_TRUE(is_exit(*parse("exit 3")));
  for (const char* line : {"exit 3 4", "exit; ls", "(exit 3)", "exit &", "ls"})
    EXPECT_FALSE(is_exit(*parse(line))) << line;
}

}  // namespace
}  // namespace hitl::shell
