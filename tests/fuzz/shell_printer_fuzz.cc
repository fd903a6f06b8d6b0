// SPDX-License-Identifier: Apache-2.0
// What is understood is printed, the print is understood and prints the same,
// and its words are the same words.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/visible.h"
#include "shell/limits.h"
#include "shell/parser.h"
#include "shell/printer.h"
#include "shell/walk.h"
#include "shell/word.h"

namespace {

using namespace hitl::shell;

// The literal words in order.  A here-document inside a substitution is printed
// as another kind of redirection, so bodies are not among them.
std::vector<std::string> words_of(const Script& script) {
  std::vector<std::string> words;
  each_simple(script, [&](const Command&, const Simple& s, const Place&) {
    for (const auto& w : s.words) words.push_back(literal_text(w).value_or("?"));
  });
  return words;
}

// A tab apart, which $'\\t' may bring in.
bool has_hidden(std::string text) {
  std::ranges::replace(text, '\t', ' ');
  return hitl::has_hidden(text);
}

// Of marks that join a letter only so many show: quotes may stand between them.
bool hides_without_quotes(std::string text) {
  std::erase_if(text, [](char c) { return c == '"' || c == '\'' || c == '\\'; });
  return has_hidden(std::move(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto first = parse({reinterpret_cast<const char*>(data), size});
  if (!first) return 0;
  const auto once = print(*first).bytes();
  const std::string text(reinterpret_cast<const char*>(data), size);
  HITL_CHECK(!has_hidden(once) || has_hidden(text) || hides_without_quotes(text));
  // brace expansion and quotes make it longer; the limits are of the text
  Limits wide;
  wide.bytes = once.size();
  wide.nodes *= 64;
  const auto second = parse(once, wide);
  HITL_CHECK(second.has_value());
  HITL_CHECK(print(*second).bytes() == once);
  HITL_CHECK(words_of(*first) == words_of(*second));
  return 0;
}
