// SPDX-License-Identifier: Apache-2.0
#include "replay/arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>

#include "base/log.h"
#include "base/visible.h"
#include "base/when.h"
#include "hitl/version.h"

namespace hitl::replay {
namespace {

constexpr const char* kFooter =
    R"(SESSION is an id that `list` shows, or a beginning of it (4 letters or more).
Exit codes: 0 done, 1 failed, 2 usage, 3 no such session.)";

int usage(std::string_view what) {
  log("{} (see {} --help)", visible(what), program_name());
  return kExitUsage;
}

// Fills `into` from an option that is a point in time.
CLI::callback_t time_option(std::optional<WallMs>& into) {
  return [&into](const CLI::results_t& values) {
    const auto t = parse_when(values.front(), wall_now_ms());
    if (!t) throw CLI::ValidationError(t.error().what);
    into = *t;
    return true;
  };
}

void add_filters(CLI::App* list, Arguments& a) {
  list->add_option("--agent", a.filter.agent, "of this agent")->type_name("NAME");
  list->add_option("--target", a.filter.target, "on this target")->type_name("NAME");
  list->add_option("--state", a.filter.state, "open, closed, or lost (the bastion ended first)")
      ->check(CLI::IsMember({"open", "closed", "lost"}).description(""))
      ->type_name("STATE");
  list->add_option("--decision", a.filter.decision, "with a command that was so decided")
      ->check(CLI::IsMember({"allow", "hold", "deny"}).description(""))
      ->type_name("DECISION");
  list->add_option("--effect", a.filter.effect, "with a command of this effect")
      ->type_name("EFFECT");
  list->add_option("--exit", a.filter.exit_status, "with a command of this exit status")
      ->type_name("N");
  list->add_option("--text", a.filter.text, "with a command that has this text")->type_name("TEXT");
  list->add_option("--since", time_option(a.filter.since), "begun then or later: 2h, 2026-11-24")
      ->type_name("TIME");
  list->add_option("--until", time_option(a.filter.until), "begun before")->type_name("TIME");
  list->add_option("--limit", a.filter.limit, "at most so many, the newest")
      ->check(CLI::Range(1, 1'000'000).description(""))
      ->type_name("N");
}

void add_play(CLI::App* play, Arguments& a) {
  play->add_option("--speed", a.speed, "times as fast")
      ->check(CLI::Range(0.01, 1e6).description(""))
      ->type_name("N");
  play->add_option("--idle-limit", a.idle_limit,
                   "longest pause in seconds (default: 2; 0: as it was)")
      ->check(CLI::Range(0.0, 1e6).description(""))
      ->type_name("S");
  play->add_option("--from", a.from, "begin at 1:30, or at the marker that holds this text")
      ->type_name("T|MARKER");
  play->add_flag("--raw", a.raw,
                 "every byte as recorded: it can set your terminal's title and clipboard, make it "
                 "answer, and worse");
}

void add_search(CLI::App* sub, Arguments& a) {
  sub->add_option("TEXT", a.search.text, "the text, from the beginning of a word on")
      ->required()
      ->type_name("");
  sub->add_option_function<std::string>(
         "--in",
         [&a](const std::string& in) {
           a.search.kind = in.substr(0, in.size() - (in != "output"));
         },
         "commands, output or reasons (default: all)")
      ->check(CLI::IsMember({"commands", "output", "reasons"}).description(""))
      ->type_name("WHERE");
  sub->add_option("--limit", a.search.limit, "at most so many, the newest")
      ->check(CLI::Range(1, 100'000).description(""))
      ->type_name("N");
}

void add_stats(CLI::App* sub, Arguments& a) {
  sub->add_option("--since", time_option(a.filter.since), "commands of then or later")
      ->type_name("TIME");
  sub->add_option("--until", time_option(a.filter.until), "commands of before")->type_name("TIME");
}

void add_export(CLI::App* sub, Arguments& a) {
  static const std::map<std::string, Format> kFormats = {
      {"cast", Format::Cast}, {"txt", Format::Txt}, {"json", Format::Json}};
  sub->add_option_function<std::string>(
         "--format", [&a](const std::string& name) { a.format = kFormats.at(name); },
         "cast (asciicast v2), txt or json")
      ->check(CLI::IsMember({"cast", "txt", "json"}).description(""))
      ->type_name("FORMAT");
  sub->add_flag("--bundle", a.bundle,
                "a file that others verify without this bastion (contrib/verify-bundle)");
  sub->add_option("-o,--output", a.output, "write this file")->type_name("FILE");
}

}  // namespace

std::variant<Arguments, int> parse_arguments(int argc, char** argv) {
  Arguments a;
  CLI::App app("See what AI agents did on your machines.", "hitl-replay");
  app.footer(kFooter);
  app.set_version_flag("--version", fmt::format("hitl-replay {}", kRelease));
  app.add_option("--db", a.db, fmt::format("the bastion's store (default: {})", a.db))
      ->type_name("FILE");
  app.add_flag("--json", a.json,
               "for list and search: an object a line; for show, stats and verify: one object");
  app.require_subcommand(1, 1);
  app.fallthrough();  // the options above may stand after the command too

  const auto add = [&](const char* name, const char* what, Arguments::Command command) {
    auto* sub = app.add_subcommand(name, what);
    sub->footer("");
    sub->parse_complete_callback([&a, command] { a.command = command; });
    using enum Arguments::Command;
    if (command != List && command != Verify && command != Search && command != Stats &&
        command != Prune)
      sub->add_option("SESSION", a.session, "the session")->required()->type_name("");
    return sub;
  };
  using enum Arguments::Command;
  add_filters(add("list", "sessions, the newest first", List), a);
  auto* show = add("show", "a session and its commands", Show);
  auto* search = add("search", "a text in commands, output and reasons", Search);
  add_search(search, a);
  add_stats(add("stats", "what was allowed, held and denied, by agent, target and rule", Stats), a);
  auto* play = add("play", "a session as it went, in your terminal", Play);
  add_play(play, a);
  auto* exporting = add("export", "a session for other programs", Export);
  add_export(exporting, a);
  auto* hold = add("hold", "retention spares a session", Hold);
  hold->add_option("--reason", a.reason, "why")->required()->type_name("TEXT");
  auto* release = add("release", "ends a hold", Release);
  auto* prune = add("prune", "deletes what retention says", Prune);
  prune->add_flag("--dry-run", a.dry_run, "only says what that would be");
  for (auto* sub : {show, search, play, exporting, hold, release, prune})
    sub->add_option("--socket", a.socket,
                    "the bastion's (default: run/operator.sock beside the store)")
        ->type_name("PATH");
  auto* verify = add("verify", "whether the store is as the bastion wrote it", Verify);
  verify->footer("Exit codes: 0 intact, 1 tampered (the first bad row is named), 2 cannot tell.");
  verify
      ->add_option("--key", a.key,
                   "the bastion's public audit key (default: keys/audit_ed25519.pub beside the "
                   "store)")
      ->type_name("FILE");
  verify
      ->add_option("--checkpoints", a.checkpoints,
                   "the file of checkpoints (default: audit.log beside the store, if there is one)")
      ->type_name("FILE");

  try {  // CLI11 reports by exceptions; they end here
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    return usage(e.what());
  }
  const bool prints = a.command == List || a.command == Search || a.command == Show ||
                      a.command == Stats || a.command == Verify;
  if (a.json && !prints)
    return usage("--json: is for list, search, show, stats and verify (export has --format json)");
  return a;
}

}  // namespace hitl::replay
