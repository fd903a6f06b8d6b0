// SPDX-License-Identifier: Apache-2.0
// A message of any of our protocols: one byte of type, then its fields.
//
// A protocol is a namespace with an enum Type, structs, and for each struct
// type_of() and code() (see base/wire.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/wire.h"

namespace hitl::proto {

// The bytes of `message`, ready for a FrameChannel.
template <class M>
std::string encode(M message) {  // by value: code() takes fields by reference
  WireWriter w;
  w.u8(static_cast<std::uint8_t>(type_of(message)));
  code(w, message);
  return std::move(w).bytes();
}

// The type byte of a frame; 0, which no protocol uses, for an empty one.
inline std::uint8_t type_byte(std::string_view frame) {
  return frame.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(frame[0]);
}

// The fields of a frame whose type byte is M's.
template <class M>
Result<M> decode(std::string_view frame) {
  WireReader r(frame);
  M message{};
  if (r.u8() != static_cast<std::uint8_t>(type_of(message)))
    return fail(Errc::Protocol, "message of another type");
  code(r, message);
  if (auto s = r.finish(); !s) return s.error();
  return message;
}

}  // namespace hitl::proto
