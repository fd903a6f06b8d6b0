// SPDX-License-Identifier: Apache-2.0
// A database file with bytes changed, as an auditor opens it: rows or errors.
// The input is a list of changes: three bytes of offset, one of value.
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "../support/sample_store.h"
#include "base/check.h"
#include "store/store.h"

namespace {

using hitl::store::Store;

std::string sample() {
  const auto path = "/tmp/hitl-fuzz-" + std::to_string(::getpid()) + ".db";
  {
    auto opened = Store::open(path, Store::Mode::ReadWrite);
    HITL_CHECK(opened.has_value());
    hitl::testing::fill_sample_store(**opened);
  }
  std::ifstream in(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  std::filesystem::remove(path);
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string original = sample();
  static const std::string path = "/tmp/hitl-fuzz-" + std::to_string(::getpid()) + "-read.db";
  std::string bytes = original;
  for (std::size_t i = 0; i + 4 <= size && i < 4 * 64; i += 4) {
    const auto at = (data[i] << 16 | data[i + 1] << 8 | data[i + 2]) % bytes.size();
    bytes[at] = static_cast<char>(data[i + 3]);
  }
  std::ofstream(path, std::ios::binary) << bytes;
  if (auto opened = Store::open(path, Store::Mode::ReadOnly)) {
    Store& store = **opened;
    if (const auto sessions = store.sessions({}))
      for (const auto& s : *sessions) {
        (void)store.commands(s.session.id).has_value();
        const auto events = store.events(s.session.id);
        for (auto page = events->next(); page && !page->empty();) page = events->next();
      }
    (void)store.session(hitl::testing::kSessionOne).has_value();
    if (const auto requests = store.requests(true, 100))
      for (const auto& r : *requests) (void)store.decisions(r.id).has_value();
  }
  std::filesystem::remove(path);
  std::filesystem::remove(path + "-wal");
  std::filesystem::remove(path + "-shm");
  return 0;
}
