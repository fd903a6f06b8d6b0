// SPDX-License-Identifier: Apache-2.0
// The judge as shipped, for an agent of the group "agents".
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "judge/judge.h"

namespace hitl::judge {

inline const Judge& shipped() {
  static const auto judge =
      Judge::load(HITL_SOURCE_DIR "/etc/policy.toml", {HITL_SOURCE_DIR "/etc/catalog.d"});
  if (!judge) ADD_FAILURE() << judge.error().what;
  return *judge;
}

inline Judgement judged(std::string line, std::string cwd = "") {
  Question q;
  q.agent = "devin";
  q.groups = {"agents"};
  q.target = "db1";
  q.cwd = std::move(cwd);
  q.command = RawText(std::move(line));
  return shipped().judge(q);
}

inline bool has(const Judgement& j, std::string_view effect) {
  for (const auto& e : j.effects)
    if (e == effect) return true;
  return false;
}

}  // namespace hitl::judge
