// SPDX-License-Identifier: Apache-2.0
// Approvals on a real store that can be closed and opened again, with clocks that
// the tests set.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "approval/terms.h"
#include "broker/approvals.h"
#include "crypto/digest.h"

namespace hitl::broker {

using operators::Say;
using operators::Why;
using namespace std::chrono_literals;

inline const approval::Person kAlice{"alice", {"oncall"}, {"operator"}};
inline const approval::Person kBob{"bob", {"oncall"}, {"operator"}};

inline Bound bound(const std::string& text) {
  Bound b{"devin",       "db1", "10.0.0.5:22", "deploy", {"key"}, "exec", "", "", "",
          RawText(text), {},    false,         "",       "v1",    {}};
  return b;
}

class ApprovalsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string folder = testing::TempDir() + "approvals.XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    open();
    store::SessionRow s;
    s.id = "SESSION";
    s.state = "open";
    ASSERT_TRUE(store_->add_session(s));
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  // A broker that starts anew sees what the last one had committed.
  void open() {
    if (store_) {
      ASSERT_TRUE(store_->commit(true));
    }
    approvals_.reset();
    store_.reset();
    auto s = store::Store::open(folder_ + "/hitl.db", store::Store::Mode::ReadWrite);
    ASSERT_TRUE(s) << s.error().what;
    store_ = std::move(*s);
    approvals_ = std::make_unique<Approvals>(*store_, 15min, masking_);
  }

  Now now() const { return now_; }
  void pass(std::chrono::milliseconds time) {
    now_.wall += time.count();
    now_.boot += time;
  }

  static Hold hold(std::uint32_t needed) {
    Hold h;
    h.approvers = {{"oncall", needed}};
    return h;
  }
  store::RequestRow question(const std::string& text, std::uint32_t needed = 1) {
    store::RequestRow q;
    q.digest = approval::digest(bound(text).terms());
    q.session = "SESSION";
    q.agent = "devin";
    q.owner = "carol";
    q.target = "db1";
    q.account = "deploy";
    q.submitted = text;
    q.rule = "rest";
    q.policy = "v1";
    q.hold = approval::encode(hold(needed));
    q.terms = approval::encode(bound(text).terms());
    q.requested_at = now_.wall;
    q.expires_at = now_.wall + 20 * 60'000;
    return q;
  }
  Approvals::Answer ask(const std::string& text, std::uint32_t needed = 1) {
    auto a = approvals_->ask(question(text, needed), bound(text).terms(), 64, now_);
    EXPECT_TRUE(a) << a.error().what;
    return std::move(*a);
  }
  // The state after the decision, or the reason why there was none.
  std::string decide(const approval::Person& who, const store::RequestRow& r, bool approve,
                     const std::string& reason = "because") {
    auto d = approvals_->decide(who,
                                {0, r.id, r.digest, approve ? Say::Approve : Say::Deny, reason, "",
                                 grant_, session_, "", ""},
                                evidence_, now_);
    if (auto* row = std::get_if<store::RequestRow>(&d)) return row->state;
    if (auto* no = std::get_if<Approvals::Refusal>(&d)) {
      why_ = no->why;
      return no->text;
    }
    return std::get<Error>(d).what;
  }
  bool consume(const store::RequestRow& r, const std::string& text) {
    return approvals_->consume(r.id, bound(text), now_).has_value();
  }

  std::string folder_;
  Masking masking_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Approvals> approvals_;
  Now now_{1'000'000'000'000, BootClock::time_point(1h)};
  Why why_ = Why::Invalid;
  Approvals::Evidence evidence_;
  std::uint64_t grant_ = 0;
  bool session_ = false;
};

}  // namespace hitl::broker
