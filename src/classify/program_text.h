// SPDX-License-Identifier: Apache-2.0
// Small strict readers of the languages that stand inside arguments.  Each
// answers one question: is this text surely a program that only computes?  An
// empty answer is yes; otherwise it is the reason why not, which also names
// what the reader does not know.  None of them guesses.
#pragma once

#include <string>
#include <string_view>

namespace hitl::classify {

// sed: no w, W, r, R, e; no s///w or s///e.  What it reads it prints.
std::string not_only_sed(std::string_view program);

// awk: no system(), getline, pipes, output files, @load or indirect calls.
std::string not_only_awk(std::string_view program);

// SQL: statements that select, explain or show; functions that compute.  Also
// psql's \d and sqlite3's .tables and the like.
std::string not_only_sql(std::string_view program);

// jq: no import, include, input_filename tricks, env or $ENV.
std::string not_only_jq(std::string_view program);

// kubectl's -o: wide, name, or paths (jsonpath=, custom-columns=) to what cannot
// hold a secret.
std::string not_only_fields(std::string_view format);

}  // namespace hitl::classify
