// SPDX-License-Identifier: Apache-2.0
#include "console/keys.h"

#include <algorithm>
#include <array>

#include "console/detail.h"
#include "console/phrase.h"
#include "hitl/limits.h"

namespace hitl::console {
namespace {

using tui::Key;
using tui::Style;
using Actions = std::vector<Action>;

int page_of(const Model& m) { return std::max(m.painted.end - m.painted.first - 1, 1); }

void move_cursor(Model& m, int by) {
  if (m.queue.empty()) return;
  const auto last = static_cast<int>(m.queue.size()) - 1;
  const int row = std::clamp(selected_row(m) + by, 0, last);
  if (row == selected_row(m)) return;
  m.selected = m.queue[static_cast<std::size_t>(row)].id;
  m.scroll = 0;
}

void scroll(Model& m, int by) { m.scroll = std::clamp(m.scroll + by, 0, m.painted.last_scroll); }

void say_no(Model& m, std::string why) { m.notice = {std::move(why), Style::Warning}; }

void send(Model& m, std::string id, std::string digest, bool approve, std::string reason,
          Actions& todo) {
  m.notice = {};
  m.deciding = id;
  todo.emplace_back(
      operators::Decide{.id = std::move(id),
                        .digest = std::move(digest),
                        .say = approve ? operators::Say::Approve : operators::Say::Deny,
                        .reason = std::move(reason)});
}

// All decisions begin here, with what is painted.
void begin_decision(Model& m, bool approve, bool with_reason, Actions& todo) {
  if (auto why = obstacle(m, approve); !why.empty()) return say_no(m, std::move(why));
  const auto& painted = m.painted;
  const auto* r = selected_request(m);
  // What is painted and what is known differ only until the next frame.
  if (r == nullptr || r->id != painted.id || r->digest != painted.digest)
    return say_no(m, "the list just moved: look again");
  Prompt prompt;
  prompt.id = painted.id;
  prompt.digest = painted.digest;
  prompt.caution = caution(*r);
  if (!approve)
    prompt.kind = Prompt::Kind::Deny;
  else if (!prompt.caution.empty())
    prompt.kind = Prompt::Kind::ApproveTyped;
  else if (with_reason)
    prompt.kind = Prompt::Kind::ApproveWithReason;
  else
    return send(m, painted.id, painted.digest, true, {}, todo);
  m.notice = {};
  m.prompt = std::move(prompt);
}

bool is_blank(std::string_view s) { return s.find_first_not_of(" \t") == std::string_view::npos; }

void finish_prompt(Model& m, Actions& todo) {
  auto prompt = std::move(*m.prompt);
  const auto keep = [&](std::string why) {
    say_no(m, std::move(why));
    m.prompt = std::move(prompt);
  };
  switch (prompt.kind) {
    case Prompt::Kind::Deny:
      if (is_blank(prompt.text)) return keep("a denial needs a reason: the agent reads it");
      break;
    case Prompt::Kind::ApproveTyped:
      if (prompt.text != "yes") return keep("type yes, or Esc to leave it");
      prompt.text.clear();
      break;
    case Prompt::Kind::ApproveWithReason:
      break;
  }
  m.prompt.reset();
  send(m, std::move(prompt.id), std::move(prompt.digest), prompt.kind != Prompt::Kind::Deny,
       std::move(prompt.text), todo);
}

void append_utf8(std::string& out, char32_t cp) {
  const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (cp < 0x80) return put(cp);
  if (cp < 0x800) {
    put(0xC0 | (cp >> 6));
  } else if (cp < 0x10000) {
    put(0xE0 | (cp >> 12));
    put(0x80 | ((cp >> 6) & 0x3F));
  } else {
    put(0xF0 | (cp >> 18));
    put(0x80 | ((cp >> 12) & 0x3F));
    put(0x80 | ((cp >> 6) & 0x3F));
  }
  put(0x80 | (cp & 0x3F));
}

void erase_last(std::string& s) {
  while (!s.empty() && (static_cast<unsigned char>(s.back()) & 0xC0) == 0x80) s.pop_back();
  if (!s.empty()) s.pop_back();
}

void press_in_prompt(Model& m, Key key, Actions& todo) {
  auto& text = m.prompt->text;
  if (!m.prompt->gone.empty()) {
    if (key.code == Key::Code::Enter || key.code == Key::Code::Escape) m.prompt.reset();
    return;
  }
  switch (key.code) {
    case Key::Code::Enter:
      if (!key.pasted) return finish_prompt(m, todo);
      text += ' ';
      return;
    case Key::Code::Escape:
      m.prompt.reset();
      m.notice = {"left as it is", Style::Plain};
      return;
    case Key::Code::Backspace:
      return erase_last(text);
    case Key::Code::Text:
      if (text.size() + 4 <= kMaxReason) append_utf8(text, key.text);
      return;
    case Key::Code::Control:
      if (key.text == 'u') text.clear();
      if (key.text == 'c') m.prompt.reset();
      return;
    case Key::Code::Up:
    case Key::Code::Down:
    case Key::Code::PageUp:
    case Key::Code::PageDown:
    case Key::Code::Home:
    case Key::Code::End:
      return;
  }
}

void press_letter(Model& m, char32_t letter, Actions& todo) {
  switch (letter) {
    case 'j':
      return move_cursor(m, 1);
    case 'k':
      return move_cursor(m, -1);
    case 'g':
      return move_cursor(m, -static_cast<int>(m.queue.size()));
    case 'G':
      return move_cursor(m, static_cast<int>(m.queue.size()));
    case ' ':
      return scroll(m, page_of(m));
    case 'b':
      return scroll(m, -page_of(m));
    case 'J':
      return scroll(m, 1);
    case 'K':
      return scroll(m, -1);
    case 'a':
      return begin_decision(m, true, false, todo);
    case 'r':
      return begin_decision(m, true, true, todo);
    case 'd':
      return begin_decision(m, false, true, todo);
    case '?':
      m.help = true;
      return;
    case 'q':
      todo.emplace_back(Quit{});
      return;
    default:
      return;
  }
}

constexpr std::array kHelp = {
    KeyHelp{"j k, arrows", "next and previous request"},
    KeyHelp{"g G", "first and last request"},
    KeyHelp{"Space PgDn", "read on, a page"},
    KeyHelp{"b PgUp", "read back, a page"},
    KeyHelp{"J K", "read on and back, a line"},
    KeyHelp{"a", "approve what is shown"},
    KeyHelp{"r", "approve, with a reason"},
    KeyHelp{"d", "deny, with a reason (the agent reads it)"},
    KeyHelp{"^L", "draw the screen anew"},
    KeyHelp{"q ^C", "quit"},
};

}  // namespace

std::span<const KeyHelp> key_help() { return kHelp; }

void press(Model& m, Key key, Actions& todo) {
  if (key.code == Key::Code::Control && key.text == 'l') return void(todo.emplace_back(Repaint{}));
  if (m.prompt) return press_in_prompt(m, key, todo);
  if (key.pasted) return;
  if (key.code == Key::Code::Control && key.text == 'c') return void(todo.emplace_back(Quit{}));
  if (m.help) return void(m.help = false);
  m.notice = {};
  switch (key.code) {
    case Key::Code::Text:
      return press_letter(m, key.text, todo);
    case Key::Code::Down:
      return move_cursor(m, 1);
    case Key::Code::Up:
      return move_cursor(m, -1);
    case Key::Code::PageDown:
      return scroll(m, page_of(m));
    case Key::Code::PageUp:
      return scroll(m, -page_of(m));
    case Key::Code::Home:
      return scroll(m, -m.scroll);
    case Key::Code::End:
      return scroll(m, m.painted.last_scroll);
    case Key::Code::Enter:
    case Key::Code::Escape:
    case Key::Code::Backspace:
    case Key::Code::Control:
      return;
  }
}

}  // namespace hitl::console
