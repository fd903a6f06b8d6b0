// SPDX-License-Identifier: Apache-2.0
#include "base/wire.h"

namespace hitl {

std::string_view WireReader::take(std::size_t n) noexcept {
  if (bad_ || n > in_.size()) {
    bad_ = true;
    return {};
  }
  const auto out = in_.substr(0, n);
  in_.remove_prefix(n);
  return out;
}

std::uint8_t WireReader::u8() noexcept {
  const auto b = take(1);
  return b.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(b[0]);
}

std::uint32_t WireReader::u32() noexcept {
  std::uint32_t v = 0;
  for (const char c : take(4)) v = (v << 8) | static_cast<std::uint8_t>(c);
  return v;
}

std::uint64_t WireReader::u64() noexcept {
  std::uint64_t v = 0;
  for (const char c : take(8)) v = (v << 8) | static_cast<std::uint8_t>(c);
  return v;
}

bool WireReader::boolean() noexcept {
  const auto v = u8();
  if (v > 1) bad_ = true;
  return v == 1;
}

std::string_view WireReader::string(std::size_t max) noexcept {
  const auto n = u32();
  if (n > max) bad_ = true;
  return take(n);
}

Status WireReader::finish() const {
  if (bad_) return fail(Errc::Protocol, "message is short, too long or has a bad value");
  if (!in_.empty()) return fail(Errc::Protocol, "message has bytes left over");
  return Ok{};
}

void WireWriter::u32(std::uint32_t v) {
  for (int shift = 24; shift >= 0; shift -= 8) u8(static_cast<std::uint8_t>(v >> shift));
}

void WireWriter::u64(std::uint64_t v) {
  for (int shift = 56; shift >= 0; shift -= 8) u8(static_cast<std::uint8_t>(v >> shift));
}

void WireWriter::string(std::string_view v) {
  u32(static_cast<std::uint32_t>(v.size()));
  out_.append(v);
}

void WireWriter::string(std::string_view v, std::size_t max) {
  HITL_CHECK(v.size() <= max);
  string(v);
}

}  // namespace hitl
