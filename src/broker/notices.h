// SPDX-License-Identifier: Apache-2.0
// What an agent is told on standard error, in words for people or JSON for
// programs.  Pure: values in, one line without newline out, safe for a terminal.
//
// The words and fields are an interface: programs read them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace hitl::broker {

enum class NoticeStyle : std::uint8_t { Text, Json, Off };
// Of LC_HITL_NOTICES; anything else is Text.
NoticeStyle notice_style(std::string_view value);

class Notices {
 public:
  explicit Notices(NoticeStyle style = NoticeStyle::Text) : style_(style) {}

  // Each gives an empty string where nothing is to be said.
  std::string held(std::string_view id, std::string_view summary, std::string_view rule,
                   std::chrono::seconds wait) const;
  std::string waiting(std::string_view id, std::chrono::seconds waited, std::uint32_t have,
                      std::uint32_t needed) const;
  std::string approved(std::string_view id, std::string_view reason) const;
  // A word about the command that is no outcome.
  std::string remark(std::string_view text) const;

  // The outcomes, for programs: "hitl-result: …".
  std::string denied_by_policy(std::string_view id, std::string_view rule,
                               std::string_view reason) const;
  std::string denied_by_operator(std::string_view id, std::string_view reason) const;
  // Denied too, with another command that would do.
  std::string proposal(std::string_view id, std::string_view reason,
                       std::string_view command) const;
  std::string not_yet(std::string_view id, std::chrono::seconds retry_after) const;
  std::string expired(std::string_view id) const;
  std::string cancelled(std::string_view id) const;
  // `code`: a word of CLI.md's table, "target-unreachable".
  std::string error(std::string_view id, std::string_view code, std::string_view reason) const;

 private:
  NoticeStyle style_;
};

}  // namespace hitl::broker
