// SPDX-License-Identifier: Apache-2.0
// Edits command lines for a terminal at the far end of a channel: bytes from it
// go in, bytes for it and finished lines come out.  Keys are those of readline's
// emacs mode, in part.
//
// Our own, because libedit and readline (the ones Debian has), linenoise, isocline
// and replxx read a descriptor or stream of this process and set its termios; none
// takes bytes and gives bytes, and readline has one state for the whole process.
//
// No descriptor, no clock, no global state.  Bounded: the line by kMaxLine, what
// can be undone, cut and recalled by the limits in line.h, kill_ring.h and
// history.h.  A key costs time in proportion to the line, and at most so much
// output.  Of the line nothing reaches the terminal but in a visible form.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lineedit/display.h"
#include "lineedit/history.h"
#include "lineedit/key_decoder.h"
#include "lineedit/keymap.h"
#include "lineedit/kill_ring.h"
#include "lineedit/layout.h"
#include "lineedit/line.h"
#include "lineedit/search.h"

namespace hitl::lineedit {

// A dumb terminal gets no escape sequence at all.
enum class Terminal : std::uint8_t { Dumb, Ansi };
// Of the value of TERM: empty, "dumb" and "unknown" are dumb.
Terminal terminal_of(std::string_view term);

enum class Event : std::uint8_t {
  NeedMore,    // all bytes are used up, the line goes on
  Line,        // Enter
  Interrupt,   // ^C
  EndOfInput,  // ^D in an empty line
};

struct Step {
  std::string output;        // for the terminal
  std::size_t consumed = 0;  // the rest is type-ahead, for whoever reads next
  Event event = Event::NeedMore;
  std::string line;  // of Event::Line; any bytes, without a line end
};

class Editor {
 public:
  Editor(Size size, Terminal terminal);
  Editor(const Editor&) = delete;  // a search points into it
  Editor& operator=(const Editor&) = delete;

  // All that give a string give what to write to the terminal.

  // Begins a line, until feed() gives an event; the history is kept from line
  // to line.  The cursor must stand at the start of a row; with `already_shown`,
  // right behind `prompt`, which is then not printed but will be where the line
  // is drawn anew.  `prompt`: as a program printed it, and printed as it is, but
  // without escape sequences on a dumb terminal.
  //
  // Where pastes are to be told from typing, the caller writes "\e[?2004h" before
  // and "\e[?2004l" behind the line; not to a dumb terminal.
  std::string begin(std::string_view prompt, bool already_shown);
  bool editing() const { return editing_; }

  // Takes bytes up to the first event.  A line must have begun.
  Step feed(std::string_view bytes);

  // Puts text into the line at the cursor as if pasted: nothing in it is a key.
  // Rings the bell and does nothing if the line would be too long.
  std::string insert(std::string_view text);

  // The terminal has another size.  Between lines too.
  std::string resize(Size size);

  // Prints a notice above the line, as it is but for line ends: LF becomes CR LF,
  // and one is added at the end.  Between lines too.
  std::string print_above(std::string_view text);

  // Ends the line without an event: what was typed stays on the screen and is
  // forgotten.
  std::string abandon();

  // What is being edited; empty between lines.
  const std::string& text() const { return line_.text(); }
  std::size_t cursor() const { return line_.cursor(); }
  bool searching() const { return search_.has_value(); }

  // Between lines: as if this one had been entered.
  void remember(std::string_view line);

 private:
  enum class Kind : std::uint8_t { Other, Kill, Yank, LastWord };

  std::optional<Event> press(const Key& key);
  std::optional<Event> run(Command command, const Key& key);
  bool run_motion(Command command);
  bool run_change(Command command);
  bool run_history(Command command);
  // Whether the search took the key.
  bool search(Command command, const Key& key);
  void begin_search(bool forward);
  void end_search();

  void insert_key(const Key& key);
  bool kill(std::size_t from, std::size_t to);
  // At the cursor, or in place of what was put before.
  bool put(std::string_view text, bool again);
  bool yank(bool older);
  bool last_word_of_older();
  bool change_case(Command command);
  bool transpose();
  bool delete_blanks();
  void recall(std::size_t at);

  Frame frame_in(int columns) const;
  Frame frame() const;
  void refresh();
  Event finish(Event event, std::string_view last_words);
  std::string take_output();

  bool plain_;
  Display display_;
  KeyDecoder keys_;
  Line line_;
  KillRing kills_;
  History history_;
  Prompt prompt_;

  bool editing_ = false;
  std::string output_;
  std::string entered_;
  bool changed_ = false;  // what is shown is not what is
  bool bell_ = false;

  Kind last_ = Kind::Other, kind_ = Kind::Other;  // of the last command, and of this
  std::size_t put_at_ = 0, put_end_ = 0;          // where Yank or LastWord put its text
  std::size_t words_back_ = 0;                    // lines that LastWord went back

  std::optional<Search> search_;
  std::size_t search_from_ = 0;  // the cursor before it
  std::string last_query_;
};

}  // namespace hitl::lineedit
