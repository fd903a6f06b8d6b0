// SPDX-License-Identifier: Apache-2.0
#include "record/cast.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/check.h"
#include "base/visible.h"

namespace hitl::record {
namespace {

std::string line(const nlohmann::ordered_json& j) { return j.dump() + "\n"; }

}  // namespace

std::string cast_header(const CastHeader& h) {
  nlohmann::ordered_json j;
  j["version"] = 2;
  j["width"] = h.width;
  j["height"] = h.height;
  j["timestamp"] = h.timestamp;
  if (!h.title.empty()) j["title"] = visible(h.title).str();
  return line(j);
}

std::string cast_event(std::int64_t at_us, char code, std::string_view text) {
  HITL_CHECK(at_us >= 0 && is_utf8(text));
  return fmt::format("[{}.{:06}, \"{}\", {}]\n", at_us / 1'000'000, at_us % 1'000'000, code,
                     nlohmann::json(text).dump());
}

TextStream& CastWriter::stream(std::string_view command, char code) {
  const auto key = std::pair(std::string(command), code);
  // A command that was ever resized has a terminal, which makes its own CR LF.
  const bool output = code == 'o' || code == 'e';
  const bool crlf = output && !streams_.contains({key.first, 'r'});
  return streams_.try_emplace(key, crlf).first->second;
}

std::string CastWriter::feed(const Event& e) {
  now_us_ = std::max(now_us_, e.at_us);
  const auto text = stream(e.command, e.code).feed(e.data);
  if (text.empty() && e.code != 'm') return {};
  return cast_event(now_us_, e.code == 'e' ? 'o' : e.code, text);
}

std::string CastWriter::finish() {
  std::string out;
  for (auto& [key, stream] : streams_)
    if (const auto text = stream.finish(); !text.empty())
      out += cast_event(now_us_, key.second == 'e' ? 'o' : key.second, text);
  return out;
}

}  // namespace hitl::record
