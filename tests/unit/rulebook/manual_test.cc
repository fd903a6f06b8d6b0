// SPDX-License-Identifier: Apache-2.0
// Every example of hitl-policy(5) is a policy, and every key stands in it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "config/toml.h"
#include "rulebook/policy_file.h"

namespace hitl::rulebook {
namespace {

std::string manual() {
  const auto file = config::File::read(HITL_SOURCE_DIR "/man/hitl-policy.5");
  if (!file) ADD_FAILURE() << file.error().what;
  return file ? file->text() : "";
}

std::vector<std::string> examples(const std::string& text) {
  std::vector<std::string> out;
  const std::string begin = ".Bd -literal -offset indent\n";
  for (auto at = text.find(begin); at != std::string::npos; at = text.find(begin, at)) {
    at += begin.size();
    out.push_back(text.substr(at, text.find(".Ed\n", at) - at));
  }
  return out;
}

TEST(ManualTest, EveryExampleIsAPolicy) {
  const auto all = examples(manual());
  EXPECT_EQ(all.size(), 5u);
  for (const auto& example : all) {
    const auto policy = load_policy(example, "example");
    EXPECT_TRUE(policy) << policy.error().what;
    EXPECT_EQ(example.find('\\'), std::string::npos) << "mdoc in TOML";
  }
}

TEST(ManualTest, EveryKeyIsInIt) {
  const auto text = manual();
  for (const char* key :
       {"name",      "action",   "agents",  "targets", "effects",       "commands",
        "paths",     "trees",    "hosts",   "hours",   "capabilities",  "message",
        "approvers", "escalate", "expires", "mode",    "justification", "proof",
        "opaque",    "grants",   "shadow",  "default", "timezone"})
    EXPECT_NE(text.find(".It Ic " + std::string(key)), std::string::npos) << key;
}

}  // namespace
}  // namespace hitl::rulebook
