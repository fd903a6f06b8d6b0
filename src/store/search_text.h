// SPDX-License-Identifier: Apache-2.0
// The text of documents: packed for the store, and what is asked of it.  Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace hitl::store {

// One zstd frame, and back; Errc::Invalid where damaged or more than 4 MiB.
std::string packed(std::string_view text);
Result<std::string> unpacked(std::string_view bytes);

// What FTS5's words (unicode61, and '_') can tell of a text that begins at a
// word's beginning: a query that every document with the text fits.  Empty: it has
// no word that could be looked up.
std::string word_query(std::string_view text);

// The first place of `text` in `in` whatever the case of ASCII letters and the
// width of white space, as offset and length.
std::optional<std::pair<std::size_t, std::size_t>> find_text(std::string_view in,
                                                             std::string_view text);

}  // namespace hitl::store
