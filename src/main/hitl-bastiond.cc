// SPDX-License-Identifier: Apache-2.0
// hitl-bastiond: arguments, and then one of three: the daemon, check, init.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "base/log.h"
#include "base/visible.h"
#include "config/bastion_config.h"
#include "hitl/version.h"
#include "listener/daemon.h"
#include "setup/check.h"
#include "setup/init.h"

namespace {

using namespace hitl;

constexpr int kUsage = 2;
constexpr int kFault = 78;  // EX_CONFIG

int look_for_faults(const std::string& path, bool aloud) {
  auto config = config::read_config(path);
  if (!config) {
    log("{}", visible(config.error().what, true));
    return kFault;
  }
  const auto report = setup::check(*config);
  for (const auto& f : report.faults) log("{}", visible(f, true));
  for (const auto& n : report.notes) log("note: {}", visible(n, true));
  for (const auto& w : report.warnings) log("lab: {}", visible(w, true));
  if (!report.faults.empty()) return kFault;
  if (aloud)
    std::printf("%s: good: %zu agents, %zu operators, %zu targets\n", config->file.c_str(),
                config->agents.size(), config->operators.size(), config->targets.size());
  return 0;
}

int serve(const std::string& path) {
  if (const int fault = look_for_faults(path, false)) return fault;
  auto config = config::read_config(path);
  if (!config) return kFault;
  if (config->lab) log("lab = true: accounts may be shared; this is a try-out, not a bastion");
  auto daemon = listener::Daemon::create(std::move(*config));
  if (!daemon) {
    log("{}", daemon.error().what);
    return 1;
  }
  return (*daemon)->run();
}

int make_folder(const setup::InitOptions& options) {
  const auto done = setup::init(options);
  if (!done) {
    log("init: {}", visible(done.error().what, true));
    return 1;
  }
  std::fputs(done->c_str(), stdout);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  set_program_name("hitl-bastiond");
  CLI::App app("SSH bastion that asks a human before it runs what is not allowed by a rule",
               "hitl-bastiond");
  std::string config = "/etc/hitl/bastion.toml";
  bool foreground = false;
  app.set_version_flag("--version", std::string("hitl-bastiond ") + kRelease);
  app.add_option("--config", config, "The configuration file (" + config + ")");
  app.add_flag("--foreground", foreground, "Stay in the foreground; it always does");
  app.require_subcommand(0, 1);

  auto* check_command = app.add_subcommand("check", "Name every fault of the configuration");
  check_command->add_option("--config", config, "The configuration file");

  setup::InitOptions options;
  auto* init_command = app.add_subcommand("init", "Write a working configuration to a new folder");
  init_command->add_option("DIR", options.folder, "The folder to make")->required();
  init_command->add_option("--listen", options.listen, "ADDR:PORT (" + options.listen + ")");
  const auto many = [&](const char* name, std::vector<std::string>& to, const char* help) {
    init_command->add_option(name, to, help)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  };
  many("--agent", options.agents, "NAME=PUBKEY_FILE");
  many("--operator", options.operators, "NAME or NAME=PUBKEY_FILE");
  many("--target", options.targets, "NAME=USER@HOST:PORT, followed by its --host-key");
  many("--host-key", options.host_keys, "PUBKEY_FILE of the target before it");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return app.exit(e);  // --help, --version
    log("{} (see hitl-bastiond --help)", visible(e.what()));
    return kUsage;
  }
  if (*check_command) return look_for_faults(config, true);
  if (*init_command) return make_folder(options);
  return serve(config);
}
