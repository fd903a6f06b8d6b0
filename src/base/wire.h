// SPDX-License-Identifier: Apache-2.0
// Values to and from bytes, in the encoding of RFC 4251 section 5.
//
// WireReader: the first failure sticks; after it every read gives zero or
// empty.  So decode in a row and ask finish() once.
//
// A message type describes its fields once, for both directions:
//
//   template <class Coder> void code(Coder& c, Exec& m) {
//     c.u32(m.channel);
//     c.string(m.command, kMaxCommand);
//   }
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hitl {

class WireReader {
 public:
  static constexpr bool kReads = true;

  explicit WireReader(std::string_view in) noexcept : in_(in) {}

  std::uint8_t u8() noexcept;
  std::uint32_t u32() noexcept;
  std::uint64_t u64() noexcept;
  bool boolean() noexcept;                            // fails on a byte other than 0 and 1
  std::string_view string(std::size_t max) noexcept;  // points into the input

  void u8(std::uint8_t& v) noexcept { v = u8(); }
  void u32(std::uint32_t& v) noexcept { v = u32(); }
  void u64(std::uint64_t& v) noexcept { v = u64(); }
  void i64(std::int64_t& v) noexcept { v = static_cast<std::int64_t>(u64()); }
  void i32(std::int32_t& v) noexcept { v = static_cast<std::int32_t>(u32()); }
  void boolean(bool& v) noexcept { v = boolean(); }
  void string(std::string& v, std::size_t max) { v = string(max); }

  // An enumerator from 0 to `last`; anything else fails.
  template <class E>
  void enumerator(E& v, E last) noexcept {
    const auto raw = u8();
    if (raw > static_cast<std::uint8_t>(last)) return bad();
    v = static_cast<E>(raw);
  }

  // A count, then that many elements, each by `each(reader, element)`.
  template <class T, class F>
  void list(std::vector<T>& v, std::size_t max, F each) {
    const auto n = u32();
    if (n > max) return bad();
    v.clear();
    for (std::uint32_t i = 0; i < n && !bad_; ++i) each(*this, v.emplace_back());
  }

  void bad() noexcept { bad_ = true; }
  bool ok() const noexcept { return !bad_; }
  std::string_view rest() const noexcept { return in_; }

  // Ok only if every read succeeded and no byte is left over.
  Status finish() const;

 private:
  std::string_view take(std::size_t n) noexcept;

  std::string_view in_;
  bool bad_ = false;
};

class WireWriter {
 public:
  static constexpr bool kReads = false;

  void u8(std::uint8_t v) { out_.push_back(static_cast<char>(v)); }
  void u32(std::uint32_t v);
  void u64(std::uint64_t v);
  void i64(std::int64_t v) { u64(static_cast<std::uint64_t>(v)); }
  void i32(std::int32_t v) { u32(static_cast<std::uint32_t>(v)); }
  void boolean(bool v) { u8(v ? 1 : 0); }
  void string(std::string_view v);
  // A value over its own limit is a bug of the sender's.
  void string(std::string_view v, std::size_t max);

  template <class E>
  void enumerator(E v, E last) {
    HITL_CHECK(v <= last);
    u8(static_cast<std::uint8_t>(v));
  }
  template <class T, class F>
  void list(std::vector<T>& v, std::size_t max, F each) {
    HITL_CHECK(v.size() <= max);
    u32(static_cast<std::uint32_t>(v.size()));
    for (auto& e : v) each(*this, e);
  }

  const std::string& bytes() const& { return out_; }
  std::string bytes() && { return std::move(out_); }

 private:
  std::string out_;
};

}  // namespace hitl
