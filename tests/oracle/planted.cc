// SPDX-License-Identifier: Apache-2.0
#include "oracle/planted.h"

#include "oracle/prediction.h"
#include "shell/parser.h"

namespace hitl::oracle {
namespace {

struct Pair {
  const char* judged;
  const char* ran;
};

// Each differs in one thing: an argument, a variable, input, a descriptor, a
// folder, the status, output, a file's content or mode, a file opened in vain.
const Pair kDifferent[] = {
    {"ls a", "ls b"},
    {"ls", "x=1 ls"},
    {"ls <f", "ls <a.txt"},
    {"ls", "ls 3>&1"},
    {"cd d; ls; cd ..", "cd h; ls; cd .."},
    {"ls; exit 2", "ls; exit 3"},
    {"echo a", "echo b"},
    {"echo a >o", "echo b >o"},
    {"umask 022; : >o", "umask 077; : >o"},
    {":", ": >>f"},
    {"ls", "ls; ls"},
};

const Pair kUnpredicted[] = {
    {"ls a", "ls b"},     {"ls a", "ls a b"},  {"ls \"$V\"", "ls a b"},   {"ls $V a", "ls x y b"},
    {"ls *.txt", "ls f"}, {"ls", "x=1; grep"}, {"ls $(cat f)", "rm 1 2"}, {":", ": >>f"},
    {": >o", ": >d/o"},   {"ls >o", "ls >f"},  {": >\"o$x\"", ": >p"},
};

}  // namespace

std::string unnoticed(Universe& world) {
  const auto name = [](const Pair& p) { return std::string(p.judged) + " against " + p.ran; };
  for (const auto& p : kDifferent)
    if (difference(world.run(Shell::Bash, p.judged), world.run(Shell::Bash, p.ran), true).empty())
      return name(p);
  for (const auto& p : kUnpredicted) {
    const auto script = shell::parse(p.judged);
    if (!script) return p.judged;
    const Prediction prediction(*script);
    if (prediction.unpredicted(world.run(Shell::Bash, p.judged), world.pristine()) != "" ||
        prediction.unpredicted(world.run(Shell::Bash, p.ran), world.pristine()) == "")
      return name(p);
  }
  return {};
}

}  // namespace hitl::oracle
