// SPDX-License-Identifier: Apache-2.0
#include "mask/text.h"

#include <gtest/gtest.h>

namespace hitl::mask {
namespace {

const Table* sample() {
  static const auto table = [] {
    MaskRule token, key, password;
    token.name = "token";
    token.pattern = R"(\btok_[a-z0-9]{8})";
    token.tail = "[a-z0-9]";
    key.name = "key";
    key.pattern = "-----BEGIN KEY-----";
    key.tail = R"([A-Za-z0-9+/=\s])";
    password.name = "password";
    password.before = R"(password["']?=["']?)";
    password.pattern = "[^\\s\"']{3}";
    password.tail = "[^\\s\"']";
    const auto file = Table::compile({token, key, password});
    return *Table::open(file->get());
  }();
  return table.get();
}

std::string command(std::string_view text, std::vector<Part> bodies = {}) {
  return mask_command(sample(), text, bodies).text;
}

TEST(MaskProseTest, MasksAndCounts) {
  const auto m = mask_prose(sample(), "tok_aaaaaaaa and password=hunter2, tok_bbbbbbbb");
  EXPECT_EQ(m.text, "[masked token] and password=[masked password] [masked token]");
  EXPECT_EQ(m.counts, (Counts{{"token", 2}, {"password", 1}}));
  EXPECT_EQ(mask_prose(nullptr, "tok_aaaaaaaa").text, "tok_aaaaaaaa");
}

TEST(MaskCommandTest, TheShapeOfACommandStays) {
  const std::pair<const char*, const char*> cases[] = {
      {"curl -H 'X: tok_abcdefgh' u", "curl -H 'X: [masked token]' u"},
      {"f password=hunter2;rm -rf /x", "f password=[masked password];rm -rf /x"},
      {"f password=hun|sh", "f password=[masked password]|sh"},
      {"f password=hunter2&&rm x", "f password=[masked password]&&rm x"},
      {"f 'password=a;b c'", "f 'password=[masked password] c'"},
      {"f password=abc$(rm x)def", "f password=[masked password]$(rm x)def"},
      {"f password=abc`rm x`", "f password=[masked password]`rm x`"},
      {"f \"password=abc$(rm x)\"", "f \"password=[masked password]$(rm x)\""},
      {"f \"password=abc${X}d\"", "f \"password=[masked password]${X}d\""},
      {"f password=abc>/etc/x", "f password=[masked password]>/etc/x"},
      {"echo -----BEGIN KEY----- rm x", "echo [masked key] KEY----- rm x"},
      {"echo '-----BEGIN KEY-----\nAbC=\n'; rm x", "echo '[masked key]\n\n'; rm x"},
      {"# don't -----BEGIN KEY-----\nrm x", "# don't [masked key] KEY-----\nrm x"},
      {"f $'a\\'b tok_abcdefgh'; rm x", "f $'a\\'b [masked token]'; rm x"},
      {"f a\\;tok_abcdefgh", "f a\\;[masked token]"},
      {"f tok_abcdefgh tok_abcdefgh", "f [masked token] [masked token]"},
  };
  for (const auto& [in, out] : cases) EXPECT_EQ(command(in), out) << in;
}

TEST(MaskCommandTest, AKeyInAHereDocument) {
  const std::string text = "cat >k <<E\n-----BEGIN KEY-----\nAbC=\nrm x\nE\nrm y\n";
  const auto begin = text.find("-----"), end = text.find("E\nrm y");
  const auto got = command(text, {{begin, end}});
  EXPECT_EQ(got.find("AbC"), std::string::npos) << got;
  EXPECT_NE(got.find("\nrm x\nE\nrm y\n"), std::string::npos) << got;
}

TEST(MaskCommandTest, PlacesMoveWithTheText) {
  const std::string text = "f tok_abcdefgh 'x y'";
  const auto m = mask_command(sample(), text, {});
  ASSERT_EQ(m.text, "f [masked token] 'x y'");
  EXPECT_EQ(m.moved(0), 0U);
  EXPECT_EQ(m.moved(2), 2U);
  EXPECT_EQ(m.moved(7), 2U);
  EXPECT_EQ(m.moved(14), 16U);
  EXPECT_EQ(m.moved(static_cast<std::uint32_t>(text.size())), m.text.size());
}

TEST(LiteralPartsTest, EndAtWhatIsNoLiteral) {
  const std::string text = R"(a'b c'"d $x e" f;g$(h i)j #k l)";
  std::vector<std::string> parts;
  for (const auto& [begin, end] : literal_parts(text, {}))
    parts.push_back(text.substr(begin, end - begin));
  EXPECT_EQ(parts,
            (std::vector<std::string>{"a'b c'\"d ", "x e\"", "f", "g", "h", "i", "j", "#k", "l"}));
}

}  // namespace
}  // namespace hitl::mask
