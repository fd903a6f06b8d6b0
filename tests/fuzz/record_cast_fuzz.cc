// SPDX-License-Identifier: Apache-2.0
// Recorded bytes cut anywhere: the text is well-formed, the same however it is
// cut, and each event is one line.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/visible.h"
#include "record/cast.h"
#include "record/text_stream.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hitl;
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t step = 1 + data[0] % 16;
  const bool crlf = data[1] % 2 != 0;
  record::TextStream whole(crlf);
  auto text = whole.feed(bytes);
  text += whole.finish();
  HITL_CHECK(is_utf8(text));
  record::TextStream cut(crlf);
  record::CastWriter writer;
  std::string pieces;
  for (std::size_t i = 0; i < bytes.size(); i += step) {
    const auto piece = bytes.substr(i, step);
    pieces += cut.feed(piece);
    const auto line = writer.feed({"C", static_cast<std::int64_t>(i), "oei"[i % 3], piece});
    HITL_CHECK(line.empty() || (is_utf8(line) && line.find('\n') + 1 == line.size()));
  }
  pieces += cut.finish();
  HITL_CHECK(pieces == text);
  HITL_CHECK(is_utf8(writer.finish()));
  return 0;
}
