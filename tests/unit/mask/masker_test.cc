// SPDX-License-Identifier: Apache-2.0
#include "mask/masker.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <random>

#include "mask/check_digits.h"

namespace hitl::mask {
namespace {

MaskRule rule(std::string name, std::string pattern, std::string tail = "") {
  MaskRule r;
  r.name = std::move(name);
  r.pattern = std::move(pattern);
  r.tail = std::move(tail);
  return r;
}

std::shared_ptr<const Table> table_of(const std::vector<MaskRule>& rules) {
  auto file = Table::compile(rules);
  EXPECT_TRUE(file) << (file ? "" : file.error().what);
  auto table = Table::open(file->get());
  EXPECT_TRUE(table) << (table ? "" : table.error().what);
  return *table;
}

// Each kind of rule that there is.
std::shared_ptr<const Table> sample() {
  static const auto table = [] {
    auto token = rule("token", R"(\btok_[a-z0-9]{8})", "[a-z0-9]");
    auto longer = rule("longer", R"(\btok_[a-z0-9]{4,}z{3})");
    auto key = rule("key", "-----BEGIN [A-Z]{1,8} KEY-----", R"([A-Za-z0-9+/=\s])");
    auto word = rule("word", R"([^\s"']{4})", R"([^\s"'])");
    word.before = R"((?i)password["']?[ \t]{0,4}[=:][ \t]{0,4}["']?)";
    auto url = rule("url", R"([^\s/@]+)");
    url.before = R"(://[^\s:/@]*:)";
    url.after = "@";
    auto card = rule("card", R"(\b[2-6]\d{3}(?:[ -]?\d){8,15}\b)");
    card.check = MaskCheck::Luhn;
    auto list = rule("list", "");
    list.literals = {"correct horse", "häßlich\xff"};
    auto mail = rule("mail", R"([a-z.]+@[a-z]+\.[a-z]{2})", "[a-z]");
    mail.profile = "mail";
    return table_of({token, longer, key, word, url, card, list, mail});
  }();
  return table;
}

std::string masked(std::string_view text) {
  Masker m(sample());
  auto out = m.feed(text);
  return out + m.finish();
}

TEST(MaskerTest, MasksWhatTheRulesSay) {
  const std::pair<const char*, const char*> cases[] = {
      {"plain text\n", "plain text\n"},
      {"a tok_abcdefgh b", "a [masked token] b"},
      {"a tok_abcdefghijk0 b", "a [masked token] b"},
      {"tok_abcdefg", "tok_abcdefg"},
      {"atok_abcdefgh", "atok_abcdefgh"},
      {"tok_abczzz.", "tok_abczzz."},
      {"tok_abcdzzz.", "[masked longer]."},
      {"password=hunter2 x", "password=[masked word] x"},
      {"Password: hunter2\n", "Password: [masked word]\n"},
      {"{\"password\": \"hunter2\", \"a\": 1}", "{\"password\": \"[masked word]\", \"a\": 1}"},
      {"password: abc\n", "password: abc\n"},
      {"https://u:pw@h/p", "https://u:[masked url]@h/p"},
      {"https://h:8080/p", "https://h:8080/p"},
      {"pay 4111 1111 1111 1111.", "pay [masked card]."},
      {"pay 4111 1111 1111 1112.", "pay 4111 1111 1111 1112."},
      {"the correct horse is", "the [masked list] is"},
      {"h\xc3\xa4\xc3\x9flich\xff", "[masked list]"},
      {"h\xc3\xa4\xc3\x9flich!", "h\xc3\xa4\xc3\x9flich!"},
      {"to a.b@c.de now", "to [masked mail] now"},
      {"-----BEGIN RSA KEY-----\nAbC+/\r\nD==\n-----END RSA KEY-----\n",
       "[masked key]\n\r\n\n-----END RSA KEY-----\n"},
      {"tok_abcdefgh tok_abcdefgh", "[masked token] [masked token]"},
  };
  for (const auto& [in, out] : cases) EXPECT_EQ(masked(in), out) << in;
}

TEST(MaskerTest, EscapesDoNotHideASecret) {
  EXPECT_EQ(masked("\x1b[31mtok_\x1b[1;32mabcd\x1b[0mefgh\x1b[m x"),
            "\x1b[31m[masked token]\x1b[1;32m\x1b[0m\x1b[m x");
  EXPECT_EQ(masked("tok_ab\x1b[1Ccdefgh"), "[masked token]\x1b[1C");
  EXPECT_EQ(masked("tok_ab\x1b(Bcd\x1b"
                   "7ef\x07gh"),
            "[masked token]\x1b(B\x1b"
            "7\x07");
  // As UTF-16, and drawn letter by letter at its place.
  EXPECT_EQ(masked(std::string_view("t\0o\0k\0_\0a\0b\0c\0d\0e\0f\0g\0h\0", 24)),
            std::string_view("[masked token]\0\0\0\0\0\0\0\0\0\0\0\0", 26));
  // Text in a title is text.
  EXPECT_EQ(masked("\x1b]0;tok_abcdefgh\x07"), "\x1b]0;[masked token]\x07");
  // One that never ends hides nothing.
  EXPECT_EQ(masked("\x1b[" + std::string(80, ';') + " tok_abcdefgh"),
            "\x1b[" + std::string(80, ';') + " [masked token]");
}

TEST(MaskerTest, EscapesAreBounded) {
  Masker m(sample());
  std::string out = m.feed("tok_abcd");
  EXPECT_EQ(out, "");
  for (int i = 0; i < 100; ++i) out += m.feed("\x1b[31m");
  EXPECT_EQ(out.substr(0, 8), "tok_abcd");
  EXPECT_GT(out.size(), 400U);
}

TEST(MaskerTest, CountsMasks) {
  Masker m(sample());
  m.feed("tok_abcdefgh password=hunter2 tok_aaaaaaaa ");
  EXPECT_EQ(m.take_counts(), (Counts{{"token", 2}, {"word", 1}}));
  EXPECT_EQ(m.take_counts(), Counts());
}

TEST(MaskerTest, NothingIsKeptBackThatCannotBeASecret) {
  Masker m(sample());
  EXPECT_EQ(m.feed("agent$ "), "agent$ ");
  EXPECT_EQ(m.feed("Password: "), "Password: ");
  EXPECT_FALSE(m.waits());
  EXPECT_EQ(m.feed("to"), "");
  EXPECT_TRUE(m.waits());
  EXPECT_EQ(m.feed("p "), "top ");
}

TEST(MaskerTest, ADeadlineLetsOutThreeBytesOfASecret) {
  Masker m(sample());
  EXPECT_EQ(m.feed("x tok"), "x ");
  EXPECT_EQ(m.flush(), "tok");
  EXPECT_EQ(m.feed("_abc"), "");
  EXPECT_FALSE(m.waits());
  EXPECT_EQ(m.flush(), "");
  EXPECT_EQ(m.feed("defgh\n"), "[masked token]\n");

  EXPECT_EQ(m.feed("password=hun"), "password=");
  EXPECT_EQ(m.flush(), "hun");
  EXPECT_EQ(m.feed("ter2\n"), "[masked word]\n");
}

TEST(MaskerTest, ByteByByteWithDeadlinesNeverMoreThanThreeBytesLeave) {
  for (const std::string secret : {"tok_abcdefgh", "correct horse", "4111111111111111"}) {
    Masker m(sample());
    std::string out;
    for (const char c : "see " + secret) {
      out += m.feed({&c, 1});
      out += m.flush();
    }
    out += m.feed(" end\n");
    EXPECT_EQ(out.substr(0, 4 + kMostOfSecret), "see " + secret.substr(0, kMostOfSecret));
    EXPECT_EQ(out.find(secret.substr(0, kMostOfSecret + 1)), std::string::npos) << out;
    EXPECT_NE(out.find("[masked "), std::string::npos) << out;
  }
}

TEST(MaskerTest, PersonalDataLeavesAtTheDeadline) {
  Masker m(sample());
  EXPECT_EQ(m.feed("prompt"), "");
  EXPECT_EQ(m.flush(), "prompt");
}

TEST(MaskerTest, HoldsBackNoMoreThanItsBound) {
  Masker m(sample());
  std::size_t in = 0, out = 0;
  const std::string part(100, 'z');
  out += m.feed("tok_").size();
  in += 4;
  for (int i = 0; i < 200; ++i) {
    in += part.size();
    out += m.feed(part).size();
  }
  // All of one long token: masked once, and its tail swallowed as it comes.
  EXPECT_EQ(m.finish(), "");
  EXPECT_LT(out, 40U);
  Masker n(sample());
  in = out = 0;
  for (int i = 0; i < 200; ++i) {
    in += part.size();
    out += n.feed(part).size();  // an endless beginning of a mail address
    EXPECT_LE(in - out, kMostHeld);
  }
}

TEST(MaskerTest, TwoStreamsAreTwo) {
  Masker m(sample());
  EXPECT_EQ(m.feed("tok_abcd"), "");
  EXPECT_EQ(m.finish(), "tok_abcd");
  EXPECT_EQ(m.feed("efgh tok_"), "efgh ");
  EXPECT_EQ(m.finish(), "tok_");
  EXPECT_EQ(m.feed("tok_abcdefgh "), "[masked token] ");
}

TEST(MaskerTest, WithoutRulesAllPasses) {
  Masker m(nullptr);
  EXPECT_EQ(m.feed("tok_abcdefgh"), "tok_abcdefgh");
  EXPECT_FALSE(m.waits());
  EXPECT_EQ(m.finish(), "");
}

TEST(MaskerTest, BytesThatMatchNothingStayAsTheyAre) {
  std::mt19937 random(7);
  std::string bytes;
  for (int i = 0; i < 300'000; ++i) bytes += static_cast<char>(random());
  Masker m(table_of({rule("token", R"(\btok_[a-z0-9]{8})", "[a-z0-9]")}));
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 8'191)
    out += m.feed(std::string_view(bytes).substr(at, 8'191));
  out += m.finish();
  EXPECT_EQ(out, bytes);
}

// Pieces that make secrets, almost make them, run into each other and are cut by escapes.
// Seldom long ones.
std::string soup(std::mt19937& random) {
  static const std::string pieces[] = {"tok_",
                                       "abcd",
                                       "efgh",
                                       "zzz",
                                       "z",
                                       " ",
                                       "\n",
                                       "\r\n",
                                       "password",
                                       "=",
                                       ": ",
                                       "\"",
                                       "hunter2",
                                       "://",
                                       "u:",
                                       "pw",
                                       "@",
                                       "h",
                                       "4111",
                                       "1111",
                                       "-",
                                       "1",
                                       "-----BEGIN RSA KEY-----",
                                       "-----",
                                       "correct ",
                                       "horse",
                                       "a.b@c.de",
                                       "\x1b[31m",
                                       "\x1b",
                                       "[",
                                       std::string(1, '\0'),
                                       "\x1b]0;",
                                       "\x07",
                                       "h\xc3\xa4\xc3\x9flich\xff",
                                       "\xc3",
                                       "\xff",
                                       std::string(300, '\0'),
                                       std::string(4'100, 'z')};
  std::string out;
  const auto n = 1 + random() % 40;
  for (unsigned i = 0; i < n; ++i) {
    const auto& p = pieces[random() % std::size(pieces)];
    out += p.size() > 200 && random() % 30 != 0 ? "x" : p;
  }
  return out;
}

TEST(MaskerTest, AnyWayOfCuttingGivesTheSame) {
  std::mt19937 random(20'261'125);
  for (int round = 0; round < 300; ++round) {
    const auto text = soup(random);
    const auto whole = masked(text);
    for (int way = 0; way < 3; ++way) {
      Masker m(sample());
      std::string out;
      for (std::size_t at = 0; at < text.size();) {
        const auto size = way == 0 ? 1 : 1 + random() % (way == 1 ? 7 : 200);
        out += m.feed(std::string_view(text).substr(at, size));
        at += size;
      }
      out += m.finish();
      ASSERT_EQ(out, whole) << "round " << round << " way " << way << ": " << text;
    }
  }
}

TEST(CheckDigitsTest, Luhn) {
  for (const auto* ok : {"4111111111111111", "4111 1111 1111 1111", "5555-5555-5555-4444",
                         "378282246310005", "6011000990139424"})
    EXPECT_TRUE(luhn(ok)) << ok;
  for (const auto* no : {"4111111111111112", "0000000000000000", "411111", "4111x11111111111", ""})
    EXPECT_FALSE(luhn(no)) << no;
}

TEST(CheckDigitsTest, Mod97) {
  for (const auto* ok : {"DE89370400440532013000", "GB82 WEST 1234 5698 7654 32",
                         "FR14 2004 1010 0505 0001 3M02 606"})
    EXPECT_TRUE(mod97(ok)) << ok;
  for (const auto* no : {"DE88370400440532013000", "GB82", "", "de89370400440532013000"})
    EXPECT_FALSE(mod97(no)) << no;
}

TEST(MaskerTest, NoMatchIsLongerThanItsRuleSays) {
  auto r = rule("mail", "[a-z]+@x");
  r.within = 10;
  const auto table = table_of({r});
  for (const std::size_t n : {1U, 100U}) {
    Masker m(table);
    std::string out;
    const std::string text = "aaaaaaaa@x " + std::string(20, 'b') + "@x end";
    for (std::size_t at = 0; at < text.size(); at += n) {
      out += m.feed(std::string_view(text).substr(at, n));
      EXPECT_LE(at + n, out.size() + 10 + n);
    }
    EXPECT_EQ(out + m.finish(), "[masked mail] " + std::string(20, 'b') + "@x end");
  }
}

TEST(TableTest, SaysWhatIsWrongWithARule) {
  const auto fault = [](MaskRule r) {
    r.place = "bastion.toml:9";
    const auto t = Table::compile({r});
    return t ? std::string() : t.error().what;
  };
  EXPECT_NE(fault(rule("a", "(")).find("bastion.toml:9: a: pattern: "), std::string::npos);
  EXPECT_NE(fault(rule("a", "x*")).find("empty"), std::string::npos);
  EXPECT_NE(fault(rule("a", "foo.{1,200}bar")).find("too large"), std::string::npos);
  EXPECT_NE(fault(rule("a", "abc", "a-z")).find("tail: not one class"), std::string::npos);
  EXPECT_NE(fault(rule("a", "(?=x)abc")).find("pattern: "), std::string::npos);
}

TEST(TableTest, TakesNothingThatCouldChange) {
  const Fd plain(::dup(0));
  EXPECT_FALSE(Table::open(plain.get()));
}

}  // namespace
}  // namespace hitl::mask
