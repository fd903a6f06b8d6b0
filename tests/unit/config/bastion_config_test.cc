// SPDX-License-Identifier: Apache-2.0
#include "config/bastion_config.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "base/encoding.h"
#include "base/wire.h"

namespace hitl::config {
namespace {

std::string key(char fill) {
  WireWriter w;
  w.string("ssh-ed25519");
  w.string(std::string(32, fill));
  return "ssh-ed25519 " + base64(w.bytes()) + " test";
}

class BastionConfigTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string folder = testing::TempDir() + "config.XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    folder_ = folder;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Result<BastionConfig> read(const std::string& text) {
    std::ofstream(folder_ + "/bastion.toml") << text;
    return read_config(folder_ + "/bastion.toml");
  }
  // The faults of `text` appended to a good configuration.
  std::string faults(const std::string& text) {
    auto c = read(good() + text);
    return c ? "" : c.error().what;
  }
  static std::string good() {
    return "listen = [\"127.0.0.1:2222\", \"[::1]:0\"]\n"
           "[hold]\nwait_exec = \"5s\"\ngrant = \"1h\"\n"
           "[agents.devin]\nkeys = [\"" +
           key('d') +
           "\"]\ngroups = [\"agents\"]\n"
           "owner = \"alice\"\ntargets = [\"tag:prod\"]\n"
           "[operators.alice]\nunix = \"alice\"\n"
           "[targets.db1]\naddress = \"10.0.0.5:22\"\naccount = \"deploy\"\nhost_keys = [\"" +
           key('h') +
           "\"]\ntags = [\"prod\"]\n"
           "[targets.db2]\naddress = \"db2.internal:22\"\naccount = \"deploy\"\nhost_keys = [\"" +
           key('h') + "\"]\n";
  }

  std::string folder_;
};

TEST_F(BastionConfigTest, ReadsAConfiguration) {
  const auto c = read(good());
  ASSERT_TRUE(c) << c.error().what;
  ASSERT_EQ(c->listen.size(), 2u);
  EXPECT_EQ(to_string(c->listen[1]), "[::1]:0");
  EXPECT_EQ(c->store, folder_ + "/hitl.db");
  EXPECT_EQ(c->operator_socket(), folder_ + "/run/operator.sock");
  EXPECT_EQ(c->user_ca, folder_ + "/keys/user_ca");
  EXPECT_EQ(c->wait_exec, std::chrono::seconds(5));
  EXPECT_EQ(c->grant, std::chrono::hours(1));
  EXPECT_EQ(c->wait_shell, std::chrono::seconds(25)) << "the default";
  EXPECT_EQ(c->targets_of(c->agents.at("devin")), std::vector<std::string>{"db1"});
  EXPECT_EQ(c->targets.at("db1").shell, "/bin/bash");
  EXPECT_EQ(c->operators.at("alice").roles, std::vector<std::string>{"operator"});
}

TEST_F(BastionConfigTest, RetentionAndTheAuditChain) {
  auto c = read(good());
  ASSERT_TRUE(c);
  EXPECT_TRUE(c->retention.empty()) << "nothing is deleted by itself";
  EXPECT_EQ(c->checkpoints, folder_ + "/audit.log");
  c = read(good() +
           "[audit]\ninterval = \"5s\"\ncheckpoints = \"far/marks\"\n[retention]\nevery = \"2h\"\n"
           "[[retention.rule]]\nname = \"quiet\"\ntargets = [\"tag:prod\", \"db2\"]\n"
           "outcomes = [\"nothing\"]\nkeep = \"30d\"\n[[retention.rule]]\nname = \"rest\"\n"
           "keep = \"400d\"\n");
  ASSERT_TRUE(c) << c.error().what;
  EXPECT_EQ(c->checkpoints, folder_ + "/far/marks");
  EXPECT_EQ(c->checkpoint_interval, std::chrono::seconds(5));
  EXPECT_EQ(c->retention_interval, std::chrono::hours(2));
  ASSERT_EQ(c->retention.size(), 2u);
  EXPECT_EQ(c->retention[0].outcomes, std::vector<std::string>{"nothing"});
  EXPECT_EQ(c->retention[1].keep, std::chrono::hours(24 * 400));
  EXPECT_TRUE(c->retention[1].targets.empty());
}

TEST_F(BastionConfigTest, EachFaultIsNamedWithItsLine) {
  struct Case {
    const char* name;
    std::string text;
    const char* want;
  };
  const Case cases[] = {
      {"unknown key", "[agents.x]\nkeyz = []\n", "keyz"},
      {"an agent without a key", "[agents.x]\ngroups = [\"agents\"]\n", "without a key"},
      {"no list of keys", "[agents.x]\nkeys = \"ssh-ed25519\"\n", "bastion.toml:22:"},
      {"a broken key", "[agents.x]\nkeys = [\"ssh-ed25519 A\"]\n", "base64"},
      {"another's key", "[agents.x]\nkeys = [\"" + key('d') + "\"]\n", "has the same key"},
      {"an unknown target", "[agents.x]\nkeys = [\"" + key('x') + "\"]\ntargets = [\"nope\"]\n",
       "no target 'nope'"},
      {"an unknown owner", "[agents.x]\nkeys = [\"" + key('x') + "\"]\nowner = \"nope\"\n",
       "no operator 'nope'"},
      {"a bad name", "[agents.\"a b\"]\nkeys = [\"" + key('x') + "\"]\n", "a-z"},
      {"an operator who cannot be known", "[operators.x]\ngroups = [\"oncall\"]\n", "recognised"},
      {"two operators of one user", "[operators.x]\nunix = \"alice\"\n", "same unix user"},
      {"two operators of one key",
       "[operators.x]\nkeys = [\"" + key('o') + "\"]\n[operators.y]\nkeys = [\"" + key('o') +
           "\"]\n",
       "has the same key"},
      {"an agent with an operator's key",
       "[operators.x]\nkeys = [\"" + key('o') + "\"]\n[agents.x]\nkeys = [\"" + key('o') + "\"]\n",
       "has the same key"},
      {"a role of no meaning", "[operators.x]\nunix = \"x\"\nroles = [\"king\"]\n", "role"},
      {"a target without host key", "[targets.x]\naddress = \"h:1\"\naccount = \"a\"\n",
       "host key"},
      {"no port",
       "[targets.x]\naddress = \"h\"\naccount = \"a\"\nhost_keys = [\"" + key('h') + "\"]\n",
       "HOST:PORT"},
      {"no account", "[targets.x]\naddress = \"h:1\"\nhost_keys = [\"" + key('h') + "\"]\n",
       "account is missing"},
      {"a retention rule without a name", "[[retention.rule]]\nkeep = \"1d\"\n", "has a name"},
      {"or without a time", "[[retention.rule]]\nname = \"x\"\n", "keep is missing"},
      {"or of no target", "[[retention.rule]]\nname = \"x\"\nkeep = \"1d\"\ntargets = [\"y\"]\n",
       "no target 'y'"},
      {"or of no outcome",
       "[[retention.rule]]\nname = \"x\"\nkeep = \"1d\"\noutcomes = [\"odd\"]\n",
       "no such outcome"},
      {"an unknown key of the audit chain", "[audit]\nevery = \"1m\"\n", "every"},
      {"limits", "[limits]\npending = 0\n", "pending"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto text = faults(c.text);
    EXPECT_NE(text.find(c.want), std::string::npos) << text;
    EXPECT_NE(text.find("bastion.toml:"), std::string::npos) << text;
  }
}

TEST_F(BastionConfigTest, AllFaultsComeAtOnce) {
  const auto text = faults("[agents.x]\n[agents.y]\n[operators.z]\n");
  EXPECT_NE(text.find(":21:"), std::string::npos) << text;
  EXPECT_NE(text.find(":22:"), std::string::npos) << text;
  EXPECT_NE(text.find(":23:"), std::string::npos) << text;
}

TEST(EndpointTest, IsAHostAndAPort) {
  for (const auto* good : {"127.0.0.1:22", "[::1]:22", "db.example:65535", "h:0"})
    EXPECT_TRUE(parse_endpoint(good)) << good;
  for (const auto* bad :
       {"", "h", ":22", "h:", "h:x", "h:65536", "::1:22", "h:-1", "h:22 ", "[]:1"})
    EXPECT_FALSE(parse_endpoint(bad)) << bad;
}

}  // namespace
}  // namespace hitl::config
