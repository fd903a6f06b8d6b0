// SPDX-License-Identifier: Apache-2.0
// Result<T>: a value, or an Error that says what, where and what to do next.
//
// What can happen in correct use is a Result; what only a bug can cause is
// HITL_CHECK.  Nothing is thrown.  The names are a subset of std::expected's.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/check.h"

namespace hitl {

// A code exists only if a caller acts on it; the rest is text.
enum class Errc { Invalid, Protocol, Denied, NotFound, Limit, Timeout, Closed, System };

struct Error {
  Errc code;
  std::string what;  // names the object: "policy.toml:12: unknown key 'targts'"
};

inline Error fail(Errc code, std::string what) { return {code, std::move(what)}; }

// "what: strerror(errno)".  Call it before anything else can change errno.
Error fail_errno(std::string_view what);

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : v_(std::in_place_index<0>, std::move(value)) {}
  Result(Error e) : v_(std::in_place_index<1>, std::move(e)) {}

  bool has_value() const noexcept { return v_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  // Asking for a value that is not there ends the process.
  T& operator*() & { return HITL_CHECK(has_value()), *std::get_if<0>(&v_); }
  const T& operator*() const& { return HITL_CHECK(has_value()), *std::get_if<0>(&v_); }
  T&& operator*() && { return HITL_CHECK(has_value()), std::move(*std::get_if<0>(&v_)); }
  T* operator->() { return &**this; }
  const T* operator->() const { return &**this; }
  const Error& error() const { return HITL_CHECK(!has_value()), *std::get_if<1>(&v_); }

 private:
  std::variant<T, Error> v_;
};

struct Ok {};
using Status = Result<Ok>;

}  // namespace hitl
