// SPDX-License-Identifier: Apache-2.0
#include "store/rows.h"

#include <fmt/format.h>

namespace hitl::store {

std::string placeholders(std::string_view names) {
  std::string out = "?";
  for (const char c : names)
    if (c == ',') out += ",?";
  return out;
}

std::string insert_into(std::string_view table, std::string_view names) {
  return fmt::format("INSERT INTO {}({}) VALUES({})", table, names, placeholders(names));
}

std::string update_all(std::string_view table, std::string_view names) {
  return fmt::format("UPDATE {} SET ({})=({}) WHERE id=?", table, names, placeholders(names));
}

std::string select_from(std::string_view table, std::string_view names, std::string_view rest) {
  return fmt::format("SELECT {} FROM {} {}", names, table, rest);
}

}  // namespace hitl::store
