// SPDX-License-Identifier: Apache-2.0
#include "base/wire.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace hitl {
namespace {

struct Message {
  std::uint8_t a = 0;
  std::uint32_t b = 0;
  std::uint64_t c = 0;
  bool d = false;
  std::string e;
  std::vector<std::string> f;
};

template <class Coder>
void code(Coder& coder, Message& m) {
  coder.u8(m.a);
  coder.u32(m.b);
  coder.u64(m.c);
  coder.boolean(m.d);
  coder.string(m.e, 10);
  coder.list(m.f, 3, [](auto& c, auto& s) { c.string(s, 4); });
}

std::string encoded() {
  Message m{1, 0xdeadbeef, 1ull << 63, true, "hello", {"x", "", "yyyy"}};
  WireWriter w;
  code(w, m);
  return w.bytes();
}

TEST(WireTest, WhatWasWrittenIsRead) {
  Message m;
  const auto bytes = encoded();
  WireReader r(bytes);
  code(r, m);
  ASSERT_TRUE(r.finish());
  EXPECT_EQ(m.b, 0xdeadbeef);
  EXPECT_EQ(m.c, 1ull << 63);
  EXPECT_EQ(m.e, "hello");
  EXPECT_EQ(m.f, (std::vector<std::string>{"x", "", "yyyy"}));
}

TEST(WireTest, NoPrefixAndNoExtensionDecodes) {
  const auto bytes = encoded();
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    Message m;
    WireReader r(std::string_view(bytes).substr(0, n));
    code(r, m);
    EXPECT_FALSE(r.finish()) << n;
  }
  Message m;
  const auto longer = bytes + "x";
  WireReader r(longer);
  code(r, m);
  EXPECT_FALSE(r.finish());
}

TEST(WireTest, LimitsHold) {
  WireWriter w;
  w.string("too long for it");
  WireReader r(w.bytes());
  EXPECT_TRUE(r.string(4).empty());
  EXPECT_FALSE(r.ok());

  WireWriter many;
  many.u32(0xffffffff);
  WireReader r2(many.bytes());
  std::vector<std::string> v;
  r2.list(v, 1000, [](auto& c, auto& s) { c.string(s, 4); });
  EXPECT_FALSE(r2.ok());
  EXPECT_TRUE(v.empty());
}

TEST(WireTest, ABooleanIsZeroOrOne) {
  WireReader r("\x02");
  r.boolean();
  EXPECT_FALSE(r.ok());
}

TEST(EncodingTest, KnownVectors) {
  // RFC 4648 section 10
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base32("foobar"), "MZXW6YTBOI");
  EXPECT_EQ(hex(std::string("\0\xff", 2)), "00ff");
}

TEST(EncodingTest, Base64IsStrict) {
  for (const auto* ok : {"", "Zg==", "Zm8=", "Zm9v"}) EXPECT_TRUE(unbase64(ok)) << ok;
  for (const auto* bad : {"Z", "Zg", "Zg=", "Zh==", "Zm9v=", "Zm 9", "====", "Zg==Zg=="})
    EXPECT_FALSE(unbase64(bad)) << bad;
}

}  // namespace
}  // namespace hitl
