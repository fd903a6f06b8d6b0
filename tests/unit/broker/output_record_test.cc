// SPDX-License-Identifier: Apache-2.0
#include "broker/output_record.h"

#include <gtest/gtest.h>

#include <random>

namespace hitl::broker {
namespace {

struct Kept {
  std::string bytes, marker;
};

// What is kept of `text` where it comes in pieces of up to `most` bytes.
Kept keep(const std::string& text, std::size_t most, std::uint64_t limit, std::string* sha) {
  Kept k;
  OutputRecord r(limit, [&](char code, std::string_view bytes) {
    if (code == 'm')
      k.marker = bytes, k.bytes += '|';
    else
      k.bytes += bytes;
  });
  std::mt19937 random(7);
  for (std::size_t at = 0; at < text.size();) {
    const auto n = 1 + random() % most;
    r.add('o', std::string_view(text).substr(at, n));
    at += n;
  }
  EXPECT_EQ(r.out(), text.size());
  r.finish();
  *sha = r.sha256();
  return k;
}

TEST(OutputRecordTest, KeepsAllUpToTheLimitAndHeadAndTailBeyond) {
  std::string sha;
  for (const std::size_t size : {0u, 1u, 1'000u, 1'001u, 50'000u, 66'536u, 66'537u, 300'000u}) {
    SCOPED_TRACE(size);
    std::string text(size, ' ');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i % 23);
    for (const std::size_t most : {1'000u, 70'000u}) {
      const auto k = keep(text, most, 1'000, &sha);
      if (size <= 1'000 + OutputRecord::kTail) {
        EXPECT_EQ(k.bytes, text);
        EXPECT_EQ(k.marker, "");
      } else {
        EXPECT_EQ(k.bytes, text.substr(0, 1'000) + "|" + text.substr(size - OutputRecord::kTail));
        EXPECT_NE(k.marker.find(std::to_string(size - 1'000 - OutputRecord::kTail)),
                  std::string::npos)
            << k.marker;
      }
      EXPECT_EQ(sha, crypto::sha256(text));
    }
  }
}

}  // namespace
}  // namespace hitl::broker
