// SPDX-License-Identifier: Apache-2.0
// What the commands do to the line.  Each says whether it did anything: if not,
// the bell rings.
#include <utility>

#include "lineedit/editor.h"

namespace hitl::lineedit {
namespace {

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 0x20) : c; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c; }
bool alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || (c & 0x80) != 0;
}

}  // namespace

bool Editor::run_motion(Command command) {
  const auto from = line_.cursor(), size = line_.text().size();
  auto to = from;
  switch (command) {
    case Command::Left:
      to = line_.left(from);
      break;
    case Command::Right:
      to = line_.right(from);
      break;
    case Command::WordLeft:
      to = line_.word_left(from);
      break;
    case Command::WordRight:
      to = line_.word_right(from);
      break;
    case Command::LineStart:
      line_.move(0);
      return true;
    case Command::LineEnd:
      line_.move(size);
      return true;
    default:
      return false;
  }
  line_.move(to);
  return to != from;
}

bool Editor::run_change(Command command) {
  const auto at = line_.cursor(), size = line_.text().size();
  switch (command) {
    case Command::DeleteLeft:
      if (at == 0) return false;
      line_.erase(line_.left(at), at);
      return true;
    case Command::DeleteRight:
    case Command::DeleteRightOrEnd:
      if (at == size) return false;
      line_.erase(at, line_.right(at));
      return true;
    case Command::DeleteBlanks:
      return delete_blanks();
    case Command::KillToEnd:
      return kill(at, size);
    case Command::KillToStart:
      return kill(0, at);
    case Command::KillBlankWordLeft:
      return kill(line_.blank_word_left(at), at);
    case Command::KillWordLeft:
      return kill(line_.word_left(at), at);
    case Command::KillWordRight:
      return kill(at, line_.word_right(at));
    case Command::Yank:
      return yank(false);
    case Command::YankOlder:
      return yank(true);
    case Command::LastWord:
      return last_word_of_older();
    case Command::Upcase:
    case Command::Downcase:
    case Command::Capitalize:
      return change_case(command);
    case Command::Transpose:
      return transpose();
    case Command::Undo:
      return line_.undo();
    case Command::UndoAll:
      while (line_.undo()) {
      }
      return true;
    default:
      return false;
  }
}

bool Editor::kill(std::size_t from, std::size_t to) {
  kind_ = Kind::Kill;
  const bool before = to == line_.cursor();
  kills_.add(std::string_view(line_.text()).substr(from, to - from),
             before ? KillRing::Side::Before : KillRing::Side::Behind, last_ == Kind::Kill);
  if (from < to) line_.erase(from, to);
  return true;
}

bool Editor::put(std::string_view text, bool again) {
  const auto at = again ? put_at_ : line_.cursor();
  if (!line_.replace(at, again ? put_end_ : at, text)) return false;
  put_at_ = at;
  put_end_ = at + text.size();
  return true;
}

bool Editor::yank(bool older) {
  if (kills_.empty() || (older && last_ != Kind::Yank)) return false;
  if (older) kills_.rotate();
  if (!put(kills_.current(), older)) return false;
  kind_ = Kind::Yank;
  return true;
}

bool Editor::last_word_of_older() {
  const bool again = last_ == Kind::LastWord;
  const std::size_t back = again ? words_back_ + 1 : 1;
  // Again means: of the line before that, in place of what was put.
  if (back > history_.size()) {
    if (again) kind_ = Kind::LastWord;
    return false;
  }
  const auto word = last_word(history_.original(history_.size() - back));
  if (!put(word, again)) return false;
  words_back_ = back;
  kind_ = Kind::LastWord;
  return true;
}

bool Editor::change_case(Command command) {
  const auto from = line_.cursor(), to = line_.word_right(from);
  if (from == to) return false;
  auto word = line_.text().substr(from, to - from);
  bool first = true;
  for (auto& c : word) {
    const bool up = command == Command::Upcase || (command == Command::Capitalize && first);
    if (alphanumeric(c)) first = false;
    c = up ? upper(c) : lower(c);
  }
  return line_.replace(from, to, word);
}

bool Editor::transpose() {
  auto middle = line_.cursor();
  if (middle == line_.text().size()) middle = line_.left(middle);
  const auto from = line_.left(middle), to = line_.right(middle);
  if (from == middle || middle == to) return false;
  return line_.replace(
      from, to,
      line_.text().substr(middle, to - middle) + line_.text().substr(from, middle - from));
}

bool Editor::delete_blanks() {
  const auto& text = line_.text();
  auto from = line_.cursor(), to = from;
  while (from > 0 && (text[from - 1] == ' ' || text[from - 1] == '\t')) --from;
  while (to < text.size() && (text[to] == ' ' || text[to] == '\t')) ++to;
  line_.erase(from, to);
  return true;
}

bool Editor::run_history(Command command) {
  const auto at = history_.position(), size = history_.size();
  switch (command) {
    case Command::Older:
      if (at == 0) return false;
      recall(at - 1);
      return true;
    case Command::Newer:
      if (at == size) return false;
      recall(at + 1);
      return true;
    case Command::Oldest:
      recall(0);
      return true;
    case Command::Newest:
      recall(size);
      return true;
    case Command::SearchOlder:
    case Command::SearchNewer:
      begin_search(command == Command::SearchNewer);
      return true;
    default:
      return false;
  }
}

void Editor::recall(std::size_t at) {
  if (at == history_.position()) return;
  history_.go(at, line_.text());
  const auto& text = history_.line(at);
  line_.set(text, text.size());
}

void Editor::begin_search(bool forward) {
  history_.go(history_.position(), line_.text());
  search_from_ = line_.cursor();
  search_.emplace(history_, search_from_, forward);
  display_.forget_prompt();
}

bool Editor::search(Command command, const Key& key) {
  switch (command) {
    case Command::Ignore:
      return true;
    case Command::Insert:
      bell_ = !search_->add(key.text) || search_->failed();
      break;
    case Command::DeleteLeft:
      bell_ = !search_->remove();
      break;
    case Command::SearchOlder:
    case Command::SearchNewer:
      search_->again(command == Command::SearchNewer, last_query_);
      bell_ = search_->failed();
      break;
    case Command::Abort:
      search_.reset();
      line_.move(search_from_);
      break;
    default:
      end_search();
      return false;
  }
  changed_ = true;
  display_.forget_prompt();
  return true;
}

void Editor::end_search() {
  if (!search_) return;
  if (!search_->query().empty()) last_query_ = search_->query();
  const auto line = search_->line(), offset = search_->offset();
  search_.reset();
  recall(line);
  line_.move(offset);
  changed_ = true;
  display_.forget_prompt();
}

}  // namespace hitl::lineedit
