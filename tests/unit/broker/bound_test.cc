// SPDX-License-Identifier: Apache-2.0
#include "broker/bound.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "approval/terms.h"
#include "shell/parser.h"
#include "shell/printer.h"

namespace hitl::broker {
namespace {

Bound sample() {
  return {"devin",         "db1",  "10.0.0.5:22", "deploy", {"key1", "key2"},
          "exec",          "/srv", "x='1'\n",     "=> ",    shell::print(*shell::parse("rm x")),
          {{"LANG", "C"}}, true,   "input",       "v1",     {}};
}

// Rule 8: an approval binds all of these.
TEST(BoundTest, EveryFieldChangesTheDigest) {
  const std::function<void(Bound&)> changes[] = {
      [](Bound& b) { b.agent = "other"; },
      [](Bound& b) { b.target = "db2"; },
      [](Bound& b) { b.address = "10.0.0.6:22"; },
      [](Bound& b) { b.account = "root"; },
      [](Bound& b) { b.host_keys = {"key1"}; },
      [](Bound& b) { b.kind = "shell"; },
      [](Bound& b) { b.cwd = "/"; },
      [](Bound& b) { b.memory = ""; },
      [](Bound& b) { b.prompt = "="; },
      [](Bound& b) { b.text = shell::print(*shell::parse("rm y")); },
      // The same bytes, but nobody understood them.
      [](Bound& b) { b.text = RawText(b.bytes()); },
      [](Bound& b) {
        b.environment = {{"LANG", "D"}};
      },
      [](Bound& b) {
        b.environment = {{"LANGC", ""}};
      },
      [](Bound& b) { b.environment.clear(); },
      [](Bound& b) { b.has_input = false; },
      [](Bound& b) { b.input = "other"; },
      [](Bound& b) { b.policy = "v2"; },
      [](Bound& b) {
        b.files = {{"/srv/x", ""}};
      },
      [](Bound& b) {
        b.files = {{"/srv/x", std::string(32, 'x')}};
      },
  };
  std::set<std::string> digests = {approval::digest(sample().terms())};
  for (const auto& change : changes) {
    auto b = sample();
    change(b);
    EXPECT_TRUE(digests.insert(approval::digest(b.terms())).second) << digests.size();
    EXPECT_EQ(approval::digest(b.terms()).size(), 32u);
  }
  EXPECT_EQ(approval::digest(sample().terms()), approval::digest(sample().terms()));
}

TEST(BoundTest, SpellingsOfOneCommandAreIdentical) {
  auto a = sample(), b = sample();
  a.text = shell::print(*shell::parse("rm  -r 'a b' # now"));
  b.text = shell::print(*shell::parse("\"rm\" -r a\\ b"));
  EXPECT_EQ(approval::digest(a.terms()), approval::digest(b.terms()));
}

}  // namespace
}  // namespace hitl::broker
