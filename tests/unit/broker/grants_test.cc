// SPDX-License-Identifier: Apache-2.0
// Grants by shape: SECURITY-RULES 12.
#include <functional>

#include "shell/parser.h"
#include "shell/printer.h"
#include "unit/broker/approvals_bed.h"

namespace hitl::broker {
namespace {

class GrantsTest : public ApprovalsTest {
 protected:
  static constexpr const char* kShape = "'rm' '/srv/'* [delete]";

  static Bound plain(const std::string& text, const std::string& agent = "devin") {
    auto b = bound(text);
    b.agent = agent;
    b.text = shell::print(*shell::parse(text));
    return b;
  }
  store::RequestRow shaped(const std::string& text, const std::string& shape = kShape) {
    auto q = question(text);
    auto h = hold(1);
    h.grants = 30min;
    q.hold = approval::encode(h);
    q.terms = approval::encode(plain(text).terms());
    q.digest = approval::digest(plain(text).terms());
    q.shape = shape;
    return q;
  }
  Approvals::Answer put(const store::RequestRow& q, const std::string& text) {
    auto a = approvals_->ask(q, plain(text).terms(), 64, now_);
    EXPECT_TRUE(a) << a.error().what;
    return std::move(*a);
  }
  bool use(const std::string& grant, const Bound& b, const std::string& shape = kShape,
           const std::string& session = "SESSION") {
    return approvals_->use_grant(grant, "C1", session, shape, b, now_).has_value();
  }
};

TEST_F(GrantsTest, LetRunWhatHasTheShapeForTheirTime) {
  const auto a = put(shaped("rm /srv/a"), "rm /srv/a");
  grant_ = 600'000;
  EXPECT_EQ(decide(kAlice, a.request, true), "approved");
  const auto b = put(shaped("rm /srv/b"), "rm /srv/b");
  ASSERT_EQ(b.kind, Approvals::Answer::Kind::OfGrant);
  EXPECT_TRUE(use(b.grant, plain("rm /srv/b")));
  EXPECT_TRUE(use(b.grant, plain("rm /srv/c"))) << "more than once";
  EXPECT_EQ(store_->live_grants(now_.wall)->front().uses, 2u);
  EXPECT_EQ(put(shaped("rm /etc/b", "'rm' '/etc/'* [delete]"), "rm /etc/b").kind,
            Approvals::Answer::Kind::Pending)
      << "another shape";
  open();  // it survives the broker
  EXPECT_TRUE(use(b.grant, plain("rm /srv/d")));
  pass(10min);
  EXPECT_FALSE(use(b.grant, plain("rm /srv/e"))) << "its time is over";
  EXPECT_EQ(put(shaped("rm /srv/e"), "rm /srv/e").kind, Approvals::Answer::Kind::Pending);
}

TEST_F(GrantsTest, AreForNothingElse) {
  const auto a = put(shaped("rm /srv/a"), "rm /srv/a");
  grant_ = 600'000;
  session_ = true;
  EXPECT_EQ(decide(kAlice, a.request, true), "approved");
  const auto grant = store_->live_grants(now_.wall)->front().id;
  EXPECT_TRUE(use(grant, plain("rm /srv/b")));
  EXPECT_FALSE(use(grant, plain("rm /srv/b"), kShape, "OTHER")) << "another session";
  EXPECT_FALSE(use(grant, plain("rm /srv/b"), "'rm' [delete]")) << "another shape";
  EXPECT_FALSE(use(grant, plain("rm /srv/b"), "")) << "no shape";
  EXPECT_FALSE(use(grant, plain("rm /srv/b", "eve"))) << "another agent";
  const std::vector<std::function<void(Bound&)>> changes = {
      [](Bound& b) { b.target = "db2"; },   [](Bound& b) { b.account = "root"; },
      [](Bound& b) { b.kind = "shell"; },   [](Bound& b) { b.policy = "v2"; },
      [](Bound& b) { b.has_input = true; }, [](Bound& b) { b.text = RawText("rm /srv/b"); }};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    auto b = plain("rm /srv/b");
    changes[i](b);
    EXPECT_FALSE(use(grant, b)) << "change " << i;
  }
  ASSERT_TRUE(*approvals_->revoke(grant, "bob", now_));
  EXPECT_FALSE(use(grant, plain("rm /srv/b"))) << "taken back";
}

// Lines of one shape can be of different rules, which ask for more.
TEST_F(GrantsTest, AreForWhatTheSameRuleAsksOfTheSamePeople) {
  const auto a = put(shaped("rm /srv/a"), "rm /srv/a");
  grant_ = 600'000;
  EXPECT_EQ(decide(kAlice, a.request, true), "approved");
  auto other = shaped("rm /srv/b");
  other.rule = "secrets";
  EXPECT_EQ(put(other, "rm /srv/b").kind, Approvals::Answer::Kind::Pending);
  auto strict = shaped("rm /srv/c");
  auto h = hold(2);
  h.grants = 30min;
  strict.hold = approval::encode(h);
  EXPECT_EQ(put(strict, "rm /srv/c").kind, Approvals::Answer::Kind::Pending);
  EXPECT_EQ(put(shaped("rm /srv/d"), "rm /srv/d").kind, Approvals::Answer::Kind::OfGrant);
}

TEST_F(GrantsTest, EndByTheClockThatComesFirst) {
  const auto a = put(shaped("rm /srv/a"), "rm /srv/a");
  grant_ = 600'000;
  EXPECT_EQ(decide(kAlice, a.request, true), "approved");
  const auto b = put(shaped("rm /srv/b"), "rm /srv/b");
  ASSERT_EQ(b.kind, Approvals::Answer::Kind::OfGrant);
  now_.boot += 11min;
  now_.wall -= 3'600'000;
  EXPECT_FALSE(use(b.grant, plain("rm /srv/b")));
  EXPECT_NE(put(shaped("rm /srv/c"), "rm /srv/c").kind, Approvals::Answer::Kind::OfGrant);
}

TEST_F(GrantsTest, NeedARuleAndAShape) {
  grant_ = 600'000;
  const auto none = put(shaped("rm /srv/a", ""), "rm /srv/a");
  decide(kAlice, none.request, true);
  EXPECT_EQ(why_, Why::Invalid) << "what runs anything has no shape";
  auto q = shaped("rm /srv/b");
  q.hold = approval::encode(hold(1));
  const auto rule = put(q, "rm /srv/b");
  why_ = Why::NoSuchId;
  decide(kAlice, rule.request, true);
  EXPECT_EQ(why_, Why::Invalid) << "the rule allows none";
  grant_ = 31 * 60'000;
  const auto longer = put(shaped("rm /srv/c"), "rm /srv/c");
  why_ = Why::NoSuchId;
  decide(kAlice, longer.request, true);
  EXPECT_EQ(why_, Why::Invalid) << "longer than the rule allows";
  EXPECT_TRUE(store_->live_grants(now_.wall)->empty());
}

}  // namespace
}  // namespace hitl::broker
