// SPDX-License-Identifier: Apache-2.0
#include "replay/order.h"

#include <filesystem>
#include <optional>

#include "base/visible.h"
#include "proto/operator_codec.h"
#include "replay/output.h"
#include "sys/event_loop.h"
#include "sys/frame_channel.h"
#include "sys/unix_socket.h"

namespace hitl::replay {
namespace {

using operators::Type;

std::string encoded(const Arguments& a) {
  if (a.command == Arguments::Command::Prune)
    return proto::encode(operators::Prune{kOrder, a.dry_run});
  return proto::encode(
      operators::Keep{kOrder, a.session, a.command == Arguments::Command::Release, a.reason});
}

}  // namespace

std::string socket_path(const Arguments& a) {
  if (!a.socket.empty()) return a.socket;
  return (std::filesystem::absolute(a.db).parent_path() / "run/operator.sock").string();
}

Result<std::string> ask_bastion(Fd socket, const std::string& path, const std::string& message) {
  sys::EventLoop loop;
  std::optional<Result<std::string>> outcome;
  sys::FrameChannel channel(
      loop, std::move(socket),
      [&](std::string_view frame) -> Status {
        switch (static_cast<Type>(proto::type_byte(frame))) {
          case Type::Welcome: {
            auto m = proto::decode<operators::Welcome>(frame);
            if (!m) return m.error();
            channel.send_now(message);
            return Ok{};
          }
          case Type::Done: {
            auto m = proto::decode<operators::Done>(frame);
            if (!m) return m.error();
            outcome = std::move(m->text);
            return Ok{};
          }
          case Type::Refused: {
            auto m = proto::decode<operators::Refused>(frame);
            if (!m) return m.error();
            outcome = fail(m->why == operators::Why::NoSuchId ? Errc::NotFound : Errc::Denied,
                           visible(m->text).str());
            return Ok{};
          }
          default:
            return fail(Errc::Protocol, "the bastion answers in another protocol");
        }
      },
      [&](const Error& why) { outcome = fail(Errc::System, path + ": " + why.what); });
  channel.send_now(proto::encode(operators::Hello{1}));
  while (!outcome) loop.run_once(std::chrono::milliseconds(-1));
  return *outcome;
}

Status order(const Arguments& a) {
  const auto path = socket_path(a);
  auto socket = sys::connect_unix(path);
  if (!socket)
    return fail(Errc::System, socket.error().what + " (the bastion must run: it does this itself)");
  const auto said = ask_bastion(std::move(*socket), path, encoded(a));
  if (!said) return said.error();
  return Output::standard().write(visible(*said, true).str() + "\n");
}

}  // namespace hitl::replay
