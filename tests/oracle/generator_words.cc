// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "oracle/generator.h"

namespace hitl::oracle {
namespace {

const char* const kNames[] = {"V", "E", "G", "N", "P", "Q",    "S", "T",
                              "R", "x", "y", "i", "a", "HOME", "U"};
const char* const kText[] = {"a",     "b.txt",   "f",    "-n",  "-la",  "x=1",  "a:b",   "d/e.txt",
                             "1",     "10",      "file", "a=b", "if",   "done", "}",     "{",
                             "in",    "--opt=v", "time", "!",   "a,b",  "%1",   "@x",    "a#b",
                             "größe", "-",       "--",   "]",   "[",    "esac", "a@b:c", "..",
                             "/w/d",  "h/",      "+x",   "do",  "then", "{}",   "a+=b",  "[[",
                             "]]",    "x~y",     "^a",   "1.5", "é"};
const char* const kQuoted[] = {
    "a b", "$x",    "*",  "it is", "\\n",   "`id`", "a;b", "$(pwned)", "#",           "!",
    "&&",  ">f",    "~",  "{a,b}", "",      "\"",   "\\",  "\t",       "\n",          "a|b",
    "[a]", "EOT_1", "if", "éü",    "%s\\n", "a  b", "(x)", "=",        "x[$(pwned)0]"};
const char* const kTokens[] = {
    "a",     "ls",      "x=1",      "f",       "-n",    "$x",      "${x}",     "\"$V\"", "'q r'",
    "$(ls)", "`ls`",    "$((1+2))", "*",       "?",     "[a]",     "~",        "{a,b}",  "{1..3}",
    ";",     ";",       ";;",       "&",       "&&",    "||",      "|",        "|&",     "(",
    ")",     "{",       "}",        "<",       ">",     ">>",      "<<<",      "<<E",    "2>&1",
    "&>",    ">&",      "<(",       ">(",      "if",    "then",    "else",     "elif",   "fi",
    "for",   "in",      "do",       "done",    "while", "until",   "case",     "esac",   "function",
    "[[",    "]]",      "!",        "time",    "\n",    "\n",      "\nE\n",    "#",      "\\",
    "\\\n",  "\"",      "'",        "$",       "`",     "=",       "+=",       "[",      "]",
    "-eq",   "==",      "=~",       "-f",      "x+=2",  "x=(",     "a=b",      "1",      "2",
    "10",    "export",  "declare",  "local",   "eval",  "exec",    "echo",     "read",   "cat",
    "test",  "$'a\\n'", "$\"a\"",   "${x:-a}", "${#x}", "${x%%*}", "${x/a/b}", "$@",     "\"$@\"",
    "$#",    "$?",      "-",        "--",      ",",     "..",      "g()",      "~/x",    "a:~",
    "x=~",   "$1",      "%1",       "^",       "+",     "@",       "!(a)",     "{",      "}",
    "E",     "$[1]",    "((",       "))",      "&>>",   "<>",      ">|"};

}  // namespace

std::string Generator::text() { return one_of(kText); }

std::string Generator::quoted_text() { return one_of(kQuoted); }

std::string Generator::word() {
  if (chance(45)) return text();
  spend();
  if (chance(4)) return inside_ > 2 ? text() : one_of({"<(", ">("}) + list(false) + ")";
  if (chance(8)) return braces();
  if (chance(6)) return tilde() + (chance(30) ? part() : "");
  std::string out = part();
  while (chance(30)) out += part();
  return out;
}

std::string Generator::part() {
  switch (below(12)) {
    case 0:
    case 1:
      return text();
    case 2: {
      auto q = quoted_text();
      if (q.find('\'') != std::string::npos) return text();
      return "'" + q + "'";
    }
    case 3:
    case 4:
      return double_quoted();
    case 5:
      return "\\" + one_of({"a", "$", "*", " ", "'", "\"", "\\", ";", "&", "#", "~", "{", "!", "|",
                            "(", "é"});
    case 6:
      return ansi_quoted();
    case 7:
      return glob();
    default:
      return expansion(false);
  }
}

std::string Generator::double_quoted() {
  std::string out = "\"";
  for (auto n = below(4); n > 0; --n) {
    if (chance(50)) {
      out += expansion(true);
      continue;
    }
    out += one_of({"a b", "it's", "*",  "~", "\\$x", "\\\"", "\\\\", "\\n", "{a,b}", "!",
                   "#",   "a;b",  "\n", "$", "\\`",  "\\\n", "[a]",  "x=~", "$ ",    "]"});
  }
  // "$" before the closing quote stays a dollar
  return out + "\"";
}

std::string Generator::ansi_quoted() {
  std::string out = "$'";
  for (auto n = below(3); n > 0; --n)
    out += one_of({"a", "\\n", "\\t", "\\x41", "\\'", "\\\\", "\\101", "\\e", " ", "\"", "$x",
                   "\\u00e9", "\\x3b"});
  return out + "'";
}

std::string Generator::glob() {
  return one_of({"*",         "*.txt",    "?",     "[a-c]*", "[!a]*",
                 "d/*",       "[^b].txt", "[]a]",  "*/",     "[[:alpha:]].txt",
                 "a[",        "[",        "x*y",   ".*",     "'a'*",
                 "\"b\"?txt", "[a",       "[a]b*", "*[*",    "[-a]",
                 "[a\\]b]",   "[a'b']",   "h/?",   "\\*",    "a*",
                 "[.]*",      "[!-]*",    "[$x]",  "*$x",    "[*]",
                 "[x]=~"});
}

std::string Generator::braces() {
  const auto name = chance(30) ? one_of({"$x", "${x}", "\"$V\"", "'q'", "a"}) : std::string();
  return name +
         one_of({"{a,b}",      "{1..3}",    "{a,b}{1,2}", "x{,.bak}", "{a}",       "{,}",
                 "{a,'b c'}",  "{3..1}",    "{a..c}",     "{a,b",     "{a,{b,c}}", "{01..03}",
                 "{a,\"$x\"}", "{*,f}",     "{a,$x}",     "{a,b}}",   "{{a,b}",    "{1..2}{a,b}",
                 "{-1..1}",    "{a,b}=~",   "{}{a,b}",    "{x,y}{",   "{ls,a}",    "a{b,c}d",
                 "{~,a}",      "{a,$(ls)}", "{1..5..2}",  "{a,}b",    "{$x,b}",    "\\{a,b}",
                 "{a\\,b}",    "{a,b\\}",   "{..}",       "{a..}"}) +
         (chance(25) ? part() : "");
}

std::string Generator::tilde() {
  return one_of({"~",        "~/f", "~root", "~root/x", "~nouser/x", "~/'a b'",
                 "~/\"$x\"", "~+",  "~-",    "'~'",     "\\~/f",     "~/*",
                 "~\"/x\"",  "x=~", "x=~/f", "of=~/f",  "x=a:~",     "--p=~/f",
                 "~user/f",  "~/",  "a~",    "~:~",     "~$x"});
}

std::string Generator::expansion(bool in_quotes) {
  if (inside_ < 2 && left_ > 2 && chance(22)) return substitution();
  if (chance(14)) return arithmetic();
  return parameter(in_quotes);
}

std::string Generator::parameter(bool in_quotes) {
  if (in_quotes && chance(10)) return "${V}";
  const auto name = one_of(kNames);
  switch (below(12)) {
    case 0:
      return one_of({"$#", "$?", "$@", "$*", "$1", "$-", "${10}", "\"$@\"", "$0", "${@}", "$$",
                     "$!", "${1:-x}"});
    case 1:
      return "${" + name + one_of({":-", "-", ":+", "+", ":=", "=", ":?", "?"}) +
             (chance(60)
                  ? one_of({"a", "a.b/c", "", "x-y", "a:b", "1", "~", "a b", "*", "}", "'q'", "=~"})
                  : parameter(true)) +
             "}";
    case 2:
      return "${" + name + one_of({"#", "##", "%", "%%"}) +
             one_of({"*", "a", "*.", "?", ".txt", "[a-c]", "*/", "$x", "x*", "${V}", "[!a]", "",
                     "\\*"}) +
             "}";
    case 3:
      return "${" + name + one_of({"/", "//", "/#", "/%"}) +
             one_of({"a", "x", "*", "[xy]", "$N", " "}) +
             one_of({"", "/", "/b", "/$x", "/*", "/a/b", "/~", "/&"}) + "}";
    case 4:
      return "${#" + name + "}";
    case 5:
      return "${" + name +
             one_of({":0:1", ":1", ": -1", ":1:2", ":0", ": 1", ":N", ":-1", ":1:-1"}) + "}";
    case 6:
      return "${" + name + one_of({"^", "^^", ",", ",,", "@Q", "@P", "^a"}) + "}";
    case 7:
      return "${a" + one_of({"[@]", "[0]", "[*]", "[1]", "[-1]", "[$x]", "[x]"}) + "}";
    case 8:
      return one_of(
          {"${!x}", "${#a[@]}", "${x[0]}", "${!V*}", "$_", "${#}", "${#@}", "${?}", "${-}"});
    case 9:
    case 10:
      return "${" + name + "}";
    default:
      return "$" + name;
  }
}

std::string Generator::substitution() {
  if (chance(3)) return one_of({"$()", "``", "$( )", "$(# a\n)"});
  ++inside_;
  auto outer = std::exchange(bodies_, {});
  std::string out;
  if (chance(70)) {
    out = "$(" + one_of({"", " ", "\n"}) + list(false);
    if (!bodies_.empty()) {
      out += '\n';
      bodies(out);
    }
    out += one_of({")", ")", " )", "\n)"});
  } else {
    auto body = list(false);
    if (!bodies_.empty()) {
      body += '\n';
      bodies(body);
    }
    out = body.find('`') == std::string::npos ? "`" + body + "`" : "$(" + body + ")";
  }
  bodies_ = std::move(outer);
  --inside_;
  return out;
}

std::string Generator::arithmetic() {
  const auto operand = [&] {
    return one_of({"1",     "2",    "10",    "i",   "$i",   "$N", "N",  "x",   "${i}",
                   "(1+2)", "-3",   "$#",    "0",   "!1",   "~2", "$x", "010", "0x1f",
                   "i++",   "a[0]", "$(ls)", "x=3", "- -2", "+1", "P",  "$P"});
  };
  std::string out = operand();
  while (chance(45))
    out += one_of({"+", " - ", "*", "/", "%", " << ", "<", " > ", "==", "&&", "||", "&", "|", "^",
                   "**", " ? 1 : ", ", "}) +
           operand();
  return "$((" + one_of({"", " "}) + out + one_of({"", " "}) + "))";
}

std::string Generator::soup() {
  if (chance(50)) {
    auto out = line();
    for (auto n = 1 + below(3); n > 0 && !out.empty(); --n) {
      const auto at = below(out.size());
      switch (below(5)) {
        case 0:
          out.erase(at, 1 + below(3));
          break;
        case 1:
          out.insert(at, one_of(kTokens));
          break;
        case 2:
          out.insert(at, out.substr(below(out.size()), 1 + below(6)));
          break;
        case 3:
          out.insert(at, 1, "'\"\\`$(){}[]<>|&;#~*?!= \n\t%@^+-,:.0123"[below(37)]);
          break;
        default:
          out.replace(at, 1, one_of(kTokens));
      }
    }
    return out;
  }
  std::string out = chance(50) ? "ls " : "";
  for (auto n = 1 + below(12); n > 0; --n) {
    out += one_of(kTokens);
    if (chance(60)) out += ' ';
  }
  return out;
}

}  // namespace hitl::oracle
