// SPDX-License-Identifier: Apache-2.0
#include "explain/annotate.h"

#include <algorithm>
#include <cstddef>
#include <ostream>
#include <vector>

#include "base/visible.h"

namespace hitl::explain {
namespace {

using judge::CommandView;
using judge::Finding;

constexpr std::string_view kIndent = "  ";

// Code points that visible() gives: what is shown of each is one column wide,
// but for wide letters, below which a mark is then a little short.
std::size_t columns(std::string_view bytes) {
  const auto shown = visible(bytes).str();
  return static_cast<std::size_t>(std::ranges::count_if(
      shown, [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u; }));
}

class Painter {
 public:
  explicit Painter(bool colour) : colour_(colour) {}

  std::string paint(std::string_view text, const char* code) const {
    if (!colour_) return std::string(text);
    return std::string("\x1b[") + code + "m" + std::string(text) + "\x1b[0m";
  }
  std::string verdict(Verdict v) const {
    return paint(name_of(v), v == Verdict::Allow ? "32" : v == Verdict::Hold ? "33" : "1;31");
  }

 private:
  bool colour_;
};

// One sentence may say several effects.
struct Said {
  std::string effects, reason;
};

void add(std::vector<Said>& sentences, const Finding& finding) {
  const auto reason = visible(finding.reason).str();
  const auto same = std::ranges::find(sentences, reason, &Said::reason);
  if (same == sentences.end())
    sentences.push_back({finding.effect, reason});
  else if (same->effects.find(finding.effect) == std::string::npos)
    same->effects += ", " + finding.effect;
}

// What stands at one place of the line, gravest first.
struct Mark {
  std::size_t begin, end;
  std::vector<Said> sentences;
};

std::vector<Mark> marks_of(const std::vector<Finding>& findings) {
  std::vector<Mark> marks;
  for (const auto& f : findings) {
    if (f.effect == "read") continue;
    auto found = std::ranges::find_if(
        marks, [&](const Mark& m) { return m.begin == f.begin && m.end == f.end; });
    if (found == marks.end()) found = marks.insert(marks.end(), {f.begin, f.end, {}});
    add(found->sentences, f);
  }
  std::ranges::stable_sort(marks, {}, &Mark::begin);
  return marks;
}

// One line of the text from byte `from` on, and below it the marks that begin in it.
void paint_line(std::string_view text, std::size_t from, const std::vector<Mark>& marks,
                const Painter& painter, std::ostream& out) {
  out << kIndent << visible(text).str() << "\n";
  for (const auto& m : marks) {
    if (m.begin < from || m.begin > from + text.size()) continue;
    if (m.begin == from + text.size() && m.end > m.begin && !text.empty()) continue;
    const auto begin = m.begin - from, end = std::min(m.end - from, text.size());
    const auto before = columns(text.substr(0, begin));
    const auto width = std::max<std::size_t>(1, columns(text.substr(begin, end - begin)));
    std::string carets = "^" + std::string(width - 1, '~');
    // Beside a mark that leaves room, below one that does not.
    const bool beside = before + width < 48;
    out << kIndent << std::string(before, ' ') << painter.paint(carets, "1");
    for (std::size_t i = 0; i < m.sentences.size(); ++i) {
      if (i == 0 && beside)
        out << " ";
      else
        out << "\n" << kIndent << std::string(beside ? before + width + 1 : std::size_t{4}, ' ');
      out << m.sentences[i].effects << ": " << m.sentences[i].reason;
    }
    out << "\n";
  }
}

void paint_text(std::string_view line, const std::vector<Mark>& marks, const Painter& painter,
                std::ostream& out) {
  for (std::size_t from = 0; from <= line.size();) {
    const auto to = std::min(line.find('\n', from), line.size());
    paint_line(line.substr(from, to - from), from, marks, painter, out);
    from = to + 1;
  }
}

// A command stands below the one whose words it is a part of.
void paint_tree(std::vector<const CommandView*> commands, std::ostream& out) {
  std::ranges::stable_sort(commands, [](const auto* a, const auto* b) {
    return a->begin != b->begin ? a->begin < b->begin : a->end > b->end;
  });
  std::vector<std::size_t> open;  // ends of the commands around this one
  for (const auto* c : commands) {
    while (!open.empty() && c->begin >= open.back()) open.pop_back();
    if (c->argv.empty()) continue;
    std::string words, effects;
    for (const auto& w : c->argv) words += (words.empty() ? "" : " ") + w;
    for (const auto& e : c->effects) effects += (effects.empty() ? "" : ", ") + e;
    constexpr std::size_t kWidth = 44;
    auto shown = std::string(2 * open.size(), ' ') + visible_cut(words, kWidth).str();
    if (shown.size() < kWidth) shown.resize(kWidth, ' ');
    out << kIndent << shown << "  " << effects << "\n";
    open.push_back(c->end);
  }
}

}  // namespace

std::string needs_of(const Hold& hold) {
  std::string out;
  for (const auto& s : hold.approvers) {
    if (!out.empty()) out += ", then ";
    out += std::to_string(s.count) + (s.count == 1 ? " approval" : " approvals");
    if (!s.group.empty()) out += " of " + visible(s.group).str();
  }
  const auto seconds = [](std::chrono::milliseconds t) {
    return std::to_string(t.count() / 1000) + " s";
  };
  out += " within " + seconds(hold.expires);
  if (hold.proof != Proof::Peer) out += ", proof: " + std::string(name_of(hold.proof));
  if (hold.justification) out += ", justification required";
  for (const auto& e : hold.escalate)
    out += "; after " + seconds(e.after) +
           (e.notify.empty() ? " also of " + visible(e.group).str()
                             : " tells " + visible(e.notify).str());
  if (hold.grants.count() > 0) out += "; grants up to " + seconds(hold.grants);
  return out;
}

void print_passed(const judge::Judgement& j, bool all, std::string_view indent, std::ostream& out) {
  for (const auto& p : j.considered)
    if (all || !p.denial)
      out << indent << (p.denial ? "denial \"" : "not \"") << visible(p.rule).str()
          << "\": " << visible(p.why).str() << "\n";
}

void annotate(const judge::Judgement& j, std::string_view line, bool colour, bool all,
              std::ostream& out) {
  const Painter painter(colour);
  out << painter.verdict(j.verdict) << " by the rule \"" << visible(j.rule).str() << "\"";
  if (j.verdict == Verdict::Hold) out << ": needs " << needs_of(j.hold);
  if (j.shadow) out << ", which would have held it: needs " << needs_of(j.hold);
  out << "\n\n";
  paint_text(line, marks_of(j.findings), painter, out);
  if (j.commands.size() > 1) {
    out << "\n";
    std::vector<const CommandView*> commands;
    for (const auto& c : j.commands) commands.push_back(&c);
    paint_tree(std::move(commands), out);
  }
  if (std::ranges::any_of(j.considered, [&](const auto& p) { return all || !p.denial; })) {
    out << "\n";
    print_passed(j, all, "", out);
  }
  if (!j.message.empty()) out << "\nmessage: " << visible(j.message).str() << "\n";
  if (j.canonical)
    out << "\nruns as: " << visible(j.canonical->bytes(), true).str() << "\n";
  else
    out << "\nnot understood: " << visible(j.opaque_reason).str() << "\n";
}

}  // namespace hitl::explain
