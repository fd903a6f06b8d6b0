// SPDX-License-Identifier: Apache-2.0
#include "broker/opening.h"

#include "broker/checkpoints.h"

namespace hitl::broker {

Result<Opening> open_configuration(const std::string& config_file) {
  auto config = config::read_config(config_file);
  if (!config) return config.error();
  auto user_ca = crypto::Ed25519Key::load(config->user_ca);
  if (!user_ca) return user_ca.error();
  auto audit = crypto::Ed25519Key::load(config->audit_key);
  if (!audit) return audit.error();
  auto judge = judge::Judge::load(config->policy, config->catalog);
  if (!judge) return judge.error();
  auto masking = Masking::create(*config, masking_key(*audit));
  if (!masking) return masking.error();
  auto instance = crypto::fingerprint(crypto::ed25519_blob(audit->public_key()));
  return Opening{std::move(*config),
                 std::move(*user_ca),
                 std::move(*audit),
                 std::move(instance),
                 std::make_unique<const judge::Judge>(std::move(*judge)),
                 std::move(*masking)};
}

Result<OpenStore> open_store(const config::BastionConfig& config, const std::string& audit_key) {
  auto store = store::Store::open(config.store, store::Store::Mode::ReadWrite);
  if (!store) return store.error();
  if (auto s = Checkpoints::compare(**store, config.checkpoints, audit_key); !s) return s.error();
  auto running = (*store)->running();
  if (!running) return running.error();
  if (auto s = (*store)->close_leftovers(wall_now_ms()); !s) return s.error();
  if (auto s = (*store)->commit(true); !s) return s.error();
  return OpenStore{std::move(*store), std::move(*running)};
}

}  // namespace hitl::broker
