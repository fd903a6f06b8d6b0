// SPDX-License-Identifier: Apache-2.0
// The line by which a wrapped command tells its process group
// (src/shell/wrapper.h), found at the head of its standard error.  Pure.
//
// "\036hitl NONCE PGID STARTTIME\n" is the wrapper's first act.  Start-up files of
// the login shell run before it and some of them print; what they print is
// noise, kept apart up to a limit.  The first line with the nonce counts, so
// nothing that the command prints can pass for it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hitl::egress {

class StartLine {
 public:
  static constexpr std::size_t kMaxNoise = 4'096;

  explicit StartLine(std::string_view nonce) : marker_("\036hitl " + std::string(nonce) + " ") {}

  // True once the line has come.  After that feed no more.
  bool feed(std::string_view bytes);

  std::uint64_t process_group() const { return process_group_; }  // over 1
  const std::string& start_time() const { return start_time_; }   // empty: the target has none
  // What came before it, its head if that was much; before it has come: all.
  std::string noise() const;
  // What came behind it: the command's own.
  const std::string& rest() const { return pending_; }

 private:
  bool parse(std::string_view line);
  void drop_to_noise(std::size_t size);

  std::string marker_;
  std::string pending_, noise_, start_time_;
  std::uint64_t process_group_ = 0;
};

}  // namespace hitl::egress
