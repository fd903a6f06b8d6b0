// SPDX-License-Identifier: Apache-2.0
#include "record/chunk.h"

#include <gtest/gtest.h>

#include <random>

namespace hitl::record {
namespace {

using namespace std::string_literals;

std::string noise(std::mt19937& random, std::size_t n) {
  std::string s(n, '\0');
  for (auto& c : s) c = static_cast<char>(random());
  return s;
}

TEST(Chunk, EveryByteComesBack) {
  std::mt19937 random(7);
  ChunkWriter writer;
  ChunkReader reader;
  std::size_t frames = 0;
  for (int turn = 0; turn < 300; ++turn) {
    std::vector<ChunkEvent> wrote;
    for (auto i = random() % 5 + 1; i > 0; --i) {
      wrote.push_back({static_cast<std::int64_t>(random() % 3), turn, "oeirm"[random() % 5],
                       noise(random, random() % 20'000)});
      const auto& e = wrote.back();
      writer.add(e.command, e.at_us, e.code, e.data);
    }
    const auto chunk = writer.take();
    frames += chunk.begins ? 1 : 0;
    EXPECT_EQ(chunk.at_us, turn);
    const auto read = reader.read(chunk.begins, chunk.bytes);
    ASSERT_TRUE(read) << read.error().what;
    ASSERT_EQ(read->size(), wrote.size());
    for (std::size_t i = 0; i < wrote.size(); ++i) {
      EXPECT_EQ((*read)[i].command, wrote[i].command);
      EXPECT_EQ((*read)[i].code, wrote[i].code);
      EXPECT_EQ((*read)[i].data, wrote[i].data);
    }
  }
  EXPECT_GT(frames, 3u) << "long recordings can be entered in the middle";
}

TEST(Chunk, TheLargestEventsAndTheEmptyOne) {
  ChunkWriter writer;
  ChunkReader reader;
  writer.add(1, 0, 'o', std::string(ChunkWriter::kMostPlain - 100, 'x'));
  EXPECT_FALSE(writer.full());
  writer.add(1, 0, 'o', std::string(ChunkWriter::kMostData, '\xff'));
  EXPECT_TRUE(writer.full());
  writer.add(1, 0, 'm', "");
  const auto chunk = writer.take();
  const auto read = reader.read(chunk.begins, chunk.bytes);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 3u);
  EXPECT_EQ((*read)[1].data, std::string(ChunkWriter::kMostData, '\xff'));
}

TEST(Chunk, AFrameIsReadWithoutThoseBefore) {
  ChunkWriter writer;
  writer.add(1, 1, 'o', "lost");
  const auto lost = writer.take();
  writer.add(1, 2, 'o', "never kept");
  writer.restart();
  writer.add(1, 3, 'o', "kept");
  const auto kept = writer.take();
  EXPECT_TRUE(kept.begins);
  const auto read = ChunkReader().read(kept.begins, kept.bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->front().data, "kept");
  EXPECT_FALSE(ChunkReader().read(false, kept.bytes)) << "nor without its beginning";
}

TEST(Chunk, DamageIsAnError) {
  std::mt19937 random(11);
  ChunkWriter writer;
  for (int i = 0; i < 50; ++i)
    writer.add(1, i, 'o', "some output, line " + std::to_string(i) + "\n");
  writer.add(1, 99, 'o', std::string(ChunkWriter::kMostPlain, 'x'));
  const auto chunk = writer.take();
  ASSERT_TRUE(ChunkReader().read(true, chunk.bytes));
  for (std::size_t i = 0; i < chunk.bytes.size(); ++i) {
    auto bytes = chunk.bytes;
    bytes[i] = static_cast<char>(bytes[i] ^ (1 << random() % 8));
    const auto read = ChunkReader().read(true, bytes);
    if (!read) continue;
    // A reserved bit of the header may not matter; then all is as it was.
    ASSERT_EQ(read->size(), 51u);
    EXPECT_EQ(read->front().data, "some output, line 0\n");
  }
  EXPECT_FALSE(ChunkReader().read(true, ""));
  EXPECT_FALSE(ChunkReader().read(true, "not zstd at all"));
  EXPECT_FALSE(ChunkReader().read(true, chunk.bytes + chunk.bytes));
}

TEST(Chunk, SmallPiecesOfTerminalOutputShrink) {
  ChunkWriter writer;
  std::size_t plain = 0, stored = 0;
  for (int i = 0; i < 200; ++i) {
    const auto line = "-rw-r--r-- 1 deploy deploy " + std::to_string(i * 37) +
                      " Nov 12 10:" + std::to_string(i % 60) + " file" + std::to_string(i) +
                      ".log\r\n";
    plain += line.size();
    writer.add(1, i * 1'000, 'o', line);
    stored += writer.take().bytes.size();
  }
  EXPECT_LT(stored * 10, plain * 6) << "each of its own chunk, with time and length";
}

}  // namespace
}  // namespace hitl::record
