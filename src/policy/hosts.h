// SPDX-License-Identifier: Apache-2.0
// Hosts as a rule names them, against hosts as a command names them.  Nobody is
// asked what a name stands for: a name matches names, an address matches
// addresses.
#pragma once

#include <string>
#include <string_view>

#include "base/host.h"
#include "base/result.h"

namespace hitl::policy {

// "db1.example.org", "*.example.org" (all below it), "10.0.0.0/8", "2001:db8::1",
// or "*".
class HostPattern {
 public:
  // Errc::Invalid says what is wrong.
  static Result<HostPattern> parse(std::string_view notation);
  // `host`: as classify reports it; empty, which is not known, matches nothing.
  bool matches(std::string_view host) const;
  // True if nobody can tell without asking: a name may stand for any address.
  bool may_be(std::string_view host) const;
  const std::string& text() const { return text_; }
  bool operator==(const HostPattern& o) const { return text_ == o.text_; }

 private:
  std::string text_;  // of a name: in small letters
  bool range_ = false;
  IpAddress address_{};
  unsigned bits_ = 0;  // of the address that count
};

}  // namespace hitl::policy
