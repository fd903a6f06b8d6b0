// SPDX-License-Identifier: Apache-2.0
// hitl-console: where on-call engineers decide what agents may run.
#include "base/log.h"
#include "console/app.h"
#include "console/arguments.h"
#include "console/commands.h"
#include "console/plain.h"
#include "sys/signals.h"

int main(int argc, char** argv) {
  using hitl::console::Arguments;
  hitl::set_program_name("hitl-console");
  const auto parsed = hitl::console::parse_arguments(argc, argv);
  if (const int* code = std::get_if<int>(&parsed)) return *code;
  const auto& arguments = std::get<Arguments>(parsed);
  using Command = Arguments::Command;
  if (arguments.command != Command::Screen && arguments.command != Command::Plain)
    return hitl::console::run_command(arguments);
  hitl::sys::ignore_sigpipe();
  if (arguments.command == Command::Plain) return hitl::console::run_plain(arguments);
  return hitl::console::run_screen(arguments);
}
