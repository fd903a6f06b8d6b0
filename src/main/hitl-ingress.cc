// SPDX-License-Identifier: Apache-2.0
// hitl-ingress: serves one agent's SSH connection.  Started by hitl-bastiond:
//
//   hitl-ingress [--grace SECONDS] client=FD broker=FD hostkey0=FD...
#include <charconv>

#include "base/log.h"
#include "ingress/host_keys.h"
#include "ingress/server.h"
#include "sys/process.h"
#include "sys/signals.h"

namespace {

using namespace hitl;

Result<std::chrono::seconds> grace_of(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return ingress::Server::Parts{}.grace;
  unsigned n = 0;
  if (arguments.size() == 2 && arguments[0] == "--grace") {
    const auto& a = arguments[1];
    const auto r = std::from_chars(a.data(), a.data() + a.size(), n);
    if (r.ec == std::errc() && r.ptr == a.data() + a.size() && n > 0 && n <= 3'600)
      return std::chrono::seconds(n);
  }
  return fail(Errc::Invalid, "usage: hitl-ingress [--grace SECONDS], with descriptors");
}

Result<std::unique_ptr<ingress::Server>> start(sys::EventLoop& loop, int argc, char** argv) {
  sys::Inherited inherited(argc, argv);
  ingress::Server::Parts parts;
  auto grace = grace_of(inherited.arguments());
  if (!grace) return grace.error();
  parts.grace = *grace;
  auto client = inherited.take("client");
  if (!client) return client.error();
  parts.client = std::move(*client);
  auto broker = inherited.take("broker");
  if (!broker) return broker.error();
  parts.broker = std::move(*broker);
  std::vector<Fd> files;
  for (auto f = inherited.take("hostkey0"); f;
       f = inherited.take("hostkey" + std::to_string(files.size())))
    files.push_back(std::move(*f));
  auto keys = ingress::read_host_keys(files);
  if (!keys) return keys.error();
  parts.host_keys = std::move(*keys);
  return ingress::Server::create(loop, std::move(parts));
}

}  // namespace

int main(int argc, char** argv) {
  set_program_name("hitl-ingress");
  sys::be_private();
  sys::ignore_sigpipe();
  ssh::start_library();
  sys::EventLoop loop;
  auto server = start(loop, argc, argv);
  if (!server) {
    if (server.error().code == Errc::Closed) return 0;
    log("{}", server.error().what);
    return 1;
  }
  (*server)->turn();  // our banner does not wait for the agent's
  loop.run([&] { (*server)->turn(); });
  return 0;
}
