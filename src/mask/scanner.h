// SPDX-License-Identifier: Apache-2.0
// Finds secrets in a text that comes in pieces: what is found, and from where on
// nothing is certain yet, depend on the bytes alone and not on how they were cut.
//
// Positions count bytes of the text from its beginning.
#pragma once

#include <hs/hs.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/handle.h"
#include "mask/table.h"

namespace hitl::mask {

using Position = std::uint64_t;

// A secret at [begin, end), its tail not counted.
struct Span {
  Position begin = 0, end = 0;
  std::size_t rule = 0;
};

inline void close_stream(hs_stream_t* s) { hs_close_stream(s, nullptr, nullptr, nullptr); }

class Scanner {
 public:
  explicit Scanner(const Table& table);

  void feed(std::string_view text);
  // The text ends here; another one begins, at the next position.
  void finish();

  // What was found since the last call.
  std::vector<Span> take() { return std::exchange(found_, {}); }
  Position end() const { return base_ + text_.size(); }
  // A text has begun and not been finished.
  bool begun() const { return end() != origin_; }
  // Where the first secret begins that may be under way; end() if none is.  Never
  // more than kMostHeld before the end.
  Position undecided() const { return undecided_; }
  // The same, of secrets in the strict sense: not of personal data.
  Position secret_under_way() const { return secret_; }
  // Of the last kMostHeld bytes.
  std::string_view text(Position from, Position to) const {
    return std::string_view(text_).substr(from - base_, to - from);
  }

 private:
  struct Match {
    unsigned expression;
    Position from, to;
  };

  static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned,
                      void* self) noexcept;
  void settle();
  void accept(const Match& m);
  void look_ahead();
  Position under_way(std::size_t rule, Position& from) const;
  bool is_beginning() const { return base_ == origin_; }

  const Table& table_;
  Owner<hs_stream_t, close_stream> stream_;
  std::string text_;  // the end of it
  Position base_ = 0, origin_ = 0;
  std::vector<Position> alive_from_;  // by rule: nothing that begins earlier is under way
  std::vector<Match> matches_;
  std::vector<Span> found_;
  Position undecided_ = 0, secret_ = 0;
};

}  // namespace hitl::mask
