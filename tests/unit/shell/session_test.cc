// SPDX-License-Identifier: Apache-2.0
#include "shell/session.h"

#include <gtest/gtest.h>

#include <string>

#include "shell/parser.h"
#include "shell/printer.h"

namespace hitl::shell {
namespace {

SessionEdit edit(const std::string& text, std::string* canonical = nullptr) {
  auto script = parse(text);
  // Opaque: it would run in a bash of its own.
  if (!script) return {script.error().what, {}, {}};
  auto out = adapt_to_session(*script);
  if (canonical != nullptr) *canonical = print(*script).bytes();
  return out;
}

TEST(SessionTest, WhatWouldChangeTheReadingOfLaterLinesIsRefused) {
  for (const char* text : {"alias ls=rm",
                           "unalias -a",
                           "shopt -s extglob",
                           "enable -n printf",
                           "bind x",
                           "set -v",
                           "set -n",
                           "set -o posix",
                           "set -x",
                           "set -eux",
                           "set -o vi",
                           "set \"$a\"",
                           "trap x DEBUG",
                           "trap 'x' ERR",
                           "trap x RETURN EXIT",
                           "trap x debug",
                           "trap x SIGDEBUG",
                           "trap x SigErr",
                           "auto_resume=exact",
                           "wait -pPS1 1",
                           "wait -np__hn",
                           "read -rapPS1",
                           "mapfile -tPS1",
                           "trap \"$x\" \"$y\"",
                           "hash -p /tmp/x ls",
                           "exec <x",
                           "exec 0<x",
                           "exec >x",
                           "exec 2>&1",
                           "exec 9<x",
                           "printf() { :; }",
                           "read() { x; }",
                           "builtin() { x; }",
                           "cd() { x; }",
                           "eval() { x; }",
                           "exec() { x; }",
                           "trap() { x; }",
                           "command() { x; }",
                           "IFS=x",
                           "IFS=: read a",
                           "BASH_ENV=x",
                           "export ENV=x",
                           "POSIXLY_CORRECT=1",
                           "readonly a=b",
                           "declare -i a=1",
                           "declare -r a=1",
                           "declare -n a=b",
                           "typeset -u a",
                           "local -l a",
                           "suspend",
                           "fc -l",
                           "__hn=x",
                           "echo $__hn",
                           "echo \"${__ht}\"",
                           "unset __hn",
                           "read __hn",
                           "export __hn=1",
                           "declare __hn",
                           "printf -v __hn x",
                           "for __hn in a; do b; done",
                           "(PROMPT_COMMAND=x; a)",
                           "if a; then PS2=b; fi",
                           "PROMPT_COMMAND=x ls",
                           "a | PS1=b",
                           "echo ${IFS:=x}",
                           "read PROMPT_COMMAND",
                           "for PS1 in a; do b; done",
                           "builtin alias a=b",
                           "command set -v",
                           "command -p enable -n printf",
                           "command -- shopt -s extglob",
                           "builtin -- hash -p /tmp/x ls",
                           "echo $(alias a=b)",
                           "x & alias a=b",
                           "read -u 10 x",
                           "read -u10 x",
                           "read -ru 255 x",
                           "read -r -t 1 -u 010 x",
                           "read -d '' -u \"$n\" x",
                           "read -p a -u 10 x",
                           "builtin read -u 10",
                           "mapfile -u 10 x",
                           "mapfile -tu10",
                           "readarray -t -u 11 x",
                           "(read -u 10 x) &",
                           "x=$(read -u 10 y; echo $y)",
                           "while read -u 10 x; do a; done",
                           "f() { alias a=b; }"})
    EXPECT_FALSE(edit(text).refused.empty()) << text;
}

TEST(SessionTest, OrdinaryLinesAreNot) {
  for (const char* text : {"ls -l",
                           "cd /tmp && ls",
                           "x=1",
                           "export x=1",
                           "set -e",
                           "set -euo pipefail",
                           "set +e",
                           "set -f",
                           "set -- a b",
                           "trap 'rm x' EXIT",
                           "exec ls",
                           "exec 3<x ls",
                           "for i in 1 2; do echo $i; done",
                           "f() { ls; }",
                           "read x y",
                           "unset x",
                           "declare -x x",
                           "hash",
                           "echo __hello",
                           "jobs; fg %1",
                           "ls >x 2>&1",
                           "wait",
                           "exit 3",
                           "source x",
                           "umask 022",
                           "read -u 3 x",
                           "read -p -u x",
                           "read -n 12 -u0 x",
                           "mapfile -u 9",
                           "read -pu x",
                           "mapfile -tn 12 x"})
    EXPECT_EQ(edit(text).refused, "") << text;
}

TEST(SessionTest, ThePromptIsPlayed) {
  std::string canonical;
  auto e = edit("PS1='[PEXPECT_PROMPT>' PS2='[PEXPECT_PROMPT+' PROMPT_COMMAND=''", &canonical);
  EXPECT_EQ(e.refused, "");
  EXPECT_EQ(e.prompt, "[PEXPECT_PROMPT>");
  EXPECT_EQ(e.continuation, "[PEXPECT_PROMPT+");
  EXPECT_EQ(canonical, "':'");

  e = edit("export PS1='SHELLPS1PREFIX' ; export PS2='' ; export PS0=''; ls", &canonical);
  EXPECT_EQ(e.prompt, "SHELLPS1PREFIX");
  EXPECT_EQ(canonical, "':'; ':'; ':'; 'ls'");

  EXPECT_EQ(e.continuation, "");
  EXPECT_EQ(edit("PS2='[PEXPECT\\[\\]_PROMPT+\\\\x'").continuation, "[PEXPECT_PROMPT+\\x");

  e = edit("unset PROMPT_COMMAND", &canonical);
  EXPECT_FALSE(e.prompt);
  EXPECT_EQ(canonical, "':'");

  e = edit("umask 002; export PS1='{\"exit_code\":\"$?\",\"u\":\"\\u\",\"d\":\"\\w\"}' x=2",
           &canonical);
  EXPECT_EQ(e.prompt, "{\"exit_code\":\"$?\",\"u\":\"\\u\",\"d\":\"\\w\"}");
  EXPECT_EQ(canonical, "'umask' '002'; export x='2'");
}

// Rule 28: decoded, then looked at.
TEST(SessionTest, APromptRunsNothing) {
  for (const char* text : {"$(id)", "`id`", "\\044(id)", "\\140id\\140", "a\\44(id)", "$((1))",
                           "$[1]", "${x:-$(id)}", "${x@P}", "\\\\$(id)", "\\134$(id)", "${", "$'x'",
                           "\\444(id)", "\\540id\\540", "\\436", "\\534$(id)",
                           // In a folder whose name is $(id); for who is not root.
                           "\\\\\\W", "\\\\\\w> ", "a\\\\\\[\\W", "\\\\\\\\\\W", "\\\\\\$(id)",
                           "\\D{\\}$(id)", "\\D{$}(id)", "\\D{\\}\\W"})
    EXPECT_FALSE(is_harmless_prompt(text)) << text;
  for (const char* text : {"", "$ ", "\\u@\\h:\\w\\$ ", "$?", "${USER}", "$USER>", "\\[\\e[32m\\]x",
                           "\\033[1m", "100%", "\\$(id)", "a$", "\\W\\\\x", "\\D{%H:%M}> ", "a\\"})
    EXPECT_TRUE(is_harmless_prompt(text)) << text;
  EXPECT_FALSE(edit("PS1='$(id)'").refused.empty());
  EXPECT_FALSE(edit("PS1=\"$x\"").refused.empty());
  EXPECT_FALSE(edit("PS1+=x").refused.empty());
}

TEST(SessionTest, UnfinishedIsWhatAShellWouldAskMoreOf) {
  for (const char* text : {"if true",      "if true; then", "for i in 1 2; do\necho",
                           "while :; do",  "echo 'a",       "echo \"a",
                           "echo `a",      "echo $(a",      "cat <<E",
                           "cat <<E\nx",   "a |",           "a &&",
                           "a ||",         "{ a",           "( a",
                           "f() {",        "case x in",     "case x in a)",
                           "a \\",         "[[ a &&",       "a=(1 2",
                           "echo \"$(a\nb"})
    EXPECT_TRUE(is_unfinished(text)) << text;
  for (const char* text : {"", "ls", "if true; then a; fi", "cat <<E\nx\nE", "echo 'a'", "a;",
                           "a &", "fi", ")", "a )", "|", "((x", "# it's", "echo \\\\", "a >"})
    EXPECT_FALSE(is_unfinished(text)) << text;
}

}  // namespace
}  // namespace hitl::shell
