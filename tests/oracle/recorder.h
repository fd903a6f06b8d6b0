// SPDX-License-Identifier: Apache-2.0
// What the recorder writes and the oracle reads; no allocation beyond
// std::string, so that the recorder stays a small static program.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace hitl::oracle {

inline constexpr const char* kLog = "/.log";
inline constexpr std::size_t kLogLimit = 256 * 1024;  // a line that runs more is endless

// One execution: [u32 length of the rest] then fields [char key][u32 length][bytes].
//   'x' path that was executed   'a' one argument   'e' one variable
//   'i' standard input: its length and hash, or why there is none
//   'd' working directory        'f' what descriptors 0 to 9 are
inline void put_length(std::string& out, std::size_t n) {
  for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>((n >> shift) & 0xFFu);
}

inline void put_field(std::string& out, char key, std::string_view bytes) {
  out += key;
  put_length(out, bytes.size());
  out += bytes;
}

inline std::uint64_t hash_of(std::string_view bytes, std::uint64_t hash = 0xcbf29ce484222325u) {
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

// Error messages of shells hold line numbers and source text, which are not
// the meaning of a script: what follows "bash: " (in a function
// "environment: ") on a line is dropped.
inline std::string without_messages(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto stop = text.find('\n');
    const auto line = text.substr(0, stop);
    const auto message = std::min(line.find("bash: "), line.find("environment: "));
    out += line.substr(0, message);
    if (message != std::string_view::npos) out += "bash:";
    if (stop == std::string_view::npos) break;
    out += '\n';
    text.remove_prefix(stop + 1);
  }
  return out;
}

}  // namespace hitl::oracle
