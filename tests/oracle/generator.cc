// SPDX-License-Identifier: Apache-2.0
#include "oracle/generator.h"

#include <utility>

namespace hitl::oracle {
namespace {

const char* const kPrograms[] = {"ls",    "grep",    "rm",      "cat",    "sed",    "ok1",
                                 "fail1", "find",    "cp",      "tee",    "sort",   "wc",
                                 "ok2",   "git",     "fail2",   "docker", "nosuch", "env",
                                 "tar",   "/bin/ls", "./a.txt", "mv",     "head"};
const char* const kNames[] = {"V", "E", "G", "N", "P", "Q",    "S", "T",
                              "R", "x", "y", "i", "a", "HOME", "U"};

}  // namespace

std::string Generator::line() {
  std::string out = list(true);
  if (chance(5)) out += blank() + "# it's a comment";
  if (!bodies_.empty()) {
    out += '\n';
    bodies(out);
    if (chance(50) && !out.empty()) out.pop_back();
  }
  return out;
}

std::string Generator::blank() {
  if (chance(90)) return " ";
  return one_of({"  ", "\t", " \\\n", " \t "});
}

void Generator::bodies(std::string& out) {
  for (const auto& b : std::exchange(bodies_, {})) out += b;
}

std::string Generator::newline() {
  std::string out = chance(5) ? " # note\n" : "\n";
  bodies(out);
  if (chance(10)) out += "\n";
  return out;
}

std::string Generator::separator(bool is_top) {
  if (chance(is_top ? 35 : 20)) return newline();
  if (chance(12)) return chance(50) ? "&" + blank() : " &" + newline();
  return chance(60) ? "; " : one_of({";", " ; ", ";  "});
}

std::string Generator::list(bool is_top) {
  std::string out = and_or();
  while (left_ > 0 && chance(is_top ? 45 : 25)) out += separator(is_top) + and_or();
  return out;
}

std::string Generator::and_or() {
  std::string out = pipeline();
  while (left_ > 0 && chance(20)) {
    out += one_of({" && ", "&&", " || ", "||"});
    if (chance(8)) out += newline();
    out += pipeline();
  }
  return out;
}

std::string Generator::pipeline() {
  std::string out = chance(2) ? one_of({"time ", "time -p "}) : "";
  if (chance(6)) out += "! ";
  out += command();
  while (left_ > 0 && chance(20)) {
    out += one_of({" | ", "|", " | ", " |& "});
    if (chance(6)) out += newline();
    out += command();
  }
  return out;
}

std::string Generator::command() {
  if (depth_ < 5 && left_ > 3 && chance(24)) {
    ++depth_;
    auto out = compound();
    --depth_;
    while (chance(12)) out += redirection();
    return out;
  }
  return simple();
}

std::string Generator::compound() {
  spend();
  const auto gap = [&] { return chance(70) ? std::string("; ") : newline(); };
  const auto after = [&](const char* word) {
    return word + (chance(75) ? std::string(" ") : newline());
  };
  switch (below(13)) {
    case 0:
      return "(" + blank() + list(false) + ")";
    case 1:
      return "( " + list(false) + blank() + ")";
    case 2:
      return after("{") + list(false) + gap() + "}";
    case 3: {
      auto out = after("if") + list(false) + gap() + after("then") + list(false) + gap();
      if (chance(30))
        out += after("elif") + list(false) + gap() + after("then") + list(false) + gap();
      if (chance(40)) out += after("else") + list(false) + gap();
      return out + "fi";
    }
    case 4:
    case 5: {
      std::string out = "for " + one_of({"x", "i", "y", "V"}) + " in";
      for (auto n = below(4); n > 0; --n) out += blank() + word();
      return out + gap() + after("do") + list(false) + gap() + "done";
    }
    case 6: {
      std::string out = "for x in " + one_of({"1 2", "a b c", "7", "a 'b c'", "'*' f"});
      return out + gap() + after("do") + list(false) + gap() + "done";
    }
    case 7:
      if (chance(50)) return loop_with_counter();
      return one_of({"while read x", "until ok1", "while fail1"}) + redirections() + gap() +
             after("do") + list(false) + gap() + "done";
    case 8:
      return case_clause();
    case 9: {
      const auto name = one_of({"g", "h", "fn", "ls"});
      std::string out =
          chance(70) ? name + one_of({"() ", "()\n", " () "}) : "function " + name + " ";
      out += "{ " + list(false) + gap() + "}";
      return out + "; " + name + blank() + word();
    }
    case 10:
      return arithmetic().substr(1);
    default:
      return conditional();
  }
}

std::string Generator::loop_with_counter() {
  const auto n = std::to_string(below(3));
  return "i=0; while [ " + one_of({"$i", "\"$i\""}) + " -lt " + n + " ]; do i=$((" +
         one_of({"i+1", "$i + 1", "i + 1", "1+${i}"}) + ")); " + list(false) + "; done";
}

std::string Generator::case_clause() {
  std::string out = "case " + word() + " in";
  out += chance(50) ? " " : newline();
  for (auto n = 1 + below(3); n > 0; --n) {
    if (chance(40)) out += "(";
    out += chance(50) ? glob() : word();
    if (chance(30)) out += one_of({"|", " | "}) + glob();
    out += one_of({") ", ")", " )"});
    if (chance(85)) out += list(false);
    if (n == 1 && chance(30)) {
      out += chance(50) ? ";" : newline();
      break;
    }
    out += chance(75) ? " ;; " : newline() + ";;" + newline();
  }
  return out + " esac";
}

std::string Generator::test_operand() { return chance(70) ? word() : parameter(false); }

std::string Generator::conditional() {
  const bool is_bash = chance(60);
  std::string out = is_bash ? "[[ " : chance(70) ? "[ " : "test ";
  const auto closed = [&] { return out + (is_bash ? " ]]" : out[0] == '[' ? " ]" : ""); };
  const auto one = [&] {
    switch (below(6)) {
      case 0:
        return one_of({"-f ", "-d ", "-n ", "-z ", "-e ", "-s "}) + test_operand();
      case 1:
        return test_operand() + one_of({" = ", " == ", " != "}) +
               (is_bash && chance(40) ? glob() : test_operand());
      case 2:
        return one_of({"1", "$N", "\"$N\"", "$#", "${#V}"}) + one_of({" -eq ", " -lt ", " -ge "}) +
               one_of({"1", "0", "\"$?\"", "$#"});
      case 3:
        return is_bash ? test_operand() : "\"$V\"";
      case 4:
        return (is_bash ? "! " : "! -f ") + test_operand();
      default:
        return one_of({"a", "$x", "\"$V\""}) + one_of({" -nt ", " -ef ", " = "}) + test_operand();
    }
  };
  if (is_bash && chance(20)) {
    out += "( " + one() + " )";
  } else {
    out += one();
  }
  while (is_bash && chance(25)) out += one_of({" && ", " || "}) + one();
  return closed();
}

std::string Generator::simple() {
  if (!spend()) return one_of({"ls", "ok1", ":", "fail1"});
  std::string out;
  if (chance(6)) out += redirection() + blank();
  if (chance(12)) {
    out = assignment();
    while (chance(25)) out += blank() + assignment();
    if (chance(65)) return out + redirections();
    out += ' ';
  } else if (chance(5)) {
    return declaration();
  }
  if (chance(22)) return out + builtin();
  out += chance(92) ? one_of(kPrograms) : word();
  for (auto n = below(4); n > 0; --n) {
    out += blank() + word();
    if (chance(8)) out += redirection();
  }
  return out + redirections();
}

std::string Generator::builtin() {
  switch (below(14)) {
    case 0:
      return "echo " + word() + blank() + word() + redirections();
    case 1:
      return "printf " + one_of({"'%s\\n' ", "%s ", "'[%s]' ", "\"%s\\n\" "}) + word() +
             redirections();
    case 2:
      return one_of({"cd d", "cd", "cd /w/h", "cd ..", "pushd d", "cd -"});
    case 3:
      return one_of(
          {"set -f", "set -e", "set -u", "set -- a 'b c'", "set +f", "set -eu", "set -o pipefail"});
    case 4:
      return one_of(
                 {"read x", "read -r x y", "IFS= read -r x", "IFS=: read x y", "read -p 'q? ' x"}) +
             redirections();
    case 5:
      return one_of({"exec ls", "exec >f", "exec 3>f", "command ls", "command -v ls",
                     "exec -a z ls", "builtin echo", "command echo"}) +
             blank() + word();
    case 6:
      return one_of(
          {"exit 3", "true", "false", ":", "wait", "pwd", "exit", "return 2", "break", "continue"});
    case 7:
      return one_of({"eval ", "trap ", "source ", ". "}) + word();
    case 8:
      return "unset " + one_of({"x", "V", "-v x", "-f ls"});
    case 9:
      return one_of({"shift", "umask 077", "hash ls", "type ls", "kill %1", "jobs", "let x=1",
                     "IFS=,", "IFS=$' \\t'"});
    case 10:
      return "test " + one_of({"-n ", "-v ", "-f "}) + word();
    default:
      return "echo " + word() + redirections();
  }
}

std::string Generator::assignment() {
  const auto name = one_of(kNames);
  if (chance(8)) {
    std::string out = name + "=(";
    for (auto n = below(4); n > 0; --n) out += word() + (chance(80) ? " " : "\n");
    return out + ")";
  }
  const auto op = chance(90) ? "=" : "+=";
  if (chance(10)) return name + op;
  if (chance(10)) return name + op + tilde() + (chance(30) ? ":" + tilde() : "");
  if (chance(25)) return name + op + one_of({"5", "12", "-3", "a", "*.txt", "d", "0", "'a b'"});
  return name + op + word();
}

std::string Generator::declaration() {
  std::string out = one_of({"export ", "export ", "declare ", "local ", "typeset ", "readonly ",
                            "declare -x ", "export -n "});
  out += assignment();
  if (chance(30)) out += " " + one_of(kNames);
  return out;
}

std::string Generator::redirections() {
  std::string out;
  while (chance(16)) out += redirection();
  return out;
}

std::string Generator::target() {
  switch (below(8)) {
    case 0:
      return "/dev/null";
    case 1:
      return word();
    case 2:
      return one_of({"\"$x\"", "$V", "~/o", "d/o", "'o p'", "$HOME/o", "\"o\"$N"});
    default:
      return one_of({"o1", "o2", "o3", "a.txt", "f", "d/o"});
  }
}

std::string Generator::redirection() {
  const auto gap = one_of({"", " ", " ", ""});
  switch (below(14)) {
    case 0:
      return " <" + gap + one_of({"f", "a.txt", "d/e.txt", "nofile", "'x y.txt'"});
    case 1:
      return " 2>" + gap + target();
    case 2:
      return " 2>&1";
    case 3:
      return one_of({" >&2", " 1>&2", " 3>&1", " 2>&-", " <&-", " >&-", " 3<&0"});
    case 4:
      return one_of({" &>", " >&", " &>>"}) + gap + target();
    case 5:
      return " >|" + gap + target();
    case 6:
      return " <<<" + gap + word();
    case 7:
      return " <>" + gap + target();
    case 8:
    case 9:
      return here_document();
    case 10:
      return inside_ > 2 ? "" : one_of({" < <(", " > >("}) + list(false) + ")";
    case 11:
      return " >>" + gap + target();
    default:
      return " >" + gap + target();
  }
}

std::string Generator::here_document() {
  const bool strips = chance(20);
  const bool is_quoted = chance(45);
  const auto name = one_of({"E", "EOF", "END", "EOT_1"});
  std::string body;
  for (auto n = below(4); n > 0; --n) {
    if (strips) body += one_of({"\t", "\t\t", ""});
    for (auto k = below(3); k > 0; --k)
      body +=
          chance(40)
              ? (is_quoted ? "$x `y" : expansion(true))
              : one_of({"a b", "it's", "\"q\"", "\\$x", "\\\\", "#", "EOT_1", "a\\b", "~", "*"});
    body += '\n';
  }
  body += (strips ? "\t" : "") + name + "\n";
  bodies_.push_back(body);
  const auto delimiter = is_quoted ? one_of({"'", "\""}) : std::string();
  return (strips ? " <<-" : " <<") + one_of({"", " "}) + delimiter + name + delimiter;
}

}  // namespace hitl::oracle
