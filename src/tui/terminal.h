// SPDX-License-Identifier: Apache-2.0
// Another terminal's screen, from the bytes that were written to it: the only file
// that includes libvterm.  Whatever is in the bytes, what leaves here are cells
// of escaped text; no answer of the terminal goes anywhere.
#pragma once

#include <memory>
#include <string_view>

#include "tui/surface.h"

namespace hitl::tui {

class Terminal {
 public:
  explicit Terminal(Size size);
  Terminal(Terminal&&) noexcept;
  Terminal& operator=(Terminal&&) noexcept;
  ~Terminal();

  Size size() const;
  void resize(Size size);
  void feed(std::string_view bytes);

  // The screen, its upper left corner at (x, y) of `to`, cut at row `end`; the
  // last rows where not all have room.
  void draw(Surface& to, int x, int y, int end) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hitl::tui
