// SPDX-License-Identifier: Apache-2.0
#include "setup/init.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "crypto/ed25519.h"
#include "setup/check.h"

namespace hitl::setup {
namespace {

namespace fs = std::filesystem;

class InitTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string folder = testing::TempDir() + "init.XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    work_ = folder;
    for (const auto* name : {"devin.pub", "alice.pub", "host.pub"})
      std::ofstream(work_ + "/" + name) << crypto::Ed25519Key::generate().public_line(name);
    options_.folder = work_ + "/bastion";
    options_.agents = {"devin=" + work_ + "/devin.pub"};
    options_.operators = {"alice=" + work_ + "/alice.pub"};
    options_.targets = {"db1=deploy@10.0.0.5:22"};
    options_.host_keys = {work_ + "/host.pub"};
  }
  void TearDown() override { fs::remove_all(work_); }

  mode_t mode(const std::string& name) {
    struct stat st {};
    EXPECT_EQ(::stat((options_.folder + "/" + name).c_str(), &st), 0) << name;
    return st.st_mode & 07777u;
  }

  std::string work_;
  InitOptions options_;
};

TEST_F(InitTest, WhatItWritesIsGood) {
  const auto done = init(options_);
  ASSERT_TRUE(done) << done.error().what;
  EXPECT_NE(done->find("TrustedUserCAKeys"), std::string::npos) << *done;
  const auto config = config::read_config(options_.folder + "/bastion.toml");
  ASSERT_TRUE(config) << config.error().what;
  EXPECT_FALSE(config->lab);
  EXPECT_EQ(config->agents.at("devin").groups, std::vector<std::string>{"agents"});
  EXPECT_EQ(config->agents.at("devin").owner, "");
  EXPECT_EQ(config->operators.at("alice").groups, std::vector<std::string>{"oncall"});
  EXPECT_EQ(config->operators.at("alice").roles.size(), 3u);
  EXPECT_EQ(config->targets_of(config->agents.at("devin")), std::vector<std::string>{"db1"});
  const auto report = check(*config);
  for (const auto& f : report.faults) ADD_FAILURE() << f;
}

TEST_F(InitTest, SecretsAreForTheirOwnerOnly) {
  const auto before = ::umask(0);
  const auto done = init(options_);
  ::umask(before);
  ASSERT_TRUE(done);
  EXPECT_EQ(mode("keys"), 0700u);
  for (const auto* name : {"keys/user_ca", "keys/host_ed25519", "keys/audit_ed25519", "hitl.db"})
    EXPECT_EQ(mode(name), 0600u);
  EXPECT_EQ(mode("policy.toml") & 022u, 0u);
}

TEST_F(InitTest, NothingIsOverwritten) {
  ASSERT_TRUE(init(options_));
  const auto again = init(options_);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::Denied);
}

TEST_F(InitTest, WrongArgumentsChangeNothing) {
  const auto refused = [this](InitOptions o) {
    const auto done = init(o);
    return !done && !fs::exists(options_.folder);
  };
  auto o = options_;
  o.agents = {"devin"};
  EXPECT_TRUE(refused(o));
  o = options_;
  o.agents = {"De vin=" + work_ + "/devin.pub"};
  EXPECT_TRUE(refused(o));
  o = options_;
  o.host_keys.clear();
  EXPECT_TRUE(refused(o));
  o = options_;
  o.targets = {"db1=10.0.0.5:22"};
  EXPECT_TRUE(refused(o));
  o = options_;
  o.listen = "nowhere";
  EXPECT_TRUE(refused(o));
}

// Rule 25: each of these is an error at start.
TEST_F(InitTest, CheckNamesWhatWentWrongAfterwards) {
  ASSERT_TRUE(init(options_));
  const auto faults = [this] {
    const auto config = config::read_config(options_.folder + "/bastion.toml");
    EXPECT_TRUE(config);
    return config ? check(*config).faults.size() : 0;
  };
  EXPECT_EQ(faults(), 0u);
  const auto key = options_.folder + "/keys/user_ca";
  ASSERT_EQ(::chmod(key.c_str(), 0644), 0);
  EXPECT_EQ(faults(), 1u) << "a secret that others can read";
  fs::remove(key);
  EXPECT_EQ(faults(), 1u) << "a missing one";
  std::ofstream(options_.folder + "/policy.toml") << "default = \"allow\"\n";
  EXPECT_EQ(faults(), 2u) << "a policy that allows what it does not know";
  ASSERT_EQ(::chmod(options_.folder.c_str(), 0777), 0);
  EXPECT_EQ(faults(), 3u);
}

TEST_F(InitTest, CheckNamesWhatTheRulesMeantAndNobodyIs) {
  ASSERT_TRUE(init(options_));
  const auto with = [this](const std::string& rules) {
    std::ofstream(options_.folder + "/policy.toml") << "default = \"hold\"\n" << rules;
    const auto config = config::read_config(options_.folder + "/bastion.toml");
    EXPECT_TRUE(config);
    return check(*config);
  };
  EXPECT_TRUE(with("").notes.empty());
  auto r = with(
      "[[rule]]\nname = \"x\"\nagents = [\"group:agent\"]\neffects = [\"read\"]\n"
      "action = \"allow\"\n");
  EXPECT_TRUE(r.faults.empty());
  EXPECT_EQ(r.notes.size(), 1u) << "a group that no agent is in";
  r = with(
      "[[rule]]\nname = \"x\"\neffects = [\"write\"]\naction = \"hold\"\n"
      "approvers = { group = \"onkall\", count = 1 }\n");
  EXPECT_EQ(r.notes.size(), 1u) << "approvers who do not exist";
  r = with(
      "[[rule]]\nname = \"x\"\neffects = [\"write\"]\naction = \"hold\"\n"
      "approvers = { group = \"oncall\", count = 5 }\n");
  EXPECT_EQ(r.notes.size(), 1u) << "more approvers than there are people";
  r = with("[[deny]]\nname = \"x\"\ntargets = [\"db9\"]\neffects = [\"device\"]\n");
  EXPECT_EQ(r.faults.size(), 1u) << "a denial that denies nothing";
}

// Rule 32: one agent, one account.
TEST(SharedAccountsTest, AreFound) {
  config::BastionConfig c;
  c.targets["db1"].account = "deploy";
  c.targets["db1"].address = {"10.0.0.5", 22};
  c.agents["devin"].targets = {"db1"};
  EXPECT_TRUE(shared_accounts(c, ::geteuid()).empty());
  c.agents["other"].targets = {"db1"};
  EXPECT_EQ(shared_accounts(c, ::geteuid()).size(), 1u) << "two agents, one account";
  c.agents["other"].targets.clear();
  c.targets["local"].account = "root";
  c.targets["local"].address = {"127.0.0.1", 22};
  EXPECT_EQ(shared_accounts(c, 0).size(), 1u) << "the bastion's own account";
  EXPECT_TRUE(shared_accounts(c, 12345).empty());
  c.operators["alice"].unix = "root";
  EXPECT_EQ(shared_accounts(c, 12345).size(), 1u) << "an operator's account";
}

}  // namespace
}  // namespace hitl::setup
