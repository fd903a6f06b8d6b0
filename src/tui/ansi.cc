// SPDX-License-Identifier: Apache-2.0
#include "tui/ansi.h"

#include <unistd.h>

#include <cstdlib>

namespace hitl::tui {
namespace {

const char* sgr(Style s) {
  switch (s) {
    case Style::Plain:
      return "";
    case Style::Strong:
      return "\033[1m";
    case Style::Dim:
      return "\033[2m";
    case Style::Heading:
      return "\033[1;36m";
    case Style::Good:
      return "\033[1;32m";
    case Style::Warning:
      return "\033[1;33m";
    case Style::Danger:
      return "\033[1;31m";
    case Style::Marked:
      return "\033[1;4;35m";
  }
  return "";
}

}  // namespace

std::string ansi(const Text& text, bool colour) {
  if (!colour) return text.str();
  std::string out;
  Style now = Style::Plain;
  const auto change = [&](Style to) {
    if (to == now) return;
    if (now != Style::Plain) out += "\033[0m";
    out += sgr(to);
    now = to;
  };
  for (const auto& g : text.glyphs()) {
    change(g.style);
    out += g.bytes;
  }
  change(Style::Plain);
  return out;
}

bool wants_colour(int descriptor) {
  const char* no = std::getenv("NO_COLOR");
  return (no == nullptr || *no == '\0') && ::isatty(descriptor) == 1;
}

}  // namespace hitl::tui
