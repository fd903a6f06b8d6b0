// SPDX-License-Identifier: Apache-2.0
#include "record/text_stream.h"

#include <gtest/gtest.h>

#include "base/visible.h"

namespace hitl::record {
namespace {

using namespace std::string_literals;

std::string whole(std::string_view bytes, bool crlf) {
  TextStream s(crlf);
  auto out = s.feed(bytes);
  return out + s.finish();
}

TEST(TextStreamTest, WhatIsNoUtf8IsReplaced) {
  struct Case {
    const char* name;
    std::string in;
    std::string want;
  };
  const Case cases[] = {
      {"plain", "a\nb", "a\r\nb"},
      {"has its return", "a\r\nb", "a\r\nb"},
      {"wide", "größe漢\U0001F600", "größe漢\U0001F600"},
      {"stray byte", "a\xff"s + "b", "a\uFFFDb"},
      {"overlong", "\xc0\xaf", "\uFFFD\uFFFD"},
      {"surrogate", "\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD"},
      {"cut for ever", "a\xe6\xbc", "a\uFFFD\uFFFD"},
      {"cut by another", "\xe6\xbc"s + "a", "\uFFFD\uFFFDa"},
      {"too high", "\xf4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},
      {"nul", "\0x"s, "\0x"s},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(whole(c.in, true), c.want);
    EXPECT_TRUE(is_utf8(c.want));
  }
}

TEST(TextStreamTest, WhereThePiecesAreCutDoesNotShow) {
  const auto bytes = "a\r\n\nb\xff größe漢\U0001F600\xe6\xbc\n\xed\xa0\x80\xf0\x9f\x98"s;
  for (const bool crlf : {false, true}) {
    const auto want = whole(bytes, crlf);
    for (std::size_t i = 0; i <= bytes.size(); ++i)
      for (std::size_t j = i; j <= bytes.size(); ++j) {
        TextStream s(crlf);
        std::string got;
        for (const auto& piece : {bytes.substr(0, i), bytes.substr(i, j - i), bytes.substr(j)}) {
          const auto text = s.feed(piece);
          EXPECT_TRUE(is_utf8(text));
          got += text;
        }
        got += s.finish();
        ASSERT_EQ(got, want) << i << " " << j;
      }
  }
}

}  // namespace
}  // namespace hitl::record
