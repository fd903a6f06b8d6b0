// SPDX-License-Identifier: Apache-2.0
#include "ingress/shell_input.h"

#include <gtest/gtest.h>

#include <string>

#include "hitl/limits.h"

namespace hitl::ingress {
namespace {

Terminal dumb() {
  Terminal t;
  t.wanted = true;
  t.type = "dumb";
  t.size = {80, 24};
  return t;
}

// An input at its first prompt.
struct Fixture {
  explicit Fixture(const Terminal& terminal) : in(terminal) {
    in.on_line_done();
    end({0, 0, 0});
  }
  void end(const stream::LineEnd& e) {
    in.on_line_end(e);
    in.on_output("$ ");
    in.on_prompt_end();
  }
  ShellInput::Work type(std::string_view bytes) {
    in.on_bytes(bytes);
    return in.take();
  }
  // A line that runs; then what waits or was sent.
  ShellInput::Work run(std::string_view line, InputRole role) {
    EXPECT_EQ(type(line).line.has_value(), true);
    in.on_line_runs(++number, role);
    return in.take();
  }
  ShellInput in;
  std::uint32_t number = 0;
};

TEST(ShellInputTest, ALineIsAskedForOnce) {
  Fixture f(dumb());
  const auto work = f.type("echo a\recho b\r");
  EXPECT_EQ(work.line, "echo a");
  EXPECT_FALSE(work.last);
  EXPECT_EQ(work.to_command, "");
  EXPECT_FALSE(f.type("echo c\r").line);  // the first is not answered
  f.in.on_line_done();
  f.end({0, 0, 0});
  EXPECT_EQ(f.in.take().line, "echo b");
}

TEST(ShellInputTest, WithoutAGrantOnlyKeysGoToTheCommand) {
  Fixture f(dumb());
  auto work = f.run("sleep 9\rtouch x\r", InputRole::None);
  EXPECT_EQ(work.to_command, "");
  work = f.type("more\x1a");
  EXPECT_EQ(work.to_command, "\x1a");
  work = f.type("\x03");
  EXPECT_EQ(work.to_command, "\x03");
  f.in.on_line_done();
  f.end({1, 2, 0});
  EXPECT_FALSE(f.in.take().line);  // ^C took what was typed before it
}

TEST(ShellInputTest, WhatWaitedIsALineAfterwards) {
  Fixture f(dumb());
  f.run("sleep 9\r", InputRole::None);
  EXPECT_EQ(f.type("touch x\r").to_command, "");
  f.in.on_line_done();
  EXPECT_FALSE(f.in.take().line);
  f.end({1, 0, 0});
  EXPECT_EQ(f.in.take().line, "touch x");
}

TEST(ShellInputTest, WhatACommandDidNotReadIsALineAfterwards) {
  Fixture f(dumb());
  f.run("head -1\r", InputRole::Data);
  EXPECT_EQ(f.type("one\rtouch x\r").to_command, "one\rtouch x\r");
  f.in.on_line_done();
  f.end({1, 12, 8});
  EXPECT_EQ(f.in.take().line, "touch x");
}

TEST(ShellInputTest, WhatWasNotAcceptedComesBackToo) {
  Fixture f(dumb());
  f.run("cat\r", InputRole::Raw);
  f.type("abc\recho d\r");
  f.in.on_line_done();
  f.end({1, 4, 0});
  EXPECT_EQ(f.in.take().line, "echo d");
}

// The far end is egress, and behind it the target.
TEST(ShellInputTest, AnEndThatLiesGivesBackNoMoreThanWasSent) {
  for (const stream::LineEnd& lie :
       {stream::LineEnd{1, 0, 4'000'000'000u}, stream::LineEnd{1, ~std::uint64_t{0}, 99},
        stream::LineEnd{77, 1'000, 1'000}}) {
    Fixture f(dumb());
    f.run("cat\r", InputRole::Data);
    f.type("ab\r");
    f.in.on_line_done();
    f.end(lie);
    const auto line = f.in.take().line;
    EXPECT_TRUE(!line || *line == "ab") << *line;
  }
}

TEST(ShellInputTest, AnswersOutOfTurnDoNothing) {
  Fixture f(dumb());
  f.in.on_more("> ");
  f.in.on_line_runs(9, InputRole::Raw);
  EXPECT_EQ(f.type("ls").to_command, "");
  EXPECT_EQ(f.type("\r").line, "ls");
  f.in.on_prompt_end();
  EXPECT_FALSE(f.in.take().line);
}

TEST(ShellInputTest, InterruptCancelsALineThatWaits) {
  Fixture f(dumb());
  f.type("rm x\r");
  EXPECT_FALSE(f.type("y\r").cancel);
  const auto work = f.type("z\x03");
  EXPECT_TRUE(work.cancel);
  EXPECT_EQ(work.to_command, "");
  f.in.on_line_done();
  f.end({0, 0, 0});
  EXPECT_FALSE(f.in.take().line);
}

TEST(ShellInputTest, ACommandOfManyLines) {
  Fixture f(dumb());
  EXPECT_EQ(f.type("if true\r").line, "if true");
  f.in.on_more("more: ");
  EXPECT_NE(f.in.take().to_agent.find("more: "), std::string::npos);
  EXPECT_EQ(f.type("then ls; fi\r").line, "if true\nthen ls; fi");
}

TEST(ShellInputTest, AnInterruptForgetsTheFirstLines) {
  Fixture f(dumb());
  f.type("if true\r");
  f.in.on_more("> ");
  f.type("then rm x\x03");
  EXPECT_EQ(f.type("ls\r").line, "ls");
}

TEST(ShellInputTest, EndOfInputIsExit) {
  Fixture f(dumb());
  const auto work = f.type("\x04");
  EXPECT_EQ(work.line, "exit");
  EXPECT_TRUE(work.last);
  Fixture g(dumb());
  g.in.on_end_of_input();
  EXPECT_EQ(g.in.take().line, "exit");
}

TEST(ShellInputTest, ALineAtTheEditorsLimitIsTooLong) {
  Fixture f(dumb());
  const auto work = f.type("echo " + std::string(70'000, 'x') + "; rm y\r");
  ASSERT_TRUE(work.line);
  EXPECT_GT(work.line->size(), kMaxCommand);
}

TEST(ShellInputTest, AScriptsLines) {
  Fixture f(Terminal{});
  EXPECT_FALSE(f.type("\n  \nec").line);
  EXPECT_EQ(f.type("ho a\necho b\nlast").line, "echo a");
  f.in.on_line_runs(1, InputRole::Data);
  EXPECT_EQ(f.in.take().to_command, "");  // the rest of the script is no input
  f.in.on_line_done();
  f.in.on_line_end({1, 0, 0});
  EXPECT_EQ(f.in.take().line, "echo b");
  f.in.on_line_done();
  f.in.on_line_end({2, 0, 0});
  EXPECT_FALSE(f.in.take().line);  // its end has not come
  f.in.on_end_of_input();
  const auto work = f.in.take();
  EXPECT_EQ(work.line, "last");
  EXPECT_TRUE(work.last);
}

TEST(ShellInputTest, AScriptThatEndsWithinACommandRunsNothing) {
  Fixture f(Terminal{});
  EXPECT_EQ(f.type("for i in 1\n").line, "for i in 1");
  f.in.on_more("");
  f.in.on_end_of_input();
  const auto work = f.in.take();
  EXPECT_EQ(work.line, "exit");
  EXPECT_NE(work.to_agent.find("ended within a command"), std::string::npos);
}

TEST(ShellInputTest, WhatWaitsIsBounded) {
  Fixture f(dumb());
  f.run("sleep 9\r", InputRole::None);
  while (f.in.wants_bytes()) f.type(std::string(1'000, 'x'));
  EXPECT_FALSE(f.in.wants_bytes());
}

}  // namespace
}  // namespace hitl::ingress
