// SPDX-License-Identifier: Apache-2.0
// Redirections, each with its descriptor.  A here-document's body waits for the end
// of its line; inside a substitution it is a here-string.
#include <algorithm>
#include <functional>
#include <set>

#include "shell/word.h"
#include "shell/writer.h"

namespace hitl::shell {
namespace {

constexpr std::string_view kDelimiter = "EOT_";

std::set<std::string, std::less<>> lines_like_delimiters(std::string_view body) {
  std::set<std::string, std::less<>> lines;
  while (!body.empty()) {
    const auto line = body.substr(0, body.find('\n'));
    if (line.starts_with(kDelimiter)) lines.emplace(line);
    body.remove_prefix(std::min(body.size(), line.size() + 1));
  }
  return lines;
}

std::string_view operator_of(RedirectOp op) {
  switch (op) {
    case RedirectOp::Read:
      return "<";
    case RedirectOp::Write:
      return ">";
    case RedirectOp::Append:
      return ">>";
    case RedirectOp::ReadWrite:
      return "<>";
    case RedirectOp::Clobber:
      return ">|";
    case RedirectOp::DupIn:
      return "<&";
    case RedirectOp::DupOut:
      return ">&";
    case RedirectOp::HereDoc:
      return "<<";
    case RedirectOp::HereString:
      return "<<<";
  }
  return "<";
}

}  // namespace

void Writer::redirection(const Redirection& r) {
  if (!std::exchange(bare_, false)) out_ += ' ';
  if (r.op == RedirectOp::HereDoc) {
    if (depth_ > 0)
      here_string(r);
    else
      here_document(r);
    return;
  }
  out_ += static_cast<char>('0' + r.fd);
  out_ += operator_of(r.op);
  if (r.op == RedirectOp::DupIn || r.op == RedirectOp::DupOut)
    out_ += literal_text(r.target).value_or("-");
  else {
    // "<<(" would begin a here-document
    if (!r.target.parts.empty() && std::holds_alternative<ProcessSub>(r.target.parts[0]))
      out_ += ' ';
    word(r.target);
  }
}

// The same input as a here-document: a here-string adds the last newline.
void Writer::here_string(const Redirection& r) {
  out_ += static_cast<char>('0' + r.fd);
  if (r.target.parts.empty()) {
    out_ += "<'/dev/null'";
    return;
  }
  Word body = r.target;
  auto& last = std::get<Literal>(body.parts.back());
  last.text.pop_back();
  if (last.text.empty() && body.parts.size() > 1) body.parts.pop_back();
  out_ += "<<<";
  word(body);
}

void Writer::here_document(const Redirection& r) {
  const bool is_plain = std::ranges::all_of(
      r.target.parts, [](const WordPart& part) { return std::holds_alternative<Literal>(part); });
  std::string body;
  if (is_plain) {
    body = literal_text(r.target).value_or("");
  } else {
    std::swap(out_, body);
    for (const auto& part : r.target.parts) body_part(part);
    std::swap(out_, body);
  }
  const auto taken = lines_like_delimiters(body);
  std::string delimiter;
  do {
    delimiter = std::string(kDelimiter) + std::to_string(++documents_);
  } while (taken.contains(delimiter));
  out_ += static_cast<char>('0' + r.fd);
  out_ += "<<";
  out_ += is_plain ? '\'' + delimiter + '\'' : delimiter;
  pending_.emplace_back(std::move(delimiter), std::move(body));
}

void Writer::body_part(const WordPart& part) {
  if (const auto* literal = std::get_if<Literal>(&part)) {
    for (const char c : literal->text) {
      if (c == '$' || c == '`' || c == '\\') out_ += '\\';
      out_ += c;
    }
    return;
  }
  expansion(part);
}

}  // namespace hitl::shell
