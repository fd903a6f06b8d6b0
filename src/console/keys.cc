// SPDX-License-Identifier: Apache-2.0
#include "console/keys.h"

#include <algorithm>

#include "console/begin.h"
#include "console/prompt_keys.h"

namespace hitl::console {
namespace {

using tui::Key;
using Actions = std::vector<Action>;

constexpr int kFar = 1'000'000;  // more lines than any list has

int page_of(const Model& m) { return std::max(m.painted.end - m.painted.first - 1, 1); }

template <class T>
void move_in(Table<T>& table, int by) {
  if (table.rows.empty()) return;
  const auto at = std::ranges::find(table.rows, table.selected, &T::id) - table.rows.begin();
  const auto last = static_cast<std::ptrdiff_t>(table.rows.size()) - 1;
  const auto next = std::clamp<std::ptrdiff_t>(at + by, 0, last);
  table.selected = table.rows[static_cast<std::size_t>(next)].id;
}

void move_cursor(Model& m, int by) {
  if (m.place == Place::Sessions) return move_in(m.sessions, by);
  if (m.place == Place::Grants) return move_in(m.grants, by);
  auto* shelf = shelf_of(m);
  if (shelf == nullptr) return;
  const auto rows = rows_of(*shelf);
  if (rows.empty()) return;
  const int now = selected_row(*shelf, rows);
  const int row = std::clamp(now + by, 0, static_cast<int>(rows.size()) - 1);
  if (row == now) return;
  shelf->selected = rows[static_cast<std::size_t>(row)].key();
  shelf->scroll = 0;
}

void scroll(Model& m, int by) {
  if (auto* shelf = shelf_of(m))
    shelf->scroll = std::clamp(shelf->scroll + by, 0, m.painted.last_scroll);
}

void look(Model& m, const std::string& session, Actions& todo) {
  if (session.empty()) return say_no(m, "no session is selected");
  if (m.link != Model::Link::Up) return say_no(m, "no broker: nothing can be looked at");
  m.looked_at = session;
  go_to(m, Place::Live, todo);
}

void look_at_its_session(Model& m, Actions& todo) {
  const auto* r = selected_request(m);
  if (m.painted.id.empty() || r == nullptr || r->id != m.painted.id)
    return say_no(m, "no request is selected");
  look(m, r->session, todo);
}

void enter(Model& m, Actions& todo) {
  if (m.place == Place::Sessions) return look(m, m.painted.row, todo);
  auto* shelf = shelf_of(m);
  if (shelf == nullptr) return;
  if (!shelf->selected.starts_with('@')) {
    m.zoomed = !m.zoomed && selected_request(*shelf) != nullptr;
    return;
  }
  const auto agent = shelf->selected.substr(1);
  if (shelf->unfolded.erase(agent) == 0) shelf->unfolded.insert(agent);
}

// The place, or back to the queue if this is it.
void toggle(Model& m, Place place, Actions& todo) {
  go_to(m, m.place == place ? Place::Queue : place, todo);
}

void next_place(Model& m, Actions& todo) {
  switch (m.place) {
    case Place::Queue:
      return go_to(m, Place::Sessions, todo);
    case Place::Live:
    case Place::Sessions:
      return go_to(m, Place::Grants, todo);
    case Place::Grants:
      return go_to(m, Place::History, todo);
    case Place::History:
      return go_to(m, Place::Reviews, todo);
    case Place::Reviews:
      return go_to(m, Place::Queue, todo);
  }
}

// One step back; from the queue nothing is left but the way out.
bool back(Model& m, Actions& todo) {
  auto* shelf = shelf_of(m);
  if (m.zoomed) return m.zoomed = false, true;
  if (shelf != nullptr && !shelf->filter.empty()) {
    shelf->filter.clear();
    return true;
  }
  if (m.place == Place::Queue) return false;
  go_to(m, m.place == Place::Live ? Place::Sessions : Place::Queue, todo);
  return true;
}

// Keys of the lists of requests; false if it is none of theirs.
bool press_on_request(Model& m, char32_t letter, Actions& todo) {
  switch (letter) {
    case ' ':
      return scroll(m, page_of(m)), true;
    case 'b':
      return scroll(m, -page_of(m)), true;
    case 'J':
      return scroll(m, 1), true;
    case 'K':
      return scroll(m, -1), true;
    case 'a':
      return begin_approval(m, false, todo), true;
    case 'r':
      return begin_approval(m, true, todo), true;
    case 'd':
      return begin_denial(m), true;
    case 'p':
      return begin_proposal(m), true;
    case 'g':
      return begin_grant(m), true;
    case 'B':
      return begin_break_glass(m), true;
    case 'v':
      return begin_review(m), true;
    case 'l':
      return look_at_its_session(m, todo), true;
    case 'P':
      return begin_control(m, operators::Action::Pause), true;
    case 'R':
      return begin_control(m, operators::Action::Resume), true;
    default:
      return false;
  }
}

bool press_on_session(Model& m, char32_t letter) {
  switch (letter) {
    case 'P':
      return begin_control(m, operators::Action::Pause), true;
    case 'R':
      return begin_control(m, operators::Action::Resume), true;
    case 'K':
      return begin_control(m, operators::Action::Kill), true;
    default:
      return false;
  }
}

bool press_in_place(Model& m, char32_t letter, Actions& todo) {
  if (shelf_of(m) != nullptr) return press_on_request(m, letter, todo);
  if (m.place == Place::Sessions) return press_on_session(m, letter);
  if (m.place == Place::Grants && letter == 'x') return begin_revoke(m), true;
  return false;
}

void press_letter(Model& m, char32_t letter, Actions& todo) {
  if (press_in_place(m, letter, todo)) return;
  switch (letter) {
    case 'j':
      return move_cursor(m, 1);
    case 'k':
      return move_cursor(m, -1);
    case '<':
      return move_cursor(m, -kFar);
    case '>':
      return move_cursor(m, kFar);
    case '/':
      return begin_filter(m);
    case 'S':
      return toggle(m, Place::Sessions, todo);
    case 'G':
      return toggle(m, Place::Grants, todo);
    case 'H':
      return toggle(m, Place::History, todo);
    case 'V':
      return toggle(m, Place::Reviews, todo);
    case '?':
      m.help = true;
      m.help_scroll = 0;
      return;
    case 'q':
      if (!back(m, todo)) todo.emplace_back(Quit{});
      return;
    default:
      return;
  }
}

void press_in_help(Model& m, Key key) {
  const bool down = key.code == Key::Code::Down || key.text == 'j';
  const bool up = key.code == Key::Code::Up || key.text == 'k';
  const bool page = key.code == Key::Code::PageDown || key.text == ' ';
  const bool page_back = key.code == Key::Code::PageUp || key.text == 'b';
  if (!down && !up && !page && !page_back) return void(m.help = false);
  const int rows = m.size.height - 5;  // of the body
  const int by = down ? 1 : up ? -1 : page ? rows : -rows;
  const int last = std::max(0, static_cast<int>(key_help().size()) - rows);
  m.help_scroll = std::clamp(m.help_scroll + by, 0, last);
}

}  // namespace

void press(Model& m, Key key, Actions& todo) {
  if (key.code == Key::Code::Control && key.text == 'l') return void(todo.emplace_back(Repaint{}));
  if (m.prompt) return press_in_prompt(m, key, todo);
  if (key.pasted) return;
  if (key.code == Key::Code::Control && key.text == 'c') return void(todo.emplace_back(Quit{}));
  if (m.help) return press_in_help(m, key);
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
      return scroll(m, -kFar);
    case Key::Code::End:
      return scroll(m, m.painted.last_scroll);
    case Key::Code::Enter:
      return enter(m, todo);
    case Key::Code::Escape:
      return void(back(m, todo));
    case Key::Code::Tab:
      return next_place(m, todo);
    case Key::Code::Backspace:
    case Key::Code::Control:
      return;
  }
}

}  // namespace hitl::console
