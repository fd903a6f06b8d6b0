// SPDX-License-Identifier: Apache-2.0
// SQL by its tokens, for PostgreSQL, MySQL and SQLite alike: what one of them
// reads in another way is not understood.  So there are no comments, no
// backslashes, no dollar quotes, no brackets and no backquotes.
//
// A statement begins with one of few words; in it no word stands that writes,
// and before a parenthesis only operators, keywords and functions that compute.
#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

#include "classify/program_text.h"

namespace hitl::classify {
namespace {

// Not USE, which mysql reads itself up to the end of the line.
constexpr std::string_view kFirst[] = {"select", "with",  "explain",  "show",
                                       "values", "table", "describe", "desc"};

// Never, whatever the statement; also as names of columns, which may be quoted.
constexpr std::string_view kWriting[] = {
    "into",    "insert", "update",  "delete",  "merge",  "replace", "upsert",    "truncate",
    "drop",    "create", "alter",   "grant",   "revoke", "copy",    "call",      "do",
    "execute", "exec",   "prepare", "declare", "lock",   "outfile", "dumpfile",  "attach",
    "detach",  "pragma", "vacuum",  "reindex", "load",   "handler", "procedure", "notify",
    "listen",  "import", "set",     "reset",   "begin",  "commit",  "rollback",  "delimiter"};

constexpr std::string_view kSecret[] = {"pg_shadow",         "pg_authid",
                                        "pg_user_mapping",   "pg_user_mappings",
                                        "pg_hba_file_rules", "authentication_string",
                                        "primary_conninfo",  "pg_subscription",
                                        "pg_largeobject",    "mysql"};

constexpr std::string_view kSecretParts[] = {
    "passw",      "passphrase", "secret",     "api_key",      "apikey",       "private_key",
    "credential", "access_key", "auth_token", "access_token", "refresh_token"};

// What may stand before "(".
constexpr std::string_view kBeforeParenthesis[] = {
    // keywords
    "select", "from", "where", "and", "or", "not", "in", "on", "as", "over", "values", "exists",
    "all", "any", "some", "by", "having", "union", "except", "intersect", "join", "lateral",
    "filter", "within", "when", "then", "else", "case", "between", "like", "ilike", "is", "using",
    "distinct", "limit", "offset", "explain", "recursive", "materialized", "partition", "rows",
    "range", "sets", "rollup", "cube", "with", "ordinality", "array",
    // types
    "varchar", "char", "character", "varying", "numeric", "decimal", "timestamp", "time",
    "interval", "float", "bit", "int", "integer", "signed", "unsigned", "binary", "date",
    // functions that compute
    "count", "sum", "avg", "min", "max", "total", "abs", "ceil", "ceiling", "floor", "round",
    "trunc", "mod", "power", "sqrt", "sign", "exp", "ln", "log", "log10", "log2", "greatest",
    "least", "coalesce", "nullif", "ifnull", "if", "iif", "isnull", "lower", "upper", "length",
    "char_length", "character_length", "octet_length", "bit_length", "substr", "substring", "left",
    "right", "trim", "ltrim", "rtrim", "btrim", "lpad", "rpad", "position", "strpos", "instr",
    "locate", "concat", "concat_ws", "group_concat", "string_agg", "array_agg", "json_agg",
    "jsonb_agg", "json_build_object", "jsonb_build_object", "json_object", "json_extract",
    "json_array_length", "jsonb_array_length", "row_to_json", "to_json", "to_jsonb", "json_each",
    "jsonb_each", "jsonb_object_keys", "json_object_keys", "reverse", "repeat", "split_part",
    "initcap", "md5", "sha1", "sha2", "hex", "unhex", "quote", "typeof", "pg_typeof", "cast",
    "convert", "format", "to_char", "to_date", "to_timestamp", "to_number", "date_trunc",
    "date_part", "extract", "age", "now", "current_timestamp", "current_date", "clock_timestamp",
    "curdate", "curtime", "utc_timestamp", "sysdate", "date_format", "datediff", "timestampdiff",
    "timediff", "date_add", "date_sub", "str_to_date", "from_unixtime", "unix_timestamp", "year",
    "month", "day", "hour", "minute", "second", "week", "weekday", "dayofweek", "dayname",
    "monthname", "strftime", "datetime", "julianday", "row_number", "rank", "dense_rank",
    "percent_rank", "ntile", "lag", "lead", "first_value", "last_value", "nth_value",
    "percentile_cont", "percentile_disc", "mode", "stddev", "stddev_pop", "stddev_samp", "variance",
    "var_pop", "var_samp", "corr", "bool_and", "bool_or", "every", "generate_series", "unnest",
    "array_length", "cardinality", "array_to_string", "string_to_array", "regexp_replace",
    "regexp_matches", "regexp_match", "regexp_like", "regexp_substr", "starts_with", "version",
    "sqlite_version", "database", "schema", "user", "current_user", "session_user",
    "current_database", "current_schema", "current_setting", "connection_id", "pg_backend_pid",
    "found_rows", "changes", "grouping",
    // sizes and states
    "pg_size_pretty", "pg_database_size", "pg_total_relation_size", "pg_relation_size",
    "pg_table_size", "pg_indexes_size", "pg_tablespace_size", "pg_column_size",
    "pg_postmaster_start_time", "pg_conf_load_time", "pg_is_in_recovery", "pg_current_wal_lsn",
    "pg_last_wal_receive_lsn", "pg_last_wal_replay_lsn", "pg_last_xact_replay_timestamp",
    "pg_wal_lsn_diff", "pg_get_indexdef", "pg_get_constraintdef", "pg_get_viewdef",
    "pg_get_functiondef", "pg_get_expr", "pg_blocking_pids", "format_type", "obj_description",
    "col_description", "to_regclass", "has_table_privilege", "has_schema_privilege",
    "pg_encoding_to_char", "pg_stat_get_activity", "pg_relation_filepath"};

// psql's looks and sqlite3's.
constexpr std::string_view kMeta[] = {
    "\\d",      "\\d+",       "\\dt",        "\\dt+",      "\\di",    "\\di+",   "\\dv",
    "\\dv+",    "\\dm",       "\\ds",        "\\dn",       "\\dn+",   "\\du",    "\\dx",
    "\\df",     "\\df+",      "\\dp",        "\\dT",       "\\dD",    "\\db",    "\\l",
    "\\l+",     "\\z",        "\\conninfo",  "\\encoding", ".tables", ".schema", ".indexes",
    ".indices", ".databases", ".fullschema", ".dbinfo",    ".dump"};

template <std::size_t N>
bool among(const std::string_view (&list)[N], std::string_view word) {
  return std::ranges::find(list, word) != std::end(list);
}
bool names_secret(std::string_view word) {
  return among(kSecret, word) || word == "token" ||
         std::ranges::any_of(kSecretParts,
                             [&](auto part) { return word.find(part) != std::string_view::npos; });
}
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Sql {
 public:
  explicit Sql(std::string_view text) : text_(text) {}

  std::string check() {
    while (i_ < text_.size() && bad_.empty()) token();
    if (bad_.empty() && before_ == Before::Start) bad_ = "the SQL text is empty";
    if (bad_.empty() && depth_ != 0) bad_ = "brackets of the SQL text do not match";
    return bad_;
  }

 private:
  enum class Before { Start, Word, Text, Symbol };

  void refuse(std::string why) { bad_ = std::move(why); }
  char at(std::size_t k) const { return k < text_.size() ? text_[k] : '\0'; }

  void token() {
    const char c = text_[i_];
    if (c == ' ' || c == '\t' || c == '\n') {
      ++i_;
    } else if (is_letter(c)) {
      word();
    } else if (is_digit(c)) {
      while (i_ < text_.size() && (is_digit(text_[i_]) || is_letter(text_[i_]) || text_[i_] == '.'))
        ++i_;
      before_ = Before::Text;
    } else if (c == '\'' || c == '"') {
      quoted(c);
    } else {
      symbol(c);
    }
  }

  void word() {
    const auto from = i_;
    while (i_ < text_.size() && (is_letter(text_[i_]) || is_digit(text_[i_]))) ++i_;
    word_.assign(text_.substr(from, i_ - from));
    for (char& c : word_) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    qualified_ = from > 0 && text_[from - 1] == '.' && !after_system_schema_;
    after_system_schema_ = word_ == "pg_catalog" || word_ == "information_schema";
    if (statement_.empty()) {
      if (!among(kFirst, word_)) return refuse("'" + word_ + "' in the SQL text may change data");
      statement_ = word_;
    } else if (among(kWriting, word_) && !(statement_ == "show" && word_ == "create")) {
      return refuse("'" + word_ + "' in the SQL text may change data");
    }
    if (names_secret(word_) || (statement_ == "show" && word_ == "user"))
      return refuse("'" + word_ + "' in the SQL text may show secrets");
    before_ = Before::Word;
  }

  void quoted(char mark) {
    if (statement_.empty()) return refuse("the SQL statement is not known");
    const auto from = i_ + 1;
    for (++i_; i_ < text_.size(); ++i_) {
      const char c = text_[i_];
      if (c == mark && at(i_ + 1) != mark) {
        auto inside = std::string(text_.substr(from, i_ - from));
        for (char& d : inside) d = static_cast<char>(std::tolower(static_cast<unsigned char>(d)));
        if (mark == '"' && names_secret(inside)) return refuse("it may show secrets");
        ++i_;
        before_ = Before::Text;
        return;
      }
      if (c == mark)
        ++i_;
      else if (c == '\\' || static_cast<unsigned char>(c) < ' ' ||
               static_cast<unsigned char>(c) > '~')
        break;
    }
    refuse("a string of the SQL text is not understood");
  }

  void symbol(char c) {
    if (statement_.empty() && c != ';' && c != '(') return refuse("the SQL statement is not known");
    const auto two = text_.substr(i_, 2);
    if (two == "--" || two == "/*") return refuse("a comment in the SQL text");
    switch (c) {
      case '(':
        if (before_ == Before::Text ||
            (before_ == Before::Word && (qualified_ || !among(kBeforeParenthesis, word_))))
          return refuse("what SQL's " + word_ + "(...) does is not known");
        ++depth_;
        break;
      case ')':
        if (depth_-- == 0) return refuse("brackets of the SQL text do not match");
        before_ = Before::Text;
        ++i_;
        return;
      case ';':
        if (depth_ != 0) return refuse("brackets of the SQL text do not match");
        statement_.clear();
        break;
      case '\\':
        // mysql: the row as lines.
        if (at(i_ + 1) == 'G' && text_.find_first_not_of("; \n", i_ + 2) == text_.npos) {
          i_ = text_.size();
          return;
        }
        return refuse("a backslash in the SQL text");
      default:
        if (std::string_view(".,*+-/%=<>!|:?@&~^").find(c) == std::string_view::npos)
          return refuse("'" + std::string(1, c) + "' in the SQL text is not understood");
    }
    if (c != '.') after_system_schema_ = false;
    before_ = Before::Symbol;
    ++i_;
  }

  std::string_view text_;
  std::size_t i_ = 0;
  std::string bad_, statement_, word_;
  int depth_ = 0;
  Before before_ = Before::Start;
  bool qualified_ = false;            // the last word stands behind a "."
  bool after_system_schema_ = false;  // which is pg_catalog's
};

// \dt public.*
bool is_meta(std::string_view text) {
  const auto space = std::min(text.find(' '), text.size());
  return among(kMeta, text.substr(0, space)) && std::ranges::all_of(text.substr(space), [](char c) {
           return is_letter(c) || is_digit(c) || c == ' ' || c == '.' || c == '*' || c == '?';
         });
}

}  // namespace

std::string not_only_sql(std::string_view program) {
  if (is_meta(program)) return "";
  return Sql(program).check();
}

}  // namespace hitl::classify
