// SPDX-License-Identifier: Apache-2.0
#include "console/arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>

#include "base/log.h"
#include "base/visible.h"
#include "console/exit_codes.h"
#include "hitl/limits.h"
#include "hitl/version.h"

namespace hitl::console {
namespace {

constexpr std::size_t kLeastDigest = 8;  // hex digits

constexpr const char* kFooter =
    R"(Without a command: the screen, with the queue of what waits for a decision.
ID is what `list` shows, or a beginning of it that no other request shares.
Exit codes: 0 done, 1 refused, 2 usage, 3 no such id, 4 already decided, 5 no broker.)";

std::string check_digest(const std::string& text) {
  const bool digits =
      std::ranges::all_of(text, [](unsigned char c) { return std::isxdigit(c) != 0; });
  if (digits && text.size() >= kLeastDigest && text.size() <= 64) return {};
  return fmt::format("give {} to 64 hex digits of the digest that list --json and show give",
                     kLeastDigest);
}

std::string check_reason(const std::string& text) {
  if (text.size() > kMaxReason) return fmt::format("longer than {} bytes", kMaxReason);
  const auto space = [](unsigned char c) { return std::isspace(c) != 0; };
  return std::ranges::all_of(text, space) ? "says nothing" : "";
}

int usage(std::string_view what) {
  log("{} (see {} --help)", visible(what), program_name());
  return kExitUsage;
}

}  // namespace

std::variant<Arguments, int> parse_arguments(int argc, char** argv) {
  Arguments a;
  CLI::App app("Decide what AI agents may run on your machines.", "hitl-console");
  app.footer(kFooter);
  app.set_version_flag("--version", fmt::format("hitl-console {}", kRelease));
  app.add_option("--socket", a.socket, "the broker's socket")->type_name("PATH");
  app.add_flag("--json", a.json, "one JSON object a line");
  app.require_subcommand(0, 1);
  app.fallthrough();  // the options above may stand after the command too

  const auto add = [&](const char* name, const char* what, Arguments::Command command) {
    auto* sub = app.add_subcommand(name, what);
    sub->footer("");
    sub->parse_complete_callback([&a, command] { a.command = command; });
    return sub;
  };
  using Command = Arguments::Command;
  auto* list = add("list", "the requests that wait for a decision", Command::List);
  list->add_flag("--all", a.all, "the decided ones too");
  auto* show = add("show", "all of one request", Command::Show);
  auto* approve = add("approve", "shows a request and approves it", Command::Approve);
  approve
      ->add_option("--digest", a.digest,
                   "approve only what has this digest (its beginning), and do not ask")
      ->type_name("PREFIX")
      ->check(check_digest);
  auto* deny = add("deny", "denies a request", Command::Deny);
  add("tail", "events as they happen", Command::Tail);
  for (auto* sub : {show, approve, deny})
    sub->add_option("ID", a.id, "the request")->required()->type_name("");
  for (auto* sub : {approve, deny})
    sub->add_option("--reason", a.reason, "what the agent and the auditors read")
        ->type_name("TEXT")
        ->check(check_reason);
  deny->get_option("--reason")->required();

  try {  // CLI11 reports by exceptions; they end here
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    return usage(e.what());
  }
  if (a.command == Command::Screen && a.json)
    return usage("--json: is for list, show, approve, deny and tail");
  std::ranges::transform(a.digest, a.digest.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return a;
}

}  // namespace hitl::console
