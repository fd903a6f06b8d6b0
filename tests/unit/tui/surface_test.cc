// SPDX-License-Identifier: Apache-2.0
#include "tui/surface.h"

#include <gtest/gtest.h>

#include "base/visible.h"

namespace hitl::tui {
namespace {

Text text(std::string_view s) { return Text(visible(s, true)); }

TEST(SurfaceTest, WhatIsOutsideIsLeftOut) {
  Surface s({5, 2});
  EXPECT_EQ(s.put(1, 0, text("abcdefgh")), 5);
  s.put(0, 7, text("x"));
  s.put(-1, 1, text("yz"));
  EXPECT_EQ(s.text(), " abcd\nz\n");
}

TEST(SurfaceTest, AWideCharacterIsNeverCutInHalf) {
  Surface s({5, 1});
  s.put(0, 0, text("日本語"));
  EXPECT_EQ(s.row(0), "日本");
  EXPECT_EQ(s.cell(1, 0).bytes, "");
}

TEST(SurfaceTest, TextOnTheRightEndsInTheLastColumn) {
  Surface s({6, 1});
  s.rule(0);
  s.put_right(0, text(" ok"));
  EXPECT_EQ(s.row(0), "─── ok");
}

}  // namespace
}  // namespace hitl::tui
