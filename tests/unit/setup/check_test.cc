// SPDX-License-Identifier: Apache-2.0
// What the rules name and nobody can give.
#include "setup/check.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace hitl::setup {
namespace {

class CheckTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string folder = testing::TempDir() + "check.XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    work_ = folder;
    config_.policy = work_ + "/policy.toml";
    config_.catalog = {HITL_SOURCE_DIR "/etc/catalog.d"};
    operators({{"alice", "oncall"}, {"bob", "oncall"}, {"carol", "leads"}});
    config_.agents["devin"].groups = {"agents"};
  }
  void TearDown() override { std::filesystem::remove_all(work_); }

  void operators(const std::vector<std::pair<std::string, std::string>>& list) {
    for (const auto& [name, group] : list) {
      config_.operators[name].groups.push_back(group);
      config_.operators[name].roles = {"operator"};
    }
  }

  // Notes about a rule that holds; the default asks for anyone.
  std::vector<std::string> notes(const std::string& rule) {
    std::ofstream(config_.policy) << "[[rule]]\nname='r'\naction='hold'\n" << rule;
    auto all = check(config_).notes;
    std::erase_if(all, [](const auto& n) { return n.find("policy.toml:1:") == std::string::npos; });
    return all;
  }
  bool noted(const std::string& rule, const std::string& want) {
    const auto all = notes(rule);
    return std::ranges::any_of(all,
                               [&](const auto& n) { return n.find(want) != std::string::npos; });
  }

  std::string work_;
  config::BastionConfig config_;
};

TEST_F(CheckTest, AQuorumOfDistinctPeopleMustExist) {
  for (const char* rule : {"", "approvers={group='oncall',count=2}", "approvers={count=3}",
                           "approvers=[{group='oncall'},{group='leads'}]",
                           "approvers=[{count=1},{group='leads'},{group='oncall'}]"})
    EXPECT_EQ(notes(rule), std::vector<std::string>{}) << rule;
  for (const char* rule :
       {"approvers={group='oncall',count=3}", "approvers={count=4}", "approvers={group='nobody'}",
        "approvers=[{group='leads'},{group='leads'}]",
        "approvers=[{group='oncall',count=2},{group='leads'},{count=1}]"})
    EXPECT_TRUE(noted(rule, "nothing that it holds can be approved")) << rule;
  // carol is in both, and counts once.
  operators({{"carol", "oncall"}});
  EXPECT_EQ(notes("approvers={group='oncall',count=3}"), std::vector<std::string>{});
  EXPECT_TRUE(
      noted("approvers=[{group='oncall',count=3},{group='leads'}]", "distinct people can give 3"));
  config_.operators["bob"].roles = {"auditor"};
  EXPECT_TRUE(noted("approvers={group='oncall',count=3}", "distinct people can give 2"));
}

TEST_F(CheckTest, AnOwnerDoesNotCountForTheirAgent) {
  config_.agents["devin"].owner = "alice";
  EXPECT_TRUE(noted("approvers={group='oncall',count=2}", "'alice', who owns the agent 'devin'"));
  EXPECT_EQ(notes("approvers={group='oncall'}"), std::vector<std::string>{});
  EXPECT_TRUE(noted("agents=['group:agents']\napprovers={group='oncall',count=2}", "'alice'"));
  config_.agents["codex"] = {};
  EXPECT_EQ(notes("agents=['codex']\napprovers={group='oncall',count=2}"),
            std::vector<std::string>{});
}

TEST_F(CheckTest, WhoDecidesMustHaveTheKeyThatIsAskedFor) {
  EXPECT_TRUE(noted("approvers={group='oncall'}\nproof='signature'", "distinct people can give 0"));
  config_.operators["alice"].keys = {{"ssh-ed25519", "", ""}};
  EXPECT_EQ(notes("approvers={group='oncall'}\nproof='signature'"), std::vector<std::string>{});
  EXPECT_TRUE(noted("approvers={group='oncall'}\nproof='presence'", "proof: presence"));
  config_.operators["alice"].keys = {{"sk-ssh-ed25519@openssh.com", "", ""}};
  EXPECT_EQ(notes("approvers={group='oncall'}\nproof='presence'"), std::vector<std::string>{});
}

TEST_F(CheckTest, SomebodyMustBeInTheGroupThatIsEscalatedTo) {
  EXPECT_EQ(notes("approvers={group='oncall'}\nescalate=[{after='5m',group='leads'}]"),
            std::vector<std::string>{});
  EXPECT_TRUE(noted("approvers={group='oncall'}\nescalate=[{after='5m',group='managers'}]",
                    "escalates to the group 'managers', in which nobody may decide"));
}

}  // namespace
}  // namespace hitl::setup
