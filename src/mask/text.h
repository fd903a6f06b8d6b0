// SPDX-License-Identifier: Apache-2.0
// Masks the secrets in a whole text: in prose, and in a command, of which the shape
// stays to be seen.
//
// In a command a mask stays inside the literal part of the word in which the secret
// begins: never over an operator, an expansion, a blank between words, or the end of a
// line that ends a command.  What of a secret stands beyond that is not masked.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mask/masker.h"
#include "mask/table.h"

namespace hitl::mask {

struct MaskedText {
  std::string text;
  Counts counts;

  // Where the byte `offset` of the text that was masked is now; inside a mask: where
  // the mask begins.
  std::uint32_t moved(std::uint32_t offset) const;

  struct Edit {
    std::size_t begin, end;  // of the text before
    std::size_t at, size;    // of the replacement
  };
  std::vector<Edit> edits;  // in order
};

// Null: nothing is masked.
MaskedText mask_prose(const Table* table, std::string_view text);

// [begin, end) of a text.
using Part = std::pair<std::size_t, std::size_t>;
// `bodies`: of here-documents, in order.  The rest is read with the quotes of a shell,
// whether it is a command or not.
MaskedText mask_command(const Table* table, std::string_view text, std::span<const Part> bodies);

// The literal parts of words, in order; the parts of a word that an expansion cuts are
// several.
std::vector<Part> literal_parts(std::string_view command, std::span<const Part> bodies);

}  // namespace hitl::mask
