// SPDX-License-Identifier: Apache-2.0
#include "broker/notices.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/visible.h"
#include "crypto/digest.h"

namespace hitl::broker {
namespace {

constexpr std::size_t kMaxWords = 600;  // of a summary or reason, in one line
// Of a proposal, which has at most kMaxProposal bytes: only hidden ones make it longer.
constexpr std::size_t kMaxShownProposal = 1'200;

std::string shown(std::string_view text) { return visible_cut(text, kMaxWords).str(); }

std::string proposed(std::string_view command) {
  return visible_cut(command, kMaxShownProposal).str();
}

// Inside double quotes of a result line.
std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string quoted(std::string_view text) { return in_quotes(shown(text)); }

std::string_view brief(std::string_view id) { return id.substr(0, crypto::kShortId); }

using Fields = std::vector<std::pair<const char*, nlohmann::ordered_json>>;

std::string json(const char* event, std::string_view id, const Fields& fields) {
  nlohmann::ordered_json out;
  out["event"] = event;
  if (!id.empty()) out["id"] = brief(id);
  for (const auto& [name, value] : fields) out[name] = value;
  return "hitl: " + out.dump();
}

}  // namespace

NoticeStyle notice_style(std::string_view value) {
  if (value == "json") return NoticeStyle::Json;
  if (value == "off") return NoticeStyle::Off;
  return NoticeStyle::Text;
}

std::string Notices::held(std::string_view id, std::string_view summary, std::string_view rule,
                          std::chrono::seconds wait) const {
  switch (style_) {
    case NoticeStyle::Off:
      return "";
    case NoticeStyle::Json:
      return json("held", id,
                  {{"summary", shown(summary)}, {"rule", shown(rule)}, {"wait", wait.count()}});
    case NoticeStyle::Text:
      return fmt::format(
          "hitl: held for approval #{} ({}; rule {}). {} If this is cut off, run the SAME command "
          "again later: the decision is kept.",
          brief(id), shown(summary), quoted(rule),
          wait.count() > 0 ? fmt::format("Waiting up to {} s.", wait.count()) : "Not waiting.");
  }
  return "";
}

std::string Notices::waiting(std::string_view id, std::chrono::seconds waited, std::uint32_t have,
                             std::uint32_t needed) const {
  switch (style_) {
    case NoticeStyle::Off:
      return "";
    case NoticeStyle::Json:
      return json("waiting", id,
                  {{"waited", waited.count()}, {"approvals", have}, {"approvals_needed", needed}});
    case NoticeStyle::Text:
      return fmt::format("hitl: waiting #{} ({} s, {} of {} approvals)", brief(id), waited.count(),
                         have, needed);
  }
  return "";
}

std::string Notices::approved(std::string_view id, std::string_view reason) const {
  switch (style_) {
    case NoticeStyle::Off:
      return "";
    case NoticeStyle::Json:
      return json("approved", id, {{"reason", shown(reason)}});
    case NoticeStyle::Text:
      return reason.empty() ? fmt::format("hitl: approved #{}", brief(id))
                            : fmt::format("hitl: approved #{}: {}", brief(id), shown(reason));
  }
  return "";
}

std::string Notices::remark(std::string_view text) const {
  switch (style_) {
    case NoticeStyle::Off:
      return "";
    case NoticeStyle::Json:
      return json("remark", "", {{"text", shown(text)}});
    case NoticeStyle::Text:
      return "hitl: " + shown(text);
  }
  return "";
}

std::string Notices::denied_by_policy(std::string_view id, std::string_view rule,
                                      std::string_view reason) const {
  switch (style_) {
    case NoticeStyle::Off:
      return "";
    case NoticeStyle::Json:
      return json("denied", id,
                  {{"by", "policy"}, {"rule", shown(rule)}, {"reason", shown(reason)}});
    case NoticeStyle::Text:
      return fmt::format("hitl-result: denied id={} by=policy rule={} reason={}", brief(id),
                         quoted(rule), quoted(reason));
  }
  return "";
}

std::string Notices::denied_by_operator(std::string_view id, std::string_view reason) const {
  switch (style_) {
    case NoticeStyle::Off:
      return "";
    case NoticeStyle::Json:
      return json("denied", id, {{"by", "operator"}, {"reason", shown(reason)}});
    case NoticeStyle::Text:
      return fmt::format("hitl-result: denied id={} by=operator reason={}", brief(id),
                         quoted(reason));
  }
  return "";
}

std::string Notices::proposal(std::string_view id, std::string_view reason,
                              std::string_view command) const {
  switch (style_) {
    case NoticeStyle::Off:
      return "";
    case NoticeStyle::Json:
      return json("proposal", id,
                  {{"by", "operator"}, {"reason", shown(reason)}, {"command", proposed(command)}});
    case NoticeStyle::Text:
      return fmt::format("hitl-result: proposal id={} by=operator reason={} command={}", brief(id),
                         quoted(reason), in_quotes(proposed(command)));
  }
  return "";
}

std::string Notices::not_yet(std::string_view id, std::chrono::seconds retry_after) const {
  switch (style_) {
    case NoticeStyle::Off:
      return "";
    case NoticeStyle::Json:
      return json("held", id, {{"retry_after", retry_after.count()}, {"final", true}});
    case NoticeStyle::Text:
      return fmt::format("hitl-result: held id={} retry-after={}", brief(id), retry_after.count());
  }
  return "";
}

std::string Notices::expired(std::string_view id) const {
  switch (style_) {
    case NoticeStyle::Off:
      return "";
    case NoticeStyle::Json:
      return json("expired", id, {{"retry_after", 0}});
    case NoticeStyle::Text:
      return fmt::format("hitl-result: expired id={} retry-after=0", brief(id));
  }
  return "";
}

std::string Notices::cancelled(std::string_view id) const {
  switch (style_) {
    case NoticeStyle::Off:
      return "";
    case NoticeStyle::Json:
      return json("cancelled", id, {});
    case NoticeStyle::Text:
      return fmt::format("hitl-result: cancelled id={}", brief(id));
  }
  return "";
}

std::string Notices::error(std::string_view id, std::string_view code,
                           std::string_view reason) const {
  switch (style_) {
    case NoticeStyle::Off:
      return "";
    case NoticeStyle::Json:
      return json("error", id, {{"code", code}, {"reason", shown(reason)}});
    case NoticeStyle::Text:
      return fmt::format("hitl-result: error code={}{} reason={}", code,
                         id.empty() ? "" : fmt::format(" id={}", brief(id)), quoted(reason));
  }
  return "";
}

}  // namespace hitl::broker
