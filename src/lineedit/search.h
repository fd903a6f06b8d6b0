// SPDX-License-Identifier: Apache-2.0
// The incremental search through the history, ^R and ^S.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lineedit/history.h"

namespace hitl::lineedit {

constexpr std::size_t kMaxQuery = 256;

class Search {
 public:
  // From the line at history.position(), whose text is history.line() of it, and
  // this place in it.  `history` stays as it is while the search goes on.
  Search(const History& history, std::size_t offset, bool forward);

  // One more character to look for; false if that is one too many.
  bool add(std::string_view character);
  // Back to what was found before the last one; false if there is none.
  bool remove();
  // The next in this direction, which may only turn there; with nothing to look
  // for yet, what `last` was for.
  void again(bool forward, std::string_view last);

  bool forward() const { return forward_; }
  const std::string& query() const { return query_; }
  bool failed() const { return now_.failed; }
  // What was found last, also if the search failed after that.
  std::size_t line() const { return now_.line; }
  std::size_t offset() const { return now_.offset; }

  // What stands in for the prompt.
  std::string prompt() const;

 private:
  struct Place {
    std::size_t line = 0, offset = 0;
    bool failed = false;
    std::size_t query = 0;  // its length at that time
  };
  void find(bool beyond);

  const History& history_;
  std::string query_;
  bool forward_;
  Place now_;
  std::vector<Place> before_;  // one for each character of query_
};

}  // namespace hitl::lineedit
