// SPDX-License-Identifier: Apache-2.0
#include "classify/scope.h"

#include <algorithm>

namespace hitl::classify {
namespace {

// More folders than this at once are as good as unknown.
constexpr std::size_t kMaxBases = 8;

}  // namespace

void Scope::set_base(const std::vector<std::string>& targets) {
  bases.clear();
  add_base(targets);
}

void Scope::add_base(const std::vector<std::string>& targets) {
  for (const auto& t : targets)
    if (std::ranges::find(bases, t) == bases.end()) bases.push_back(t);
  if (bases.size() > kMaxBases || bases.empty()) bases = {""};
}

}  // namespace hitl::classify
