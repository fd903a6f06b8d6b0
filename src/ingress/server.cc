// SPDX-License-Identifier: Apache-2.0
#include "ingress/server.h"

#include <algorithm>

#include "base/log.h"
#include "base/visible.h"
#include "hitl/exit_codes.h"
#include "hitl/limits.h"
#include "proto/environment.h"
#include "ssh/algorithms.h"
#include "ssh/key_blob.h"

namespace hitl::ingress {
namespace {

constexpr int kRounds = 64;  // a turn; then the loop sees to the rest
constexpr std::chrono::seconds kFarewell{5};

// What a message is called on the wire.  libssh tells the name of no request that
// it does not know: that is "" here, which the gate does not know either.
std::string_view name_of(int type, int subtype) {
  if (type == SSH_REQUEST_CHANNEL_OPEN) switch (subtype) {
      case SSH_CHANNEL_SESSION:
        return "session";
      case SSH_CHANNEL_DIRECT_TCPIP:
        return "direct-tcpip";
      case SSH_CHANNEL_FORWARDED_TCPIP:
        return "forwarded-tcpip";
      case SSH_CHANNEL_X11:
        return "x11";
      case SSH_CHANNEL_AUTH_AGENT:
        return "auth-agent@openssh.com";
      default:
        return "";
    }
  if (type == SSH_REQUEST_CHANNEL) switch (subtype) {
      case SSH_CHANNEL_REQUEST_PTY:
        return "pty-req";
      case SSH_CHANNEL_REQUEST_EXEC:
        return "exec";
      case SSH_CHANNEL_REQUEST_SHELL:
        return "shell";
      case SSH_CHANNEL_REQUEST_ENV:
        return "env";
      case SSH_CHANNEL_REQUEST_SUBSYSTEM:
        return "subsystem";
      case SSH_CHANNEL_REQUEST_WINDOW_CHANGE:
        return "window-change";
      case SSH_CHANNEL_REQUEST_X11:
        return "x11-req";
      default:
        return "";
    }
  if (type == SSH_REQUEST_GLOBAL) switch (subtype) {
      case SSH_GLOBAL_REQUEST_TCPIP_FORWARD:
        return "tcpip-forward";
      case SSH_GLOBAL_REQUEST_CANCEL_TCPIP_FORWARD:
        return "cancel-tcpip-forward";
      default:
        return "";
    }
  return "";
}

struct Offer {
  std::string blob;
  bool verified = false;
};

// Deprecated in favour of callbacks that must answer at once (see server.h).
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
Result<Offer> offer_of(ssh_message m) {
  auto blob = ssh::blob_of(ssh_message_auth_pubkey(m));
  if (!blob) return blob.error();
  return Offer{std::move(*blob), ssh_message_auth_publickey_state(m) == SSH_PUBLICKEY_STATE_VALID};
}
#pragma GCC diagnostic pop

// OpenSSH's client says that it reads no more output (`ssh … | head`) only to a
// server whose version begins like this (its compat.c); others go on for ever.
constexpr const char* kBanner = "OpenSSH_9.9-compatible_hitl-bastion";

void refuse(const ssh::Message& m) { ssh_message_reply_default(m.get()); }

// Deprecated as above.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
TerminalSize size_of(const ssh::Message& m) {
  const auto number = [](int n, std::uint32_t fallback) {
    return n <= 0 ? fallback : static_cast<std::uint32_t>(std::min(n, 10'000));
  };
  return {number(ssh_message_channel_request_pty_width(m.get()), 80),
          number(ssh_message_channel_request_pty_height(m.get()), 24)};
}

Terminal terminal_of(const ssh::Message& m) {
  const auto* type = ssh_message_channel_request_pty_term(m.get());
  std::string term = type == nullptr ? "" : type;
  if (!proto::may_set("TERM", term) || term.size() > kMaxName) term = "dumb";
  return {true, std::move(term), size_of(m)};
}

#pragma GCC diagnostic pop

std::string text_or_empty(const char* s) { return s == nullptr ? std::string() : std::string(s); }

}  // namespace

// ---- beginning -----------------------------------------------------------------

Result<std::unique_ptr<Server>> Server::create(sys::EventLoop& loop, Parts parts) {
  std::unique_ptr<Server> server(new Server(loop));
  auto* self = server.get();
  server->broker_ = std::make_unique<sys::FrameChannel>(
      loop, std::move(parts.broker),
      [self](std::string_view frame) { return self->on_broker_frame(frame); },
      [self](const Error& why) { self->on_broker_end(why); });
  server->link_ = std::make_unique<BrokerLink>(*server->broker_);
  server->link_->say(Hello{});
  auto transport = ssh::Transport::create(loop, std::move(parts.client));
  if (!transport) return transport.error();
  server->transport_ = std::move(*transport);
  if (auto s = server->listen(std::move(parts.host_keys)); !s) return s.error();
  server->grace_ = loop.after(parts.grace, [self] { self->end("Too long without a login"); });
  return server;
}

Server::~Server() = default;

Status Server::listen(std::vector<ssh::Key> host_keys) {
  bind_.reset(ssh_bind_new());
  if (!bind_) return fail(Errc::System, "no memory for an SSH server");
  auto* b = bind_.get();
  const bool no_files = false;
  const unsigned rsa = ssh::kMinRsaBits;
  if (ssh_bind_options_set(b, SSH_BIND_OPTIONS_PROCESS_CONFIG, &no_files) != SSH_OK ||
      ssh_bind_options_set(b, SSH_BIND_OPTIONS_BANNER, kBanner) != SSH_OK ||
      ssh_bind_options_set(b, SSH_BIND_OPTIONS_KEY_EXCHANGE, ssh::kKeyExchange) != SSH_OK ||
      ssh_bind_options_set(b, SSH_BIND_OPTIONS_CIPHERS_C_S, ssh::kCiphers) != SSH_OK ||
      ssh_bind_options_set(b, SSH_BIND_OPTIONS_CIPHERS_S_C, ssh::kCiphers) != SSH_OK ||
      ssh_bind_options_set(b, SSH_BIND_OPTIONS_HMAC_C_S, ssh::kMacs) != SSH_OK ||
      ssh_bind_options_set(b, SSH_BIND_OPTIONS_HMAC_S_C, ssh::kMacs) != SSH_OK ||
      ssh_bind_options_set(b, SSH_BIND_OPTIONS_HOSTKEY_ALGORITHMS, ssh::kSignatures) != SSH_OK ||
      ssh_bind_options_set(b, SSH_BIND_OPTIONS_PUBKEY_ACCEPTED_KEY_TYPES, ssh::kSignatures) !=
          SSH_OK ||
      ssh_bind_options_set(b, SSH_BIND_OPTIONS_RSA_MIN_SIZE, &rsa) != SSH_OK)
    return fail(Errc::System, std::string("SSH server: ") + ssh_get_error(b));
  for (auto& key : host_keys) {
    if (ssh_bind_options_set(b, SSH_BIND_OPTIONS_IMPORT_KEY, key.get()) != SSH_OK)
      return fail(Errc::Invalid, std::string("host key: ") + ssh_get_error(b));
    // The bind owns it from now on (0.10.6, options.c), and not after a failure.
    static_cast<void>(key.release());
  }
  auto* s = transport_->session();
  // On the session: the bind has no option for it, and SSH_OPTIONS_COMPRESSION "no"
  // leaves it to the client.
  if (ssh_options_set(s, SSH_OPTIONS_COMPRESSION_C_S, ssh::kNoCompression) != SSH_OK ||
      ssh_options_set(s, SSH_OPTIONS_COMPRESSION_S_C, ssh::kNoCompression) != SSH_OK ||
      ssh_bind_accept_fd(b, s, transport_->duplicate()) != SSH_OK)
    return fail(Errc::System, std::string("SSH server: ") + ssh_get_error(b));
  ssh_set_counters(s, &sent_, nullptr);
  ssh_set_blocking(s, 0);
  ssh_set_auth_methods(s, SSH_AUTH_METHOD_PUBLICKEY);
  if (ssh_handle_key_exchange(s) == SSH_ERROR) return fail(Errc::Closed, transport_->error());
  return transport_->attach();
}

// ---- a turn --------------------------------------------------------------------

void Server::turn() {
  if (ended_) return;
  // A client's second small packet waits for the acknowledgement of its first
  // (Nagle) until it has a session.
  if (next_number_ == 1) transport_->acknowledge_at_once();
  if (!key_exchange_done_ && transport_->alive()) {
    const int rc = ssh_handle_key_exchange(transport_->session());
    if (rc == SSH_ERROR) return end("");
    key_exchange_done_ = rc == SSH_OK;
  }
  bool more = key_exchange_done_;
  for (int round = 0; more && round < kRounds; ++round) {
    more = take_messages();
    for (auto& c : channels_) more |= c->step();
    if (std::ranges::any_of(channels_, [](const auto& c) { return c->hostile(); }))
      return end("Window ignored");
    // Messages first: one that is still queued points to its channel.
    if (!asking_ && !more) std::erase_if(channels_, [](const auto& c) { return c->over(); });
  }
  if (more) again_ = loop_.after(std::chrono::nanoseconds(0), [] {});
  if (ended_) return;
  if (!transport_->alive() || (broker_gone_ && channels_.empty())) return end("Restarting");
  transport_->settle();
}

void Server::end(const char* words) {
  if (std::exchange(ended_, true)) return;
  asking_.reset();
  channels_.clear();
  transport_->disconnect(words);
  loop_.stop();
}

// ---- from the agent --------------------------------------------------------------

bool Server::take_messages() {
  bool any = false;
  while (!asking_ && !ended_ && transport_->alive()) {
    ssh::Message m(ssh_message_get(transport_->session()));
    if (!m) break;
    any = true;
    on_message(std::move(m));
  }
  return any;
}

void Server::on_message(ssh::Message m) {
  switch (ssh_message_type(m.get())) {
    case SSH_REQUEST_SERVICE:
      return on_service(std::move(m));
    case SSH_REQUEST_AUTH:
      return on_auth(std::move(m));
    case SSH_REQUEST_CHANNEL_OPEN:
      return on_open(std::move(m));
    case SSH_REQUEST_CHANNEL:
      return on_request(std::move(m));
    default:
      // Global requests: the gate lets none through that libssh passes on.
      if (gate(Kind::Global, name_of(SSH_REQUEST_GLOBAL, ssh_message_subtype(m.get())),
               moment(nullptr)) != Answer::Accept)
        refuse(m);
  }
}

void Server::on_service(ssh::Message m) {
  if (text_or_empty(ssh_message_service_service(m.get())) != "ssh-userauth")
    return end("No such service");
  ssh_message_service_reply_success(m.get());
}

void Server::on_auth(ssh::Message m) {
  const auto user = text_or_empty(ssh_message_auth_user(m.get()));
  const int method = ssh_message_subtype(m.get());
  asking_ = std::move(m);
  if (method != SSH_AUTH_METHOD_PUBLICKEY)
    return answer_auth(login_.on_other(user, method == SSH_AUTH_METHOD_NONE));
  auto offer = offer_of(asking_.get());
  const bool strong =
      offer && offer->blob.size() <= proto::kMaxKeyBlob && ssh::is_strong(offer->blob);
  const auto step = login_.on_key(user, strong, offer && offer->verified);
  if (step != Login::Step::Ask) return answer_auth(step);
  if (broker_gone_) return end("Restarting");
  transport_->pause_reading(true);
  link_->say(AuthKey{login_.user(), std::move(offer->blob), offer->verified});
}

void Server::answer_auth(Login::Step step) {
  const auto m = std::move(asking_);
  transport_->pause_reading(false);
  switch (step) {
    case Login::Step::Refuse:
      return refuse(m);
    case Login::Step::Disconnect:
      return end("Too many authentication failures");
    case Login::Step::KeyIsGood:
      ssh_message_auth_reply_pk_ok_simple(m.get());
      return;
    case Login::Step::LoggedIn:
      grace_ = {};
      ssh_message_auth_reply_success(m.get(), 0);
      return;
    case Login::Step::Ignore:
    case Login::Step::Ask:
      return;
  }
}

Moment Server::moment(const Channel* channel) const {
  return {.authenticated = login_.logged_in(),
          .channels = channels_.size(),
          .terminal = channel != nullptr && channel->has_terminal(),
          .asked = channel != nullptr && channel->asked()};
}

void Server::on_open(ssh::Message m) {
  const auto name = name_of(SSH_REQUEST_CHANNEL_OPEN, ssh_message_subtype(m.get()));
  if (broker_gone_ || gate(Kind::Open, name, moment(nullptr)) != Answer::Channel) return refuse(m);
  auto* handle = ssh_message_channel_request_open_reply_accept(m.get());
  if (handle == nullptr) return refuse(m);
  channels_.push_back(std::make_unique<Channel>(loop_, *transport_, *link_, handle));
}

void Server::on_request(ssh::Message m) {
  auto* c = find(ssh_message_channel_request_channel(m.get()));
  if (c == nullptr) return;  // its channel is gone, and a reply would read it
  auto name = name_of(SSH_REQUEST_CHANNEL, ssh_message_subtype(m.get()));
  if (name.empty()) {
    // libssh tells neither the name of a request that it does not know nor
    // whether an answer is wanted; that it then answers shows in the count.  The
    // one that comes without, while a command runs, is OpenSSH's word that it
    // reads no more output.
    const auto before = sent_.out_packets;
    refuse(m);
    if (sent_.out_packets != before) return;
    name = "eow@openssh.com";
  }
  switch (gate(Kind::Request, name, moment(c))) {
    case Answer::Judge: {
      if (broker_gone_) return refuse(m);
      ssh_message_channel_request_reply_success(m.get());
      if (name == "subsystem")
        return c->ask_subsystem(next_number_++,
                                text_or_empty(ssh_message_channel_request_subsystem(m.get())));
      auto command = text_or_empty(ssh_message_channel_request_command(m.get()));
      if (name == "shell" || is_shell(command)) return c->ask_shell(next_number_++);
      return c->ask(next_number_++, std::move(command));
    }
    case Answer::Terminal:
      ssh_message_channel_request_reply_success(m.get());
      return c->grant_terminal(terminal_of(m));
    case Answer::Resize:
      ssh_message_channel_request_reply_success(m.get());
      return c->resize(size_of(m));
    case Answer::Keep:
      return on_environment(*c, m);
    case Answer::Accept:
      ssh_message_channel_request_reply_success(m.get());
      return;
    case Answer::Cancel:
      return c->cancel();
    case Answer::Refuse:
    case Answer::Channel:
      return refuse(m);
  }
}

void Server::on_environment(Channel& c, const ssh::Message& m) {
  auto name = text_or_empty(ssh_message_channel_request_env_name(m.get()));
  auto value = text_or_empty(ssh_message_channel_request_env_value(m.get()));
  if (!proto::may_set(name, value) || !c.set_environment(name, std::move(value))) {
    c.refuse_environment(std::move(name));
    return refuse(m);
  }
  ssh_message_channel_request_reply_success(m.get());
}

Channel* Server::find(ssh_channel handle) {
  const auto it = std::ranges::find_if(channels_, [&](const auto& c) { return c->is(handle); });
  return it == channels_.end() ? nullptr : it->get();
}

// ---- from the broker ---------------------------------------------------------------

Channel* Server::find(std::uint32_t number) {
  const auto it = std::ranges::find_if(
      channels_, [&](const auto& c) { return number != 0 && c->number() == number; });
  return it == channels_.end() ? nullptr : it->get();
}

Status Server::on_broker_frame(std::string_view frame) {
  switch (static_cast<Type>(proto::type_byte(frame))) {
    case Type::AuthAnswer:
      return on_auth_answer(frame);
    case Type::Notice:
      return on_notice(frame);
    case Type::Collect:
      return on_collect(frame);
    case Type::Run:
      return on_run(frame);
    case Type::Finish:
      return on_finish(frame);
    case Type::More:
      return on_more(frame);
    case Type::LineRuns:
      return on_line_runs(frame);
    case Type::LineDone:
      return on_line_done(frame);
    case Type::Prompt:
      return on_prompt(frame);
    case Type::Join:
      return on_join(frame);
    case Type::Print:
      return on_print(frame);
    case Type::Hello:
    case Type::AuthKey:
    case Type::Exec:
    case Type::Input:
    case Type::Cancel:
    case Type::Shell:
    case Type::Line:
    case Type::Resize:
    case Type::Close:
    case Type::Subsystem:
      break;
  }
  return fail(Errc::Protocol, "message out of turn");
}

Status Server::on_auth_answer(std::string_view frame) {
  const auto m = proto::decode<AuthAnswer>(frame);
  if (!m) return m.error();
  if (!asking_) return fail(Errc::Protocol, "answer without a question");
  answer_auth(login_.on_answer(m->accepted));
  return Ok{};
}

// A channel that is not found has been closed by the agent meanwhile.
Status Server::on_notice(std::string_view frame) {
  const auto m = proto::decode<Notice>(frame);
  if (!m) return m.error();
  if (auto* c = find(m->channel)) c->notice(m->text);
  return Ok{};
}

Status Server::on_print(std::string_view frame) {
  const auto m = proto::decode<Print>(frame);
  if (!m) return m.error();
  if (auto* c = find(m->channel)) c->print(m->text);
  return Ok{};
}

Status Server::on_collect(std::string_view frame) {
  const auto m = proto::decode<Collect>(frame);
  if (!m) return m.error();
  if (auto* c = find(m->channel)) c->collect(m->limit);
  return Ok{};
}

Status Server::on_run(std::string_view frame) {
  const auto m = proto::decode<Run>(frame);
  if (!m) return m.error();
  Fd stream = broker_->take_descriptor();
  if (auto* c = find(m->channel)) return c->run(m->input, std::move(stream));
  return Ok{};
}

Status Server::on_join(std::string_view frame) {
  const auto m = proto::decode<Join>(frame);
  if (!m) return m.error();
  Fd socket = broker_->take_descriptor();
  if (auto* c = find(m->channel)) return c->join(std::move(socket));
  return Ok{};
}

Status Server::on_finish(std::string_view frame) {
  auto m = proto::decode<Finish>(frame);
  if (!m) return m.error();
  if (auto* c = find(m->channel)) c->finish(std::move(*m));
  return Ok{};
}

Status Server::on_more(std::string_view frame) {
  const auto m = proto::decode<More>(frame);
  if (!m) return m.error();
  if (auto* c = find(m->channel); c != nullptr && c->shell() != nullptr)
    c->shell()->on_more(m->prompt);
  return Ok{};
}

Status Server::on_line_runs(std::string_view frame) {
  const auto m = proto::decode<LineRuns>(frame);
  if (!m) return m.error();
  if (auto* c = find(m->channel); c != nullptr && c->shell() != nullptr)
    c->shell()->on_line_runs(m->number, m->input);
  return Ok{};
}

Status Server::on_line_done(std::string_view frame) {
  const auto m = proto::decode<LineDone>(frame);
  if (!m) return m.error();
  if (auto* c = find(m->channel); c != nullptr && c->shell() != nullptr) c->shell()->on_line_done();
  return Ok{};
}

Status Server::on_prompt(std::string_view frame) {
  auto m = proto::decode<Prompt>(frame);
  if (!m) return m.error();
  if (auto* c = find(m->channel); c != nullptr && c->shell() != nullptr)
    c->prompt(std::move(m->text));
  return Ok{};
}

void Server::on_broker_end(const Error& why) {
  if (why.code != Errc::Closed) log("broker: {}", visible(why.what));
  broker_gone_ = true;
  if (!login_.logged_in()) return end("Restarting");
  for (auto& c : channels_) c->broker_is_gone();
  farewell_ = loop_.after(kFarewell, [this] { end("Restarting"); });
}

}  // namespace hitl::ingress
