// SPDX-License-Identifier: Apache-2.0
// What the catalogue knows, for people who look and for the tools that hold it
// against the programs themselves.
#pragma once

#include <cstddef>
#include <iosfwd>

#include "catalog/catalog.h"

namespace hitl::explain {

struct Coverage {
  std::size_t programs = 0;      // that some entry knows
  std::size_t sub_commands = 0;  // "git log"
  std::size_t readers = 0;       // entries of both that are plain reads
  std::size_t options = 0;       // spellings
};
Coverage coverage_of(const catalog::Catalog& catalog);

void print_coverage(const Coverage& coverage, std::ostream& out);
// One JSON object a line, in the order of their names.
void print_commands(const catalog::Catalog& catalog, std::ostream& out);

}  // namespace hitl::explain
