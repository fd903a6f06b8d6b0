// SPDX-License-Identifier: Apache-2.0
// The terminal, through ncurses: the only file that includes it.  Shows
// surfaces and reads keys; decides nothing.  One at a time in a process.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "tui/key.h"
#include "tui/surface.h"

namespace hitl::tui {

class Screen {
 public:
  // Takes over the terminal of standard input and output until destroyed.
  // Errc::Invalid if they are none, or of an unknown type.
  static Result<std::unique_ptr<Screen>> open(bool colour);
  virtual ~Screen() = default;

  virtual Size size() const = 0;
  // To be called after SIGWINCH: takes the terminal's new size.
  virtual void resized() = 0;
  virtual void draw(const Surface& surface) = 0;
  // Draws everything anew the next time, whatever other programs wrote.
  virtual void forget() = 0;
  // The bell, and the desktop's notification where the terminal has one (OSC 9
  // and OSC 777; the others ignore them).
  virtual void notify(const VisibleText& text) = 0;

  // Keys arrive here; keys() takes what there is and never waits for more than
  // the rest of an escape sequence (25 ms).
  virtual int descriptor() const = 0;
  virtual std::vector<Key> keys() = 0;
};

}  // namespace hitl::tui
