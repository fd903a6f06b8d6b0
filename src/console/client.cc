// SPDX-License-Identifier: Apache-2.0
#include "console/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace hitl::console {
namespace {

using operators::Type;

// What one broker could make this process hold for an answer in pages.
constexpr std::size_t kMaxPages = 8;

Status check_version(const operators::Welcome& w) {
  if (w.version == operators::kVersion) return Ok{};
  return fail(Errc::Protocol,
              fmt::format("broker speaks version {} of the operator protocol, this program {} "
                          "(upgrade the older of the two)",
                          w.version, operators::kVersion));
}

}  // namespace

std::uint32_t tag_of(const Message& message) {
  return std::visit([](const auto& m) { return m.tag; }, message);
}

Result<std::unique_ptr<Client>> Client::connect(sys::EventLoop& loop, const Destination& to,
                                                Tool::Manner manner, OnMessage on_message,
                                                OnLost on_lost) {
  auto connection = to.connect(manner);
  if (!connection) return connection.error();
  std::unique_ptr<Client> client(new Client(std::move(on_message), std::move(on_lost)));
  auto* self = client.get();
  client->channel_ = std::make_unique<sys::FrameChannel>(
      loop, std::move(connection->socket),
      [self](std::string_view frame) { return self->take(frame); },
      [self](const Error& why) {
        const auto f = std::move(self->on_lost_);  // it may destroy the client
        f(why.code == Errc::Closed ? fail(Errc::Closed, "broker closed the connection") : why);
      });
  client->ssh_ = std::move(connection->ssh);
  client->send(operators::Hello{});
  return client;
}

Status Client::take(std::string_view frame) {
  const auto type = static_cast<Type>(proto::type_byte(frame));
  if (!welcomed_ && type != Type::Welcome && type != Type::Refused)
    return fail(Errc::Protocol, "broker did not greet first");
  switch (type) {
    case Type::Welcome: {
      auto welcome = proto::decode<operators::Welcome>(frame);
      if (!welcome) return welcome.error();
      if (auto s = check_version(*welcome); !s) return s;
      if (std::exchange(welcomed_, true)) return fail(Errc::Protocol, "broker greeted twice");
      on_message_(std::move(*welcome));
      return Ok{};
    }
    case Type::Requests: {
      auto page = proto::decode<operators::Requests>(frame);
      if (!page) return page.error();
      return take_requests(std::move(*page));
    }
    case Type::Request:
      return pass<operators::Request>(frame);
    case Type::Decided:
      return pass<operators::Decided>(frame);
    case Type::Refused:
      return pass<operators::Refused>(frame);
    case Type::Event:
      return pass<operators::Event>(frame);
    case Type::SessionList:
      return pass<operators::SessionList>(frame);
    case Type::GrantList:
      return pass<operators::GrantList>(frame);
    case Type::Done:
      return pass<operators::Done>(frame);
    case Type::Output:
      return pass<operators::Output>(frame);
    case Type::Hello:
    case Type::List:
    case Type::Show:
    case Type::Decide:
    case Type::Watch:
    case Type::Sessions:
    case Type::Control:
    case Type::Grants:
    case Type::Revoke:
    case Type::Look:
    case Type::Keep:
    case Type::Prune:
    case Type::Watched:
      break;
  }
  return fail(Errc::Protocol, "broker sent a message that is none of its own");
}

template <class M>
Status Client::pass(std::string_view frame) {
  auto message = proto::decode<M>(frame);
  if (!message) return message.error();
  on_message_(std::move(*message));
  return Ok{};
}

Status Client::take_requests(operators::Requests page) {
  auto begun = std::ranges::find(pages_, page.tag, &operators::Requests::tag);
  if (begun == pages_.end()) {
    if (pages_.size() == kMaxPages) return fail(Errc::Protocol, "broker began too many answers");
    begun = pages_.insert(pages_.end(), {.tag = page.tag, .requests = {}});
  }
  if (begun->requests.size() + page.requests.size() > operators::kMaxListed)
    return fail(Errc::Protocol, "broker listed more requests than agreed");
  std::ranges::move(page.requests, std::back_inserter(begun->requests));
  if (page.more) return Ok{};
  auto whole = std::move(*begun);
  pages_.erase(begun);
  on_message_(std::move(whole));
  return Ok{};
}

}  // namespace hitl::console
