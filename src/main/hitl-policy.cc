// SPDX-License-Identifier: Apache-2.0
// hitl-policy: check and explain what the rules say.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>

#include "base/log.h"
#include "base/visible.h"
#include "base/when.h"
#include "explain/catalog_list.h"
#include "explain/explain.h"
#include "explain/whatif.h"
#include "hitl/version.h"
#include "rulebook/catalog_file.h"

namespace {

constexpr int kFaulty = 78;   // EX_CONFIG
constexpr int kMisused = 64;  // EX_USAGE

int misused(std::string_view what) {
  std::cerr << hitl::program_name() << ": " << hitl::visible(what).str()
            << " (see hitl-policy --help)\n";
  return kMisused;
}

int report(const hitl::Error& error) {
  std::cerr << hitl::program_name() << ": " << error.what << "\n";
  return kFaulty;
}

int list_catalog(const hitl::explain::Setup& setup, bool count) {
  const auto texts = hitl::rulebook::read_catalog(setup.catalog);
  if (!texts) return report(texts.error());
  const auto catalog = hitl::rulebook::load_catalog(*texts);
  if (!catalog) return report(catalog.error());
  if (count)
    hitl::explain::print_coverage(hitl::explain::coverage_of(*catalog), std::cout);
  else
    hitl::explain::print_commands(*catalog, std::cout);
  return 0;
}

int what_if(const hitl::judge::Judge& judge, const hitl::explain::Setup& setup,
            const std::string& since, bool json) {
  hitl::WallMs from = 0;
  if (!since.empty()) {
    const auto when = hitl::parse_when(since, hitl::wall_now_ms());
    if (!when) return misused("whatif: " + when.error().what);
    from = *when;
  }
  auto store = hitl::store::Store::open(setup.config->store, hitl::store::Store::Mode::ReadOnly);
  if (!store) return report(store.error());
  const auto result = hitl::explain::what_if(judge, *setup.config, **store, from);
  if (!result) return report(result.error());
  hitl::explain::print(*result, json, std::cout);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  hitl::set_program_name("hitl-policy");
  std::string line, config, policy, agent, target, since;
  std::vector<std::string> catalog;
  bool batch = false, json = false, count = false, timed = false, all = false;

  CLI::App app("What the rules say about a command, and why.", "hitl-policy");
  app.set_version_flag("--version", std::string("hitl-policy ") + hitl::kRelease);
  app.require_subcommand(1);
  const auto rules = [&](CLI::App* command) {
    command->add_option("--config", config, "bastion.toml: its policy, agents and targets");
    command->add_option("--policy", policy, "this policy file instead");
    command->add_option("--catalog", catalog, "this catalogue folder instead, may be repeated");
  };
  auto* explain = app.add_subcommand("explain", "what would be decided about LINE");
  rules(explain);
  explain->add_option("--as", agent, "the agent that asks");
  explain->add_option("--on", target, "the target");
  explain->add_flag("--json", json, "one JSON object");
  auto* many = explain->add_flag("--batch", batch, "JSON lines on standard input");
  explain->add_flag("--time", timed, "with --batch: how long rulings took, on standard error");
  auto* asked = explain->add_option("LINE", line, "the command line, as one word")->excludes(many);
  explain->add_flag("-v,--verbose", all, "also why each denial does not meet the line");
  auto* past = app.add_subcommand("whatif", "what --policy would have decided otherwise");
  rules(past);
  past->get_option("--policy")->required();
  past->add_option("--since", since, "asked then or later: 7d, 2026-11-24");
  past->add_flag("--json", json, "a JSON object a line");
  auto* check = app.add_subcommand("check", "every fault of policy and catalogue");
  rules(check);
  auto* listed = app.add_subcommand("catalog", "what is known of programs, a JSON object a line");
  rules(listed);
  listed->add_flag("--count", count, "how much that is");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    return misused(error.what());
  }
  if (*explain && !batch && !*asked) return misused("explain: LINE is missing");
  if (timed && !batch) return misused("explain: --time is of a --batch");

  if (*past && config.empty()) config = "/etc/hitl/bastion.toml";
  hitl::Result<hitl::explain::Setup> setup = hitl::explain::shipped();
  if (!config.empty()) setup = hitl::explain::configured(config);
  if (!setup) return report(setup.error());
  if (!policy.empty()) setup->policy = policy;
  if (!catalog.empty()) setup->catalog = catalog;

  if (*listed) return list_catalog(*setup, count);
  auto judge = hitl::judge::Judge::load(setup->policy, setup->catalog);
  if (!judge) return report(judge.error());
  if (*check) return 0;
  if (*past) return what_if(*judge, *setup, since, json);
  // In a batch each line may name its own.
  const auto named = hitl::explain::name(*setup, agent, target);
  if (!named && (!batch || !agent.empty() || !target.empty())) return report(named.error());
  if (batch) {
    std::ios::sync_with_stdio(false);
    hitl::explain::Times times;
    hitl::explain::batch(*judge, *setup, std::cin, std::cout, &times);
    if (timed) std::cerr << hitl::explain::summary_of(std::move(times)) << "\n";
    return 0;
  }
  using hitl::explain::Form;
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  const char* plain = std::getenv("NO_COLOR");
  const bool colour = terminal && (plain == nullptr || *plain == '\0');
  const auto form = json       ? Form::Json
                    : colour   ? Form::Coloured
                    : terminal ? Form::Terminal
                               : Form::Plain;
  hitl::explain::explain(*judge, *setup, line, form, all, std::cout);
  return 0;
}
