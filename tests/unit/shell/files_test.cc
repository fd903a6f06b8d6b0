// SPDX-License-Identifier: Apache-2.0
#include "shell/files.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace hitl::shell {
namespace {

const std::string kHash(64, 'a');

TEST(FilesTest, WhatTheTargetPrints) {
  const auto files = files_read("noise\nhitl-files\n-\n+aGk=\n=" + kHash + " 300000\n", 3);
  ASSERT_TRUE(files);
  EXPECT_EQ((*files)[0].state, FileRead::State::None);
  EXPECT_EQ((*files)[1].state, FileRead::State::Whole);
  EXPECT_EQ((*files)[1].bytes, "hi");
  EXPECT_EQ((*files)[2].state, FileRead::State::Hashed);
  EXPECT_EQ(hex((*files)[2].sha256), kHash);
  EXPECT_EQ((*files)[2].size, 300000u);
  EXPECT_TRUE(files_read("hitl-files\n", 0));
  EXPECT_EQ((*files_read("hitl-files\n+\n", 1))[0].state, FileRead::State::Whole)
      << "an empty file";
}

// The account could have a say in what is printed.
TEST(FilesTest, AnythingElseIsNoAnswer) {
  for (const auto& text : {std::string("-"), std::string("-\n-\n"), std::string("+a\n"),
                           std::string("x\n"), "=" + kHash + "\n", "=" + kHash + " x\n",
                           "=" + kHash + " 1 \n", "=" + std::string(64, 'A') + " 1\n",
                           "+" + base64(std::string(kMaxFileRead + 1, 'x')) + "\n"})
    EXPECT_FALSE(files_read("hitl-files\n" + text, 1)) << text.substr(0, 80);
  EXPECT_FALSE(files_read("hitl-files\n-\n", 2));
  EXPECT_FALSE(files_read("-\n", 1));
  EXPECT_FALSE(files_read("hitl-files-\n", 1));
}

TEST(FilesTest, ALongFileIsWithinWhatIsTaken) {
  const auto line = "hitl-files\n+" + base64(std::string(kMaxFileRead, 'x')) + "\n";
  EXPECT_LE(line.size(), most_printed(1));
  EXPECT_TRUE(files_read(line, 1));
}

TEST(FilesTest, TheHomeIsExpandedAndNothingElse) {
  const BoundFile file{"~/it's $HOME", std::string(32, '\xaa')};
  EXPECT_EQ(unchanged({&file, 1}),
            "[[ -f ~/'it'\\''s $HOME' && $(\\builtin command /usr/bin/sha256sum 2>/dev/null "
            "<~/'it'\\''s $HOME') = " +
                hex(file.sha256) + "* ]]");
  const BoundFile none{"/x", ""};
  EXPECT_EQ(unchanged({&none, 1}), "[[ ! ( -f '/x' && -r '/x' ) ]]");
  EXPECT_EQ(stop_if_changed({}), "");
}

}  // namespace
}  // namespace hitl::shell
