// SPDX-License-Identifier: Apache-2.0
// What vectorscan does not tell, by PCRE2's matcher without backtracking: whether
// the end of a text may be the beginning of a match, and from where on; and how far
// the part of an expression reaches that stands before a secret.
//
// Time is bounded by the text's length times the expression's.
#pragma once

#ifndef PCRE2_CODE_UNIT_WIDTH
#define PCRE2_CODE_UNIT_WIDTH 8
#endif
#include <pcre2.h>

#include <array>
#include <bitset>
#include <optional>
#include <string>
#include <string_view>

#include "base/handle.h"
#include "base/result.h"

namespace hitl::mask {

using ByteSet = std::bitset<256>;

class Pattern {
 public:
  static Result<Pattern> compile(const std::string& expression);

  // The first start at or after `from` of something that ends with `text` and goes
  // on behind it.  `is_beginning`: nothing stood before `text`.
  std::optional<std::size_t> under_way(std::string_view text, std::size_t from,
                                       bool is_beginning) const;
  // The longest match that begins at `from`: its end.
  std::optional<std::size_t> matched(std::string_view text, std::size_t from,
                                     bool is_beginning) const;

 private:
  using Code = Owner<pcre2_code, pcre2_code_free>;
  using Data = Owner<pcre2_match_data, pcre2_match_data_free>;

  Pattern(Code code, Data data) : code_(std::move(code)), data_(std::move(data)) {}
  int match(std::string_view text, std::size_t from, std::uint32_t options) const;

  Code code_;
  Data data_;
};

// The bytes of one class, "[A-Za-z0-9]"; of an empty text none.
Result<ByteSet> bytes_of(const std::string& character_class);

}  // namespace hitl::mask
