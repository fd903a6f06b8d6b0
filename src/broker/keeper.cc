// SPDX-License-Identifier: Apache-2.0
#include "broker/keeper.h"

#include <utility>

#include "base/check.h"
#include "base/encoding.h"
#include "crypto/digest.h"

namespace hitl::broker {

class Keeper::Control final : public KeeperUser {
 public:
  explicit Control(Keeper& k) : k_(k) {}
  void on_ready() override {
    if (k_.parts_.link.has_old_bash()) return k_.too_old();
    if (auto s = k_.parts_.link.run_control(*this, k_.keeper_, k_.parts_.key_id); !s)
      k_.failed(egress::LegError::Wrapper, s.error().what);
  }
  void on_start_failed(egress::LegError error, const std::string& text, bool) override {
    k_.failed(error, text);
  }
  void on_started(std::uint64_t, const std::string&) override {}
  void on_output(char, std::string_view) override {}
  void on_ended(const egress::Ended& ended) override {
    if (!k_.opened_) return k_.failed(egress::LegError::Session, text_of(ended));
    egress::Ended e;
    e.text = "the connection that feeds the shell was lost";
    k_.on_ended(e);
  }
  void on_keeper_ready() override;
  void on_line_ended(const egress::LineEnded& ended) override { k_.on_line_ended(ended); }

 private:
  static std::string text_of(const egress::Ended& e) {
    if (e.how == egress::How::Exit && e.exit_status == shell::kNoFolder)
      return "no FIFO can be made in /tmp there";
    return e.text.empty() ? "the shell could not be set up there" : e.text;
  }
  Keeper& k_;
};

class Keeper::Shell final : public LegUser {
 public:
  explicit Shell(Keeper& k) : k_(k) {}
  void on_ready() override {
    Io io{InputRole::None, std::move(k_.parts_.stream), k_.parts_.terminal};
    if (auto s = k_.parts_.link.run_shell(*this, *k_.control_, k_.keeper_, k_.parts_.key_id,
                                          k_.wrapping(), std::move(io));
        !s)
      k_.failed(egress::LegError::Wrapper, s.error().what);
  }
  void on_start_failed(egress::LegError error, const std::string& text, bool) override {
    k_.failed(error, text);
  }
  void on_started(std::uint64_t process_group, const std::string& start_time) override {
    k_.owner_.on_shell_started(process_group, start_time);
    egress::Line line;
    line.nonce = hex(crypto::random_bytes(16));
    line.text = shell::keeper_opening(k_.keeper_, line.nonce, k_.wrapping());
    k_.parts_.link.run_line(*k_.control_, std::move(line));
  }
  void on_output(char code, std::string_view bytes) override {
    if (k_.running_ && k_.user_ != nullptr) return k_.user_->on_output(code, bytes);
    k_.owner_.on_shell_output(code, bytes);
  }
  void on_ended(const egress::Ended& ended) override { k_.on_ended(ended); }

 private:
  Keeper& k_;
};

void Keeper::Control::on_keeper_ready() { k_.parts_.link.claim(*k_.shell_); }

Keeper::Keeper(Parts parts, Owner& owner)
    : parts_(std::move(parts)),
      owner_(owner),
      keeper_{"/tmp/.hitl-" + hex(crypto::random_bytes(16)), parts_.terminal.wanted},
      control_(std::make_unique<Control>(*this)),
      shell_(std::make_unique<Shell>(*this)) {}

Keeper::~Keeper() {
  parts_.link.release(*shell_);
  parts_.link.release(*control_);
}

shell::Wrapping Keeper::wrapping() const { return {"", parts_.bash, false, parts_.environment}; }

void Keeper::open() { parts_.link.claim(*control_); }

void Keeper::resize(const TerminalSize& size) {
  parts_.terminal.size = size;  // it may not have begun
  parts_.link.resize(*shell_, size);
}

void Keeper::settle(int status) {
  if (over_) return;
  HITL_CHECK(opened_ && !running_ && !settling_);
  state_.status = status;
  settling_ = true;
  egress::Line line;
  line.number = ++number_;
  line.nonce = hex(crypto::random_bytes(16));
  line.text = shell::keeper_blank(keeper_, line.nonce, state_);
  parts_.link.run_line(*control_, std::move(line));
}

void Keeper::claim(LegUser& user) {
  HITL_CHECK(user_ == nullptr && opened_);
  user_ = &user;
  if (!over_) user.on_ready();
}

void Keeper::release(LegUser& user) {
  if (user_ != &user) return;
  user_ = nullptr;
  if (running_) end();
}

Status Keeper::run(LegUser& user, Permit permit, Io io) {
  HITL_CHECK(user_ == &user && !running_ && !settling_ && !over_);
  const auto& bound = permit.bound();
  // A line was judged for this shell as it stands; what was approved elsewhere or
  // in another folder is for no other.
  parts_.link.check_is_for_this_target(bound);
  HITL_CHECK(bound.cwd == state_.cwd && bound.kind.starts_with("shell"));
  egress::Line line;
  line.number = ++number_;
  line.nonce = hex(crypto::random_bytes(16));
  line.input = io.input;
  line.text = shell::keeper_environment(parts_.environment, bound.environment);
  parts_.environment = bound.environment;
  if (std::exchange(had_input_, io.input == InputRole::Data || io.input == InputRole::Raw))
    line.text += shell::keeper_discard();
  if (bound.is_opaque()) {
    line.text +=
        shell::keeper_line(keeper_, line.nonce, std::get<RawText>(bound.text), state_, parts_.bash);
  } else {
    std::optional<std::string> prompt;
    if (!bound.prompt.empty()) prompt = bound.prompt.substr(1);
    line.text += shell::keeper_line(keeper_, line.nonce, std::get<CanonicalText>(bound.text),
                                    state_, prompt, bound.files);
  }
  running_ = true;
  parts_.link.run_line(*control_, std::move(line));
  // Not within this call.
  started_ = parts_.loop.after(std::chrono::nanoseconds(0), [this] {
    if (user_ != nullptr && running_) user_->on_started(0, "");
  });
  return Ok{};
}

void Keeper::on_line_ended(const egress::LineEnded& ended) {
  if (over_ || ended.number != number_) return;
  state_ = {ended.status & 255, ended.cwd.starts_with('/') ? ended.cwd : "", ended.flags};
  if (!opened_) {
    opened_ = true;
    return owner_.on_shell_opened();
  }
  if (std::exchange(settling_, false)) return owner_.on_shell_settled();
  if (!running_) return;
  running_ = false;
  auto* user = std::exchange(user_, nullptr);
  if (user == nullptr) return;
  if (started_) user->on_started(0, "");
  started_ = {};
  egress::Ended e;
  e.masked = ended.masked;
  e.how = egress::How::Exit;
  e.exit_status = state_.status;
  user->on_ended(e);
}

void Keeper::failed(egress::LegError error, const std::string& text) {
  if (over_) return;
  over_ = true;
  parts_.link.release(*shell_);
  parts_.link.release(*control_);
  owner_.on_shell_failed(error, text);
}

void Keeper::too_old() {
  over_ = true;
  parts_.link.release(*control_);
  owner_.on_shell_too_old();
}

void Keeper::on_ended(const egress::Ended& ended) {
  if (over_) return;
  over_ = true;
  parts_.link.release(*shell_);
  parts_.link.release(*control_);
  auto* user = std::exchange(user_, nullptr);
  if (user != nullptr && running_) {
    if (started_) user->on_started(0, "");
    started_ = {};
    user->on_ended(ended);
  }
  auto rest = ended;
  if (std::exchange(running_, false)) rest.masked.clear();  // they were the line's
  owner_.on_shell_ended(rest);
}

void Keeper::kill(const Victim&, std::function<void()> done) {
  end();
  if (done) done();
}

void Keeper::end() {
  if (over_) return;
  egress::Ended e;
  e.how = egress::How::Signal;
  e.signal = "HUP";
  on_ended(e);
}

}  // namespace hitl::broker
