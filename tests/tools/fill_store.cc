// SPDX-License-Identifier: Apache-2.0
// modules: store
// fill_store FILE SESSIONS: a store with so many recorded sessions, each a command with
// some 2 kB of a server's log, all of it indexed; for contrib/bench.  About one session
// in a hundred has the word "timeout" in its output; one alone has "needle".
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "support/sample_store.h"

namespace {

using namespace hitl;

std::string id(const char* kind, unsigned n) {
  std::string digits(8, 'A');
  for (auto& d : digits) d = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[n % 32], n /= 32;
  return digits + kind + std::string(16, 'A');
}

std::string output(unsigned session) {
  std::string out;
  for (unsigned i = 0; i < 30; ++i) {
    const auto request = session * 2'654'435'761U + i * 40'503U;
    out += fmt::format("2026-09-21T14:{:02}:{:02}Z app[{}]: GET /srv/item/{} 200 {} ms\n", i,
                       request % 60, session % 97 + 100, request % 100'000, request % 800);
  }
  if (session % 100 == 7) out += "upstream timeout after 30 s\n";
  return session == 4'711 ? out + "needle\n" : out;
}

Status add(store::Store& store, unsigned n) {
  store::SessionRow s;
  s.id = id("SE", n), s.agent = fmt::format("agent{}", n % 20);
  s.target = fmt::format("db{}", n % 50), s.account = "deploy";
  s.client_addr = "10.0.0.9:4711", s.key_fingerprint = "SHA256:abc";
  s.started_at = testing::kBegan + n * 1'000LL, s.state = "open";
  if (auto done = store.add_session(s); !done) return done;
  auto c = testing::sample::command("X", fmt::format("tail -n 30 /var/log/app/{}.log", n));
  c.id = id("CM", n), c.session = s.id, c.bytes_out = output(n).size();
  if (auto done = store.add_command(c); !done) return done;
  if (auto done = store.add_event({s.id, c.id, 300'000, 'o', output(n)}); !done) return done;
  return store.end_session(s.id, s.started_at + 60'000, "closed");
}

Status fill(const char* path, unsigned sessions) {
  auto store = store::Store::open(path, store::Store::Mode::ReadWrite);
  if (!store) return store.error();
  for (unsigned n = 0; n < sessions; ++n) {
    if (auto s = add(**store, n); !s) return s;
    if (n % 100 == 99)
      if (auto s = (*store)->commit(false); !s) return s;
  }
  if (auto s = (*store)->commit(true); !s) return s;
  for (;;) {
    const auto more = (*store)->index_more(1 << 20);
    if (!more) return more.error();
    if (auto done = (*store)->commit(false); !done || !*more) return done;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const long sessions = argc == 3 ? std::strtol(argv[2], nullptr, 10) : 0;
  if (sessions < 1 || sessions > 1'000'000) return 2;
  const auto s = fill(argv[1], static_cast<unsigned>(sessions));
  if (!s) return std::fprintf(stderr, "%s\n", s.error().what.c_str()), 1;
}
