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

constexpr std::uint32_t kOrder = 2;  // the tag; the greeting has 1

std::string encoded(const Arguments& a) {
  if (a.command == Arguments::Command::Prune)
    return proto::encode(operators::Prune{kOrder, a.dry_run});
  return proto::encode(
      operators::Keep{kOrder, a.session, a.command == Arguments::Command::Release, a.reason});
}

}  // namespace

Status order(const Arguments& a) {
  const auto beside = std::filesystem::absolute(a.db).parent_path() / "run/operator.sock";
  const auto path = a.socket.empty() ? beside.string() : a.socket;
  auto socket = sys::connect_unix(path);
  if (!socket)
    return fail(Errc::System, socket.error().what + " (the bastion must run: it does this itself)");
  sys::EventLoop loop;
  std::optional<Status> outcome;
  sys::FrameChannel channel(
      loop, std::move(*socket),
      [&](std::string_view frame) -> Status {
        switch (static_cast<Type>(proto::type_byte(frame))) {
          case Type::Welcome: {
            auto m = proto::decode<operators::Welcome>(frame);
            if (!m) return m.error();
            channel.send_now(encoded(a));
            return Ok{};
          }
          case Type::Done: {
            auto m = proto::decode<operators::Done>(frame);
            if (!m) return m.error();
            outcome = Output::standard().write(visible(m->text, true).str() + "\n");
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

}  // namespace hitl::replay
