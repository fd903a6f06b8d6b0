// SPDX-License-Identifier: Apache-2.0
// jq and SQL by their words: both languages only compute unless one of few
// words stands in them, outside of strings and comments.
#include <algorithm>
#include <cctype>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "classify/program_text.h"

namespace hitl::classify {
namespace {

bool is_word_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::string lower(std::string_view s) {
  std::string out(s);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

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
  int depth = 0;
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
      if (before == '.') continue;  // .env is a key
      const bool key = before != '$' && i < text.size() && text[i] == ':' &&
                       (i + 1 == text.size() || text[i + 1] != ':');
      if (key) continue;
      static constexpr std::string_view kReaching[] = {"env",
                                                       "ENV",
                                                       "import",
                                                       "include",
                                                       "input_filename",
                                                       "modulemeta",
                                                       "get_search_list",
                                                       "__prog_args"};
      if (std::ranges::find(kReaching, word) != std::end(kReaching))
        return "jq's " + std::string(word) + " reaches beyond its input";
    } else {
      if (c == '(') ++depth;
      if (c == ')') {
        if (depth-- == 0) {
          if (!interpolated) return "brackets of the jq program do not match";
          return ++i, "";
        }
      }
      ++i;
    }
  }
  return interpolated ? "a string of the jq program is not closed" : "";
}

struct SqlWords {
  std::vector<std::string> words;  // lower case; ";" between statements
  bool bad = false;
};

SqlWords sql_words(std::string_view text) {
  SqlWords out;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '\'' || c == '"' || c == '`') {
      const auto close = text.find(c, i + 1);
      // A backslash escapes in some dialects and not in others.
      if (close == std::string_view::npos ||
          text.substr(i, close - i).find('\\') != std::string_view::npos)
        return out.bad = true, out;
      i = close + 1;
    } else if (text.substr(i, 2) == "--" || text.substr(i, 2) == "/*" || c == '#' || c == '\\' ||
               c == '$' || c == '!' || c == '@') {
      return out.bad = true, out;
    } else if (is_word_char(c)) {
      const auto from = i;
      while (i < text.size() && is_word_char(text[i])) ++i;
      out.words.push_back(lower(text.substr(from, i - from)));
      const auto next = text.find_first_not_of(' ', i);
      if (next != std::string_view::npos && text[next] == '(') out.words.back() += "(";
    } else {
      if (c == ';') out.words.emplace_back(";");
      ++i;
    }
  }
  return out;
}

}  // namespace

std::string not_only_jq(std::string_view program) {
  std::size_t i = 0;
  return jq_from(program, i, false);
}

std::string not_only_sql(std::string_view statement) {
  static constexpr std::string_view kBegins[] = {"select", "explain", "show", "describe", "desc"};
  static constexpr std::string_view kFunctions[] = {"count(",
                                                    "sum(",
                                                    "min(",
                                                    "max(",
                                                    "avg(",
                                                    "now(",
                                                    "version(",
                                                    "lower(",
                                                    "upper(",
                                                    "length(",
                                                    "coalesce(",
                                                    "round(",
                                                    "abs(",
                                                    "date(",
                                                    "in(",
                                                    "and(",
                                                    "or(",
                                                    "where(",
                                                    "as(",
                                                    "from(",
                                                    "not(",
                                                    "on(",
                                                    "values(",
                                                    "exists(",
                                                    "select(",
                                                    "current_database(",
                                                    "database(",
                                                    "user(",
                                                    "group_concat(",
                                                    "string_agg(",
                                                    "distinct(",
                                                    "case(",
                                                    "when(",
                                                    "using(",
                                                    "by(",
                                                    "over(",
                                                    "date_trunc(",
                                                    "pg_size_pretty(",
                                                    "pg_database_size(",
                                                    "pg_total_relation_size(",
                                                    "pg_relation_size(",
                                                    "pg_is_in_recovery(",
                                                    "extract(",
                                                    "concat(",
                                                    "substr(",
                                                    "trim("};
  static constexpr std::string_view kNever[] = {"into",
                                                "insert",
                                                "update",
                                                "delete",
                                                "drop",
                                                "alter",
                                                "create",
                                                "truncate",
                                                "grant",
                                                "revoke",
                                                "copy",
                                                "call",
                                                "do",
                                                "execute",
                                                "analyze",
                                                "lock",
                                                "set",
                                                "attach",
                                                "pragma",
                                                "load",
                                                "outfile",
                                                "dumpfile",
                                                "replace",
                                                "merge",
                                                "vacuum",
                                                "handler",
                                                "pg_shadow",
                                                "pg_authid",
                                                "usename",
                                                "passwd",
                                                "authentication_string",
                                                "pg_user_mapping",
                                                "mysql"};
  const auto [words, bad] = sql_words(statement);
  if (bad) return "the SQL has quotes, comments or meta-commands that are not understood";
  bool begins = true;
  for (const auto& w : words) {
    if (w == ";") {
      begins = true;
      continue;
    }
    if (begins && std::ranges::find(kBegins, w) == std::end(kBegins))
      return "SQL's " + w + " is not only a query";
    begins = false;
    if (std::ranges::find(kNever, w) != std::end(kNever) ||
        std::ranges::find(kNever, std::string_view(w).substr(0, w.size() - 1)) != std::end(kNever))
      return "SQL's " + w + " may change or reach more than a table";
    if (w.ends_with('(') && std::ranges::find(kFunctions, w) == std::end(kFunctions))
      return "the SQL function " + w + ") is not known";
  }
  return "";
}

}  // namespace hitl::classify
