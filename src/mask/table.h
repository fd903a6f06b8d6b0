// SPDX-License-Identifier: Apache-2.0
// A set of rules, compiled: once by the broker, into a sealed file in memory that
// egress processes map read-only, so that the automaton is in the machine's memory
// once and not per session.
//
// The file: three u64 (host order: all are of one machine), the rules, and from a
// page's boundary on the automaton, as hs_deserialize_database_at() laid it out.
// That is free of pointers and needs only the alignment, which a page has.  Who maps
// it trusts who made it.
#pragma once

#include <hs/hs.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/handle.h"
#include "base/result.h"
#include "hitl/mask_rule.h"
#include "mask/pattern.h"

namespace hitl::mask {

// No secret is recognised by more bytes than these (a tail may follow): the most
// that a Masker keeps back.
inline constexpr std::size_t kMostHeld = 4'096;
inline constexpr std::size_t kShortestLiteral = 4, kLongestLiteral = 512;

class Table {
 public:
  // What is wrong with a rule, in words: its pattern, before or tail.
  static Status check(const MaskRule& rule);

  // Errc::Invalid with the rule's place.  Of rules that match at the same place the
  // first gives the replacement.
  static Result<Fd> compile(const std::vector<MaskRule>& rules);
  static Result<std::shared_ptr<const Table>> open(int fd);
  ~Table();
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  struct Rule {
    std::string name, replacement, after;
    MaskCheck check = MaskCheck::None;
    bool personal = false;  // not a secret: a deadline lets all of it out
    std::size_t width = 0;  // of the longest match; at most kMostHeld
    ByteSet tail;
    std::vector<std::string> literals;
    std::optional<Pattern> before, whole;  // whole: not of literals
  };
  const std::vector<Rule>& rules() const { return rules_; }
  // Of the automaton's expressions: whose they are.
  std::size_t rule_of(unsigned expression) const { return owners_[expression]; }

  const hs_database_t* database() const { return database_; }
  hs_scratch_t* scratch() const { return scratch_.get(); }

 private:
  Table() = default;
  Status read_rules(std::string_view bytes);

  void* mapped_ = nullptr;
  std::size_t size_ = 0;
  const hs_database_t* database_ = nullptr;
  Owner<hs_scratch_t, hs_free_scratch> scratch_;
  std::vector<Rule> rules_;
  std::vector<std::size_t> owners_;
};

}  // namespace hitl::mask
