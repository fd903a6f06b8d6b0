// SPDX-License-Identifier: Apache-2.0
#include "replay/export.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "replay/json.h"
#include "replay/listing.h"
#include "support/sample_store.h"

namespace hitl::replay {
namespace {

using nlohmann::json;

class ExportTest : public ::testing::Test {
 protected:
  ExportTest() {
    std::string folder = ::testing::TempDir() + "hitl-replay-XXXXXX";
    HITL_CHECK(::mkdtemp(folder.data()) != nullptr);
    folder_ = folder;
    auto opened = store::Store::open(folder_ + "/hitl.db", store::Store::Mode::ReadWrite);
    HITL_CHECK(opened.has_value());
    store_ = std::move(*opened);
    testing::fill_sample_store(*store_);
  }
  ~ExportTest() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  Recording open(std::string_view id) {
    auto r = open_recording(*store_, id);
    HITL_CHECK(r.has_value());
    return std::move(*r);
  }
  std::string exported(std::string_view id, Format format) {
    const auto path = folder_ + "/out";
    auto out = Output::file(path);
    HITL_CHECK(out.has_value());
    EXPECT_TRUE(export_session(*store_, open(id), format, *out));
    std::ostringstream all;
    all << std::ifstream(path).rdbuf();
    return all.str();
  }

  std::string folder_;
  std::unique_ptr<store::Store> store_;
};

TEST_F(ExportTest, ACastHasBothOutputsInputAndMarkers) {
  std::istringstream lines(exported("sessionone", Format::Cast));
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(json::parse(line), (json{{"version", 2},
                                     {"width", 80},
                                     {"height", 24},
                                     {"timestamp", testing::kBegan / 1000},
                                     {"title", "devin on db1 as deploy"}}));
  std::string codes, output;
  while (std::getline(lines, line)) {
    const auto e = json::parse(line);
    codes += e[1].get<std::string>();
    if (e[1] == "o") output += e[2].get<std::string>();
  }
  EXPECT_EQ(codes, "mooommmoim");
  EXPECT_EQ(output.substr(0, 30), "old\r\nnwarn\x1b[2Jing\r\néw\r\n\x1b]0;ow");
}

TEST_F(ExportTest, ASessionWithoutCommandIsAHeaderAlone) {
  const auto cast = exported("SESSIONTWO", Format::Cast);
  EXPECT_EQ(cast.find('\n'), cast.size() - 1);
  EXPECT_TRUE(json::accept(cast));
}

TEST_F(ExportTest, TextHasNoSequenceAndSaysWhatWasDecided) {
  EXPECT_EQ(
      exported("SESSIONONE", Format::Txt),
      R"(# session SESSIONONEAAAAAAAAAAAAAAAA: devin on db1 as deploy, from 2026-09-21T14:13:20.000Z to 2026-09-21T14:14:20.000Z
[0:00] started: ls -l /srv
old
nwarning
éw
[0:00] ended: exit 0
[0:02] held REQUEST2AAAAAAAAAAAAAAAAAA: deletes files: /srv/41
[0:12] approved by alice: 41 is old
redend
[0:13] denied: rule "never a disk" \x1b[5m
)");
}

TEST_F(ExportTest, JsonIsOneDocumentWithTheExactBytes) {
  const auto j = json::parse(exported("SESSIONONE", Format::Json));
  EXPECT_EQ(j["session"]["agent"], "devin");
  EXPECT_EQ(j["commands"].size(), 3u);
  ASSERT_EQ(j["events"].size(), 10u);
  EXPECT_EQ(j["events"][1]["data_base64"], "b2xkCm7D");
  EXPECT_EQ(j["events"][7]["data"], testing::kHostile);
  EXPECT_DOUBLE_EQ(j["events"][7]["time"], 12.1);
}

TEST_F(ExportTest, ShowTellsWhoApprovedAndHowItEnded) {
  const auto j = json::parse(recording_json(open("SESSIONONE")));
  ASSERT_EQ(j["commands"].size(), 3u);
  const auto& second = j["commands"][1];
  EXPECT_EQ(second["canonical"], "rm -r /srv/41");
  EXPECT_EQ(second["decision"], "hold");
  EXPECT_EQ(second["rule"], "prod writes");
  EXPECT_EQ(second["approvers"], json({"alice"}));
  EXPECT_EQ(second["exit_status"], 3);
  EXPECT_EQ(second["started_at"], "2026-09-21T14:13:32.100Z");
  const auto& third = j["commands"][2];
  EXPECT_TRUE(third["canonical"].is_null());
  EXPECT_TRUE(third["exit_status"].is_null());
  EXPECT_EQ(third["command_base64"], "bWtmcyAvZGV2L3NkYf8=");
  EXPECT_EQ(third["approvers"], json::array());
}

TEST_F(ExportTest, PeopleReadTheSameInLines) {
  std::string all;
  for (const auto& l : describe(open("SESSIONONE"), 80)) all += l.str() + "\n";
  EXPECT_NE(all.find("   │ rm -r /srv/41\n   sent as    rm   -r /srv/41\n"), std::string::npos)
      << all;
  EXPECT_NE(all.find("   judged     hold by rule prod writes, approved by alice\n"),
            std::string::npos);
  EXPECT_NE(all.find("   outcome    ended, exit 3, 0.2 s\n"), std::string::npos);
  EXPECT_NE(all.find("mkfs /dev/sda\\xff"), std::string::npos);
}

TEST_F(ExportTest, AListIsATableWithTheNewestFirst) {
  const auto sessions = store_->sessions({});
  ASSERT_TRUE(sessions);
  std::string all;
  for (const auto& l : session_table(*sessions)) all += l.str() + "\n";
  EXPECT_EQ(all,
            R"(ID        STARTED (UTC)     AGENT  TARGET  CMDS  HELD  DENIED    OUTPUT  STATE
SESSIONT  2026-09-21 15:13  codex  db1        0     0       0       0 B  open
SESSIONO  2026-09-21 14:13  devin  db1        3     1       1      26 B  closed
)");
}

TEST(ListingTest, SizesAreShort) {
  EXPECT_EQ(size_text(0), "0 B");
  EXPECT_EQ(size_text(999), "999 B");
  EXPECT_EQ(size_text(4'230), "4.2 kB");
  EXPECT_EQ(size_text(999'999), "1.0 MB");
  EXPECT_EQ(size_text(5'000'000'000'000'000), "5000.0 TB");
}

}  // namespace
}  // namespace hitl::replay
