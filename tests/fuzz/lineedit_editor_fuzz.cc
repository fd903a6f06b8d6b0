// SPDX-License-Identifier: Apache-2.0
// Any bytes as keys, on any terminal, however they are cut: limits hold, the
// cursor stays in the line, and no raw byte of it comes back.  The first five
// bytes say which terminal and where to cut; byte 0xFE resizes and notices.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/visible.h"
#include "lineedit/editor.h"
#include "lineedit/glyph.h"

namespace {

using namespace hitl::lineedit;

// What an editor may write: text, BEL, BS, CR, LF, and ours of CSI.
void check_output(std::string_view out, bool dumb) {
  HITL_CHECK(hitl::is_utf8(out));
  for (std::size_t i = 0; i < out.size(); ++i) {
    const char c = out[i];
    HITL_CHECK(c != 0x7F);
    if (static_cast<unsigned char>(c) >= 0x20 || c == '\a' || c == '\b' || c == '\r' || c == '\n')
      continue;
    HITL_CHECK(c == '\x1b' && !dumb && out.substr(i, 2) == "\x1b[");
    i = out.find_first_not_of("0123456789", i + 2);
    HITL_CHECK(i < out.size() &&
               std::string_view("ABCDHJKm").find(out[i]) != std::string_view::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 5) return 0;
  const bool dumb = data[0] % 2 != 0, shown = data[0] % 4 > 1;
  const std::size_t step = 1 + data[1];
  const Size sizes[] = {{data[2], data[3]}, {1 + data[3] % 16, 1 + data[2] % 8}};
  std::string_view in(reinterpret_cast<const char*>(data) + 5, size - 5);
  const std::string prompt(data[4] % 40, 'p');
  Editor editor(sizes[0], dumb ? Terminal::Dumb : Terminal::Ansi);
  check_output(editor.begin(prompt, shown), dumb);
  int resized = 0;
  while (!in.empty()) {
    if (in[0] == '\xfe') {
      check_output(editor.resize(sizes[++resized % 2]), dumb);
      check_output(editor.print_above("notice"), dumb);
      in.remove_prefix(1);
      continue;
    }
    const auto piece = in.substr(0, std::min(step, in.find('\xfe', 1)));
    const auto done = editor.feed(piece);
    check_output(done.output, dumb);
    HITL_CHECK(done.consumed <= piece.size());
    HITL_CHECK(done.consumed == piece.size() || done.event != Event::NeedMore);
    HITL_CHECK(done.line.size() <= kMaxLine && editor.text().size() <= kMaxLine);
    HITL_CHECK(editor.cursor() <= editor.text().size());
    HITL_CHECK(glyph_border(editor.text(), editor.cursor()) == editor.cursor());
    in.remove_prefix(done.consumed);
    if (done.event != Event::NeedMore) check_output(editor.begin(prompt, shown), dumb);
  }
  return 0;
}
