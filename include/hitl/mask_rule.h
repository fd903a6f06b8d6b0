// SPDX-License-Identifier: Apache-2.0
// What is masked, as it stands in etc/mask.d/*.toml and in [[mask.rule]] of
// bastion.toml (hitl-bastion.toml(5)): one secret's looks, in expressions that
// vectorscan and PCRE2 read alike.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hitl {

// What a match must pass besides.
enum class MaskCheck : std::uint8_t { None = 0, Luhn = 1, Mod97 = 2 };

struct MaskRule {
  std::string name;
  std::string profile;  // empty: a secret, masked everywhere; else only where it is named
  std::string before;   // expression: what stands in front, and stays
  std::string pattern;  // expression: the secret, or enough of its beginning
  std::string after;    // text: ends the secret, and stays
  // Instead of a pattern: the secrets themselves.
  std::vector<std::string> literals;
  std::string tail;          // one character class: what follows the pattern and is of it still
  std::uint32_t within = 0;  // bytes: no match is longer, tail apart; 0: 4,096
  MaskCheck check = MaskCheck::None;
  std::string replacement;  // empty: "[masked NAME]"
  // Names, "tag:…" and "group:…"; empty: all.
  std::vector<std::string> targets, agents;
  std::string place;  // "bastion.toml:12"
};

}  // namespace hitl
