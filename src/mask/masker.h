// SPDX-License-Identifier: Apache-2.0
// Masks the secrets in a stream: bytes in, masked bytes out.
//
// Any way of cutting the same bytes gives the same output (unless flush() is
// called).  Escape sequences do not hide a secret: it is looked for in the text
// without them, and they stay where they were, as do the ends of lines inside a mask.
//
// What may become a secret is kept back: at most kMostHeld bytes of text, and at most
// kMostEscapes bytes of escapes behind each.  Whoever cannot wait calls flush() after
// kPatience without input; it lets out all but what may be a secret, and of that its
// first kMostOfSecret bytes.  A program that stops in the middle of what looks like
// one (four digits that a card number could begin with) is shown up to there until
// its next byte comes or it ends: that is the price.  Personal data (rules with a
// profile) is let out whole.
//
// This hides what a program shows by accident.  It is no boundary: rev or base64 pass.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mask/coverage.h"
#include "mask/escapes.h"
#include "mask/scanner.h"
#include "mask/table.h"

namespace hitl::mask {

inline constexpr std::chrono::milliseconds kPatience{20};
inline constexpr std::size_t kMostOfSecret = 3;   // bytes
inline constexpr std::size_t kMostEscapes = 256;  // bytes in a row; more end a text

// By the rule's name: how many masks.
using Counts = std::map<std::string, std::uint64_t>;

class Masker {
 public:
  // Null: nothing is masked.
  explicit Masker(std::shared_ptr<const Table> table);

  // Each gives what is certain by now.
  std::string feed(std::string_view bytes);
  std::string flush();
  // The stream ends; what comes next is another one.
  std::string finish();

  // Something is kept back that flush() may let out.
  bool waits() const;
  // Since the last call.
  Counts take_counts() { return std::exchange(counts_, {}); }

 private:
  struct Escape {
    Position at;  // before this byte of the text
    std::size_t size;
  };

  void take_text(std::string_view text);
  void take_escapes(std::string_view bytes, std::string& out);
  void scan();
  void end_text(std::string& out);
  void let_out(Position limit, std::string& out);
  void let_out_escapes(Position at, std::string& out);

  std::shared_ptr<const Table> table_;
  std::optional<Scanner> scanner_;
  std::optional<Coverage> coverage_;
  Escapes escapes_;
  std::string fresh_;  // text that the scanner has not had
  std::string held_;   // text from done_ on
  Position done_ = 0;
  std::vector<Escape> escaped_;  // not let out, in order
  std::string escape_bytes_;     // theirs
  std::size_t escapes_in_a_row_ = 0;
  Counts counts_;
};

}  // namespace hitl::mask
