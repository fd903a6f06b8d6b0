// SPDX-License-Identifier: Apache-2.0
#include "shell/parser.h"

#include <fmt/format.h>

#include "shell/follow.h"
#include "shell/reader.h"
#include "shell/source.h"

namespace hitl::shell {

Result<Script> parse(std::string_view text, const Limits& limits, Cost* cost) {
  if (text.size() > limits.bytes)
    return fail(Errc::Limit,
                fmt::format("the command has {} bytes, limit {}", text.size(), limits.bytes));
  if (const auto bytes = check_bytes(text); !bytes) return bytes.error();
  Reader reader(text, limits);
  Script script;
  if (!reader.script(script)) {
    if (cost != nullptr) *cost = reader.cost();
    return *reader.error();
  }
  Cost total = reader.cost();
  const auto followed = follow_values(script, reader.bodies(), text, limits, total);
  if (cost != nullptr) *cost = total;
  if (!followed) return followed.error();
  return script;
}

bool is_unfinished(std::string_view text, const Limits& limits) {
  if (text.size() > limits.bytes || !check_bytes(text)) return false;
  const std::string line = std::string(text) + '\n';
  Reader reader(line, limits);
  Script script;
  if (!reader.script(script)) return reader.unfinished();
  const auto backslashes = text.size() - (text.find_last_not_of('\\') + 1);
  return backslashes % 2 == 1;
}

}  // namespace hitl::shell
