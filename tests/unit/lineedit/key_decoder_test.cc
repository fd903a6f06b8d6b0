// SPDX-License-Identifier: Apache-2.0
#include "lineedit/key_decoder.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hitl::lineedit {
namespace {

using namespace std::string_literals;

// The keys, text as itself and others as <code>.
std::string keys_of(std::string_view bytes, std::size_t step) {
  KeyDecoder decoder;
  std::string out;
  while (!bytes.empty()) {
    auto piece = bytes.substr(0, step);
    bytes.remove_prefix(piece.size());
    while (const auto key = decoder.next(piece))
      out += key->code == kText || key->code == kPasted ? key->text
             : key->code == kUnknown                    ? "?"
                                                        : "<" + std::to_string(key->code) + ">";
    EXPECT_TRUE(piece.empty());
  }
  return out;
}

TEST(KeyDecoderTest, SequencesAreKeysOrSwallowedWhole) {
  const auto key = [](Code code) { return "<" + std::to_string(code) + ">"; };
  struct Case {
    const char* name;
    std::string in, want;
  };
  const Case cases[] = {
      {"text", "aé漢\U0001F600", "aé漢\U0001F600"},
      {"control", "\x01\x7f", key(1) + key(kBackspace)},
      {"meta",
       "\x1b"
       "b\x1b\x7f",
       key(meta('b')) + key(meta(0x7F))},
      {"arrows", "\x1b[A\x1bOB\x1b[1;2C\x1b[1;5D",
       key(kUp) + key(kDown) + key(kRight) + key(kWordLeft)},
      {"keys of numbers", "\x1b[1~\x1b[3~\x1b[3;5~\x1b[8~",
       key(kHome) + key(kDelete) + key(kDeleteWord) + key(kEnd)},
      {"rxvt", "\x1bOc\x1bOd", key(kWordRight) + key(kWordLeft)},
      {"function keys", "\x1b[15~\x1bOP\x1b[[Ax", "???x"},
      {"modified keys", "\x1b[27;5;9~\x1b[97;5u", "??"},
      {"long", "\x1b[" + std::string(500, '1') + "zx", "?x"},
      {"mouse", "\x1b[M !!x\x1b[<0;1;2Mx", "?x?x"},
      {"answers", "\x1b]11;rgb:00/00/00\ax\x1b]11;y\x1b\\x\x1bP>|xterm\x1b\\x\x1b[?1;2cx",
       "?x?x?x?x"},
      {"a broken sequence hides no Enter", "\x1b[12\rx\x1b]abc\nx\x1b\rx",
       key('\r') + "x" + key('\n') + "x" + key('\r') + "x"},
      {"nor ^C", "\x1b[1;\x03\x1b]8\x03\x1bO\x03", key(3) + key(3) + key(3)},
      {"another sequence within", "\x1b[1\x1b[A\x1b]0;\x1b[B\x1b\x1b[C",
       key(kUp) + key(kDown) + key(kRight)},
      {"after ^X", "\x18\x15\x18\x18", key(after_control_x(0x15)) + key(after_control_x(0x18))},
      {"bytes that are no text", "\xffz\xe6\xbcz\xc0z\xf0\x9f\rz",
       "\xffz\xe6\xbcz\xc0z\xf0\x9f" + key('\r') + "z"},
      {"paste", "\x1b[200~a\tb\x1b[A\x03\x1b[201x\x1b[201~b", "a\tb\x1b[A\x03\x1b[201x?b"},
      {"line ends of a paste", "\x1b[200~a\rb\nc\r\nd\x1b[201~", "a\nb\nc\nd?"},
      {"the end of a paste without one", "\x1b[201~x", "?x"},
      {"NUL", "a\0b"s, "a" + key(0) + "b"},
  };
  for (const auto& c : cases)
    for (const std::size_t step : {1u, 2u, 3u, 1'000u}) {
      SCOPED_TRACE(c.name + (" by "s + std::to_string(step)));
      EXPECT_EQ(keys_of(c.in, step), c.want);
    }
}

TEST(KeyDecoderTest, AQuotedKeyIsText) {
  for (const auto* c : {"\x1b", "\r", "\x03", "漢", "a"}) {
    KeyDecoder decoder;
    decoder.quote_next();
    std::string_view in = c;
    const auto key = decoder.next(in);
    ASSERT_TRUE(key);
    EXPECT_EQ(key->code, kText);
    EXPECT_EQ(key->text, c);
  }
}

}  // namespace
}  // namespace hitl::lineedit
