// SPDX-License-Identifier: Apache-2.0
// Any bytes as fields: reads stay inside, the first failure sticks.
#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/visible.h"
#include "base/wire.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hitl;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // the first bytes say which reads the rest gets
  const auto plan = text.substr(0, 8);
  WireReader r(text.substr(plan.size()));
  for (const char op : plan) {
    const bool was_ok = r.ok();
    std::string s;
    std::vector<std::string> list;
    bool b = false;
    switch (static_cast<unsigned char>(op) % 6) {
      case 0:
        r.u8();
        break;
      case 1:
        r.u32();
        break;
      case 2:
        r.u64();
        break;
      case 3:
        r.string(s, 64);
        HITL_CHECK(s.size() <= 64);
        break;
      case 4:
        r.list(list, 8, [](auto& d, auto& e) { d.string(e, 16); });
        HITL_CHECK(list.size() <= 8);
        break;
      default:
        r.boolean(b);
    }
    HITL_CHECK(was_ok || !r.ok());
    HITL_CHECK(was_ok || (s.empty() && !b));
  }
  HITL_CHECK(r.ok() || !r.finish());
  HITL_CHECK(!has_hidden(visible(text).str()));
  return 0;
}
