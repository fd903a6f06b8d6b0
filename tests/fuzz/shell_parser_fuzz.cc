// SPDX-License-Identifier: Apache-2.0
// Any bytes: a tree or a reason, at bounded cost, and ranges that point into
// the text.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/visible.h"
#include "shell/parser.h"
#include "shell/walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hitl::shell;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Cost cost;
  const auto script = parse(text, {}, &cost);
  HITL_CHECK(cost.steps <= 512 * (size + cost.grown + 16));
  if (!script) {
    const auto& what = script.error().what;
    HITL_CHECK(!what.empty() && !hitl::has_hidden(what));
    return 0;
  }
  const auto check = [&](Range r) { HITL_CHECK(r.begin <= r.end && r.end <= size); };
  walk(*script, {.command =
                     [&](const Command& c, const Place&) {
                       check(c.range);
                       for (const auto& r : c.redirections) check(r.range);
                     },
                 .word = [&](const Word& w, const Place&) { check(w.range); }});
  return 0;
}
