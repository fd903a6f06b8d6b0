// SPDX-License-Identifier: Apache-2.0
#include "shell/carried.h"

#include <algorithm>
#include <vector>

#include "shell/files.h"
#include "shell/printer.h"
#include "shell/word.h"

namespace hitl::shell {
namespace {

std::string begin(const Carried& c) {
  std::string out;
  if (!c.cwd.empty())
    out = "cd -P -- " + quoted(c.cwd) +
          " || { \\builtin printf 'hitl: the working directory is gone: not run\\n' >&2; exit 125; "
          "}\n";
  out += c.memory;
  if (c.status != 0) out += "(exit " + std::to_string(c.status & 255) + ")\n";
  return out;
}

const Simple* lone(const Script& line) {
  if (line.body.items.size() != 1 || line.body.items[0].background) return nullptr;
  const auto& c = line.body.items[0].command;
  const auto* s = std::get_if<Simple>(&c.node);
  const bool plain = s != nullptr && c.redirections.empty() && s->assignments.empty();
  return plain && !s->words.empty() ? s : nullptr;
}

// As the shell does it without -P: by the text.
std::string joined(const std::string& cwd, const std::string& to) {
  const auto whole = to.starts_with('/') ? to : cwd + "/" + to;
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < whole.size();) {
    const auto end = std::min(whole.find('/', at), whole.size());
    const auto part = whole.substr(at, end - at);
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
    at = end + 1;
  }
  std::string out;
  for (const auto& p : parts) out += "/" + p;
  return out.empty() ? "/" : out;
}

}  // namespace

std::string carried_line(const Carried& carried, const CanonicalText& text,
                         std::span<const BoundFile> files) {
  return stop_if_changed(files) + begin(carried) + text.bytes();
}

std::string carried_line(const Carried& carried, const RawText& text, const std::string& bash) {
  return begin(carried) + "exec " + bash + " --noprofile --norc -p -c " + quoted(text.bytes()) +
         " bash";
}

std::string folder_after(const Script& line, const std::string& cwd) {
  const auto* s = lone(line);
  if (s == nullptr || !is_literal(s->words[0], "cd") || s->words.size() > 2) return cwd;
  if (s->words.size() == 1) return "";
  const auto& to = s->words[1];
  if (to.parts.size() == 1)
    if (const auto* home = std::get_if<Tilde>(&to.parts[0]); home != nullptr && home->user.empty())
      return "";
  const auto text = literal_text(to);
  if (!text || text->empty() || text->starts_with("-")) return cwd;
  // From the home, whose name is not known, only an absolute one leads away.
  if (cwd.empty() && !text->starts_with('/')) return cwd;
  return joined(cwd, *text);
}

bool is_exit(const Script& line) {
  const auto* s = lone(line);
  return s != nullptr && is_literal(s->words[0], "exit") && s->words.size() <= 2;
}

}  // namespace hitl::shell
