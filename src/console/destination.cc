// SPDX-License-Identifier: Apache-2.0
#include "console/destination.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "hitl/operator_protocol.h"
#include "sys/unix_socket.h"

namespace hitl::console {
namespace {

// HOST and PORT of "HOST:PORT" or "[ADDRESS]:PORT"; no port: that of ssh_config.
std::pair<std::string, std::string> split(std::string_view text) {
  const auto user = text.substr(0, text.find('@') + 1);
  auto rest = text.substr(user.size());
  std::string port;
  const auto colon = rest.rfind(':');
  const bool bracketed = rest.starts_with('[') && rest.find(']') != std::string_view::npos;
  const bool one_colon = colon != std::string_view::npos && rest.find(':') == colon;
  if (colon != std::string_view::npos && (bracketed ? rest[colon - 1] == ']' : one_colon)) {
    port = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
  }
  if (bracketed) rest = rest.substr(1, rest.find(']') - 1);
  return {std::string(user) + std::string(rest), port};
}

}  // namespace

Result<Destination::Connection> Destination::connect(Tool::Manner manner) const {
  if (host.empty()) {
    auto fd = sys::connect_unix(socket);
    if (!fd) return fd.error();
    return Connection{std::move(*fd), nullptr};
  }
  const auto [where, port] = split(host);
  std::vector<std::string> argv{
      "ssh", "-T", "-o", "ServerAliveInterval=15", "-o", "ClearAllForwardings=yes"};
  if (!port.empty()) argv.insert(argv.end(), {"-p", port});
  if (manner == Tool::Manner::Silent) argv.insert(argv.end(), {"-o", "BatchMode=yes"});
  argv.insert(argv.end(), {"-s", "--", where, std::string(operators::kSubsystem)});
  auto ssh = Tool::start(std::move(argv), manner);
  if (!ssh) return ssh.error();
  Connection c{(*ssh)->take_socket(), nullptr};
  c.ssh = std::move(*ssh);
  return c;
}

}  // namespace hitl::console
