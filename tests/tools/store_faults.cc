// SPDX-License-Identifier: Apache-2.0
// modules: audit
// store_faults FOLDER FAULT N TURNS: writes TURNS turns to FOLDER/hitl.db as a broker
// does, with signed checkpoints (keys/audit_ed25519, audit.log), and says "kept ID" once
// a turn is committed.  At the N-th write to the disk from the start of the turns:
//   none   nothing
//   kill   half of it is written, then the process dies by SIGKILL
//   full   it fails as on a full disk, and so does each later one
//   io     it fails, that one only
//   sync   so does the next sync instead
// Exit status 3: a turn could not be committed, which ends a broker.
#include <signal.h>
#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>

#include "audit/checkpoint.h"
#include "crypto/digest.h"
#include "support/sample_store.h"

namespace {

using namespace hitl;

std::string fault = "none";
long writes = 0, nth = 0;
bool armed = false;

// SQLite's own methods, of which it has several, by ours.
std::map<const sqlite3_io_methods*, const sqlite3_io_methods*> originals;

int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  const auto& original = *originals.at(file->pMethods);
  if (!armed || ++writes < nth) return original.xWrite(file, bytes, size, at);
  if (fault == "kill" && writes == nth) {
    original.xWrite(file, bytes, size / 2, at);
    raise(SIGKILL);
  }
  if (fault == "full") return SQLITE_FULL;
  if (fault == "io" && writes == nth) return SQLITE_IOERR_WRITE;
  return original.xWrite(file, bytes, size, at);
}

int sync(sqlite3_file* file, int flags) {
  const auto& original = *originals.at(file->pMethods);
  if (armed && fault == "sync" && writes >= nth) return SQLITE_IOERR_FSYNC;
  return original.xSync(file, flags);
}

sqlite3_vfs* real = nullptr;
int open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* out) {
  const int code = real->xOpen(real, name, file, flags, out);
  if (code != SQLITE_OK || file->pMethods == nullptr) return code;
  static std::map<const sqlite3_io_methods*, sqlite3_io_methods> bent;
  const auto [at, is_new] = bent.try_emplace(file->pMethods, *file->pMethods);
  at->second.xWrite = write;
  at->second.xSync = sync;
  originals[&at->second] = at->first;
  file->pMethods = &at->second;
  return code;
}

void sure(const Status& s) {
  if (s) return;
  std::fprintf(stderr, "%s\n", s.error().what.c_str());
  std::exit(3);
}

std::string kept;  // by the turn that is open
void commit(store::Store& s, bool durable) {
  sure(s.commit(durable));
  std::printf("kept %s\n", kept.c_str());
  std::fflush(stdout);
}

void checkpoint(store::Store& s, const crypto::Ed25519Key& key, const std::string& folder) {
  const auto head = s.chain_head();
  store::CheckpointRow c{head.sequence, head.hash, "", wall_now_ms(), "interval", "", ""};
  audit::sign(c, key);
  sure(s.add_checkpoint(c));
  sure(s.commit(true));
  std::ofstream(folder + "/audit.log", std::ios::app) << audit::line_of(c) << std::endl;
}

void turn(store::Store& s, int i) {
  const auto id = crypto::new_id();
  kept = id;
  auto c = testing::sample::command(id, "ls -l /srv");
  c.id = c.session = id;
  c.state = i % 2 == 0 ? "running" : "ended";
  sure(s.add_session({id, "devin", "db1", "deploy", "10.0.0.9:4711", "SHA256:x", 1, {}, "open"}));
  commit(s, true);
  sure(s.add_command(c));
  commit(s, true);
  for (int n = 0; n < 3; ++n) sure(s.add_event({id, id, n, 'o', crypto::random_bytes(3'000)}));
  commit(s, false);
  c.state = "ended";
  sure(s.update_command(c));
  sure(s.end_session(id, 2, "closed"));
  commit(s, true);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  const std::string folder = argv[1];
  fault = argv[2];
  nth = std::atol(argv[3]);
  real = sqlite3_vfs_find(nullptr);
  sqlite3_vfs faulty = *real;
  faulty.zName = "faulty";
  faulty.xOpen = open;
  sqlite3_vfs_register(&faulty, 1);
  auto key = crypto::Ed25519Key::load(folder + "/keys/audit_ed25519");
  auto s = store::Store::open(folder + "/hitl.db", store::Store::Mode::ReadWrite);
  if (!key || !s)
    return std::fprintf(stderr, "%s\n", (key ? s.error() : key.error()).what.c_str()), 1;
  armed = fault != "none";
  for (int i = 0; i < std::atoi(argv[4]); ++i) {
    turn(**s, i);
    if (i % 3 == 2) checkpoint(**s, *key, folder);
  }
  checkpoint(**s, *key, folder);
}
