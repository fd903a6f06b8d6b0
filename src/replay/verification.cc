// SPDX-License-Identifier: Apache-2.0
#include "replay/verification.h"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "audit/verify.h"
#include "base/log.h"
#include "base/visible.h"
#include "crypto/ed25519.h"
#include "replay/json.h"
#include "replay/output.h"

namespace hitl::replay {
namespace {

enum Verdict : int { kIntact = 0, kTampered = 1, kCannotTell = 2 };

int cannot_tell(const Error& e) {
  log("{}", visible(e.what));
  return kCannotTell;
}

// Nothing: there is no such file, and none was named.
Result<std::optional<std::string>> read_checkpoints(const std::string& named,
                                                    const std::string& usual) {
  const auto& path = named.empty() ? usual : named;
  std::ifstream in(path, std::ios::binary);
  if (!in && named.empty() && errno == ENOENT) return std::optional<std::string>();
  if (!in) return fail_errno(path);
  return std::optional(std::string(std::istreambuf_iterator<char>(in), {}));
}

std::string words_of(const audit::Findings& f) {
  std::string out;
  for (const auto& n : f.notes) out += "note: " + n + "\n";
  if (f.faults.empty())
    return out + fmt::format(
                     "intact: {} rows, {} audit rows, {} checkpoints, {} signed decisions, "
                     "{} tombstones, {} lines of the file of checkpoints\n",
                     f.rows, f.chain, f.checkpoints, f.decisions, f.tombstones, f.lines);
  out += "tampered: " + f.faults.front().what + "\n";
  for (std::size_t i = 1; i < f.faults.size(); ++i) out += "  then: " + f.faults[i].what + "\n";
  if (f.faults.size() == audit::kMostFaults) out += "  and maybe more\n";
  return out;
}

}  // namespace

int verify_store(const Arguments& a) {
  const auto folder = std::filesystem::absolute(a.db).parent_path();
  const auto key =
      crypto::load_public_key(a.key.empty() ? (folder / "keys/audit_ed25519.pub").string() : a.key);
  if (!key) return cannot_tell(key.error());
  auto checkpoints = read_checkpoints(a.checkpoints, (folder / "audit.log").string());
  if (!checkpoints) return cannot_tell(checkpoints.error());
  auto ledger = store::Ledger::open(a.db);
  if (!ledger) return cannot_tell(ledger.error());
  auto found = audit::verify(**ledger, *key, *checkpoints);
  if (!found) return cannot_tell(found.error());
  if (found->faults.empty() && found->checkpoints == 0)
    return cannot_tell(fail(Errc::Invalid, a.db + ": nothing in it is signed"));
  if (!*checkpoints)
    found->notes.emplace_back(
        "without the file of checkpoints an older copy of the store looks intact too");
  if (found->chain > found->signed_to + 1)
    found->notes.push_back(fmt::format("{} audit rows are newer than the last checkpoint",
                                       found->chain - found->signed_to));
  auto out = Output::standard();
  const auto written = out.write(a.json ? findings_json(*found) + "\n" : words_of(*found));
  if (!written) return cannot_tell(written.error());
  return found->faults.empty() ? kIntact : kTampered;
}

}  // namespace hitl::replay
