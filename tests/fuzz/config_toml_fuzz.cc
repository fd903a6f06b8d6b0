// SPDX-License-Identifier: Apache-2.0
// Any text as a configuration file: values or faults, and faults are fit to be
// shown.
#include <cstdint>
#include <string>

#include "base/check.h"
#include "config/toml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hitl::config;
  // toml++ descends into nested values; a configuration file is the operator's
  if (size > 4'096) return 0;
  auto file = File::parse({reinterpret_cast<const char*>(data), size}, "fuzz.toml");
  auto root = file.root();
  (void)root.string("s");
  (void)root.strings("l");
  (void)root.integer("i", -5, 1'000);
  (void)root.boolean("b");
  (void)root.duration("d");
  (void)root.word("w", {"allow", "hold"});
  for (auto& t : root.tables("t")) {
    (void)t.string("s");
    t.fault("s", "looked at");
    t.done();
  }
  for (auto& [name, t] : root.named("n")) {
    HITL_CHECK(!t.place().empty());
    t.done();
  }
  root.done();
  for (const auto& fault : file.faults()) HITL_CHECK(fault.starts_with("fuzz.toml"));
  return 0;
}
