// SPDX-License-Identifier: Apache-2.0
#include "lineedit/editor.h"

#include <utility>

#include "base/check.h"
#include "lineedit/glyph.h"

namespace hitl::lineedit {

Terminal terminal_of(std::string_view term) {
  const bool dumb = term.empty() || term == "dumb" || term == "unknown";
  return dumb ? Terminal::Dumb : Terminal::Ansi;
}

Editor::Editor(Size size, Terminal terminal)
    : plain_(terminal == Terminal::Dumb), display_(size, plain_) {}

std::string Editor::begin(std::string_view prompt, bool already_shown) {
  HITL_CHECK(!editing_);
  editing_ = true;
  prompt_ = Prompt(prompt, plain_);
  line_.set("", 0);
  history_.start();
  last_ = Kind::Other;
  if (already_shown) {
    display_.begin_behind(frame());
  } else if (plain_) {
    output_ += prompt_.lines_before();
    display_.begin();
  } else {
    for (const char c : prompt) {
      if (c == '\n' && !output_.ends_with('\r')) output_ += '\r';
      output_ += c;
    }
    display_.begin_behind(frame());
  }
  changed_ = true;
  return take_output();
}

Step Editor::feed(std::string_view bytes) {
  HITL_CHECK(editing_);
  Step step;
  auto rest = bytes;
  while (step.event == Event::NeedMore) {
    const auto key = keys_.next(rest);
    if (!key) break;
    if (const auto event = press(*key)) step.event = *event;
  }
  step.consumed = bytes.size() - rest.size();
  step.line.swap(entered_);
  step.output = take_output();
  return step;
}

std::string Editor::insert(std::string_view text) {
  HITL_CHECK(editing_);
  end_search();
  last_ = Kind::Other;
  if (line_.insert(text))
    changed_ = true;
  else
    bell_ = true;
  return take_output();
}

std::string Editor::resize(Size size) {
  Display fitting(size, plain_);
  const auto text = editing_ ? frame_in(fitting.columns()) : Frame{};
  if (!editing_)
    display_ = fitting;
  else if (display_.resize(output_, size, text))
    changed_ = true;
  return take_output();
}

std::string Editor::print_above(std::string_view text) {
  if (editing_) display_.wipe(output_);
  for (const char c : text) {
    if (c == '\n' && !output_.ends_with('\r')) output_ += '\r';
    output_ += c;
  }
  if (!text.ends_with('\n')) output_ += "\r\n";
  changed_ = editing_;
  return take_output();
}

std::string Editor::abandon() {
  HITL_CHECK(editing_);
  end_search();
  finish(Event::NeedMore, "");
  return take_output();
}

void Editor::remember(std::string_view line) {
  HITL_CHECK(!editing_);
  history_.add(line);
}

std::optional<Event> Editor::press(const Key& key) {
  const auto command = command_of(key.code);
  if (search_ && search(command, key)) return std::nullopt;
  kind_ = Kind::Other;
  const auto event = run(command, key);
  if (command != Command::Ignore) last_ = kind_;
  return event;
}

std::optional<Event> Editor::run(Command command, const Key& key) {
  switch (command) {
    case Command::Ignore:
      return std::nullopt;
    case Command::Insert:
    case Command::InsertPasted:
      insert_key(key);
      return std::nullopt;
    case Command::QuoteNext:
      keys_.quote_next();
      return std::nullopt;
    case Command::AcceptComment:
      if (!line_.replace(0, 0, "#")) break;
      [[fallthrough]];
    case Command::Accept:
      return finish(Event::Line, "");
    case Command::Interrupt:
      return finish(Event::Interrupt, "^C");
    case Command::DeleteRightOrEnd:
      if (line_.text().empty()) return finish(Event::EndOfInput, "");
      break;
    case Command::ClearScreen:
      display_.clear(output_);
      output_ += prompt_.lines_before();
      changed_ = true;
      return std::nullopt;
    default:
      break;
  }
  if (run_motion(command) || run_change(command) || run_history(command))
    changed_ = true;
  else
    bell_ = true;
  return std::nullopt;
}

void Editor::insert_key(const Key& key) {
  const bool pasted = key.code == kPasted;
  const bool at_end = line_.cursor() == line_.text().size();
  if (!line_.insert(key.text, pasted ? Line::Run::Pasted : Line::Run::Typed)) {
    bell_ = true;
    return;
  }
  // The common case: a character at the end is written, and nothing is laid out.
  if (!pasted && at_end && !changed_ && glyph_size(key.text) == key.text.size()) {
    auto shape = shape_of(key.text);
    if (shape.as_is && display_.append(output_, {std::move(shape.text), shape.columns})) return;
  }
  changed_ = true;
}

Frame Editor::frame_in(int columns) const {
  if (!search_) return lay_out(prompt_, line_.text(), line_.cursor(), columns);
  return lay_out(Prompt(search_->prompt(), plain_), history_.line(search_->line()),
                 search_->offset(), columns);
}

Frame Editor::frame() const { return frame_in(display_.columns()); }

void Editor::refresh() {
  if (changed_) display_.show(output_, frame());
  changed_ = false;
}

Event Editor::finish(Event event, std::string_view last_words) {
  if (event == Event::EndOfInput) {
    refresh();
  } else {
    line_.move(line_.text().size());
    display_.finish(output_, frame(), last_words);
  }
  if (event == Event::Line) {
    entered_ = line_.text();
    history_.add(entered_);
  }
  line_.set("", 0);
  history_.start();
  changed_ = editing_ = false;
  return event;
}

std::string Editor::take_output() {
  if (editing_) refresh();
  if (bell_) output_ += '\a';
  bell_ = false;
  return std::exchange(output_, {});
}

}  // namespace hitl::lineedit
