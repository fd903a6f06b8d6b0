// SPDX-License-Identifier: Apache-2.0
// What is known of variables at one place of a text.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace hitl::shell {

using Texts = std::vector<std::string>;

struct Value {
  bool is_integer = false;             // whatever it is
  bool is_process = false;             // what $! gave: an integer, or nothing
  std::shared_ptr<const Texts> texts;  // several: one of them; null: see above

  bool operator==(const Value& other) const;
  bool is_certain() const { return texts && texts->size() == 1; }
};

// One of these, which must not be none.
Value value_of(Texts texts);
Value any_integer();
Value any_process();

using Known = std::map<std::string, Value, std::less<>>;

// What is known whichever of the two ways was gone.
Known join(const Known& a, const Known& b);

}  // namespace hitl::shell
