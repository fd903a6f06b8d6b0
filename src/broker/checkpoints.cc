// SPDX-License-Identifier: Apache-2.0
#include "broker/checkpoints.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>

#include "audit/checkpoint.h"
#include "base/encoding.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/visible.h"
#include "crypto/digest.h"
#include "hitl/version.h"

namespace hitl::broker {
namespace {

// In one write: a line is there whole, or cut off by a crash.
Status append(const std::string& path, const std::string& line) {
  const Fd file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return fail_errno(path);
  const auto n = ::write(file.get(), line.data(), line.size());
  if (n < 0) return fail_errno(path);
  if (static_cast<std::size_t>(n) != line.size())
    return fail(Errc::System, path + ": only a part could be written");
  return ::fsync(file.get()) == 0 ? Status(Ok{}) : Status(fail_errno(path));
}

Result<std::string> read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail_errno(path);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// As ssh-keygen(1) has it under ALLOWED SIGNERS.
std::string allowed_signers(const config::BastionConfig& config) {
  std::string out;
  for (const auto& [name, person] : config.operators)
    for (const auto& k : person.keys)
      out += fmt::format("{} namespaces=\"hitl-approval\" {} {}\n", name, k.type, base64(k.blob));
  return out;
}

}  // namespace

Checkpoints::Checkpoints(sys::EventLoop& loop, store::Store& store,
                         const config::BastionConfig& config, crypto::Ed25519Key key)
    : loop_(loop), store_(store), config_(config), key_(std::move(key)) {}

Status Checkpoints::compare(store::Store& store, const std::string& file, std::string_view key) {
  if (::access(file.c_str(), F_OK) != 0) return Ok{};
  auto text = read(file);
  if (!text) return text.error();
  text->resize(text->rfind('\n') + 1);  // a line that a crash has cut off is none; npos + 1 is 0
  if (text->empty()) return Ok{};
  const auto begin = text->rfind('\n', text->size() - 2);
  const auto last =
      audit::parse_line(std::string_view(*text).substr(begin + 1, text->size() - begin - 2));
  if (!last || !audit::is_signed(*last, key))
    return fail(Errc::Invalid, file +
                                   ": its last line is no checkpoint of this bastion's (see "
                                   "hitl-replay verify)");
  if (last->sequence == 0) return Ok{};
  const auto hash = store.chain_hash(last->sequence);
  if (!hash && hash.error().code == Errc::System) return hash.error();
  if (hash && *hash == last->hash) return Ok{};
  return fail(Errc::Invalid,
              fmt::format("{}: the store is not the one that row {} was signed in: it is an older "
                          "copy, or was written anew (hitl-replay verify; to go on with it, move "
                          "this file away)",
                          file, last->sequence));
}

Status Checkpoints::bind(const judge::Judge& judge, const std::string& reason) {
  auto text = read(config_.file);
  if (!text) return text.error();
  due_ = reason;
  return store_.add_configuration({wall_now_ms(), reason, kRelease, judge.policy_sha256(),
                                   judge.catalog_sha256(), judge.version(),
                                   hex(crypto::sha256(*text)), allowed_signers(config_)});
}

Status Checkpoints::end_turn() {
  return due_.empty() ? Status(Ok{}) : sign(std::exchange(due_, ""));
}

Status Checkpoints::sign(const std::string& reason) {
  const auto head = store_.chain_head();
  if (head.sequence <= signed_to_) return Ok{};
  auto newest = store_.newest_checkpoint();
  if (!newest) return newest.error();
  auto configuration = store_.configuration_in_force();
  if (!configuration) return configuration.error();
  store::CheckpointRow c{head.sequence,
                         head.hash,
                         *configuration,
                         wall_now_ms(),
                         *newest ? reason : "genesis",
                         "",
                         ""};
  audit::sign(c, key_);
  if (auto s = store_.add_checkpoint(c); !s) return s;
  if (auto s = store_.commit(true); !s) return s;
  signed_to_ = store_.chain_head().sequence;
  const auto line = audit::line_of(c);
  log("{}", line);
  return append(config_.checkpoints, line + "\n");
}

void Checkpoints::begin() {
  next_ = loop_.after(config_.checkpoint_interval, [this] {
    due_ = "interval";
    begin();
  });
}

}  // namespace hitl::broker
