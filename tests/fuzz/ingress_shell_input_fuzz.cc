// SPDX-License-Identifier: Apache-2.0
// An agent, a broker and a target that say anything in any order: bytes go to a
// command only while one runs, only keys where nothing was granted, and one line is
// asked for at a time.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "hitl/limits.h"
#include "ingress/shell_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hitl;
  using namespace hitl::ingress;
  if (size == 0) return 0;
  Terminal terminal;
  terminal.wanted = data[0] % 4 != 0;
  terminal.type = data[0] % 2 != 0 ? "dumb" : "xterm";
  terminal.size = {1 + data[0] % 100u, 24};
  ShellInput input(terminal);
  std::string_view in(reinterpret_cast<const char*>(data) + 1, size - 1);
  bool asked = false, runs = false;
  InputRole role = InputRole::None;
  std::uint32_t number = 0;
  std::uint64_t typed = 0, sent = 0, returned = 0;
  const auto look = [&] {
    const auto work = input.take();
    sent += work.to_command.size();
    HITL_CHECK(work.to_command.empty() || (runs && terminal.wanted));
    if (role != InputRole::Data && role != InputRole::Raw)
      HITL_CHECK(work.to_command.find_first_not_of("\x03\x1a\x1c") == std::string::npos);
    HITL_CHECK(sent <= typed + returned);
    if (!work.line) return;
    HITL_CHECK(!asked && work.line->size() <= kMaxCommand + 1);
    asked = true;
  };
  while (!in.empty()) {
    const auto op = static_cast<unsigned char>(in[0]);
    const auto piece = in.substr(1, op / 8);
    in.remove_prefix(1 + piece.size());
    switch (op % 8) {
      case 0:
      case 1:
        typed += piece.size();
        input.on_bytes(piece);
        break;
      case 2:
        if (piece.size() % 4 == 3) input.on_end_of_input();
        input.on_resize({1u + op, 1 + op % 50u});
        break;
      case 3:
        if (asked && !runs) {
          asked = false;
          input.on_more(std::string(piece));
        } else {
          input.on_more("");
        }
        break;
      case 4:
        // Asked or not: what runs is what was asked for.
        if (asked && !runs) {
          runs = true;
          role = static_cast<InputRole>(op / 8 % 4);
          input.on_line_runs(++number, role);
        } else if (!asked) {
          input.on_line_runs(number, InputRole::Raw);
        }
        break;
      case 5:
        input.on_output(piece);
        break;
      case 6: {
        // It ends, and all that says so.
        returned += sent;
        input.on_line_done();
        input.on_line_end({number, op % 3u == 0 ? ~std::uint64_t{0} : op / 8u, op % 64u});
        runs = asked = false;
        input.on_prompt_end();
        break;
      }
      default:
        if (!runs) {
          asked = false;
          input.on_prompt(std::string(piece));
        } else {
          input.on_prompt_end();
        }
    }
    look();
  }
  return 0;
}
