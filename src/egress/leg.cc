// SPDX-License-Identifier: Apache-2.0
#include "egress/leg.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/visible.h"
#include "base/wire.h"
#include "hitl/limits.h"
#include "hitl/stream_protocol.h"
#include "ssh/algorithms.h"
#include "ssh/key_blob.h"

namespace hitl::egress {
namespace {

constexpr std::chrono::seconds kPatience{20};  // for the target, up to the start
constexpr std::size_t kShownNoise = 400;       // bytes
constexpr std::size_t kMaxText = 2'000;

// What the target may prove itself by: only keys of the types that are pinned, so
// that it shows the pinned one where it has several.
std::string host_key_algorithms(const Target& target) {
  std::string list;
  for (const auto& blob : target.host_keys) {
    const auto type = ssh::type_of(blob);
    const std::string names = type == "ssh-rsa" ? "rsa-sha2-512,rsa-sha2-256" : std::string(type);
    if (list.find(names) == std::string::npos) list += (list.empty() ? "" : ",") + names;
  }
  return list;
}

// RFC 4254 6.10; what is no such name is not passed on.
std::string signal_name(const char* s) {
  const std::string name = s == nullptr ? "" : s;
  const bool plain = !name.empty() && name.size() <= 16 && std::ranges::all_of(name, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
  return plain ? name : "UNKNOWN";
}

Leg& leg(void* self) { return *static_cast<Leg*>(self); }

}  // namespace

Leg::Leg(sys::EventLoop& loop, BrokerLink& broker, const Target& target,
         std::shared_ptr<const mask::Table> rules, std::uint32_t number, Fd socket)
    : loop_(loop),
      broker_(broker),
      target_(target),
      rules_(std::move(rules)),
      number_(number),
      out_(false, stream::kHighWater),
      err_(true, stream::kHighWater) {
  to(State::Greeting);
  if (auto s = prepare(std::move(socket)); !s) fail_leg(LegError::Transport, s.error().what);
}

void Leg::to(State state) {
  state_ = state;
  const bool target_s_turn = state != State::Ready && state <= State::Starting;
  if (!target_s_turn) {
    deadline_ = {};
  } else if (!deadline_ || state == State::Starting) {  // start-up files may take their time
    deadline_ = loop_.after(kPatience, [this] { late_ = true; });
  }
}

Status Leg::prepare(Fd socket) {
  auto transport = ssh::Transport::create(loop_, std::move(socket));
  if (!transport) return transport.error();
  transport_ = std::move(*transport);
  auto* s = transport_->session();
  const bool no_files = false;
  const socket_t fd = transport_->duplicate();
  const auto host_keys = host_key_algorithms(target_);
  const auto set = [s](ssh_options_e option, const void* value) {
    return ssh_options_set(s, option, value) == SSH_OK;
  };
  // USER and the paths only keep libssh from looking into the account that this
  // runs as; the account on the target is an argument of the authentication (as
  // an option, Debian's libssh refuses names such as "svc$").
  if (!set(SSH_OPTIONS_PROCESS_CONFIG, &no_files) || !set(SSH_OPTIONS_FD, &fd) ||
      !set(SSH_OPTIONS_HOST, "target") || !set(SSH_OPTIONS_USER, "unused") ||
      !set(SSH_OPTIONS_SSH_DIR, "/nonexistent") || !set(SSH_OPTIONS_KNOWNHOSTS, "/dev/null") ||
      !set(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null") ||
      !set(SSH_OPTIONS_KEY_EXCHANGE, ssh::kKeyExchange) ||
      !set(SSH_OPTIONS_HOSTKEYS, host_keys.c_str()) ||
      !set(SSH_OPTIONS_CIPHERS_C_S, ssh::kCiphers) ||
      !set(SSH_OPTIONS_CIPHERS_S_C, ssh::kCiphers) || !set(SSH_OPTIONS_HMAC_C_S, ssh::kMacs) ||
      !set(SSH_OPTIONS_HMAC_S_C, ssh::kMacs) ||
      !set(SSH_OPTIONS_COMPRESSION_C_S, ssh::kNoCompression) ||
      !set(SSH_OPTIONS_COMPRESSION_S_C, ssh::kNoCompression))
    return fail(Errc::System, "SSH client: " + transport_->error());
  ssh_key raw = nullptr;
  const int rc = ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &raw);
  key_.reset(raw);
  if (rc != SSH_OK) return fail(Errc::System, "no key can be made");
  if (ssh_connect(s) == SSH_ERROR) return fail(Errc::Closed, transport_->error());
  return transport_->attach();
}

// ---- what libssh calls ---------------------------------------------------------

int Leg::on_data(ssh_session, ssh_channel, void* data, std::uint32_t size, int is_stderr,
                 void* self) noexcept {
  return static_cast<int>((is_stderr != 0 ? leg(self).err_ : leg(self).out_).offer(data, size));
}

void Leg::on_close(ssh_session, ssh_channel, void* self) noexcept { leg(self).closed_ = true; }

void Leg::on_exit_status(ssh_session, ssh_channel, int status, void* self) noexcept {
  leg(self).exit_status_ = status;
}

void Leg::on_exit_signal(ssh_session, ssh_channel, const char* signal, int core, const char*,
                         const char*, void* self) noexcept {
  leg(self).exit_signal_ = signal_name(signal);
  leg(self).core_dumped_ = core != 0;
}

// ---- rounds ----------------------------------------------------------------------

bool Leg::step() {
  if (state_ == State::Over) return false;
  // Until then each message waits for the answer to the one before it.
  if (state_ < State::Running) transport_->acknowledge_at_once();
  if (late_) {
    fail_leg(LegError::Transport, "no answer from the target within 20 s");
    return false;
  }
  switch (state_) {
    case State::Greeting:
      return greet();
    case State::Introducing:
      return introduce();
    case State::Ready:
      if (!transport_->alive()) fail_leg(LegError::Transport, transport_->error());
      return false;
    case State::Authenticating:
      return authenticate();
    case State::Opening:
      return open();
    case State::Terminal:
      return ask_terminal();
    case State::Asking:
      return ask();
    case State::Starting:
      return await_start();
    case State::Running:
      return relay();
    case State::Over:
      break;
  }
  return false;
}

void Leg::settle() {
  if (transport_) transport_->settle();
}

bool Leg::greet() {
  const int rc = ssh_connect(transport_->session());
  if (rc == SSH_AGAIN) return false;
  if (rc != SSH_OK) {
    const auto text = transport_->error();
    // The target has no key of a type that is pinned: it is not the one known.
    const bool no_such_key = text.find("host key algo") != std::string::npos;
    fail_leg(no_such_key ? LegError::HostKey : LegError::Transport, text);
    return false;
  }
  if (auto s = check_host_key(); !s) return fail_leg(LegError::HostKey, s.error().what), false;
  to(State::Introducing);
  return true;
}

Status Leg::check_host_key() {
  ssh_key raw = nullptr;
  const int rc = ssh_get_server_publickey(transport_->session(), &raw);
  const ssh::Key key(raw);
  if (rc != SSH_OK) return fail(Errc::Denied, "the target shows no host key");
  const auto blob = ssh::blob_of(key.get());
  if (!blob) return blob.error();
  if (std::ranges::find(target_.host_keys, *blob) != target_.host_keys.end()) return Ok{};
  return fail(Errc::Denied, "the target's host key is not the pinned one but " +
                                std::string(ssh::type_of(*blob)) + " " +
                                ssh::fingerprint(key.get()));
}

// Method none: asks for the service, tells the user name, and is no failure to
// sshd.  It saves one or two round trips when the command comes.
bool Leg::introduce() {
  const int rc = ssh_userauth_none(transport_->session(), target_.account.c_str());
  if (rc == SSH_AUTH_AGAIN) return false;
  if (rc == SSH_AUTH_SUCCESS) {
    fail_leg(LegError::Certificate, "the target lets in everyone: it would not check the command");
    return false;
  }
  if (rc != SSH_AUTH_DENIED) return fail_leg(LegError::Transport, transport_->error()), false;
  const auto blob = ssh::blob_of(key_.get());
  HITL_CHECK(blob.has_value());
  WireReader r(*blob);
  r.string(64);  // "ssh-ed25519"
  to(State::Ready);
  broker_.say(Ready{number_, std::string(r.string(32))});
  return true;
}

Status Leg::run(Run run, Fd stream, std::shared_ptr<Keeper> keeper) {
  if (state_ == State::Over) return Ok{};  // it had just failed
  if (state_ != State::Ready || run_) return fail(Errc::Protocol, "a leg runs out of turn");
  const bool attached = run.part == Part::Command || run.part == Part::Shell;
  const bool relays = attached || run.part == Part::Read;
  const bool of_shell = run.part == Part::Control || run.part == Part::Shell;
  if (attached != static_cast<bool>(stream) || of_shell != (keeper != nullptr))
    return fail(Errc::Protocol, "a command and its stream do not fit");
  run_ = std::move(run);
  keeper_ = std::move(keeper);
  if (run_->part == Part::Shell) keeper_->opens(run_->terminal.wanted);
  // What the broker reads for itself it masks itself: an approval binds the true bytes.
  const auto rules = run_->part == Part::Read ? nullptr : rules_;
  if (relays)
    relay_ = std::make_unique<Relay>(Relay::Parts{
        loop_, broker_, run_->command, run_->input, std::move(run_->script), std::move(stream),
        run_->terminal.wanted, run_->part == Part::Shell ? keeper_ : nullptr, rules});
  if (auto s = use_certificate(run_->certificate); !s)
    return fail_leg(LegError::Certificate, s.error().what), Ok{};
  to(State::Authenticating);
  return Ok{};
}

Status Leg::use_certificate(const std::string& blob) {
  ssh_key raw = nullptr;
  const int rc = ssh_pki_import_cert_base64(base64(blob).c_str(), SSH_KEYTYPE_ED25519_CERT01, &raw);
  const ssh::Key certificate(raw);
  if (rc != SSH_OK || ssh_pki_copy_cert_to_privkey(certificate.get(), key_.get()) != SSH_OK)
    return fail(Errc::Invalid, "the certificate cannot be read");
  return Ok{};
}

bool Leg::authenticate() {
  const int rc = ssh_userauth_publickey(transport_->session(), target_.account.c_str(), key_.get());
  if (rc == SSH_AUTH_AGAIN) return false;
  if (rc == SSH_AUTH_ERROR) return fail_leg(LegError::Transport, transport_->error()), false;
  if (rc != SSH_AUTH_SUCCESS) {
    fail_leg(LegError::Certificate,
             "the target refuses the certificate (is the CA in its TrustedUserCAKeys, and its "
             "clock right?)");
    return false;
  }
  key_.reset();
  channel_.reset(ssh_channel_new(transport_->session()));
  HITL_CHECK(channel_ != nullptr);
  ssh_callbacks_init(&callbacks_);
  callbacks_.userdata = this;
  callbacks_.channel_data_function = on_data;
  callbacks_.channel_close_function = on_close;
  callbacks_.channel_exit_status_function = on_exit_status;
  callbacks_.channel_exit_signal_function = on_exit_signal;
  HITL_CHECK(ssh_set_channel_callbacks(channel_.get(), &callbacks_) == SSH_OK);
  to(State::Opening);
  return true;
}

bool Leg::open() {
  const int rc = ssh_channel_open_session(channel_.get());
  if (rc == SSH_AGAIN) return false;
  if (rc != SSH_OK) return fail_leg(LegError::Session, transport_->error()), false;
  to(run_->terminal.wanted ? State::Terminal : State::Asking);
  return true;
}

bool Leg::ask_terminal() {
  const auto& t = run_->terminal;
  const int rc =
      ssh_channel_request_pty_size(channel_.get(), t.type.c_str(), static_cast<int>(t.size.columns),
                                   static_cast<int>(t.size.rows));
  if (rc == SSH_AGAIN) return false;
  if (rc != SSH_OK) {
    fail_leg(transport_->alive() ? LegError::Session : LegError::Transport, transport_->error());
    return false;
  }
  to(State::Asking);
  return true;
}

void Leg::resize(const TerminalSize& size) {
  if (!run_ || !run_->terminal.wanted) return;
  if (state_ < State::Asking) run_->terminal.size = size;
  if (state_ == State::Starting || state_ == State::Running)
    ssh_channel_change_pty_size(channel_.get(), static_cast<int>(size.columns),
                                static_cast<int>(size.rows));
}

bool Leg::ask() {
  const int rc = ssh_channel_request_exec(channel_.get(), run_->request_text.c_str());
  if (rc == SSH_AGAIN) return false;
  if (rc != SSH_OK) {
    fail_leg(transport_->alive() ? LegError::Session : LegError::Transport, transport_->error());
    return false;
  }
  if (run_->part != Part::Kill) {
    start_line_.emplace(run_->nonce);
    (run_->terminal.wanted ? out_ : err_).set_mode(ssh::Intake::Mode::Buffer);
    to(State::Starting);
  } else {
    out_.set_mode(ssh::Intake::Mode::Discard);
    err_.set_mode(ssh::Intake::Mode::Discard);
    ssh_channel_send_eof(channel_.get());
    to(State::Running);
  }
  return true;
}

bool Leg::await_start() {
  auto& first = run_->terminal.wanted ? out_ : err_;  // a terminal has one stream only
  first.resume(channel_.get());
  if (!first.empty() && start_line_->feed(first.take())) {
    broker_.say(Started{run_->command, start_line_->process_group(), start_line_->start_time()});
    if (relay_) relay_->begin(start_line_->noise() + start_line_->rest());
    start_line_.reset();
    out_.set_mode(ssh::Intake::Mode::Buffer);
    err_.set_mode(relay_ ? ssh::Intake::Mode::Buffer : ssh::Intake::Mode::Discard);
    to(State::Running);
    return true;
  }
  if (closed_ && first.drained()) {
    std::string text = "the command ended before our wrapper began";
    if (exit_status_) text += ", with status " + std::to_string(*exit_status_);
    const auto noise = start_line_->noise();
    if (!noise.empty()) text += ": " + visible_cut(noise, kShownNoise).str();
    fail_leg(LegError::Wrapper, std::move(text));
  } else if (!transport_->alive()) {
    fail_leg(LegError::Transport, transport_->error());
  }
  return false;
}

bool Leg::relay() {
  bool done = relay_ && relay_->step(*transport_, channel_.get(), out_, err_);
  if (run_->part == Part::Control) done = keeper_->step(*transport_, channel_.get(), out_);
  if (closed_ && out_.drained() && err_.drained()) {
    if (!exit_signal_.empty()) return end(How::Signal, ""), false;
    if (exit_status_) return end(How::Exit, ""), false;
    return end(How::Lost, "the target closed the command without a status"), false;
  }
  if (!transport_->alive() && out_.empty() && err_.empty())
    return end(How::Lost, "connection to the target lost: " + transport_->error()), false;
  return done;
}

void Leg::recorded(std::uint64_t total) {
  if (relay_) relay_->recorded(total);
}

// ---- the end ---------------------------------------------------------------------

void Leg::fail_leg(LegError error, std::string text) {
  const bool asked = state_ == State::Asking || state_ == State::Starting;
  to(State::Over);
  broker_.say(LegFailed{number_, error, text.substr(0, kMaxText), asked});
}

void Leg::end(How how, std::string text) {
  if (relay_) relay_->retire();
  to(State::Over);
  broker_.say(Ended{run_->command, how, exit_status_.value_or(0), exit_signal_, core_dumped_,
                    text.substr(0, kMaxText), relay_ ? relay_->take_masked() : Masked()});
}

std::unique_ptr<Relay> Leg::take_relay() { return std::move(relay_); }

}  // namespace hitl::egress
