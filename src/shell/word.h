// SPDX-License-Identifier: Apache-2.0
// Questions about one word.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/ast.h"

namespace hitl::shell {

// The text of a word that is the same whatever happens: literals only.
std::optional<std::string> literal_text(const Word& word);

// The words of a script that is one simple command and nothing else, each the
// same whatever happens: no assignment, redirection, expansion or pattern.
std::optional<std::vector<std::string>> plain_words(const Script& script);

// Takes out empty literals that change nothing: all of them where the word is
// the value of an assignment; otherwise one stays where it is the whole word,
// and all stay beside an expansion that is split, which they keep apart.
void drop_idle_quotes(Word& word, bool is_value);

// True if the word is `text` and nothing else.
bool is_literal(const Word& word, std::string_view text);

// The literal text at the start of the word, up to the first part that is not.
std::string literal_prefix(const Word& word);

// True if some part is a live pattern character.
bool has_glob(const Word& word);

// True if some part is known only when the command runs: an expansion, a
// substitution, or another's home.  Globs do not count.
bool has_unknown(const Word& word);

// True if the shell may make no word, or several, of it.
bool may_split(const Word& word);

// A name in the sense of XCU 3.235: [A-Za-z_][A-Za-z0-9_]*
bool is_name(std::string_view text);

}  // namespace hitl::shell
