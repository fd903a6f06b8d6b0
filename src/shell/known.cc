// SPDX-License-Identifier: Apache-2.0
#include "shell/known.h"

#include <algorithm>
#include <utility>

#include "shell/arithmetic.h"

namespace hitl::shell {

bool Value::operator==(const Value& other) const {
  if (is_integer != other.is_integer || is_process != other.is_process) return false;
  return texts == other.texts || (texts && other.texts && *texts == *other.texts);
}

Value value_of(Texts texts) {
  const bool is_integer = std::ranges::all_of(texts, is_plain_integer);
  return {is_integer, false, std::make_shared<const Texts>(std::move(texts))};
}

Value any_integer() { return {true, false, nullptr}; }

Value any_process() { return {false, true, nullptr}; }

Known join(const Known& a, const Known& b) {
  Known out;
  for (const auto& [name, value] : a) {
    const auto other = b.find(name);
    if (other == b.end()) continue;
    if (value == other->second)
      out.emplace(name, value);
    else if (value.is_integer && other->second.is_integer)
      out.emplace(name, any_integer());
  }
  return out;
}

}  // namespace hitl::shell
