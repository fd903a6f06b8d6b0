// SPDX-License-Identifier: Apache-2.0
// The authentication of one connection: our own state, not libssh's.  Pure.
//
// Public keys only.  Logged in is who the broker accepted by a key whose
// signature libssh had verified; a probe ("would this key do?") is never a login,
// and the identity is the key that signed.  The user name is frozen by the first
// request.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hitl::ingress {

// "AGENT" or "AGENT+TARGET", each of [a-z0-9._-], within the limits.
bool is_user_name(std::string_view name);

class Login {
 public:
  static constexpr unsigned kMaxTries = 6;

  enum class Step : std::uint8_t {
    Refuse,      // reply: failure
    Disconnect,  // no further try
    Ask,         // the broker; then on_answer()
    KeyIsGood,   // reply: such a key may sign
    LoggedIn,    // reply: success
    Ignore,      // RFC 4252 5.1: no reply
  };

  // A request by method none or by one that is not served.
  Step on_other(std::string_view user, bool is_none);
  // `strong`: the key is of a type and size that we take.
  Step on_key(std::string_view user, bool strong, bool verified);
  Step on_answer(bool accepted);

  bool logged_in() const { return logged_in_; }
  const std::string& user() const { return user_; }

 private:
  bool begins(std::string_view user);
  Step refused();

  std::string user_;
  bool named_ = false, valid_ = false, free_none_ = true;
  bool asking_ = false, verified_ = false, logged_in_ = false;
  unsigned tries_ = 0;
};

}  // namespace hitl::ingress
