// SPDX-License-Identifier: Apache-2.0
#include "ingress/login.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "hitl/limits.h"

namespace hitl::ingress {
namespace {

bool is_name(std::string_view s) {
  return !s.empty() && s.size() <= kMaxName && std::ranges::all_of(s, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

}  // namespace

bool is_user_name(std::string_view name) {
  const auto plus = name.find('+');
  if (plus == std::string_view::npos) return is_name(name);
  return is_name(name.substr(0, plus)) && is_name(name.substr(plus + 1));
}

// False if the name differs from the one that the connection began with.
bool Login::begins(std::string_view user) {
  if (!std::exchange(named_, true)) {
    valid_ = is_user_name(user);
    if (valid_) user_ = user;
    return true;
  }
  return !valid_ || user == user_;
}

Login::Step Login::refused() { return ++tries_ >= kMaxTries ? Step::Disconnect : Step::Refuse; }

Login::Step Login::on_other(std::string_view user, bool is_none) {
  HITL_CHECK(!asking_);
  if (logged_in_) return Step::Ignore;
  if (!begins(user)) return Step::Disconnect;
  // Clients begin with it to learn the methods.
  if (is_none && std::exchange(free_none_, false)) return Step::Refuse;
  return refused();
}

Login::Step Login::on_key(std::string_view user, bool strong, bool verified) {
  HITL_CHECK(!asking_);
  if (logged_in_) return Step::Ignore;
  if (!begins(user)) return Step::Disconnect;
  // Nobody has such a name; it is refused the way an unknown one is.
  if (!valid_ || !strong) return refused();
  asking_ = true;
  verified_ = verified;
  return Step::Ask;
}

Login::Step Login::on_answer(bool accepted) {
  HITL_CHECK(asking_);
  asking_ = false;
  if (!accepted) return refused();
  if (!verified_) return Step::KeyIsGood;
  logged_in_ = true;
  return Step::LoggedIn;
}

}  // namespace hitl::ingress
