// SPDX-License-Identifier: Apache-2.0
#include "console/detail.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/clock.h"
#include "base/encoding.h"
#include "base/visible.h"
#include "console/effect_marks.h"
#include "console/page.h"
#include "console/phrase.h"
#include "console/standing.h"

namespace hitl::console {
namespace {

using operators::RequestView;
using tui::Style;
using tui::Text;

constexpr int kWide = 110;  // from here on two texts stand side by side
constexpr int kWordsOfEffect = 40;

// A tab does not deceive: it is shown as \\t, and scripts are full of them.
bool hides(std::string bytes) {
  std::erase(bytes, '\t');
  return has_hidden(bytes);
}

bool hides_something(const RequestView& r) { return hides(r.command) || hides(r.canonical); }

// Where it would run, in words; empty where that is the usual.
Text place(const RequestView& r) {
  Text t;
  if (!r.cwd.empty()) t.add(visible("in ")).add(tui::marked(r.cwd, Style::Strong));
  const bool terminal = r.kind.ends_with("-pty");
  const bool line = r.kind.starts_with("shell") || r.kind.starts_with("line");
  if (!terminal && !line) return t;
  if (!t.empty()) t.add(visible(", "));
  t.add(visible(line ? "as a line of a session" : "as one command"));
  return terminal ? t.add(visible(" with a terminal")) : t;
}

void who(Page& page, const RequestView& r) {
  Text t(visible(r.agent), Style::Strong);
  t.add(visible(" asks to run this on ")).add(tui::marked(r.target, Style::Strong));
  t.add(visible(" as ")).add(visible(r.account), Style::Strong);
  page.paragraph(t);
  if (const auto where = place(r); !where.empty()) page.paragraph(where);
}

void commands(Page& page, const RequestView& r, int width) {
  if (r.opaque) {
    page.gap();
    Text t(visible("NOTHING IN IT WAS UNDERSTOOD: "), Style::Danger);
    page.paragraph(t.add(visible(r.opaque_reason)));
    page.heading("Would run byte for byte");
    page.command(r.command, marks_of_command(r));
  } else if (r.command == r.canonical) {
    page.gap();
    page.command(r.canonical, marks_of_command(r));
  } else if (const auto raw = marks_of_command(r), ours = marks_of_canonical(r); width >= kWide) {
    page.side_by_side({"Would run", r.canonical, ours}, {"As the agent sent it", r.command, raw});
  } else {
    page.heading("Would run");
    page.command(r.canonical, ours);
    page.heading("As the agent sent it");
    page.command(r.command, raw);
  }
  if (hides_something(r))
    page.paragraph(Text(visible("holds characters that do not show, or not as what they are: "
                                "escaped above"),
                        Style::Warning));
  else if (std::ranges::any_of(r.command, [](char c) { return (c & 0x80) != 0; }))
    page.paragraph(Text(visible("holds letters outside ASCII: marked above"), Style::Warning));
}

// "  by: rm -r /srv/old", where that is not the whole command.
Text words_that_raise(const operators::Effect& e, const RequestView& r) {
  if (e.begin >= e.end || e.end > r.command.size() || e.end - e.begin >= r.command.size())
    return {};
  const auto words = std::string_view(r.command).substr(e.begin, e.end - e.begin);
  Text t(visible("  by: "), Style::Dim);
  return t.add(tui::cut(tui::marked(words, style_of_effect(e.name)), kWordsOfEffect));
}

void effects(Page& page, const RequestView& r) {
  page.gap();
  std::string_view name = "Effects";
  for (const auto& e : r.effects) {
    Text t = Text(visible(e.name), style_of_effect(e.name)).pad(12);
    t.add(visible(" ")).add(tui::marked(e.reason, Style::Plain));
    page.field(name, t.add(words_that_raise(e, r)));
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

// What a file holds is not in the command, and may be all that matters.
void files(Page& page, const RequestView& r) {
  // Most are words that are no file at all.
  const auto is_absent = [](const operators::RunFile& f) { return f.bound && f.sha256.empty(); };
  if (!std::ranges::all_of(r.files, is_absent))
    page.heading("Files that it may run: what is in them runs");
  Text absent;
  for (const auto& f : r.files) {
    if (is_absent(f)) {
      absent.add(visible(absent.empty() ? "" : " ")).add(tui::marked(f.path, Style::Plain));
      continue;
    }
    Text name = tui::marked(f.path, Style::Strong);
    if (!f.head.empty() || f.size > 0) name.add(visible(fmt::format("  {} bytes", f.size)));
    page.paragraph(name);
    if (!f.note.empty()) page.paragraph(Text(visible(f.note), Style::Danger));
    if (!f.head.empty()) page.command(f.head);
    if (!f.sha256.empty()) page.field("sha256", visible(hex(f.sha256)));
    if (!f.bound)
      page.paragraph(Text(visible("this may change what runs: an approval holds for whatever the "
                                  "file is then"),
                          Style::Danger));
  }
  if (!absent.empty()) page.field("No file now", absent);
}

bool is_unseen(const operators::RunFile& f) {
  return !f.bound || (!f.sha256.empty() && !f.note.empty());
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

Detail describe(const RequestView& r, int width, WallMs now) {
  HITL_CHECK(width >= 40);
  Page page(width);
  who(page, r);
  commands(page, r, width);
  effects(page, r);
  environment(page, r);
  input(page, r);
  files(page, r);
  const auto judged = page.size();
  add_standing(page, r, now);
  if (!r.justification.empty()) page.claims(r.justification);
  add_past(page, r, now);
  references(page, r);
  return {std::move(page).lines(), judged};
}

std::string caution(const RequestView& r) {
  if (r.opaque) return "nothing in it was understood";
  if (input_is_cut(r)) return "its input is longer than what is shown";
  if (std::ranges::any_of(r.files, is_unseen)) return "it runs a file that is not shown whole";
  if (std::ranges::any_of(r.files, [](const auto& f) { return hides(f.head); }) ||
      hides_something(r) || hides(r.input_head))
    return "it holds hidden characters";
  return {};
}

}  // namespace hitl::console
