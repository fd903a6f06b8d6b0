// SPDX-License-Identifier: Apache-2.0
// The bytes of a submitted text: which of them no command may have, and where
// in it an offset is for a human.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hitl::shell {

// Ok for UTF-8 without control characters (newline and tab apart) and without
// characters that hide or reorder the text around them.
Status check_bytes(std::string_view text);

// The same question about text that will be printed.
bool is_clean(std::string_view text);

// "column 7", or "line 2 column 3" where the text has several lines.
std::string place(std::string_view text, std::size_t offset);

Error refuse(std::string_view text, std::size_t offset, std::string_view reason);

}  // namespace hitl::shell
