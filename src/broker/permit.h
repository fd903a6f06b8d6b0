// SPDX-License-Identifier: Apache-2.0
// The right to run one command once.
//
// Only two makers exist: Approvals, which consumes an approval in the store as
// it makes one, and Permit::of_rule, which demands a ruling of "allow".  What
// goes to a target takes a Permit by value, so that nothing can be sent without
// one, with another text, or twice.
#pragma once

#include <string>
#include <utility>

#include "base/check.h"
#include "broker/bound.h"
#include "hitl/verdict.h"

namespace hitl::broker {

class Permit {
 public:
  Permit(Permit&&) noexcept = default;
  Permit& operator=(Permit&&) noexcept = default;

  static Permit of_rule(Verdict verdict, std::string id, Bound bound) {
    HITL_CHECK(verdict == Verdict::Allow && !bound.is_opaque());
    return {std::move(id), std::move(bound)};
  }

  // The command's or the request's: what the certificate bears as its key id.
  const std::string& id() const { return id_; }
  const Bound& bound() const { return bound_; }

 private:
  friend class Approvals;
  Permit(std::string id, Bound bound) : id_(std::move(id)), bound_(std::move(bound)) {}

  std::string id_;
  Bound bound_;
};

}  // namespace hitl::broker
