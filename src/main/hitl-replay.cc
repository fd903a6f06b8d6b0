// SPDX-License-Identifier: Apache-2.0
// hitl-replay: where auditors see what agents did.
#include "base/log.h"
#include "replay/arguments.h"
#include "replay/commands.h"
#include "sys/signals.h"

int main(int argc, char** argv) {
  hitl::set_program_name("hitl-replay");
  hitl::sys::ignore_sigpipe();
  const auto parsed = hitl::replay::parse_arguments(argc, argv);
  if (const int* code = std::get_if<int>(&parsed)) return *code;
  return hitl::replay::run_command(std::get<hitl::replay::Arguments>(parsed));
}
