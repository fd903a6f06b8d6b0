// SPDX-License-Identifier: Apache-2.0
#include "tui/surface.h"

#include <algorithm>

#include "base/check.h"
#include "base/visible.h"

namespace hitl::tui {

Surface::Surface(Size size) : size_{std::max(size.width, 1), std::max(size.height, 1)} {
  cells_.resize(static_cast<std::size_t>(size_.width) * static_cast<std::size_t>(size_.height));
}

Cell* Surface::at(int x, int y) {
  if (x < 0 || y < 0 || x >= size_.width || y >= size_.height) return nullptr;
  return &cells_[static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width) +
                 static_cast<std::size_t>(x)];
}

const Cell& Surface::cell(int x, int y) const {
  const auto* c = const_cast<Surface*>(this)->at(x, y);
  HITL_CHECK(c != nullptr);
  return *c;
}

int Surface::put(int x, int y, const Text& text) {
  for (const auto& g : text.glyphs()) {
    const int width = std::max(g.width, 1);
    if (x + width > size_.width) break;
    if (auto* c = at(x, y)) {
      c->bytes = g.width == 0 ? " " : g.bytes;
      c->style = g.style;
      if (width == 2) at(x + 1, y)->bytes.clear();
    }
    x += width;
  }
  return x;
}

void Surface::put_right(int y, const Text& text) {
  put(std::max(0, size_.width - text.width()), y, text);
}

void Surface::rule(int y, int x) {
  Text line;
  for (int i = x; i < size_.width; ++i) line.add(visible("─"), Style::Dim);
  put(x, y, line);
}

void Surface::reverse(int x, int y, int width) {
  for (int i = x; i < x + width; ++i)
    if (auto* c = at(i, y)) c->reverse = true;
}

std::string Surface::row(int y) const {
  std::string out;
  for (int x = 0; x < size_.width; ++x) out += cell(x, y).bytes;
  out.erase(out.find_last_not_of(' ') + 1);
  return out;
}

std::string Surface::text() const {
  std::string out;
  for (int y = 0; y < size_.height; ++y) out += row(y) + "\n";
  return out;
}

}  // namespace hitl::tui
