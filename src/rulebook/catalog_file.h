// SPDX-License-Identifier: Apache-2.0
// catalog.d/*.toml to a Catalog, in the form of hitl-catalog(5).  Nothing is
// skipped: an entry that is not understood is a fault of the whole.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"

namespace hitl::rulebook {

struct CatalogText {
  std::string name, text;
};

// All *.toml of the folders, folder by folder, sorted by name.
// Errc::NotFound, System.
Result<std::vector<CatalogText>> read_catalog(const std::vector<std::string>& folders);

// Errc::Invalid: all faults, one after the other.
Result<catalog::Catalog> load_catalog(const std::vector<CatalogText>& files);

}  // namespace hitl::rulebook
