// SPDX-License-Identifier: Apache-2.0
#include "oracle/prediction.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

#include "shell/reserved.h"
#include "shell/walk.h"
#include "shell/word.h"

namespace hitl::oracle {
namespace {

using namespace shell;
using namespace std::string_view_literals;

constexpr char kAny = '\0';

constexpr std::array kRunText = {"eval"sv,    "source"sv,    "."sv,       "trap"sv,
                                 "mapfile"sv, "readarray"sv, "compgen"sv, "complete"sv,
                                 "bind"sv,    "alias"sv,     "enable"sv,  "fc"sv};

Pattern pattern_of(const Word& w) {
  Pattern p;
  p.text = w.assigns;
  for (const auto& part : w.parts) {
    if (const auto* literal = std::get_if<Literal>(&part))
      p.text += literal->text;
    else if (p.text.empty() || p.text.back() != kAny)
      p.text += kAny;
  }
  p.may_be_many = may_split(w);
  // a split can end a word anywhere
  if (p.may_be_many && !(has_glob(w) && !has_unknown(w))) p.text = kAny;
  return p;
}

}  // namespace

// Greedy matching of literal runs between wildcards.
bool Pattern::matches(std::string_view candidate) const {
  std::size_t i = 0;
  std::size_t k = 0;
  std::size_t star = std::string::npos;
  std::size_t resume = 0;
  while (k < candidate.size()) {
    if (i < text.size() && text[i] == kAny) {
      star = i++;
      resume = k;
    } else if (i < text.size() && text[i] == candidate[k]) {
      ++i;
      ++k;
    } else if (star != std::string::npos) {
      i = star + 1;
      k = ++resume;
    } else {
      return false;
    }
  }
  while (i < text.size() && text[i] == kAny) ++i;
  return i == text.size();
}

Prediction::Prediction(const Script& script) {
  const auto visit = [&](const Command& c, const Place&) {
    for (const auto& r : c.redirections)
      if (r.op == RedirectOp::Write || r.op == RedirectOp::Append || r.op == RedirectOp::Clobber ||
          r.op == RedirectOp::ReadWrite)
        files_.push_back(pattern_of(r.target));
    if (const auto* s = std::get_if<Simple>(&c.node)) simple(*s);
    if (const auto* f = std::get_if<For>(&c.node))
      if (is_special_variable(f->name)) unbounded_ = "a variable of the shell";
  };
  walk(script, {.command = visit, .word = {}});
}

void Prediction::simple(const Simple& s) {
  for (const auto& a : s.assignments)
    if (is_special_variable(a.name)) unbounded_ = "a variable of the shell";
  std::size_t first = 0;
  Words words;
  for (const auto& w : s.words) {
    words.push_back(pattern_of(w));
    if (!w.assigns.empty() &&
        is_special_variable(w.assigns.substr(0, w.assigns.find_first_of("+="))))
      unbounded_ = "a variable of the shell";
  }
  bool is_renamed = false;
  for (; first < s.words.size(); ++first) {
    const auto name = literal_text(s.words[first]);
    if (!name) break;
    if (*name != "command" && *name != "exec" && *name != "builtin") break;
    while (first + 1 < s.words.size()) {
      const auto option = literal_text(s.words[first + 1]);
      if (!option || !option->starts_with('-')) break;
      ++first;
      if (*name == "exec" && option->find_first_of("al") != std::string::npos) is_renamed = true;
      if (*name == "exec" && option->ends_with('a')) ++first;
      if (*option == "--") break;
    }
  }
  if (first >= s.words.size()) return;
  const auto name = literal_text(s.words[first]);
  if (!name) {
    unbounded_ = "a command whose name is not known";
    return;
  }
  if (name->find("/ld-linux") != std::string::npos) unbounded_ = "the loader, which is not a stub";
  if (std::ranges::find(kRunText, *name) != kRunText.end()) unbounded_ = "'" + *name + "'";
  if (*name == "cd" || *name == "pushd" || *name == "popd") changes_folder_ = true;
  if (*name == "read" || *name == "unset" || *name == "getopts" || *name == "printf")
    for (const auto& w : s.words)
      if (const auto text = literal_text(w); text && is_special_variable(*text))
        unbounded_ = "a variable of the shell";
  words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(first));
  if (is_renamed) words[0].text = kAny;
  commands_.push_back(std::move(words));
}

bool Prediction::matches(const Words& words, const std::vector<std::string>& argv) {
  // reachable[k]: the words so far can have made the first k arguments
  std::vector<bool> reachable(argv.size() + 1);
  reachable[0] = true;
  for (const auto& w : words) {
    std::vector<bool> next(argv.size() + 1);
    for (std::size_t k = 0; k <= argv.size(); ++k) {
      if (!reachable[k]) continue;
      if (w.may_be_many) next[k] = true;
      for (std::size_t i = k; i < argv.size() && w.matches(argv[i]); ++i) {
        next[i + 1] = true;
        if (!w.may_be_many) break;
      }
    }
    reachable = std::move(next);
  }
  return reachable[argv.size()];
}

bool Prediction::is_predicted(const Exec& exec) const {
  return std::ranges::any_of(commands_, [&](const Words& w) { return matches(w, exec.argv); });
}

std::string Prediction::unpredicted(const Outcome& outcome,
                                    const std::map<std::string, std::string>& before) const {
  for (const auto& e : outcome.execs) {
    if (is_predicted(e)) continue;
    std::string what = "program";
    for (const auto& a : e.argv) what += " <" + a + ">";
    return what;
  }
  auto files = outcome.written;
  for (const auto& [path, state] : outcome.tree) {
    const auto at = before.find(path);
    if (at == before.end() || at->second != state) files.insert(path);
  }
  for (const auto& path : files) {
    const bool is_known = std::ranges::any_of(files_, [&](const Pattern& p) {
      if (p.text.find(kAny) != std::string::npos) {
        Pattern anywhere{kAny + p.text, false};
        return anywhere.matches(path);
      }
      const auto normal = [](const std::string& s) {
        return std::filesystem::path(s).lexically_normal().string();
      };
      if (p.text.starts_with('/')) return normal(p.text) == path;
      if (!changes_folder_) return normal("/w/" + p.text) == path;
      return path.ends_with('/' + std::filesystem::path(p.text).filename().string());
    });
    if (!is_known) return "file " + path;
  }
  return {};
}

}  // namespace hitl::oracle
