// SPDX-License-Identifier: Apache-2.0
#include "console/arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

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

// "90s", "30m", "2h"
std::optional<std::chrono::seconds> seconds_of(const std::string& text) {
  std::int64_t n = 0;
  const auto* end = text.data() + text.size();
  const auto r = std::from_chars(text.data(), end, n);
  if (r.ec != std::errc() || n <= 0 || n > 100'000 || r.ptr + 1 != end) return std::nullopt;
  switch (*r.ptr) {
    case 's':
      return std::chrono::seconds(n);
    case 'm':
      return std::chrono::minutes(n);
    case 'h':
      return std::chrono::hours(n);
    default:
      return std::nullopt;
  }
}

std::string check_grant(const std::string& text) {
  return seconds_of(text) ? "" : "give a time: 90s, 30m, 2h";
}

std::string check_proposal(const std::string& text) {
  if (text.empty()) return "says nothing";
  return text.size() > kMaxProposal ? fmt::format("longer than {} bytes", kMaxProposal) : "";
}

std::string check_host(const std::string& text) {
  const bool plain = std::ranges::all_of(text, [](unsigned char c) { return c > ' ' && c < 0x7f; });
  return plain && !text.empty() && text[0] != '-' ? "" : "is no host";
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
  auto* socket = app.add_option("--socket", a.to.socket, "the broker's socket")->type_name("PATH");
  app.add_option("--host", a.to.host, "the bastion, over ssh: decisions are signed")
      ->type_name("[USER@]HOST[:PORT]")
      ->excludes(socket)
      ->check(check_host);
  app.add_option("--identity", a.identity, "the key that signs, else any of yours that fits")
      ->type_name("FILE");
  app.add_flag("--json", a.json, "one JSON object a line");
  bool plain = false;
  app.add_flag("--plain", plain, "lines in place of the screen, as for a screen reader");
  app.add_flag("--quiet", a.quiet, "no bell and no notifications")->envname("HITL_CONSOLE_QUIET");
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
  list->add_flag("--reviews", a.reviews, "what ran by a broken glass, until someone looked at it");
  auto* show = add("show", "all of one request", Command::Show);
  auto* approve = add("approve", "shows a request and approves it", Command::Approve);
  approve
      ->add_option("--digest", a.digest,
                   "approve only what has this digest (its beginning), and do not ask")
      ->type_name("PREFIX")
      ->check(check_digest);
  std::string grant;
  approve->add_option("--grant", grant, "commands of its shape too, for this time")
      ->type_name("30m")
      ->check(check_grant);
  approve->add_flag("--session", a.grant_session, "with --grant: in this session only");
  approve->add_flag("--break-glass", a.break_glass,
                    "alone, where a rule lets you; others look at it afterwards");
  auto* deny = add("deny", "denies a request", Command::Deny);
  auto* propose = add("propose", "denies a request and says what would do", Command::Propose);
  propose->add_option("--command", a.proposal, "the command that would do")
      ->type_name("LINE")
      ->required()
      ->check(check_proposal);
  auto* review = add("review", "says that someone has looked at a broken glass", Command::Review);
  add("tail", "events as they happen", Command::Tail);
  add("sessions", "the agents' sessions that are open", Command::Sessions);
  auto* pause = add("pause", "nothing new of a session or an agent starts", Command::Pause);
  auto* resume = add("resume", "it may go on", Command::Resume);
  auto* kill = add("kill", "ends what runs, and the connection", Command::Kill);
  auto* look = add("look", "a session as it happens", Command::Look);
  add("grants", "what may run without being asked about, for a time", Command::Grants);
  auto* revoke = add("revoke", "takes a grant back", Command::Revoke);
  revoke->add_option("ID", a.id, "the grant")->required()->type_name("");
  look->add_option("SESSION", a.id, "as `sessions` shows it")->required()->type_name("");
  for (auto* sub : {pause, resume, kill}) {
    auto* session = sub->add_option("SESSION", a.id, "as `sessions` shows it")->type_name("");
    sub->add_option("--agent", a.agent, "all sessions of this agent")
        ->type_name("NAME")
        ->excludes(session);
    sub->add_option("--reason", a.reason, "what the auditors read")
        ->type_name("TEXT")
        ->check(check_reason);
  }
  for (auto* sub : {show, approve, deny, propose, review})
    sub->add_option("ID", a.id, "the request")->required()->type_name("");
  for (auto* sub : {approve, deny, propose, review})
    sub->add_option("--reason", a.reason, "what the agent and the auditors read")
        ->type_name("TEXT")
        ->check(check_reason);
  for (auto* sub : {deny, propose, review}) sub->get_option("--reason")->required();

  try {  // CLI11 reports by exceptions; they end here
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    return usage(e.what());
  }
  if (plain && a.command != Command::Screen) return usage("--plain: is in place of the screen");
  if (a.command == Command::Screen && a.json)
    return usage("--json: is for commands, not for the screen");
  if (plain) a.command = Command::Plain;
  if (a.id.size() > kMaxName || a.agent.size() > kMaxName) return usage("no id or name is so long");
  const bool controls =
      a.command == Command::Pause || a.command == Command::Resume || a.command == Command::Kill;
  if (controls && a.id.empty() && a.agent.empty()) return usage("name a SESSION, or --agent NAME");
  if (a.break_glass && a.reason.empty()) return usage("--break-glass: needs a --reason");
  if (!grant.empty()) a.grant = seconds_of(grant).value_or(std::chrono::seconds(0));
  std::ranges::transform(a.digest, a.digest.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return a;
}

}  // namespace hitl::console
