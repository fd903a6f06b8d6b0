// SPDX-License-Identifier: Apache-2.0
// jq by its words: it only computes unless one of few words stands in it,
// outside of strings, comments and keys.
#include <algorithm>
#include <cctype>
#include <iterator>
#include <string>
#include <string_view>

#include "classify/program_text.h"

namespace hitl::classify {
namespace {

bool is_word_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::string jq_from(std::string_view text, std::size_t& i, bool interpolated);

// A string may hold programs of its own: "\(...)".
std::string jq_string(std::string_view text, std::size_t& i) {
  for (++i; i < text.size(); ++i) {
    if (text[i] == '"') return ++i, "";
    if (text[i] != '\\') continue;
    ++i;
    if (i < text.size() && text[i] == '(') {
      ++i;
      if (auto bad = jq_from(text, i, true); !bad.empty()) return bad;
      --i;
    }
  }
  return "a string of the jq program is not closed";
}

std::string jq_from(std::string_view text, std::size_t& i, bool interpolated) {
  std::string open;  // the brackets around this point
  while (i < text.size()) {
    const char c = text[i];
    if (c == '"') {
      if (auto bad = jq_string(text, i); !bad.empty()) return bad;
    } else if (c == '#') {
      i = std::min(text.find('\n', i), text.size());
    } else if (is_word_char(c)) {
      const auto from = i;
      while (i < text.size() && is_word_char(text[i])) ++i;
      const auto word = text.substr(from, i - from);
      const char before = from == 0 ? ' ' : text[from - 1];
      const char earlier = from < 2 ? ' ' : text[from - 2];
      if (before == '.' && earlier != '.') continue;  // .env is a key
      const bool key = open.ends_with('{') && before != '$' && i < text.size() && text[i] == ':' &&
                       (i + 1 == text.size() || text[i + 1] != ':');
      if (key) continue;
      static constexpr std::string_view kReaching[] = {
          "env", "ENV", "import", "include", "input_filename", "modulemeta", "get_search_list",
          "__prog_args",
          // of yq
          "load", "load_str", "load_xml", "load_props", "load_base64", "strenv", "envsubst",
          "system", "eval", "filename", "from_file"};
      if (std::ranges::find(kReaching, word) != std::end(kReaching))
        return "jq's " + std::string(word) + " reaches beyond its input";
    } else {
      if (c == '(' || c == '[' || c == '{') open += c;
      if (c == ')' || c == ']' || c == '}') {
        if (open.empty() && c == ')' && interpolated) return ++i, "";
        if (!open.ends_with(c == ')' ? '(' : c == ']' ? '[' : '{'))
          return "brackets of the jq program do not match";
        open.pop_back();
      }
      ++i;
    }
  }
  return interpolated ? "a string of the jq program is not closed" : "";
}

}  // namespace

std::string not_only_jq(std::string_view program) {
  std::size_t i = 0;
  return jq_from(program, i, false);
}

}  // namespace hitl::classify
