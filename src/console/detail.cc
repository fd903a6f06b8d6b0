// SPDX-License-Identifier: Apache-2.0
#include "console/detail.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/clock.h"
#include "base/encoding.h"
#include "base/visible.h"
#include "console/phrase.h"

namespace hitl::console {
namespace {

using operators::RequestView;
using tui::Style;
using tui::Text;

constexpr int kLabel = 13;                // columns of the names on the left
constexpr int kWide = 110;                // from here on two texts stand side by side
constexpr std::string_view kBar = " │ ";  // before each line of the command
constexpr int kBarWidth = 3;

class Page {
 public:
  explicit Page(int width) : width_(width) {}

  void line(Text text) { lines_.push_back(std::move(text)); }
  void gap() {
    if (!lines_.empty() && !lines_.back().empty()) lines_.emplace_back();
  }

  void heading(std::string_view name) {
    gap();
    line(Text(visible(" ")).add(visible(name), Style::Heading));
  }

  void paragraph(const Text& text) {
    for (const auto& l : tui::wrap(text, width_ - 2)) line(Text(visible(" ")).add(l));
  }

  // " Name        text", its further lines under the first one.
  void field(std::string_view name, const Text& text) {
    Text label = Text(visible(" ")).add(visible(name), Style::Dim).pad(kLabel);
    for (const auto& l : tui::wrap(text, width_ - kLabel - 1)) {
      line(label.add(l));
      label = Text().pad(kLabel);
    }
  }

  // The lines of a command, each behind a bar; a line that is wrapped and goes
  // on has another sign than one that the command itself ends.
  static std::vector<Text> barred(const std::string& bytes, int width) {
    std::vector<Text> out;
    std::string_view rest = bytes;
    for (bool more = true; more;) {
      const auto end = rest.find('\n');
      more = end != std::string_view::npos;
      auto sign = visible(kBar);
      for (const auto& l : tui::wrap(tui::marked(rest.substr(0, end), Style::Strong),
                                     std::max(width - kBarWidth - 1, 2))) {
        out.push_back(Text(sign, Style::Dim).add(l));
        sign = visible(" ┊ ");
      }
      if (more) rest.remove_prefix(end + 1);
    }
    return out;
  }

  void command(const std::string& bytes) {
    for (auto& l : barred(bytes, width_)) line(std::move(l));
  }

  void side_by_side(std::string_view left_name, const std::string& left,
                    std::string_view right_name, const std::string& right) {
    const int half = width_ / 2;
    const auto l = barred(left, half);
    const auto r = barred(right, width_ - half);
    gap();
    Text names = Text(visible(" ")).add(visible(left_name), Style::Heading).pad(half);
    line(names.add(visible(" ")).add(visible(right_name), Style::Heading));
    for (std::size_t i = 0; i < std::max(l.size(), r.size()); ++i) {
      Text row = i < l.size() ? l[i] : Text();
      line(row.pad(half).add(i < r.size() ? r[i] : Text()));
    }
  }

  // The agent's words: whoever reads them must see whose they are.
  void claims(const std::string& words) {
    gap();
    const int inner = width_ - 6;
    const auto bar = [](int n) {
      std::string s;
      for (int i = 0; i < n; ++i) s += "─";
      return visible(s);
    };
    const Text title(visible(" the agent's own words, which nobody checked "), Style::Warning);
    Text top = Text(visible(" ┌─"), Style::Dim).add(title);
    line(top.add(bar(width_ - 2 - top.width()), Style::Dim).add(visible("┐"), Style::Dim));
    for (const auto& l : tui::wrap(tui::marked(words, Style::Plain), inner))
      line(Text(visible(" │ "), Style::Dim).add(l).pad(width_ - 3).add(visible(" │"), Style::Dim));
    line(Text(visible(" └"), Style::Dim)
             .add(bar(width_ - 4), Style::Dim)
             .add(visible("┘"), Style::Dim));
  }

  std::size_t size() const { return lines_.size(); }
  std::vector<Text> lines() && { return std::move(lines_); }

 private:
  int width_;
  std::vector<Text> lines_;
};

// A tab does not deceive: it is shown as \\t, and scripts are full of them.
bool hides(std::string bytes) {
  std::erase(bytes, '\t');
  return has_hidden(bytes);
}

bool hides_something(const RequestView& r) { return hides(r.command) || hides(r.canonical); }

void who(Page& page, const RequestView& r) {
  Text t(visible(r.agent), Style::Strong);
  t.add(visible(" asks to run this on ")).add(tui::marked(r.target, Style::Strong));
  t.add(visible(" as ")).add(visible(r.account), Style::Strong);
  page.paragraph(t);
}

void commands(Page& page, const RequestView& r, int width) {
  if (r.opaque) {
    page.gap();
    Text t(visible("NOTHING IN IT WAS UNDERSTOOD: "), Style::Danger);
    page.paragraph(t.add(visible(r.opaque_reason)));
    page.heading("Would run byte for byte");
    page.command(r.command);
  } else if (r.command == r.canonical) {
    page.gap();
    page.command(r.canonical);
  } else if (width >= kWide) {
    page.side_by_side("Would run", r.canonical, "As the agent sent it", r.command);
  } else {
    page.heading("Would run");
    page.command(r.canonical);
    page.heading("As the agent sent it");
    page.command(r.command);
  }
  if (hides_something(r))
    page.paragraph(Text(visible("holds characters that do not show, or not as what they are: "
                                "escaped above"),
                        Style::Warning));
  else if (std::ranges::any_of(r.command, [](char c) { return (c & 0x80) != 0; }))
    page.paragraph(Text(visible("holds letters outside ASCII: marked above"), Style::Warning));
}

void effects(Page& page, const RequestView& r) {
  page.gap();
  std::string_view name = "Effects";
  for (const auto& e : r.effects) {
    Text t = Text(visible(e.name), style_of_effect(e.name)).pad(12);
    page.field(name, t.add(visible(" ")).add(tui::marked(e.reason, Style::Plain)));
    name = "";
  }
  if (r.effects.empty()) page.field(name, visible(r.opaque ? "unknown" : "none found"));
}

void environment(Page& page, const RequestView& r) {
  std::string_view name = "Environment";
  for (const auto& e : r.environment) {
    page.field(name, tui::marked(e, Style::Plain));
    name = "";
  }
  // The rest is the bastion's own, the same for every command, and signed as well.
  Text fixed;
  for (const auto& [variable, value] : r.terms.environment) {
    const auto e = variable + "=" + value;
    if (std::ranges::find(r.environment, e) != r.environment.end()) continue;
    fixed.add(visible(fixed.empty() ? "" : " ")).add(tui::marked(e, Style::Dim));
  }
  if (!fixed.empty()) page.field("Set by us", fixed);
}

bool input_is_cut(const RequestView& r) { return r.input_head.size() < r.input_size; }

void input(Page& page, const RequestView& r) {
  if (r.input_sha256.empty()) return;
  page.heading("Its standard input, which it may run");
  page.command(r.input_head);
  if (input_is_cut(r))
    page.paragraph(Text(visible(fmt::format("only the first {} of {} bytes are shown",
                                            r.input_head.size(), r.input_size)),
                        Style::Danger));
  page.field("Input",
             visible(fmt::format("{} bytes, sha256 {}", r.input_size, hex(r.input_sha256))));
}

void ruling(Page& page, const RequestView& r) {
  page.gap();
  page.field("Rule", visible(r.rule.empty() ? "no rule covers it" : r.rule));
  page.field("Needs", visible(quorum_text(r)));
  for (const auto& d : r.decisions) page.field("", decision_text(d));
  if (r.state != "pending") page.field("State", Text(visible(r.state), Style::Strong));
}

void references(Page& page, const RequestView& r) {
  const auto seconds = [](WallMs t) { return rfc3339(t).substr(0, 19) + "Z"; };
  page.gap();
  page.field("Request", visible(r.id));
  page.field("Session", visible(r.session));
  page.field("Asked", visible(fmt::format("{}, expires {}", seconds(r.requested_at),
                                          seconds(r.expires_at))));
  page.field("Digest", visible(hex(r.digest)));
}

}  // namespace

Detail describe(const RequestView& r, int width) {
  HITL_CHECK(width >= 40);
  Page page(width);
  who(page, r);
  commands(page, r, width);
  effects(page, r);
  environment(page, r);
  input(page, r);
  const auto judged = page.size();
  ruling(page, r);
  if (!r.justification.empty()) page.claims(r.justification);
  references(page, r);
  return {std::move(page).lines(), judged};
}

std::string caution(const RequestView& r) {
  if (r.opaque) return "nothing in it was understood";
  if (input_is_cut(r)) return "its input is longer than what is shown";
  if (hides_something(r) || hides(r.input_head)) return "it holds hidden characters";
  return {};
}

}  // namespace hitl::console
